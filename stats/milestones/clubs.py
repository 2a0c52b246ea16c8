"""Milestones: the clubs of those who reached a round number, in the order they did.

A driver is in a club whose total, as a leaderboard gives it, is at the threshold. In which race it was reached is known
where the running count is. `MilestoneReached` holds it for the book as it stands; as of an earlier day it is counted,
by the same functions, out of the lines that stood then, for the drivers of whom anything has changed since.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from drivers.models import Driver
from races.derived.counts import BEFORE, CountedLine, Opening, first_to_reach, running_counts
from races.models import GivenTotals, Milestone, MilestoneReached, Race, Series, StatLine
from races.statistics import STATISTICS, addend
from stats.boards.leaderboards import Leaderboard, leaderboard
from stats.boards.ranking import Row
from stats.careers.totals import CAREER, THROUGH, last_order
from stats.scope import AsOf, Scope

MILESTONE_STATISTICS = CAREER
"""The statistics held as running counts: those that milestones are of."""


@dataclass(frozen=True)
class Member:
    """One member of a club. Without a race it is not known where the threshold was reached.

    `order` is the how-manieth to get there, None where somebody whose race is not known may have been earlier.
    """

    order: int | None
    driver: Driver
    race: Race | None
    count_after: int | None
    start_number: int | None
    total: int
    active: bool
    evidence: str


@dataclass(frozen=True)
class Club:
    """A milestone's members, and the leaderboard whose totals make them so."""

    milestone: Milestone
    members: list[Member]
    board: Leaderboard


class Reached(NamedTuple):
    """Where a driver reached a threshold: by the race of this order at the latest, and `since` another at the earliest;
    in that race, where it is given."""

    by: int
    race: int | None = None
    count: int | None = None
    start: int | None = None
    since: int = 0


def milestones_of(boards: Iterable[Leaderboard], scope: Scope) -> list[Milestone]:
    """The milestones of the scope's series, by statistic and threshold, each with the size of its club.

    The boards are those of `MILESTONE_STATISTICS`, in order. One query.
    """
    totals = {board.statistic.key: sorted(board.rows.values) for board in boards}
    found = Milestone.objects.filter(series=scope.series, statistic__in=totals).select_related("series")
    in_order = list(totals)
    milestones = sorted(found, key=lambda each: (in_order.index(each.statistic), each.threshold))
    for milestone in milestones:
        of_statistic = totals[milestone.statistic]
        milestone.members = len(of_statistic) - bisect_left(of_statistic, milestone.threshold)
    return milestones


def milestone_at(slug: str) -> Milestone | None:
    """The milestone at an address: “cup-laps-led-10000”."""
    threshold = slug.rpartition("-")[2]
    if not threshold.isdecimal():
        return None
    found = Milestone.objects.filter(threshold=int(threshold[:9])).select_related("series", "source")
    return next((milestone for milestone in found if milestone.slug == slug), None)


def club(milestone: Milestone, scope: Scope) -> Club:
    """The members of a club as of the scope: first those whose race is not known, then by race. Eight queries."""
    of_series = scope.narrowed(series=milestone.series)
    board = leaderboard(STATISTICS[milestone.statistic], of_series, at_least=milestone.threshold)
    rows = {row.who.pk: row for row in board.rows}
    reached = _as_held(milestone, scope)
    if others := rows.keys() - reached.keys():
        reached |= reached_by_the_lines(milestone, scope, board, others)
    races = Race.objects.for_list().prefetch_related(None).in_bulk({reached[driver].race for driver in rows} - {None})
    in_doubt = [reached[driver] for driver in rows if reached[driver].race is None]

    def first_come(row: Row) -> tuple:
        at = reached[row.who.pk]
        return at.race is not None, at.race is not None and at.by, str(row.who)

    members = []
    for place, row in enumerate(sorted(rows.values(), key=first_come), start=1):
        at = reached[row.who.pk]
        order = None
        if at.race is not None and not any(each.since <= at.by <= each.by for each in in_doubt):
            order = place - sum(each.since > at.by for each in in_doubt)
        evidence = row.evidence(board.statistic)
        members.append(Member(order, row.who, races.get(at.race), at.count, at.start, row.value, row.active, evidence))
    return Club(milestone, members, board)


def _as_held(milestone: Milestone, scope: Scope) -> dict[int, Reached]:
    """By driver, the race the book holds, where nothing of the driver has changed since the day. One query."""
    held = MilestoneReached.objects.filter(milestone=milestone, race__isnull=False).order_by()
    if scope.as_of:
        held = held.exclude(_changed_since(milestone.series, scope.as_of))
    return {
        driver: Reached(order, race, count, start)
        for driver, race, order, count, start in held.values_list(
            "driver", "race", "race__coverage__race_order", "count_after", "start_number"
        )
    }


def _changed_since(series: Series, as_of: AsOf) -> Q:
    """The drivers of whom a line of a race by that day, or given totals, have come or gone since."""
    last = last_order(series, as_of)
    lines = StatLine.objects.filter(
        Q(stands_from__gt=as_of.day) | Q(stands_until__gt=as_of.day), series=series, race_order__lte=last
    )
    openings = GivenTotals.objects.filter(series=series, season=None).annotate(through=THROUGH)
    return Q(driver__in=lines.values("driver")) | Q(driver__in=openings.filter(through__gt=last).values("driver"))


def reached_by_the_lines(
    milestone: Milestone, scope: Scope, board: Leaderboard, drivers: Collection[int]
) -> dict[int, Reached]:
    """By driver, what the lines of the scope say of it. One query."""
    lines = scope.narrowed(series=milestone.series).lines().filter(driver__in=drivers)
    careers: dict[int, list[tuple[int, CountedLine]]] = {driver: [] for driver in drivers}
    columns = ("driver", "race", "race_order", addend(board.statistic))
    for driver, race, order, adds in lines.order_by("race_order", "pk").values_list(*columns):
        careers[driver].append((race, CountedLine(order, (1, adds))))
    return {
        driver: _reached(milestone.threshold, career, _opening(board, driver)) for driver, career in careers.items()
    }


def _opening(board: Leaderboard, driver: int) -> Opening | None:
    """The driver's given totals, of starts and of the board's statistic."""
    totals = board.ground.openings.get(driver)
    return totals and Opening(totals.through_order, (totals.starts, getattr(totals, board.statistic.key)))


def _reached(threshold: int, career: list[tuple[int, CountedLine]], opening: Opening | None) -> Reached:
    """Where a career whose total is at the threshold came to it."""
    lines = [line for _, line in career]
    counts = running_counts(lines, opening, 2)
    index = first_to_reach(threshold, 1, lines, counts, opening)
    if index == BEFORE:
        return _before_the_opening(threshold, lines, opening)
    if index is not None:
        return Reached(lines[index].order, career[index][0], counts[index][1], counts[index][0])
    # An unknown addend hides where it was; the total is then what is known of all the lines, which reached it here.
    known = _known_alone(lines)
    return Reached(known[first_to_reach(threshold, 1, known, running_counts(known, None, 2), None)].order)


def _before_the_opening(threshold: int, lines: list[CountedLine], opening: Opening) -> Reached:
    """Between which races a threshold was reached that the opening held, where the lines are some short of it."""
    official = opening.counts[1]
    before = _known_alone(line for line in lines if line.order <= opening.through)
    counts = running_counts(before, None, 2)
    missing = official - (counts[-1][1] if counts else 0)
    latest = first_to_reach(threshold, 1, before, counts, None)
    if missing < 0 or latest is None:
        return Reached(opening.through, count=official)
    earliest = first_to_reach(threshold - missing, 1, before, counts, None)
    return Reached(before[latest].order, count=official, since=before[earliest].order)


def _known_alone(lines: Iterable[CountedLine]) -> list[CountedLine]:
    return [CountedLine(line.order, (1, line.adds[1] or 0)) for line in lines]
