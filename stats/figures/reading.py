"""The one place where figures are read: boards, pages, clubs, notes and documents all ask here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from races.derived.counts import Count
from races.derived.season_totals import sums_of
from races.derived.tallies import Key, SummedColumns, Tally, TotalsColumns
from races.statistics import STATISTICS, LineStatistic
from stats.scope import Scope

from .basis import Basis
from .cars import car_tallies
from .drivers import cut_seasons, stored_seasons, tallies
from .figure import NOTHING, Figure


@dataclass(slots=True)
class Figures:
    """What somebody has, by the key of each statistic that was asked for; each is made when it is first looked at."""

    tally: Tally
    _made: dict[str, Figure] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getitem__(self, key: str) -> Figure:
        if key not in self._made:
            self._made[key] = self._figure(key)
        return self._made[key]

    def _figure(self, key: str) -> Figure:
        tally = self.tally
        if key in tally.summed.keys:
            return Figure.of_count(self.count(key))
        mean = STATISTICS[key].mean
        if mean is None or mean.total not in tally.summed.parts:
            return NOTHING
        per = tally.part(mean.per) if mean.per else None
        return Figure.over_starts(tally.part(mean.total), tally.part(mean.starts), per)

    def count(self, key: str) -> Count:
        """One that is a count, also where nothing of it is known."""
        count = self.tally[key]
        return count.within(self.tally["starts"]) if count.unknown else count

    @property
    def counts(self) -> dict[str, Count]:
        """Those that are counts."""
        return {key: self.count(key) for key in self.tally.summed.keys}

    @property
    def lines(self) -> int:
        """The races listed one by one."""
        return self.tally.lines

    @property
    def first(self) -> int | None:
        """The first season; None where there is none."""
        return self.tally.first if self.tally.last else None

    @property
    def last(self) -> int | None:
        return self.tally.last or None


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
    statistics: Iterable[LineStatistic],
    by: str = "driver",
    who: Collection[int] | None = None,
    basis: Basis | None = None,
) -> dict[Any, Figures]:
    """By the id of a driver, or a team, make, season or track (`by`), the figures of a scope; asked as `added_up`."""
    return {pk: Figures(tally) for pk, tally in added_up(scope, statistics, by, who, basis).items()}


def added_up(
    scope: Scope,
    statistics: Iterable[LineStatistic],
    by: str = "driver",
    who: Collection[int] | None = None,
    basis: Basis | None = None,
    to_rank: bool = False,
) -> dict[Any, Tally]:
    """What the figures of each are made of.

    `who` asks for some drivers only. The starts are always among the figures. Teams and makes `to_rank` are those that
    a board of the statistics may rank; their first and last season may be missing, for they take as long as the counts.
    """
    basis, statistics = basis or Basis(scope), tuple(statistics)
    if by != "driver":
        return car_tallies(basis, statistics, by, to_rank)
    found: dict[Any, Tally] = {}
    for (driver, _), tally in tallies(basis, statistics, who):
        if driver in found:
            found[driver].add(tally)
        else:
            found[driver] = tally
    return found


def means(scope: Scope, statistics: Iterable[LineStatistic], who: Collection[int]) -> dict[int, Figures]:
    """By driver, of these, the averages and rates of a scope of tracks, types or cars, and no more: what is in doubt of
    counts is none of theirs. One query."""
    summed = SummedColumns.of(statistics)
    lines = scope.lines().order_by().filter(driver__in=who)
    rows: Iterable[TotalsColumns] = lines.values("driver").annotate(**sums_of(summed.keys, parts=summed.parts))
    return {row["driver"]: Figures(Tally.of_lines(summed, row)) for row in rows}


def careers(scope: Scope, statistics: Iterable[LineStatistic], basis: Basis | None = None) -> dict[Key, Figures]:
    """By driver and series, the figures of a scope that may be of every series."""
    return {key: Figures(tally) for key, tally in tallies(basis or Basis(scope), statistics)}


def seasons_of(basis: Basis, statistics: Iterable[LineStatistic]) -> list[SeasonFigures]:
    """The seasons of the driver whom the scope names, the latest first."""
    statistics = tuple(statistics)
    summed = SummedColumns.of(statistics)
    stored = stored_seasons(basis, None).values("season_id", "given", *summed.columns)
    rows = [(row["season_id"], row) for row in stored]
    rows += [(season, row) for (_, season), row in cut_seasons(basis, summed, None).items()]
    found = []
    for season, row in rows:
        races = basis.races[season]
        tally = Tally.of_row(summed, row, races.year, races.year)
        found.append(SeasonFigures(races.series, season, races.year, row["given"], Figures(tally)))
    return sorted(found, key=lambda each: -each.year)
