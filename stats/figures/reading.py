"""The one place where figures are read: boards, pages, clubs, notes and documents all ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from races.derived.season_totals import COLUMNS
from races.derived.tallies import Asked, Key, Tally
from races.statistics import STATISTICS, Statistic
from stats.scope import Scope

from .cars import car_tallies
from .drivers import cut_seasons, stored_seasons, tallies
from .figure import NOTHING, Figure
from .ground import Ground


@dataclass(frozen=True)
class Figures:
    """What somebody has, by the key of each statistic; in so many races listed one by one, from season to season."""

    of: dict[str, Figure]
    lines: int
    first: int | None
    last: int | None

    def __getitem__(self, key: str) -> Figure:
        return self.of.get(key, NOTHING)

    @classmethod
    def made(cls, tally: Tally, statistics: Iterable[Statistic]) -> Figures:
        first, last = (tally.first, tally.last) if tally.last else (None, None)
        starts = STATISTICS["starts"]
        return cls({each.key: figure_of(tally, each) for each in (starts, *statistics)}, tally.lines, first, last)


def figure_of(tally: Tally, statistic: Statistic) -> Figure:
    if count := tally.counts.get(statistic.key):
        return Figure.of_count(count.within(tally.counts["starts"]))
    if statistic.averaging:
        place = statistic.averaging
        return Figure.of_mean(tally.parts[f"{place}_sum"], tally.parts[f"{place}_known"])
    return Figure.of_mean(tally.parts["finish_wins"], tally.parts["finish_known"])


@dataclass(frozen=True)
class SeasonFigures:
    """A driver's figures in one season; `given` where a source's sum is part of them."""

    series: int
    season: int
    year: int
    given: bool
    figures: Figures


def figures(
    scope: Scope,
    statistics: Iterable[Statistic],
    by: str = "driver",
    who: Collection[int] | None = None,
    ground: Ground | None = None,
) -> dict[Any, Figures]:
    """By the id of a driver, or a team, make, season or track (`by`), the figures of a scope.

    `who` asks for some drivers only. The starts are always among the figures.
    """
    ground, statistics = ground or Ground(scope), tuple(statistics)
    if by == "driver":
        found: dict[Any, Tally] = {}
        for (driver, _), tally in tallies(ground, statistics, who).items():
            if driver in found:
                found[driver].add(tally)
            else:
                found[driver] = tally
    else:
        found = car_tallies(ground, statistics, by)
    return {pk: Figures.made(tally, statistics) for pk, tally in found.items()}


def careers(scope: Scope, statistics: Iterable[Statistic], ground: Ground | None = None) -> dict[Key, Figures]:
    """By driver and series, the figures of a scope that may be of every series."""
    statistics = tuple(statistics)
    made = tallies(ground or Ground(scope), statistics)
    return {key: Figures.made(tally, statistics) for key, tally in made.items()}


def seasons_of(ground: Ground, statistics: Iterable[Statistic]) -> list[SeasonFigures]:
    """The seasons of the driver whom the scope names, the latest first."""
    statistics = tuple(statistics)
    asked = Asked.of(statistics)
    rows = [(row["season_id"], row) for row in stored_seasons(ground, None).values(*COLUMNS)]
    rows += [(season, row) for (_, season), row in cut_seasons(ground, asked, None).items()]
    found = []
    for season, row in rows:
        races = ground.races[season]
        made = Figures.made(Tally.of_row(asked, row, races.year, races.year), statistics)
        found.append(SeasonFigures(races.series, season, races.year, row["given"], made))
    return sorted(found, key=lambda each: -each.year)
