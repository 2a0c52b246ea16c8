"""The watch: which active drivers are near a round number or the next name on an all-time list, and how far away.

The distance is to the figure itself, so to draw level with whoever has it. The rate is a driver's figure per start in
this season and the last, in the races of them that are held whole; at that rate, in a start each race, the distance is
so many races.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.urls import reverse

from drivers.models import Driver
from races.models import GivenTotals, Milestone, Race, Series
from races.order import race_order
from races.statistics import Statistic
from racestats import formatting
from racestats.json_rows import rows_of
from stats.boards.leaderboards import FEWEST_STARTS, Leaderboard, leaderboards
from stats.boards.ranking import Row
from stats.careers.totals import latest_lines
from stats.evidence import evidence_url
from stats.scope import Scope

from .clubs import MILESTONE_STATISTICS, milestones_of

SOON = 40
"""Races: what is farther away is shown where it is asked for."""
NEAR = Decimal("0.04")
"""Of the figure watched: without a rate, what is this near is shown."""
HIGHEST = 50
"""Names are watched down to this place of an all-time list."""
NAMES = 3
"""More who are tied are counted."""


class Target(NamedTuple):
    """A figure above a driver's: in words after the distance, and where it leads."""

    value: int
    words: str
    url: str


class Rate(NamedTuple):
    """A figure per start, in so many starts."""

    per_start: Fraction
    starts: int


@dataclass(frozen=True)
class Watched:
    """One driver on the way to one figure. `race` is the one it would be in, where the schedule is held."""

    driver: Driver
    statistic: Statistic
    total: int
    target: Target
    rate: Rate | None
    evidence: str
    race: Race | None = None

    @property
    def to_go(self) -> int:
        return self.target.value - self.total

    @property
    def watch(self) -> str:
        """“149 laps led to go to 10,000”, “1 win behind Dale Jarrett (32)”."""
        return f"{self.statistic.amount(self.to_go)} {self.target.words}"

    @property
    def per_start(self) -> float | None:
        return self.rate and float(self.rate.per_start)

    @property
    def races_away(self) -> int | None:
        return races_away(self.to_go, self.rate and self.rate.per_start)

    @property
    def is_near(self) -> bool:
        """Whether it is worth showing unasked."""
        if self.races_away is None:
            return self.to_go <= NEAR * self.target.value
        return self.races_away <= SOON


@dataclass(frozen=True)
class Watch:
    """Everything watched in a scope, the nearest first, on these boards; the milestones, each with its club's size.

    `season` is the one that the rates and the one before it are of.
    """

    rows: list[Watched]
    boards: list[Leaderboard]
    milestones: list[Milestone]
    season: int | None


def races_away(to_go: int, per_start: Fraction | None) -> int | None:
    """How many races it takes; None where there is no rate, or one of nothing."""
    return ceil(to_go / per_start) if per_start else None


def next_above(total: int, targets: Sequence[Target]) -> Target | None:
    """The first of the targets, lowest first, that is above the total."""
    place = bisect_right([target.value for target in targets], total)
    return targets[place] if place < len(targets) else None


def watch(scope: Scope) -> Watch:
    """Read it for the series of the scope, as of its day. Eight queries."""
    boards = leaderboards(MILESTONE_STATISTICS, scope, named=HIGHEST)
    milestones = milestones_of(boards, scope)
    season, rates = _rates(scope)
    rows = []
    for board in boards:
        numbers = _round_numbers([each for each in milestones if each.statistic == board.statistic.key], scope)
        for row in board.rows.of_active():
            above = (next_above(row.value, numbers), _names_above(row, board, scope))
            rate = rates.get((row.who.pk, board.statistic.key))
            rows += [_watched(row, board, target, rate) for target in above if target]
    rows.sort(key=_nearest_first)
    return Watch(_on_the_schedule(rows, scope, season), boards, milestones, season)


def nearest(series: Series, careers_held: bool, count: int) -> list[Watched]:
    """For a first page: the round number nearest to each active driver, as a share of it. Two queries.

    It reads the counts that stand with each driver's latest line. Where the book does not hold whole careers
    (`careers_held`), only those count that given totals give.
    """
    scope = Scope(series=series)
    openings = GivenTotals.objects.filter(driver=OuterRef("driver"), series=series, season=None)
    given = rows_of(openings, "driver", *(statistic.key for statistic in MILESTONE_STATISTICS))
    lines = latest_lines(scope).select_related("driver").annotate(given=given)
    latest = {line.driver_id: line for line in lines.order_by("race_order")}
    milestones = list(Milestone.objects.filter(series=series).select_related("series").order_by("threshold"))
    found = []
    for place, statistic in enumerate(MILESTONE_STATISTICS):
        targets = _round_numbers([each for each in milestones if each.statistic == statistic.key], scope)
        for line in latest.values():
            is_total = careers_held or (bool(line.given) and line.given[0][place] is not None)
            total = getattr(line, f"{statistic.key}_after") if is_total else None
            if total and (target := next_above(total, targets)):
                url = evidence_url(scope, statistic, line.driver)
                found.append(Watched(line.driver, statistic, total, target, None, url))
    found.sort(key=_nearest_first)
    of_driver: dict[Driver, Watched] = {}
    for row in found:
        of_driver.setdefault(row.driver, row)
    return list(of_driver.values())[:count]


def _nearest_first(row: Watched) -> tuple:
    return row.races_away is None, row.races_away or 0, Fraction(row.to_go, row.target.value), str(row.driver)


def _watched(row: Row, board: Leaderboard, target: Target, rate: Rate | None) -> Watched:
    return Watched(row.who, board.statistic, row.value, target, rate, row.evidence(board.statistic))


def _round_numbers(milestones: list[Milestone], scope: Scope) -> list[Target]:
    """The clubs of one statistic, lowest first."""
    query = Scope(as_of=scope.as_of).query()
    return [
        Target(each.threshold, f"to go to {each.threshold:,}", f"{each.get_absolute_url()}{query}")
        for each in milestones
    ]


def _names_above(row: Row, board: Leaderboard, scope: Scope) -> Target | None:
    """Whoever is next above on the board, those who are tied together."""
    tied = board.rows.just_above(row, HIGHEST)
    if not tied:
        return None
    who = [each.who for each in tied]
    names = formatting.listed([str(each) for each in who]) if len(who) <= NAMES else f"{len(who)} drivers"
    address = reverse("drivers:leaderboard", args=[board.statistic.key]) + scope.query()
    url = who[0].get_absolute_url() if len(who) == 1 else address
    return Target(tied[0].value, f"behind {names} ({tied[0].value:,})", url)


def _rates(scope: Scope) -> tuple[int | None, dict[tuple[int, str], Rate]]:
    """The latest season, and by driver and statistic the rate of it and the one before. One query."""
    latest = scope.coverage().order_by("-race_order").values(first=race_order(F("race__season__year") - 1, 0))[:1]
    lines = scope.lines().filter(race_order__gte=Subquery(latest), race__coverage__whole=True)
    columns = {}
    for statistic in MILESTONE_STATISTICS:
        known = Q(**{f"race__coverage__{statistic.covered_by}": True})
        columns |= {f"{statistic.key}_of": statistic.total(known), f"{statistic.key}_in": Count("pk", filter=known)}
    rows = list(lines.order_by().values("driver").annotate(season=Max("year"), **columns))
    rates = {
        (row["driver"], each.key): Rate(Fraction(row[f"{each.key}_of"] or 0, starts), starts)
        for row in rows
        for each in MILESTONE_STATISTICS
        if (starts := row[f"{each.key}_in"]) >= FEWEST_STARTS
    }
    return max((row["season"] for row in rows), default=None), rates


def _on_the_schedule(rows: list[Watched], scope: Scope, season: int | None) -> list[Watched]:
    """The same with the race it would be in, where that is one of the races to come that the book holds. One query."""
    run = scope.races().values("pk")
    to_come = (
        Race.objects.points()
        .filter(season__series=scope.series, season__year__gte=season or 0)
        .exclude(status=Race.Status.CANCELLED)
        .exclude(pk__in=run)
        .for_list()
        .prefetch_related(None)
        .order_by("season__year", "round")[:SOON]
    )
    races = dict(enumerate(to_come, start=1))
    return [replace(row, race=races.get(row.races_away)) for row in rows]
