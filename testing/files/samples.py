"""Small made-up files of each format: invented drivers and figures, with the shape and the quirks of the real ones."""

import csv
import gzip
import io
import json
import os
from pathlib import Path

import pytest
from django.conf import settings

from importing.formats.nascar_data_errata import ERRORS

DRIVERS = {
    "08": ("Ada Swift", 9001),
    "8": ("Ben Stone Jr.", 9002),
    "00": ("Cora Díaz", 9003),
    "17": ("Dan O'Neil", 9004),
    "43": ("Eve Marsh", 9005),
    "2": ("Finn Lake", 9006),
}
"""Car numbers of the made-up field, in its finishing order, with name and feed number of each driver."""


def recorded(name: str) -> Path:
    """A recorded file, which is not part of the repository; skips the test where it is absent."""
    folder = Path(os.environ.get("RACESTATS_DATA") or Path(settings.BASE_DIR).parent / "shared" / "data")
    path = folder / name
    if not path.is_file():
        pytest.skip(f"{path} is not here; name its folder as RACESTATS_DATA")
    return path


def recorded_rows(name: str) -> list[dict]:
    """The rows of a recorded Cup file of nascaR.data, without what is known to be wrong in them."""
    with gzip.open(recorded(name), "rt", newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        for driver, column, was, right in ERRORS.get(("cup", row["Season"], row["Race"]), ()):
            if driver in ("", row["Driver"]) and row[column] == was:
                row[column] = right
    return found


def real(name: str) -> bytes:
    return recorded(name).read_bytes()


def as_bytes(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


# Race documents.


def document(**changes) -> dict:
    """A race document that is right in every part."""
    cars = ["5", "17", "20"]
    return {
        "format": "racestats.race/1",
        "series": "cup",
        "season": 2025,
        "round": 12,
        "name": "AdventHealth 400",
        "date": "2025-05-11",
        "track": "kansas",
        "layout": {"slug": "oval", "length": "1.5"},
        "kind": "points",
        "status": "official",
        "scheduled_laps": 267,
        "laps": 267,
        "field_size": 3,
        "lineup": "qualifying",
        "pole": {"car": "5"},
        "margin": {"kind": "time", "seconds": "0.712", "against": {"car": "20"}},
        "cautions": 1,
        "caution_laps": 6,
        "entries": [
            {"car": car, "driver": driver, "team": "Some Team", "manufacturer": "Chevrolet"}
            for car, driver in zip(cars, ("Kyle Larson", "Chris Buescher", "Christopher Bell"))
        ],
        "sessions": [
            {"kind": "qualifying", "results": [{"car": "5", "position": 1, "speed": "183.730", "time": "29.391"}]},
            {
                "kind": "race",
                "results": [
                    {"car": car, "position": place, "start": place, "laps": 267, "laps_led": 0, "status": "running"}
                    for place, car in enumerate(cars, 1)
                ],
            },
        ],
        "caution_segments": [{"start": 80, "end": 85, "reason": "Stage 1"}],
        "lead_segments": [{"start": 0, "end": 0, "car": "5"}, {"start": 1, "end": 267, "car": "5"}],
        "rulings": [
            {
                "number": 1,
                "kind": "penalty",
                "announced": "2025-05-14",
                "title": "A penalty",
                "changes": [{"car": "17", "before": {"points": 30}, "after": {"points": 20}}],
            }
        ],
        "sources": [{"title": "A result sheet", "url": "https://example.org/sheet", "fact": "result"}],
        **changes,
    }


def sound(**changes) -> dict:
    """The sample document, made to add up."""
    made = document(**{"lead_changes": 1, "rulings": []} | changes)
    for row in made["sessions"][1]["results"]:
        row["laps_led"] = 267 if row["car"] == "5" else 0
    return made


# NASCAR's feeds.


def race_row(**changes) -> dict:
    """The columns that race list and weekend feed share, of a race that was run and inspected."""
    return {
        "race_id": 7001,
        "series_id": 1,
        "race_season": 2023,
        "race_name": "Sample 400",
        "race_type_id": 1,
        "track_id": 26,
        "track_name": "Richmond Raceway",
        "date_scheduled": "2023-04-02T15:30:00",
        "race_date": "2023-04-02T15:30:00",
        "scheduled_distance": 300,
        "actual_distance": 300,
        "scheduled_laps": 400,
        "actual_laps": 400,
        "stage_1_laps": 70,
        "stage_2_laps": 160,
        "stage_3_laps": 170,
        "number_of_cars_in_field": 6,
        "pole_winner_driver_id": 9001,
        "pole_winner_speed": 120.5,
        "number_of_lead_changes": 2,
        "number_of_leaders": 2,
        "number_of_cautions": 2,
        "number_of_caution_laps": 12,
        "average_speed": 91.085,
        "total_race_time": "3:17:37",
        "margin_of_victory": "1.535",
        "race_purse": 0,
        "race_comments": "Ada Swift won the Sample 400, her 3rd victory.",
        "attendance": 0,
        "infractions": [],
        "schedule": [],
        "inspection_complete": True,
        "is_qualifying_race": False,
        "qualifying_race_no": 0,
        "winner_driver_id": 9001,
        **changes,
    }


def race_list(count: int = 22, **changes) -> dict:
    """A season of one series: points races a week apart, all run."""
    rows = [
        race_row(
            **{
                "race_id": 7001 + n,
                "race_name": f"Sample {n + 1}00",
                "race_date": f"2023-{n // 4 + 2:02}-{n % 4 * 7 + 1:02}T15:30:00",
            }
            | changes
        )
        for n in range(count)
    ]
    return {"series_1": rows, "series_2": [], "series_3": []}


def result_row(place: int, car: str, **changes) -> dict:
    driver, number = DRIVERS[car]
    return {
        "result_id": 1000 + place,
        "finishing_position": place,
        "starting_position": place,
        "car_number": car,
        "official_car_number": car,
        "driver_fullname": driver,
        "driver_id": number,
        "team_name": "Some  Team ",
        "qualifying_position": place,
        "qualifying_speed": 0,
        "laps_led": 300 if place == 1 else 100 if place == 2 else 0,
        "times_led": 2 if place == 1 else 1 if place == 2 else 0,
        "car_make": "Chevrolet",
        "points_earned": 50 - place,
        "laps_completed": 400,
        "finishing_status": "Running",
        "winnings": 0,
        "disqualified": False,
        "diff_laps": 0,
        "diff_time": [0, 1535, 2171, 2464, 2984, 4822][place - 1],
        **changes,
    }


def results(**by_car) -> list[dict]:
    """The race's rows; `car_08={...}` changes one car's."""
    return [result_row(place, car, **by_car.get(f"car_{car}", {})) for place, car in enumerate(DRIVERS, 1)]


def run_row(place: int, car: str, time=0.0, **changes) -> dict:
    driver, number = DRIVERS[car]
    return {
        "car_number": car,
        "manufacturer": "Chevrolet",
        "driver_id": number,
        "driver_name": driver,
        "finishing_position": place,
        "best_lap_time": time,
        "best_lap_speed": round(2700 / time, 3) if time else 0,
        "laps_completed": 1 if time else 0,
        "comment": "",
        "delta_leader": 0,
        "disqualified": False,
        **changes,
    }


def run(name: str, *rows: dict, run_type: int = 2, day: str = "2023-04-01", **changes) -> dict:
    return {
        "weekend_run_id": 1,
        "race_id": 7001,
        "run_type": run_type,
        "run_name": name,
        "run_date": f"{day}T15:30:00",
        "run_date_utc": f"{day}T19:30:00",
        "results": list(rows),
        **changes,
    }


def qualifying(**changes) -> dict:
    """One run that set the lineup: everybody starts where he qualified."""
    rows = [run_row(place, car, 22.0 + place / 10) for place, car in enumerate(DRIVERS, 1)]
    return run("Sample 400 Pole Qualifying", *rows, **changes)


def stage(number: int, *cars: str) -> dict:
    rows = [
        {"car_number": car, "driver_id": DRIVERS[car][1], "finishing_position": place, "stage_points": 11 - place}
        for place, car in enumerate(cars, 1)
    ]
    return {"stage_number": number, "results": rows}


def weekend(runs: list[dict] | None = None, **changes) -> dict:
    """A weekend feed of a race that was run, with one round of qualifying."""
    race = race_row(
        stage_4_laps=0,
        results=results(),
        caution_segments=[
            {"start_lap": 70, "end_lap": 75, "reason": "Stage", "comment": "Stage 1 ", "beneficiary_car_number": "43"},
            {"start_lap": 200, "end_lap": 205, "reason": "Spin", "comment": None, "beneficiary_car_number": None},
        ],
        race_leaders=[
            {"start_lap": 0, "end_lap": 0, "car_number": "08"},
            {"start_lap": 1, "end_lap": 100, "car_number": "8"},
            {"start_lap": 101, "end_lap": 400, "car_number": "08"},
        ],
        stage_results=[stage(1, "8", "08"), stage(2, "08", "00")],
        schedule=[
            {"event_name": "Qualifying", "notes": "Single Vehicle", "run_type": 2},
            {"event_name": "Race", "notes": "Stages 70/230/400 Laps = 300 Miles", "run_type": 3},
        ],
    )
    return {"weekend_race": [race | changes], "weekend_runs": [qualifying()] if runs is None else runs}


# nascaR.data.

HEADER = [
    *("Season", "Race", "Track", "Name", "Length", "Surface", "Finish", "Start", "Car", "Driver", "Make"),
    *("Pts", "Laps", "Led", "Status", "Team", "S1", "S2", "Rating", "Win", "Seg Points"),
]


def csv_row(place: int = 1, **changes) -> dict:
    row = dict.fromkeys(HEADER, "")
    row |= {
        "Season": "1962",
        "Race": "1",
        "Track": "Sample Speedway",
        "Name": "Sample 200",
        "Length": "0.5",
        "Surface": "dirt",
        "Finish": f"{place}.0",
        "Start": f"{place}.0",
        "Car": str(40 + place),
        "Driver": f"Driver {'ABCDEFGHIJKLM'[place - 1]}",
        "Make": "Chevrolet",
        "Pts": f"{100 - place}.0",
        "Laps": "200.0",
        "Led": "200.0" if place == 1 else "0.0",
        "Status": "running",
        "Team": "Some Team",
        "Win": "1.0" if place == 1 else "0.0",
    }
    return row | changes


def csv_race(places: int = 3, **changes) -> list[dict]:
    return [csv_row(place, **changes) for place in range(1, places + 1)]


def csv_bytes(*rows: dict, header: list[str] = HEADER) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return text.getvalue().encode()
