"""What the columns of a sheet may be, and by which headings they are known. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

RACE, QUALIFYING = "race", "qualifying"
ENTRIES, ALL = "entries", "all"
"""The sheets that are of no one session."""
MOST_STAGES = 9
USUAL_STAGES = 3

SHEET = re.compile(r"entries|all|race|qualifying|(qualifying|practice|stage)-[1-9]")
"""What a sheet may be called in an address; `qualifying-1` is qualifying as a whole, and called `qualifying`."""


@dataclass(frozen=True)
class SheetColumn:
    """One thing that a column may say: a `field` of a document, of the entry or of the result of a session.

    One without a field is not written, but compared with the race.
    """

    key: str
    label: str
    headings: str
    """In small letters, with commas between."""
    field: str = ""
    session: str = ""
    """The session's slug; empty where it is of the car itself."""

    def known_by(self) -> set[str]:
        return {self.key.replace("_", " "), *self.headings.split(", ")} - {""}


CAR = (
    SheetColumn("car", "Car", "#, no, no #, number, num, nr, car #, car no, car number, vehicle", "car"),
    SheetColumn("driver", "Driver", "name, driver name, drivers", "driver"),
    SheetColumn("team", "Team", "owner, team name, owner team, team owner, car owner, entrant, organization", "team"),
    SheetColumn(
        "manufacturer",
        "Make",
        "make, mfr, mfg, man, manu, manuf, manufact, car make, make model, model",
        "manufacturer",
    ),
)
COMPARED = (
    SheetColumn("season", "Season", "year"),
    SheetColumn("round", "Round", "race number, race no, race #, rd"),
    SheetColumn("series", "Series", ""),
)
PLACE = "pos, position, fin, finish, finished, finishing position, place, pl, rank, rk, official position"
OUTCOME = {
    "position": ("Pos", PLACE),
    "start": ("Start", "st, start, started, starting position, start pos, grid, grid position"),
    "laps": ("Laps", "lap, laps run, laps completed, laps comp, completed"),
    "laps_led": ("Led", "led, laps lead, led laps, ll"),
    "status": ("Status", "reason out, out, reason, reason for retirement, outcome"),
    "points": ("Points", "pts, points earned, total points"),
    "time": ("Best lap, s", "best time, lap time, best lap, best lap time, fastest lap, fast lap, time"),
    "speed": ("Best lap, mph", "mph, lap speed, best speed, best lap speed"),
    "gap": ("Gap, s", "diff, difference, behind, time behind, delta, interval, time diff"),
}
"""What a result may say: its label and headings."""
OF_KIND = {
    RACE: ("position", "start", "laps", "laps_led", "status", "points", "gap", "time", "speed"),
    "stage": ("position", "points"),
    QUALIFYING: ("position", "time", "speed", "gap", "laps", "status"),
    "practice": ("position", "time", "speed", "gap", "laps"),
}
"""What is read of each kind of session, as the admin's own page has it."""
UNQUALIFIED = ("time", "speed")
"""In a sheet of the whole race nobody knows of which session these would be."""


def columns_of(sheet: str, stages: int = USUAL_STAGES) -> dict[str, SheetColumn]:
    """What a sheet may say, by key, in the order in which an empty one stands."""
    if sheet == ENTRIES:
        found = [*CAR]
    elif sheet == ALL:
        first, *rest = (key for key in OF_KIND[RACE] if key not in UNQUALIFIED)
        found = [_outcome(first, RACE), *CAR, *(_outcome(key, RACE) for key in rest), *_of_qualifying()]
        found += [_of_stage(number) for number in range(1, max(stages, USUAL_STAGES) + 1)]
    else:
        first, *rest = OF_KIND[sheet.partition("-")[0]]
        found = [_outcome(first, sheet), *CAR, *(_outcome(key, sheet) for key in rest)]
    return {column.key: column for column in (*found, *COMPARED)}


def _outcome(key: str, session: str) -> SheetColumn:
    label, headings = OUTCOME[key]
    return SheetColumn(key, label, headings, key, session)


def _of_qualifying() -> list[SheetColumn]:
    said = (
        ("position", "Qualifying", "q, qual, qualified, qual pos, qualifying pos, qualifying place"),
        ("time", "Qual. time", "qual time, q time, pole time"),
        ("speed", "Qual. speed", "qual speed, q speed, pole speed"),
    )
    return [SheetColumn(f"qualifying_{key}", label, headings, key, QUALIFYING) for key, label, headings in said]


def _of_stage(n: int) -> SheetColumn:
    headings = f"s{n}, stage {n}, stage{n}, st {n}, stg {n}, seg {n}, segment {n}, stage {n} pos, stage {n} finish"
    return SheetColumn(f"stage_{n}", f"Stage {n}", headings, "position", f"stage-{n}")


TYPED = {
    ENTRIES: ("car", "driver", "team", "manufacturer"),
    ALL: ("position", "car", "driver", "team", "manufacturer", "start", "laps", "laps_led", "status", "points"),
    RACE: ("position", "car", "driver", "team", "manufacturer", "start", "laps", "laps_led", "status", "points"),
    "stage": ("position", "car", "driver"),
    QUALIFYING: ("position", "car", "driver", "time", "speed"),
    "practice": ("position", "car", "driver", "time", "speed"),
}


def typed_columns(sheet: str, stages: int) -> list[str]:
    """The columns of a sheet to be typed into."""
    more = [f"stage_{number}" for number in range(1, min(stages, MOST_STAGES) + 1)] if sheet == ALL else []
    return [*TYPED[sheet.partition("-")[0]], *more]


UNITS = re.compile(r" (mph|s|sec|secs|seconds)$")


def recognise(headings: list[str], columns: dict[str, SheetColumn]) -> list[str]:
    """The key of each column by its heading; empty where it is none of these, and is not read."""
    known = {heading: column.key for column in columns.values() for heading in column.known_by()}
    spelt = [" ".join(re.findall(r"[a-z]+(?:[0-9]+\b)?|[0-9]+|#", heading.lower())) for heading in headings]
    return [known.get(words) or known.get(UNITS.sub("", words), "") for words in spelt]
