"""All that the page of one driver tells, as the book stands or stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from django.db.models import F, Q

from drivers.models import Driver
from races.models import Race, Result, Session, StatLine
from races.statistics import STATISTICS
from stats.scope import Scope
from stats.titles import Honours, honours

from .profile import DriverRecord, record_of

CLOSE_WINS, CLOSE_SECONDS = STATISTICS["close_wins"], STATISTICS["close_runner_ups"]
LATEST = 10
"""How many races a driver's page shows of the log."""


@dataclass(frozen=True)
class CloseFinish:
    """A close finish of the driver: won, or second to the `other`."""

    race: Race
    race_order: int
    finish: int
    margin: Decimal
    other: Driver | None

    @property
    def result(self) -> str:
        return "won" if self.finish == 1 else "second"


@dataclass(frozen=True)
class DriverPage:
    """A driver's record, the `latest` lines, those of poles, close finishes, practice and qualifying, and titles."""

    record: DriverRecord
    latest: Sequence[StatLine]
    poles: Sequence[StatLine]
    close_finishes: Sequence[CloseFinish]
    timed: Sequence[Result]
    honours: Sequence[Honours]


def driver_page(scope: Scope) -> DriverPage:
    """The page of the driver whom the scope names."""
    lines = _notable_lines(scope)
    return DriverPage(
        record=record_of(scope.the_driver, scope.as_of),
        latest=lines[:LATEST],
        poles=[line for line in lines if line.pole],
        close_finishes=_close_finishes(lines, scope),
        timed=_timed_sessions(scope),
        honours=honours(scope.the_driver, scope),
    )


def _notable_lines(scope: Scope) -> list[StatLine]:
    """The driver's latest lines and, however old, those of poles and close finishes; the latest first."""
    lines = scope.lines()
    latest = lines.order_by("-race_order").values("pk")[:LATEST]
    notable = Q(pk__in=latest) | Q(pole=True) | CLOSE_WINS.evidence | CLOSE_SECONDS.evidence
    return list(lines.filter(notable).for_log().order_by("-race_order", "pk"))


def _close_finishes(lines: Sequence[StatLine], scope: Scope) -> list[CloseFinish]:
    """Those lines that are close finishes, the closest first, each with the other of the first two."""
    close = [
        (line, line.finish, line.margin)
        for line in lines
        if line.finish and line.margin is not None and (CLOSE_WINS.of_line(line) or CLOSE_SECONDS.of_line(line))
    ]
    first_two = StatLine.objects.first_two(scope.as_of).filter(race__in=[line.race_id for line, *_ in close])
    others = {line.race_id: line.driver for line in first_two.exclude(driver=scope.driver).select_related("driver")}
    return [
        CloseFinish(line.race, line.race_order, finish, margin, others.get(line.race_id))
        for line, finish, margin in sorted(close, key=itemgetter(2))
    ]


def _timed_sessions(scope: Scope) -> list[Result]:
    """The driver's practice and qualifying, the latest first; as of a day, of the races run by then."""
    results = Result.objects.filter(
        entry__driver=scope.driver, session__kind__in=[Session.Kind.PRACTICE, Session.Kind.QUALIFYING]
    )
    return list(
        results.of_races_run_by(scope.as_of)
        .select_related("session__race__season__series", "session__race__event", "session__race__layout__track")
        .order_by(
            "-session__race__season__year",
            F("session__race__round").desc(nulls_last=True),
            "session__kind",
            "session__number",
        )
    )
