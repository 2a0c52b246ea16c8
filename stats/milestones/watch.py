"""The watch: which active drivers are near a round number or the next name on an all-time list, and how far away.

The distance is to the figure itself, so to draw level with whoever has it. The rate is a driver's figure per start in
this season and the last, in the races of them that are held whole; at that rate, in a start each race, the distance is
so many races.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, F, Max, Q, Subquery
from django.db.models.expressions import CombinedExpression

from drivers.models import Driver
from races.models import Milestone, Race, Series
from races.order import race_order, year_and_round
from races.statistics import CAREER_STATISTICS, LineStatistic, Statistic
from racestats import formatting
from racestats.addresses import address_of
from racestats.serving.kept_values import kept
from stats.boards.heads import Board
from stats.boards.leaderboards import Leaderboard, leaderboards
from stats.boards.places import CareerBoards, Place
from stats.boards.ranking import BoardRow
from stats.figures.figure import Figure
from stats.scope import Scope

from .clubs import Club, ClubSize, milestones_of, sizes_of_clubs

FEWEST_STARTS = 5
"""A rate of fewer starts than this says nothing."""
SOON = 40
"""Races: what is farther away is shown where it is asked for."""
NEAR = Decimal("0.04")
"""Of the figure watched: without a rate, what is this near is shown."""
HIGHEST = 50
"""Names are watched down to this place of an all-time list."""


class Target(NamedTuple):
    """A figure above a driver's: in words after the distance, and where it leads; `exact` unless it may be higher."""

    value: int
    words: str
    url: str
    exact: bool = True


class Rate(NamedTuple):
    """A figure per start, in so many starts."""

    per_start: Fraction
    starts: int


Rates = tuple[int | None, Mapping[tuple[int, str], Rate]]


@dataclass(frozen=True)
class Watched:
    """One driver on the way to one figure. `race` is the one it would be in, where the schedule is held."""

    driver: Driver
    statistic: Statistic
    total: Figure
    target: Target
    rate: Rate | None
    evidence: str
    race: Race | None = None

    @property
    def to_go(self) -> int:
        to_go: int = self.target.value - self.total.value
        return to_go

    @property
    def watch(self) -> str:
        """“149 laps led from 10,000”, “1 win from tying Dale Jarrett (32)”."""
        return f"{self.distance} {self.target.words}"

    @property
    def distance(self) -> str:
        """“149 laps led”."""
        return self.statistic.amount(self.to_go)

    @property
    def per_start(self) -> float | None:
        return self.rate and float(self.rate.per_start)

    @property
    def races_away(self) -> int | None:
        return races_away(self.to_go, self.rate and self.rate.per_start)

    @property
    def is_near(self) -> bool:
        """Whether it is worth showing unasked."""
        return _is_near(self.to_go, self.target.value, self.rate)


@dataclass(frozen=True)
class Watch:
    """Everything watched in a scope, the nearest first, on these boards; the sizes of the clubs.

    `season` is the one that the rates and the one before it are of.
    """

    rows: list[Watched]
    boards: list[Leaderboard]
    clubs: list[ClubSize]
    season: int | None


def races_away(to_go: int, per_start: Fraction | None) -> int | None:
    """How many races it takes; None where there is no rate, or one of nothing."""
    return -(-to_go * per_start.denominator // per_start.numerator) if per_start else None


def _is_near(to_go: int, figure: int, rate: Rate | None) -> bool:
    away = races_away(to_go, rate and rate.per_start)
    return to_go <= NEAR * figure if away is None else away <= SOON


def next_above(total: int, targets: Sequence[Target]) -> Target | None:
    """The first of the targets, lowest first, that is above the total."""
    place = bisect_right([target.value for target in targets], total)
    return targets[place] if place < len(targets) else None


def watch(scope: Scope) -> Watch:
    """Read it for the series of the scope, as of its day. Eight queries."""
    boards = leaderboards(CAREER_STATISTICS, scope, named=HIGHEST)
    clubs = sizes_of_clubs(boards, scope)
    latest, rates = _rates(scope)
    rows = _watched_on(boards, [each.milestone for each in clubs], rates, scope)
    return Watch(_on_the_schedule(rows, scope, latest or 0), boards, clubs, latest and year_and_round(latest)[0])


def near(boards: CareerBoards, who: Collection[int] | None = None) -> list[Watched]:
    """Of the watch what is near, the nearest first, without the races it would be in; of all, or of some. Two queries,
    and those of the heads."""
    milestones = milestones_of(boards.scope, [each.key for each in CAREER_STATISTICS])
    _, rates = _rates(boards.scope, who=who)
    found = _watched_on(boards.heads, milestones, rates, boards.scope, only_near=True)
    return [each for each in found if who is None or each.driver.pk in who]


def near_of(driver: Driver, boards: CareerBoards, places: Mapping[str, Place]) -> list[Watched]:
    """The same of an active driver, who has these places on the boards. Two queries, and those of what is around
    him."""
    milestones = milestones_of(boards.scope, [each.key for each in CAREER_STATISTICS])
    _, rates = _rates(boards.scope, who={driver.pk})
    around = boards.around(driver.pk, places)
    return _watched_on(around, milestones, rates, boards.scope, driver, only_near=True)


def _nearest_first(row: Watched) -> tuple[bool, int, Fraction, str]:
    return row.races_away is None, row.races_away or 0, Fraction(row.to_go, row.target.value), str(row.driver)


def _watched(row: BoardRow, board: Board, target: Target, rate: Rate | None) -> Watched:
    return Watched(row.driver, board.statistic, row.value, target, rate, row.evidence(board.statistic))


def _round_numbers(milestones: list[Milestone], scope: Scope) -> list[Target]:
    """The clubs of one statistic, lowest first."""
    query = Scope(as_of=scope.as_of).query()
    return [
        Target(each.threshold, f"from {each.threshold:,}", f"{each.get_absolute_url()}{query}") for each in milestones
    ]


def _names_above(row: BoardRow, board: Board, scope: Scope) -> Target:
    """Whoever is next above on the board, those who are tied together; there is somebody."""
    tied = board.rows.just_above(row, HIGHEST)
    who = [each.who for each in tied]
    names = formatting.named([str(each) for each in who], "driver")
    address = address_of("drivers:leaderboard", board.statistic.key) + scope.query()
    url = who[0].get_absolute_url() if len(who) == 1 else address
    figure = tied[0].value
    words = f"from tying {names} ({figure.in_words(board.statistic)})"
    return Target(figure.value, words, url, figure.exact)


def _rates(
    scope: Scope, statistics: Sequence[LineStatistic] = CAREER_STATISTICS, who: Collection[int] | None = None
) -> Rates:
    """The order of the latest race that is held whole, and by driver and statistic the rate of the latest season and
    the one before; of `who` alone the order is that of their latest. One query; those of today are all kept."""
    if scope.as_of or scope.series is None:
        return _read_rates(scope, statistics, who)
    return _rates_now(scope.series)


@kept
def _rates_now(series: Series) -> Rates:
    return _read_rates(Scope(series=series), CAREER_STATISTICS, None)


def _read_rates(scope: Scope, statistics: Sequence[LineStatistic], who: Collection[int] | None) -> Rates:
    seasons = scope.coverage().order_by("-race_order").values(first=race_order(F("race__season__year") - 1, 0))[:1]
    lines = scope.lines().filter(race_order__gte=Subquery(seasons), race__coverage__whole=True)
    if who is not None:
        lines = lines.filter(driver__in=who)
    columns: dict[str, Aggregate | CombinedExpression] = {}
    for statistic in statistics:
        known = Q(**{f"race__coverage__{statistic.covered_by}": True})
        columns |= {f"{statistic.key}_of": statistic.total(known), f"{statistic.key}_in": Count("pk", filter=known)}
    rows: list[Mapping[str, Any]] = list(
        lines.order_by().values("driver").annotate(latest=Max("race_order"), **columns)
    )
    rates = {
        (row["driver"], each.key): Rate(Fraction(row[f"{each.key}_of"] or 0, starts), starts)
        for row in rows
        for each in statistics
        if (starts := row[f"{each.key}_in"]) >= FEWEST_STARTS
    }
    return max((row["latest"] for row in rows), default=None), rates


def next_in(found: Club, most: int) -> list[Watched]:
    """The active drivers nearest to a club's milestone, the nearest first. Whose total is at least so much, which the
    watch leaves out, has at most so far to go. Two queries."""
    board, (target,) = found.board, _round_numbers([found.milestone], found.board.scope)
    rows = [row for row in board.rows.of_active() if row.value.value < target.value]
    rows = sorted(rows, key=lambda row: (target.value - row.value.value, str(row.who)))[:most]
    _, rates = _rates(board.scope, [board.statistic], {row.who.pk for row in rows})
    return [_watched(row, board, target, rates.get((row.who.pk, board.statistic.key))) for row in rows]


def _on_the_schedule(rows: list[Watched], scope: Scope, latest: int) -> list[Watched]:
    """The same with the race it would be in, where that is one of the races to come that the book holds. One query."""
    races = dict(enumerate(scope.races_to_come(latest)[:SOON], start=1))
    return [replace(row, race=races.get(row.races_away or 0)) for row in rows]


def _watched_on(
    boards: Sequence[Board],
    milestones: Sequence[Milestone],
    rates: Mapping[tuple[int, str], Rate],
    scope: Scope,
    driver: Driver | None = None,
    only_near: bool = False,
) -> list[Watched]:
    """What the active drivers, or one of them, are on the way to, or of it what is near; the nearest first."""
    rows = []
    for board in boards:
        numbers = _round_numbers([each for each in milestones if each.statistic == board.statistic.key], scope)
        for row in board.rows.of_active(driver.pk if driver else None):
            if not row.value.exact:
                continue
            rate, total = rates.get((row.who.pk, board.statistic.key)), row.value.value
            number, of_names = next_above(total, numbers), board.rows.value_above(row, HIGHEST)
            if number and (not only_near or _is_near(number.value - total, number.value, rate)):
                rows.append(_watched(row, board, number, rate))
            # Names are put into words only where they are asked for.
            if of_names and (not only_near or _is_near(of_names - total, of_names, rate)):
                rows.append(_watched(row, board, _names_above(row, board, scope), rate))
    return sorted(rows, key=_nearest_first)
