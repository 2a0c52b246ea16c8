"""Leaderboards: one statistic over one scope, ranked, with what it is based on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from races.completeness import Completeness, completeness, narrows_races
from races.models import OpeningTotals
from races.scope import Scope
from races.statistics import STATISTICS, Statistic
from racestats import formatting

from .careers import active_drivers, after_openings, applicable_openings, total_of
from .models import Driver

FEWEST_STARTS = 5
"""An average or a rate of fewer starts than this says nothing; a reader may ask for another number."""


@dataclass(frozen=True)
class Row:
    rank: str
    driver: Driver
    value: object
    starts: int | None
    active: bool


@dataclass(frozen=True)
class Leaderboard:
    """The rows of a board and the ground it stands on."""

    statistic: Statistic
    rows: list[Row]
    complete: Completeness
    left_out: int
    openings: list[OpeningTotals]
    min_starts: int

    @property
    def notes(self) -> list[str]:
        notes = [f"{self.statistic.tooltip}.", self.complete.in_words(self.statistic)]
        if self.openings:
            through = [(opening.through_season, opening.through_round) for opening in self.openings]
            first, last = (f"{season} round {round_}" for season, round_ in (min(through), max(through)))
            sources = sorted({opening.source.title for opening in self.openings})
            notes.append(
                f"Opening totals of {formatting.plural(len(self.openings), 'driver')}, with the races after them: "
                f"official counts through {first if first == last else f'{first} to {last}'} "
                f"({formatting.listed(sources)})."
            )
        if self.left_out:
            notes.append(
                f"{formatting.plural(self.left_out, 'driver')} left out: the races held here are too few to make "
                "a total of theirs."
            )
        if self.openings and not self.complete.supports(self.statistic):
            notes.append(
                "Ranked among the drivers whose totals this book holds: one it does not know may stand between them."
            )
        if self.min_starts:
            notes.append(f"Drivers with at least {formatting.plural(self.min_starts, 'start')}.")
        return notes


@dataclass(frozen=True)
class Ground:
    """What every board of one scope stands on."""

    openings: dict[int, OpeningTotals]
    complete: Completeness
    active: set[int]

    @classmethod
    def of(cls, scope: Scope) -> Ground:
        """Read it; four queries."""
        return cls(applicable_openings(scope), completeness(scope), active_drivers(scope.series, scope))


def leaderboard(
    statistic: Statistic,
    scope: Scope,
    active: bool | None = None,
    min_starts: int | None = None,
    ground: Ground | None = None,
) -> Leaderboard:
    """Rank the drivers of a scope by a statistic; ties share a rank, and a count of none is not ranked.

    Career and season totals are counted on from opening totals and shown only where they are supported; narrower
    scopes count the races held, and say how many those are. Two queries on the ground given, which boards of one scope
    can share.
    """
    if min_starts is None:
        min_starts = FEWEST_STARTS if statistic.is_rate else 0
    ground = ground or Ground.of(scope)
    openings, complete, active_now = ground.openings, ground.complete, ground.active
    narrower = narrows_races(scope) or scope.team or scope.manufacturer
    starts = STATISTICS["starts"]
    after = after_openings(openings.values())
    # What opening totals do not hold is counted in all lines, though the starts beside it go on from them.
    lines = scope.lines().filter(after) if statistic.opening else scope.lines()
    grouped = lines.order_by().values("driver").annotate(value=statistic.total(), number=Count("pk", filter=after))
    counted = {row["driver"]: (row["value"], row["number"]) for row in grouped}

    found, left_out = [], 0
    for driver in counted.keys() | openings.keys():
        value, number = counted.get(driver, (None, 0))
        if not narrower:
            opening = openings.get(driver)
            value = total_of(statistic, opening, value, complete)
            number = total_of(starts, opening, number, complete)
            left_out += value is None
        if value is None or (not value and not statistic.is_rate) or (min_starts and (number or 0) < min_starts):
            continue
        if active is None or (driver in active_now) == active:
            found.append((driver, value, number))

    drivers = Driver.objects.in_bulk([driver for driver, _, _ in found])
    sign = -1 if statistic.descending else 1
    found.sort(key=lambda row: (sign * row[1], str(drivers[row[0]])))
    rows = [
        Row(rank, drivers[driver], value, number, driver in active_now)
        for rank, (driver, value, number) in zip(formatting.ranks(row[1] for row in found), found)
    ]
    used = list(openings.values()) if statistic.opening else []
    return Leaderboard(statistic, rows, complete, left_out, used, min_starts)
