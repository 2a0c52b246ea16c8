"""Milestones: the clubs of those who reached a round number, in the order they did."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from races.models import Milestone, MilestoneReached, Race
from races.scope import Scope
from races.statistics import STATISTICS

from .leaderboards import leaderboard
from .models import Driver


@dataclass(frozen=True)
class Member:
    """One member of a club. Without a race it was reached before the book's own count of the driver began."""

    order: int | None
    driver: Driver
    race: Race | None
    count_after: int
    start_number: int | None
    total: int | None
    active: bool


def clubs() -> QuerySet[Milestone]:
    """Every milestone with the size of its club."""
    return (
        Milestone.objects.select_related("series")
        .annotate(members=Count("reached"))
        .order_by("series__level", "statistic", "-threshold")
    )


def club(milestone: Milestone, scope: Scope) -> list[Member]:
    """The members of a club as of the scope: first those who joined before the count began, then by race."""
    reached = (
        MilestoneReached.objects.filter(milestone=milestone)
        .select_related("driver", "race__season__series", "race__event", "race__layout__track", "race__coverage")
        .order_by("driver__name")
    )
    board = leaderboard(STATISTICS[milestone.statistic], scope.narrowed(series=milestone.series))
    totals = {row.driver.pk: row for row in board.rows}
    members = [row for row in reached if _by_then(row, totals, milestone)]
    members.sort(key=lambda row: row.race.coverage.race_order if row.race else 0)
    return [
        Member(
            place if row.race else None,
            row.driver,
            row.race,
            row.count_after,
            row.start_number,
            totals[row.driver.pk].value,
            totals[row.driver.pk].active,
        )
        for place, row in enumerate(members, start=1)
    ]


def _by_then(row: MilestoneReached, totals: dict, milestone: Milestone) -> bool:
    """Whether the driver's total in the scope is over the threshold: earlier `as of` days know fewer members."""
    total = totals.get(row.driver_id)
    return total is not None and total.value >= milestone.threshold
