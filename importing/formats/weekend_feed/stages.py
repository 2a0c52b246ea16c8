"""The stages of a weekend feed's race, made into sessions."""

from __future__ import annotations

from importing.document.schema import Columns
from importing.formats.feed_race import LARGEST_ID, alias_of
from importing.formats.fields import Fields

from .cars import FeedCars


def stages_of(race: Fields, cars: FeedCars, scoring: int) -> list[Columns]:
    """The stages that the feed lists, and the lengths of the `scoring` ones where it lists none."""
    found: dict[int, Columns] = {
        number: {"kind": "stage", "number": number, "laps": race.positive(f"stage_{number}_laps")}
        for number in range(1, scoring + 1)
    }
    for stage in race.rows("stage_results"):
        number = stage.needed(stage.whole("stage_number", 1, 9), "stage_number", "the number")
        if number is None:
            continue
        session = found.setdefault(number, {"kind": "stage", "number": number})
        if "results" in session:
            stage.wrong("stage_number", "the stage stands twice", "doubled-session")
        session["laps"] = race.positive(f"stage_{number}_laps") if number <= 4 else None
        session["results"] = []
        for row in stage.rows("results"):
            car = _entry_of(row, cars)
            place, points = row.positive("finishing_position"), row.whole("stage_points")
            if car is not None:
                session["results"].append({**cars.name_of(car), "position": place, "points": points})
    return [found[number] for number in sorted(found)]


def _entry_of(row: Fields, cars: FeedCars) -> int | None:
    """The entry of a stage's row, by its number and, where two cars share it, by its driver."""
    number = row.whole("driver_id", most=LARGEST_ID)
    car = row.car()
    found = cars.finder.find(car, None, alias_of(number) if number else None)
    if found and cars.entries[found[0]]["car"] == car:
        return found[0]
    return cars.numbered(row, "car_number")
