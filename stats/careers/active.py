"""Who is active: as of the day that is asked about."""

from __future__ import annotations

from django.db.models import QuerySet, Subquery

from races.as_of import AsOf
from races.models import Series, StatLine
from racestats import formatting
from stats.scope import Scope

LAST_RACES = 10
"""A driver is active who started one of the last so many races of the series whose starters are in the book."""
ONE_OF_THE_LAST = f"one of the last {formatting.WORDS[LAST_RACES]} races"


def last_order(series: Series, as_of: AsOf) -> Subquery:
    """The order of the last race of a series that had been run by then; null where there was none."""
    run = Scope(series=series, as_of=as_of).coverage()
    return Subquery(run.order_by("-race_order").values("race_order")[:1])


def active_drivers(scope: Scope, by: str = "driver") -> set[int]:
    """The drivers, or teams or makes, who started one of the last races of the scope's series, by its `as of`."""
    return set(latest_lines(scope).order_by().values_list(by, flat=True)) - {None}


def latest_lines(scope: Scope) -> QuerySet[StatLine]:
    """The lines of the last `LAST_RACES` races with lines of the scope's series in the book, by its `as of`."""
    lines = Scope(series=scope.series, as_of=scope.as_of).lines()
    last = lines.order_by("-race_order").values("race_order").distinct()[:LAST_RACES]
    return lines.filter(race_order__in=last)
