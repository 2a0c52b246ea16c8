"""Seasons of a driver added up to a career: the sum of them, or a given career total and what is known after it,
whichever says more.

The same rule serves the rows kept of today's careers and careers counted as of a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from races.models import GivenTotals, StatLine
from races.models.totals import SUMMED
from races.order import after_season
from races.statistics import LineStatistic

from .counts import NO_SEASONS, Count, SeasonRaces, larger, seasons_between, told_by, untold_starts
from .season_totals import THROUGH, count_of_lines, given_count, listed_count, sums_of

Key = tuple[int, int]
"""A driver and a series."""
TotalsColumns = Mapping[str, Any]
"""A row of season totals, by its columns."""


@dataclass(frozen=True)
class SummedColumns:
    """The columns to add up: the counts, with the starts always, and the parts of figures over starts."""

    keys: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    def of(cls, statistics: Iterable[LineStatistic]) -> SummedColumns:
        statistics = tuple(statistics)
        keys = dict.fromkeys(["starts", *(each.key for each in statistics if each.key in SUMMED)])
        parts = dict.fromkeys(column for each in statistics if each.mean for column in each.mean.columns)
        return cls(tuple(keys), tuple(parts))

    @cached_property
    def columns(self) -> list[str]:
        return [*self.keys, *(f"{key}_unknown" for key in self.keys), *self.parts, "lines"]


@dataclass(slots=True)
class Tally:
    """What is added up of one driver in one series: the `values` of the columns that are asked for, in their order.

    None adds nothing.
    """

    summed: SummedColumns
    values: Sequence[int | None]
    first: int = NO_SEASONS[0]
    last: int = NO_SEASONS[1]

    @classmethod
    def of(cls, summed: SummedColumns) -> Tally:
        return cls(summed, [0] * len(summed.columns))

    @classmethod
    def of_row(cls, summed: SummedColumns, row: TotalsColumns, first: int, last: int) -> Tally:
        """From a row of season totals, or of the sum of several."""
        return cls(summed, [row[column] for column in summed.columns], first, last)

    @classmethod
    def of_lines(cls, summed: SummedColumns, sums: TotalsColumns, **span: int) -> Tally:
        """From the sums of some lines, whatever other races there were."""
        counts = [listed_count(key, sums) for key in summed.keys]
        parts = [sums[part] for part in summed.parts]
        values = [*(count.value for count in counts), *(count.unknown for count in counts), *parts]
        return cls(summed, [*values, sums["sum_starts"]], **span)

    def __getitem__(self, key: str) -> Count:
        at = self.summed.keys.index(key)
        return Count(self.values[at] or 0, self.values[at + len(self.summed.keys)] or 0)

    def __setitem__(self, key: str, count: Count) -> None:
        at = self.summed.keys.index(key)
        values = list(self.values)
        values[at], values[at + len(self.summed.keys)] = count
        self.values = values

    def has_none(self, key: str) -> bool:
        """Whether a count is none, exactly."""
        at = self.summed.keys.index(key)
        return not (self.values[at] or self.values[at + len(self.summed.keys)])

    def part(self, name: str) -> int:
        """Of what a figure over starts is made of, where it is asked for."""
        return self.values[2 * len(self.summed.keys) + self.summed.parts.index(name)] or 0

    @property
    def lines(self) -> int:
        return self.values[-1] or 0

    def add(self, other: Tally) -> None:
        """Further seasons of the driver, or another series."""
        self.values = [(one or 0) + (more or 0) for one, more in zip(self.values, other.values)]
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)

    def doubt(self, races: SeasonRaces) -> None:
        """A season between the first and the last in which it is not known whether he started."""
        values = list(self.values)
        for at, key in enumerate(self.summed.keys, len(self.summed.keys)):
            values[at] = (values[at] or 0) + races.in_doubt(told_by(key))
        self.values = values


def doubt_gaps(
    found: Mapping[Key, Tally],
    gaps: Sequence[SeasonRaces],
    present: Collection[tuple[int, int]],
    spans: Mapping[Key, tuple[int, int]] | None = None,
) -> None:
    """Doubt the seasons between a driver's first and last in which it is not known whether he started.

    `present` are the drivers and seasons of which there is a row; `spans` has the first and the last where they are not
    those that are added up.
    """
    for (driver, series), tally in found.items():
        first, last = (tally.first, tally.last) if spans is None else spans.get((driver, series), NO_SEASONS)
        for each in seasons_between(gaps, series, first, last):
            if (driver, each.season) not in present:
                tally.doubt(each)


def carry_on(
    found: dict[Key, Tally],
    given: Mapping[Key, GivenTotals],
    seasons: Iterable[tuple[int, int, TotalsColumns]],
    lines: QuerySet[StatLine],
    races: Mapping[int, SeasonRaces],
    summed: SummedColumns,
) -> None:
    """Take given career totals on with what is known after them, where that says more than the seasons do.

    `seasons` are the driver, the season and the row of those after; `lines` are all that count, and `races` all seasons
    by id. One query.
    """
    since: dict[Key, Tally] = {key: Tally.of(summed) for key in given}
    present = set()
    for driver, season, row in seasons:
        of = races[season]
        since[driver, of.series].add(Tally.of_row(summed, row, of.year, of.year))
        present.add((driver, season))
    later = _sums_after(lines, given.values(), races, summed.keys)
    gaps = [each for each in races.values() if each.is_gap]
    for key, each in given.items():
        year = each.through_season
        nothing_else = key not in found
        career = found.setdefault(key, Tally.of(summed))
        tally, last = since[key], max(since[key].last, career.last)
        for gap in seasons_between(gaps, key[1], year, last):
            if (key[0], gap.season) not in present:
                tally.doubt(gap)
        of_year = next((of for of in races.values() if (of.series, of.year) == (key[1], year)), None)
        listed = career["starts"].value
        for name in summed.keys:
            if official := given_count(each, name):
                total = official.plus(tally[name])
                if of_year and each.through_order < of_year.last:
                    total = total.plus(count_of_lines(name, later.get(key, {}), of_year, each.through_order))
                career[name] = larger(career[name], total)
            else:
                untold = untold_starts(career["starts"], listed, nothing_else and each.starts is None)
                career[name] = career[name].doubted(untold)


def _sums_after(
    lines: QuerySet[StatLine], given: Collection[GivenTotals], races: Mapping[int, SeasonRaces], keys: Sequence[str]
) -> dict[Key, TotalsColumns]:
    """What the lines after given career totals add up to within the season of these."""
    years = {each.through_season for each in given}
    seasons = [of.season for of in races.values() if of.year in years and of.held]
    if not seasons:
        return {}
    lines = with_given_career(lines.filter(season__in=seasons)).filter(
        race_order__gt=F("through"), race_order__lt=after_season(F("through"))
    )
    partly = any(not races[season].is_whole for season in seasons)
    rows = lines.order_by().values("driver", "series").annotate(**sums_of(keys, partly, parts=()))
    return {(row["driver"], row["series"]): row for row in rows}


def with_given_career(lines: QuerySet[StatLine]) -> QuerySet[StatLine]:
    """Lines with the order of the race that their driver's given career totals are `through`."""
    of_line = GivenTotals.objects.filter(driver=OuterRef("driver"), series=OuterRef("series"), season=None)
    return lines.annotate(through=Subquery(of_line.order_by().values(order=THROUGH)[:1]))
