"""Milestones: the clubs of those who reached a round number, in the order they did.

A driver is in a club whose figure, as a leaderboard gives it, is at the threshold, exactly or at least. In which race
it was reached is known where the running count is exact. `MilestoneReached` holds that for the book as it stands; where
it is in doubt, or the driver's record has changed since the day, it is counted out of the lines by the same functions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from django.db.models import Exists, OuterRef, Q

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.counts import BEFORE, first_to_reach
from races.derived.season_totals import THROUGH
from races.models import GivenTotals, Milestone, MilestoneReached, Race, Series, StatLine
from races.order import LAST_YEAR, race_order, year_and_round
from races.statistics import STATISTICS
from racestats.serving.kept_values import kept
from stats.boards.leaderboards import Leaderboard, leaderboard
from stats.boards.ranking import BoardRow
from stats.careers.active import last_order
from stats.figures.figure import Figure
from stats.figures.running import CountedRaces, runs
from stats.scope import Scope


@dataclass(frozen=True)
class Member:
    """One member of a club. Without a race it is not known in which the threshold was reached, and without a `season`
    not in which year either.

    `order` is the place in the club, None where somebody whose race is not known may have been earlier.
    """

    order: int | None
    driver: Driver
    race: Race | None
    season: int | None
    count_after: int | None
    start_number: int | None
    total: Figure
    active: bool
    evidence: str

    @property
    def reached_in(self) -> str | None:
        """The race; else the season, as far as it is known."""
        if self.race:
            return self.race.label
        return str(self.season) if self.season else None

    @property
    def reached_order(self) -> int | None:
        return race_order(self.season, (self.race and self.race.round) or 0) if self.season else None


@dataclass(frozen=True)
class Club:
    """A milestone's members, those whose place is known first, in order; and the whole leaderboard whose totals make
    them members. Of the figures in doubt the board tells those of members alone."""

    milestone: Milestone
    members: list[Member]
    board: Leaderboard


@dataclass(frozen=True)
class ClubSize:
    """A milestone, and how many have reached it."""

    milestone: Milestone
    members: int


@dataclass(frozen=True)
class Arrival:
    """Where a driver reached a threshold: after the race of the order `since`, at the latest in that of the order `by`;
    and which `race` it was, where that is known. `count` is what the career had come to after it, and `season` the year
    of it, None where in doubt.
    """

    by: int
    since: int
    season: int | None
    race: int | None = None
    count: int | None = None
    start: int | None = None


def sizes_of_clubs(boards: Iterable[Leaderboard], scope: Scope) -> list[ClubSize]:
    """The milestones of the scope's series, by statistic and threshold, each with the size of its club.

    The boards are those of `CAREER_STATISTICS`, in order. One query.
    """
    totals = {board.statistic.key: sorted(board.rows.values) for board in boards}
    return [
        ClubSize(each, len(totals[each.statistic]) - bisect_left(totals[each.statistic], each.threshold))
        for each in milestones_of(scope, list(totals))
    ]


def milestones_of(scope: Scope, statistics: Sequence[str]) -> list[Milestone]:
    """The milestones of the scope's series, by these statistics and by threshold. One query."""
    series = scope.series and scope.series.pk
    found = [each for each in all_milestones() if each.series_id == series and each.statistic in statistics]
    return sorted(found, key=lambda each: (statistics.index(each.statistic), each.threshold))


@kept
def all_milestones() -> Sequence[Milestone]:
    """Of every series. One query; they are kept."""
    return tuple(Milestone.objects.select_related("series", "source"))


def milestone_at(slug: str) -> Milestone | None:
    """The milestone at an address: “cup-laps-led-10000”."""
    threshold = slug.rpartition("-")[2]
    if not threshold.isdecimal():
        return None
    found = [each for each in all_milestones() if each.threshold == int(threshold[:9])]
    return next((milestone for milestone in found if milestone.slug == slug), None)


def neighbours(milestone: Milestone) -> tuple[Milestone | None, Milestone | None]:
    """The milestones before and after one of the same statistic."""
    alike = milestones_of(Scope(series=milestone.series), [milestone.statistic])
    lower = [each for each in alike if each.threshold < milestone.threshold]
    higher = [each for each in alike if each.threshold > milestone.threshold]
    by_threshold = attrgetter("threshold")
    return max(lower, key=by_threshold, default=None), min(higher, key=by_threshold, default=None)


def club(milestone: Milestone, scope: Scope) -> Club:
    """The members of a club as of the scope, in order; then those without a place: first those whose race is not known
    either, by season, then by race."""
    of_series = scope.narrowed(series=milestone.series)
    board = leaderboard(STATISTICS[milestone.statistic], of_series)
    there = board.rows[: sum(value >= milestone.threshold for value in board.rows.values)]
    board = replace(board, at_least=sum(not row.value.exact for row in there))
    rows = {row.who.pk: row for row in there}
    reached = _as_held(milestone, scope)
    if others := rows.keys() - reached.keys():
        careers = runs(board.statistic, of_series, others, basis=board.basis)
        reached |= {driver: reached_in(milestone.threshold, run) for driver, run in careers.items()}
    races = Race.objects.with_label().in_bulk({reached[driver].race for driver in rows} - {None})
    in_doubt = [reached[driver] for driver in rows if reached[driver].race is None]

    def first_come(row: BoardRow) -> tuple[bool, int, str]:
        at = reached[row.who.pk]
        return at.race is not None, at.by if at.race else at.season or 0, str(row.who)

    members = []
    for place, row in enumerate(sorted(rows.values(), key=first_come), start=1):
        at = reached[row.who.pk]
        order = None
        if at.race and not any(each.since < at.by <= each.by for each in in_doubt):
            order = place - sum(each.since >= at.by for each in in_doubt)
        evidence = row.evidence(board.statistic)
        race = races.get(at.race)
        members.append(Member(order, row.driver, race, at.season, at.count, at.start, row.value, row.active, evidence))
    members.sort(key=lambda each: each.order is None)
    return Club(milestone, members, board)


def _as_held(milestone: Milestone, scope: Scope) -> dict[int, Arrival]:
    """By driver, the race the book holds, where nothing of the driver has changed since the day. One query."""
    held = MilestoneReached.objects.filter(milestone=milestone, race__isnull=False, exact=True).order_by()
    if scope.as_of:
        held = held.exclude(changed_since(milestone.series, scope.as_of))
    return {
        driver: Arrival(order, order, year_and_round(order)[0], race, count, start)
        for driver, race, order, count, start in held.values_list(
            "driver", "race", "race__coverage__race_order", "count_after", "start_number"
        )
        if order is not None
    }


def changed_since(series: Series, as_of: AsOf) -> Q:
    """Of rows that have a driver, those of whom a line of a race by that day, or given totals, have come or gone
    since."""
    last = last_order(series, as_of)
    lines = StatLine.objects.filter(
        Q(valid_from__gt=as_of.day) | Q(valid_to__gt=as_of.day), series=series, race_order__lte=last
    )
    given = GivenTotals.objects.filter(series=series).annotate(through=THROUGH)
    of_driver = {"driver": OuterRef("driver")}
    return Q(Exists(lines.filter(**of_driver))) | Q(Exists(given.filter(through__gt=last, **of_driver)))


def reached_in(threshold: int, run: CountedRaces) -> Arrival:
    """Where a career whose count is at the threshold came to it."""
    index = first_to_reach(threshold, run.counts, run.added)
    if index is not None and index != BEFORE and run.counts[index].exact:
        order, starts = run.orders[index], run.starts[index]
        start = starts.value if starts.exact else None
        return Arrival(order, order, year_and_round(order)[0], run.races[index], run.counts[index].value, start)
    known = [*zip(run.orders, run.counts), *run.known_at]
    by = min((at for at, count in known if count.value >= threshold), default=race_order(LAST_YEAR, 0))
    since = max((at for at, count in known if count.exact and count.value < threshold and at < by), default=0)
    then = max(
        (count.value for at, count in known if at == by and count.exact and count.value >= threshold), default=None
    )
    year = year_and_round(by)[0]
    before = max((at for at, _ in run.known_at if at < race_order(year, 0)), default=0)
    return Arrival(by, since, year if since >= before > 0 else None, count=then)
