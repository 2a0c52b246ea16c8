"""Who is active: as of the day that is asked about."""

from __future__ import annotations

from collections import Counter

from django.db.models import Max, QuerySet, Subquery

from races.as_of import AsOf
from races.models import Series, StatLine
from races.order import MOST_ROUNDS, race_order, year_and_round
from racestats import formatting
from racestats.serving.kept_values import kept
from stats.scope import Scope

LAST_RACES = 10
"""A driver is active who started one of the last so many races of the series whose starters are in the book."""
ONE_OF_THE_LAST = f"one of the last {formatting.WORDS[LAST_RACES]} races"


def last_order(series: Series, as_of: AsOf) -> Subquery:
    """The order of the last race of a series that had been run by then; null where there was none."""
    run = Scope(series=series, as_of=as_of).coverage()
    return Subquery(run.order_by("-race_order").values("race_order")[:1])


def active_drivers(scope: Scope, by: str = "driver") -> frozenset[int]:
    """The drivers, or teams or makes, who started one of the last races of the scope's series, by its `as of`. One
    query; who is active today is kept."""
    return _active(scope, by) if scope.as_of else _active_now(scope.series, by)


@kept
def _active_now(series: Series | None, by: str) -> frozenset[int]:
    return _active(Scope(series=series), by)


def _active(scope: Scope, by: str) -> frozenset[int]:
    return frozenset(latest_lines(scope).order_by().values_list(by, flat=True)) - {None}


def latest_lines(scope: Scope) -> QuerySet[StatLine]:
    """The lines of the last `LAST_RACES` races with lines of the scope's series in the book, by its `as of`."""
    lines = Scope(series=scope.series, as_of=scope.as_of).lines()
    last = lines.order_by("-race_order").values("race_order").distinct()[:LAST_RACES]
    return lines.filter(race_order__in=last)


def regular_drivers(scope: Scope) -> set[int]:
    """Who started half the races of the latest season, of each series or the one that the scope names, by its `as of`.
    A query, and one for each series."""
    of_day = Scope(series=scope.series, as_of=scope.as_of).lines().order_by()
    found: set[int] = set()
    for series, latest in of_day.values_list("series").annotate(latest=Max("race_order")):
        year, _ = year_and_round(latest)
        season = of_day.filter(series=series, race_order__range=(race_order(year, 0), race_order(year, MOST_ROUNDS)))
        raced = set(season.values_list("driver", "race"))
        starts, races = Counter(driver for driver, _ in raced), len({race for _, race in raced})
        found.update(driver for driver, started in starts.items() if started * 2 >= races)
    return found
