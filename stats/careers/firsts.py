"""The firsts and lasts of a career: starts, top fives and wins, which start each was and how old the driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple

from drivers.models import Driver
from races.models import Race
from racestats.formatting import plural
from stats.figures.reading import Figures


class Age(NamedTuple):
    """How old somebody is: whole years, and days since the last birthday."""

    years: int
    days: int

    def __str__(self) -> str:
        return f"{plural(self.years, 'year')}, {plural(self.days, 'day')}"


@dataclass(frozen=True)
class First:
    """A first or a last of a career, “first win”; `start` says which start of the career it was, where that is known.

    Where there may have been an earlier one, or a later one, of which no race is on file, it is not `certain`.
    """

    what: str
    certain: bool
    race: Race
    finish: int | None
    start: int | None
    age: Age | None

    @property
    def name(self) -> str:
        return f"{self.what.capitalize()}{'' if self.certain else ' on file'}"


class CareerEnd(NamedTuple):
    """A line that is a first or a last of a career; where it is not `certain`, of those on file."""

    what: str
    line: Any
    certain: bool


def ends_of(lines: Sequence[Any], figures: Figures) -> list[CareerEnd]:
    """In the order of a career: the first start, top five and win, the last win and start.

    The lines are those of the career in one series, oldest first, each with what it adds; the figures are what it came
    to.
    """
    adding = {
        key: list(compress(lines, map(attrgetter(f"adds_{key}"), lines))) for key in ("starts", "top_fives", "wins")
    }
    certain = {key: figures[key].exact and figures[key].value == len(some) for key, some in adding.items()}
    ends = [
        ("first start", "starts", adding["starts"][:1]),
        ("first top five", "top_fives", adding["top_fives"][:1]),
        ("first win", "wins", adding["wins"][:1]),
        ("last win", "wins", adding["wins"][1:][-1:]),
        ("last start", "starts", adding["starts"][1:][-1:]),
    ]
    return [CareerEnd(what, line, certain[key]) for what, key, some in ends for line in some]


def firsts(driver: Driver, lines: Sequence[Any], ends: Sequence[CareerEnd], races: Mapping[int, Race]) -> list[First]:
    """These ends of the career that the lines are of, each with its race; one that has gone since is left out."""
    all_starts = any(end.certain for end in ends if end.what == "first start")
    place = {line.race_id: number for number, line in enumerate(lines, start=1)}
    return [
        First(
            end.what,
            end.certain,
            races[end.line.race_id],
            end.line.finish,
            place[end.line.race_id] if all_starts else None,
            age_on(driver.born, races[end.line.race_id].date),
        )
        for end in ends
        if end.line.race_id in races
    ]


def age_on(born: date | None, day: date | None) -> Age | None:
    """None where either day is unknown."""
    if not born or not day or day < born:
        return None
    years = day.year - born.year - (_birthday(born, day.year) > day)
    return Age(years, (day - _birthday(born, born.year + years)).days)


def _birthday(born: date, year: int) -> date:
    """Of who was born on February 29, in other years March 1."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
