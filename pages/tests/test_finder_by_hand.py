"""Random questions to the finder, against the raw file of the whole Cup history counted here in plain Python.

`RACESTATS_EXAMPLES=1000` asks as many. The seasons are those of which the demo content beside the file knows no more:
it has where 17 winners before 1960 started, and results of its own from 2018 on.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from functools import cache
from itertools import groupby
from typing import NamedTuple

import pytest
from django.utils.text import slugify

from testing.files.samples import recorded_rows

pytestmark = pytest.mark.django_db
FIRST, LAST = 1960, 2017
FEW = 6


class Row(NamedTuple):
    """One start, as the file has it; what it does not tell is None."""

    order: int
    driver: str
    finish: int
    start: int | None
    laps: int | None
    number: str
    make: str
    nth: int

    @property
    def season(self) -> int:
        return self.order // 1000

    @property
    def round(self) -> int:
        return self.order % 1000


def number(text: str) -> int | None:
    return int(float(text)) if text else None


@cache
def file_rows() -> list[Row]:
    """Of a driver with two cars in a race the better one; a car that did not start is none."""
    found: dict[tuple[int, str], Row] = {}
    for row in recorded_rows("cup_series_1949_2025.csv.gz"):
        if row["Status"] == "did not start" or (row["Status"].startswith("withdrew") and not number(row["Laps"])):
            continue
        key = int(row["Season"]) * 1000 + int(row["Race"]), slugify(row["Driver"])
        each = Row(
            *key,
            number(row["Finish"]) or 0,
            number(row["Start"]) or None,
            number(row["Laps"]),
            row["Car"],
            row["Make"],
            0,
        )
        if key not in found or each.finish < found[key].finish:
            found[key] = each
    starts: dict[str, int] = defaultdict(int)
    made = []
    for (_, driver), each in sorted(found.items()):
        starts[driver] += 1
        made.append(each._replace(nth=starts[driver]))
    return made


RANGES = {
    "finish": lambda pick: _within(pick, 1, 40),
    "start": lambda pick: _within(pick, 1, 40),
    "round": lambda pick: _within(pick, 1, 30),
    "nth_start": lambda pick: _within(pick, 1, 300),
}
COLUMNS = {"finish": "finish", "start": "start", "round": "round", "nth_start": "nth"}
COUNTS = ("results", "races", "seasons", "drivers", "best-finish", "worst-finish", "best-start", "wins", "top_tens")
GROUPS = ("driver", "season", "number", "finish", "start")


def _within(pick: random.Random, low: int, high: int) -> tuple[int | None, int | None]:
    first, last = sorted((pick.randint(low, high), pick.randint(low, high)))
    return pick.choice([(first, first), (first, last), (first, None), (None, last)])


class Asked(NamedTuple):
    """A random question."""

    ranges: dict[str, tuple[int | None, int | None]]
    years: tuple[int, int]
    number: str
    by: tuple[str, ...]
    count: str
    over: str

    @property
    def query(self) -> str:
        asked = {
            key: str(low) if low == high else f"{low or ''}-{high or ''}" for key, (low, high) in self.ranges.items()
        }
        asked |= {"from": str(self.years[0]), "to": str(self.years[1]), "number": self.number, "count": self.count}
        asked |= dict(zip(("by", "then"), self.by)) | {"over": self.over}
        return "&".join(["find=results", "series=cup", *(f"{key}={value}" for key, value in asked.items() if value)])


def a_question(pick: random.Random) -> Asked:
    keys = pick.sample(list(RANGES), pick.randint(1, 3))
    years = sorted((pick.randint(FIRST, LAST), pick.randint(FIRST, LAST)))
    number = pick.choice(["", "", pick.choice(["3", "11", "43", "21", "24"])])
    in_a_row = pick.random() < 0.3
    return Asked(
        {key: RANGES[key](pick) for key in keys},
        (years[0], years[1]),
        number,
        ("driver",) if in_a_row else tuple(pick.sample(GROUPS, pick.randint(0, 2))),
        pick.choice(["longest-run", "longest-wait", "wait-now"]) if in_a_row else pick.choice(COUNTS),
        pick.choice(["starts", "races"]) if in_a_row else "",
    )


def fits(row: Row, asked: Asked, keys: set[str]) -> bool:
    for key, (low, high) in asked.ranges.items():
        value = getattr(row, COLUMNS[key])
        if key in keys and (value is None or value < (low or 0) or (high is not None and value > high)):
            return False
    return True


def counted(asked: Asked) -> dict[tuple[str, ...], int]:
    """By group the figure, of those who have one."""
    first, last = asked.years
    looked_at = [
        row
        for row in file_rows()
        if first <= row.season <= last and asked.number in ("", row.number) and fits(row, asked, {"round"})
    ]
    telling = set(asked.ranges) - {"round"}
    if asked.over:
        return in_a_row(asked, looked_at, telling)
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in looked_at:
        if fits(row, asked, telling):
            keys = tuple(str(getattr(row, each)) for each in asked.by)
            if "None" not in keys and "" not in keys:
                groups[keys].append(row)
    figures = {keys: figure(asked.count, rows) for keys, rows in groups.items()}
    return {keys: value for keys, value in figures.items() if value}


def figure(count: str, rows: list[Row]) -> int | None:
    starts = [row.start for row in rows if row.start]
    return {
        "results": len(rows),
        "races": len({row.order for row in rows}),
        "seasons": len({row.season for row in rows}),
        "drivers": len({row.driver for row in rows}),
        "best-finish": min(row.finish for row in rows),
        "worst-finish": max(row.finish for row in rows),
        "best-start": min(starts, default=None),
        "wins": sum(row.finish == 1 for row in rows),
        "top_tens": sum(row.finish <= 10 for row in rows),
    }[count]


def in_a_row(asked: Asked, looked_at: list[Row], telling: set[str]) -> dict[tuple[str, ...], int]:
    first, last = asked.years
    low, high = asked.ranges.get("round", (None, None))
    races = sorted(
        order
        for order in {row.order for row in file_rows()}
        if first <= order // 1000 <= last and (low or 0) <= order % 1000 <= (high or 999)
    )
    by_driver: dict[str, list[Row]] = defaultdict(list)
    for row in looked_at:
        by_driver[row.driver].append(row)
    found = {}
    for driver, rows in by_driver.items():
        hits = {row.order for row in rows if fits(row, asked, telling)}
        sequence = races if asked.over == "races" else sorted(row.order for row in rows)
        stretches = _stretches(sequence, hits)
        lengths = {
            "longest-run": max((length for is_hit, length in stretches if is_hit), default=0),
            "longest-wait": max((length for is_hit, length in stretches[1:-1] if not is_hit), default=0),
            "wait-now": stretches[-1][1] if hits and stretches and not stretches[-1][0] else 0,
        }
        if hits and lengths[asked.count]:
            found[(driver,)] = lengths[asked.count]
    return found


def _stretches(sequence: list[int], hits: set[int]) -> list[tuple[bool, int]]:
    """How long it came about in a row, and how long it did not, in turn."""
    return [(is_hit, len(list(group))) for is_hit, group in groupby(sequence, key=hits.__contains__)]


def answered(client, asked: Asked) -> dict[tuple[str, ...], int]:
    body = client.get(f"/finder/?{asked.query}&format=json").json()

    def key_of(row: dict, by: str) -> str:
        return row["driver_url"].split("/")[2] if by == "driver" else str(row[by])

    assert "rows" in body, (asked.query, body)
    return {tuple(key_of(row, by) for by in asked.by): row["value"] for row in body["rows"]}


def test_random_questions(full_book, client):
    """No difference."""
    pick = random.Random(1949)
    for _ in range(int(os.environ.get("RACESTATS_EXAMPLES", FEW))):
        asked = a_question(pick)
        assert answered(client, asked) == counted(asked), asked.query
