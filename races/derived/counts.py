"""Counts that are exact or at least, and how a career's run on from race to race. Pure; no database."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from races.order import LAST_YEAR, race_order

NO_SEASONS = (LAST_YEAR + 1, 0)
"""The first and the last season of who has none: no year lies between them, and whatever is added widens them."""

BEFORE = -1
"""Instead of a line's index: a threshold was reached before the line that shows it, in races without a line."""

TOLD_BY = {
    **dict.fromkeys(("wins", "close_wins", "pole_wins", "stage_sweeps"), "winner"),
    "runner_ups": "second",
    "close_runner_ups": "second",
    "poles": "pole",
    "stage_wins": "stages",
}
"""By statistic, the column of a race's coverage that tells that the race added nothing for a driver without a line. For
other statistics only a whole field tells it."""
TELLING = ("whole", "winner", "second", "pole", "stages")
"""Those columns, and the one that tells it for every statistic."""


def told_by(statistic: str) -> str:
    return TOLD_BY.get(statistic, "whole")


def tells_of_absent(coverage: Any, told: str) -> bool:
    """Whether a race tells of a driver without a line in it that it added nothing: it has that column, or a whole
    field, in which he is not. `coverage` is whatever has these columns; `silent_on` is the same in a query."""
    tells: bool = coverage.whole or getattr(coverage, told)
    return tells


def doubtful_orders(on_file: Iterable[Any], missing: Iterable[int] = ()) -> dict[str, list[int]]:
    """By each of `TELLING`, the orders of the races of a season that lack it, sorted: of the races `on_file`, each with
    its coverage, those that do not tell of a driver without a line; and all that are `missing`."""
    races = list(on_file)
    return {
        told: sorted([*missing, *(race.race_order for race in races if not tells_of_absent(race, told))])
        for told in TELLING
    }


class Count(NamedTuple):
    """A count, and of how many races it is unknown what they add: with none it is exact, else at least so much."""

    value: int
    unknown: int = 0

    @classmethod
    def of_row(cls, row: Mapping[str, Any], key: str) -> Count:
        """Of a row of totals, by its columns."""
        return cls(row[key] or 0, row[f"{key}_unknown"] or 0)

    def plus(self, other: Count) -> Count:
        return Count(self.value + other.value, self.unknown + other.unknown)

    def adding(self, added: int | None) -> Count:
        """After one more race: what it adds is added, and where that is unknown, the count is in doubt for it."""
        if added is None:
            return Count(self.value, self.unknown + 1)
        return Count(self.value + added, self.unknown) if added else self

    def doubted(self, races: int) -> Count:
        """The same where in so many races it is not known what they add, at least."""
        return Count(self.value, max(self.unknown, races))

    def within(self, starts: Count) -> Count:
        """The same in doubt for no more races than there were starts, where it is known how many these are."""
        return Count(self.value, min(self.unknown, starts.value)) if self.unknown and starts.exact else self

    @property
    def exact(self) -> bool:
        return self.unknown == 0

    @property
    def known(self) -> int | None:
        """The count, or None: at least none says nothing."""
        return self.value if self.value or not self.unknown else None


def larger(one: Count, other: Count | None) -> Count:
    """Whichever says more; of two that say as much the one with less in doubt."""
    return max(one, other, key=lambda count: (count.value, -count.unknown)) if other else one


@dataclass(frozen=True)
class SeasonRaces:
    """The races of one season that were run, in all or by a day: how many are `held`, and the order of the last.

    `doubtful` has, by the coverage that would tell of a driver without a line that a race added nothing, the orders of
    the races without it, those among them that are not on file at all. `given` is the order of the last race that a
    source's season totals reach to, of any driver.
    """

    season: int
    series: int
    year: int
    held: int
    last: int
    doubtful: Mapping[str, Sequence[int]] = field(default_factory=dict)
    given: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.doubtful.get("whole")

    @property
    def is_summed(self) -> bool:
        """Whether a source's totals reach to the season's end: who has none of them did not start."""
        return self.given > 0 and self.given >= self.last

    @property
    def is_gap(self) -> bool:
        """Whether it is not known who else started in it."""
        return not self.is_whole and not self.is_summed

    def in_doubt(self, told: str, after: int = 0, until: int | None = None) -> int:
        """How many races say nothing of a driver who has no line in them, after one order and up to another."""
        orders = self.doubtful.get(told, ())
        end = len(orders) if until is None else bisect_right(orders, until)
        return max(0, end - bisect_right(orders, after))


def seasons_between(seasons: Iterable[SeasonRaces], series: int, first: int, last: int) -> list[SeasonRaces]:
    """Those of the seasons of a series that lie between the first and the last year of a career."""
    return seasons_within(seasons, series, first + 1, last - 1)


def seasons_within(seasons: Iterable[SeasonRaces], series: int | None, first: int, last: int) -> list[SeasonRaces]:
    """Those from the first to the last year of a career, both included; of every series where None is asked for."""
    return [each for each in seasons if series in (None, each.series) and first <= each.year <= last]


class CountedLine(NamedTuple):
    """What the running counts need of one line: where it stands, and what it adds to each count (None: unknown)."""

    order: int
    adds: tuple[int | None, ...]


class GivenCounts(NamedTuple):
    """Counts that a source gives through a race order; of a None it says nothing."""

    through: int
    counts: tuple[Count | None, ...]


class SeasonSoFar(NamedTuple):
    """A season of a career: its races, the totals at its end, and what a source gives of it."""

    races: SeasonRaces
    totals: tuple[Count, ...]
    given: GivenCounts | None = None

    @property
    def start(self) -> int:
        """The order before its first race."""
        return race_order(self.races.year, 0)

    @property
    def end(self) -> int:
        """The order after its last."""
        return race_order(self.races.year + 1, 0)


def seasons_of_career(
    totals: Mapping[int, tuple[Count, ...]],
    given: Mapping[int, GivenCounts],
    races: Mapping[int, SeasonRaces],
    gaps: Sequence[SeasonRaces],
    told: Sequence[str],
) -> list[SeasonSoFar]:
    """The seasons of a career in one series, oldest first: by id their `totals` and what a source has `given` of them,
    and between the first and the last those `gaps` of which it is not known whether the driver started."""
    found = [SeasonSoFar(races[season], counts, given.get(season)) for season, counts in totals.items()]
    found.sort(key=lambda season: season.races.year)
    if not found:
        return []
    first, last = found[0].races, found[-1].races
    found += [
        SeasonSoFar(each, tuple(Count(0, each.in_doubt(column)) for column in told))
        for each in seasons_between(gaps, first.series, first.year, last.year)
        if each.season not in totals
    ]
    return sorted(found, key=lambda season: season.races.year)


def running_counts(
    lines: Sequence[CountedLine], seasons: Sequence[SeasonSoFar], given: GivenCounts | None, told: Sequence[str]
) -> tuple[list[tuple[Count, ...]], tuple[Count, ...]]:
    """The counts of a career after each line, in the order given (oldest first), and those it has come to.

    `seasons` are those of the career, and those between that are in doubt, oldest first; `told` names for each count
    the coverage that tells of an absent driver. After each race a count is what the seasons before add up to and this
    one has come to; or the career's given total and what has been since; whichever says more. The first is that of the
    starts: what those that only a source tells of add to a count that it does not give is not known (`untold_starts`).
    """
    found = [RunningCount.of_career(lines, seasons, given, place, each) for place, each in enumerate(told)]
    if given and not (given.counts[0] and not found[0].not_on_file):
        # What a source has beyond the races on file was added before then, but it is not known when. Where all its
        # races are on file, nothing was.
        until_then = bisect_left(lines, given.through, key=attrgetter("order"))
        for each in found:
            doubted = [count.doubted(each.not_on_file) for count in each.after_lines[:until_then]]
            each.after_lines[:until_then] = doubted
    columns = [(each.after_lines, each.total) for each in found]
    if more := untold_starts_of(columns[0][1], seasons, given):
        columns = [
            (counts, total) if official else ([count.doubted(more) for count in counts], total.doubted(more))
            for (counts, total), official in zip(columns, given.counts if given else ())
        ]
    return list(zip(*[counts for counts, _ in columns])), tuple(total for _, total in columns)


def untold_starts(starts: Count, of_seasons: int, without_starts: bool) -> int:
    """In how many races it is not known what they add to a count that a career's given total leaves open: the starts
    that the total has beyond those `of_seasons`.

    A total `without_starts`, of a career without a season on file, may be of any number: at least one is in doubt.
    """
    return 1 if without_starts else starts.value - of_seasons


def untold_starts_of(starts: Count, seasons: Sequence[SeasonSoFar], given: GivenCounts | None) -> int:
    """The same of a career, by its seasons and what is given of it."""
    without_starts = given is not None and given.counts[0] is None and not seasons
    return untold_starts(starts, sum(season.totals[0].value for season in seasons), without_starts)


class RunningCount:
    """One count of a career, carried on season by season from the first.

    `place` is where the counts of a line have it, `told` the coverage that tells of an absent driver; `given` is what a
    source has of the career through a race.
    """

    def __init__(self, place: int, told: str, given: Count | None = None, through: int = 0):
        self.place, self.told = place, told
        self.given, self.through = given, through
        self.carried_on = given
        """The given total and what is known after it; from its own season on."""
        self.after_lines: list[Count] = []
        self.of_seasons = Count(0)
        """What the seasons so far add up to."""
        self.on_file = 0
        """How much of the given total the races on file by then make."""

    @classmethod
    def of_career(
        cls,
        lines: Sequence[CountedLine],
        seasons: Sequence[SeasonSoFar],
        given: GivenCounts | None,
        place: int,
        told: str,
    ) -> RunningCount:
        total = given.counts[place] if given else None
        count = cls(place, told, total, given.through if given and total else 0)
        at = 0
        for season in seasons:
            last = bisect_left(lines, season.end, at, key=attrgetter("order"))
            count.add(season, lines[at:last])
            at = last
        return count

    @property
    def total(self) -> Count:
        return larger(self.of_seasons, self.carried_on)

    @property
    def not_on_file(self) -> int:
        """How much more the given total has than is on file by then."""
        return max(0, self.given.value - self.on_file) if self.given else 0

    def add(self, season: SeasonSoFar, lines: Sequence[CountedLine]) -> None:
        """A further season, with its lines."""
        carried_on = self.carried_on if self.through < season.end else None
        summed = season.given.counts[self.place] if season.given else None
        # What a source sums of a season tells more only where a line does not say what it adds.
        if (carried_on or season.races.in_doubt(self.told)) or (
            summed and any(line.adds[self.place] is None for line in lines)
        ):
            self._add_in_doubt(season, lines, summed, carried_on)
        else:
            count, place, after_lines = self.of_seasons, self.place, self.after_lines
            for line in lines:
                if (added := line.adds[place]) != 0:
                    count = count.adding(added)
                after_lines.append(count)
            self.of_seasons = self.of_seasons.plus(season.totals[self.place])
            self.on_file = self.of_seasons.value

    def _add_in_doubt(
        self, season: SeasonSoFar, lines: Sequence[CountedLine], summed: Count | None, carried_on: Count | None
    ) -> None:
        """A season of which the lines may not tell all: `summed` is what a source has of it."""
        so_far, total = SoFar(season.races, self.told), season.totals[self.place]
        for line in lines:
            so_far.add(line.order, line.adds[self.place])
            count = so_far.since(0)
            if summed and not count.exact and season.given and season.given.through <= line.order:
                count = larger(count, summed.plus(so_far.since(season.given.through)))
            count = self.of_seasons.plus(count)
            if line.order <= self.through:
                self.on_file = count.value
            if carried_on and self.through <= line.order:
                count = larger(count, carried_on.plus(so_far.since(self.through)))
            self.after_lines.append(count)
        self.of_seasons = self.of_seasons.plus(total)
        if season.end <= self.through:
            self.on_file = self.of_seasons.value
        if carried_on:
            within = self.through >= season.start
            self.carried_on = carried_on.plus(so_far.since(self.through, to_the_end=True) if within else total)


class SoFar:
    """What the lines of one season add up to, taken one after another."""

    def __init__(self, races: SeasonRaces, told: str):
        self.races, self.told = races, told
        self.doubtful = frozenset(races.doubtful.get(told, ()))
        self.orders = [0]
        self.sums = [Count(0)]
        self.listed = [0]

    def add(self, order: int, added: int | None) -> None:
        self.orders.append(order)
        self.sums.append(self.sums[-1].adding(added))
        self.listed.append(self.listed[-1] + (order in self.doubtful))

    def since(self, order: int, to_the_end: bool = False) -> Count:
        """What was added after a race: known, and in doubt."""
        start = bisect_right(self.orders, order) - 1
        value, unknown = self.sums[-1]
        doubt = 0
        if self.doubtful:
            doubt = self.races.in_doubt(self.told, order, None if to_the_end else self.orders[-1])
            doubt -= self.listed[-1] - self.listed[start]
        return Count(value - self.sums[start].value, unknown - self.sums[start].unknown + doubt)


def first_to_reach(threshold: int, counts: Sequence[Count], added: Sequence[int | None]) -> int | None:
    """The index of the first of the running counts that has reached a threshold; BEFORE where it was reached between
    that line and the one before; None where none has. `added` is what each line added."""
    index = next((index for index, count in enumerate(counts) if count.value >= threshold), None)
    if index is None or counts[index].value - (added[index] or 0) < threshold:
        return index
    return BEFORE
