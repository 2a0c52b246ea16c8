"""The rule of totals, and who is active.

A total is the given total plus the lines after it. Without an given total it is all the lines, provided that the
book is complete enough to make them a total; else it is unknown, and only the races held here are counted.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from races.derived import counts
from races.models import GivenTotals, RaceCoverage, Series, StatLine
from races.order import race_order
from races.statistics import STATISTICS, Statistic
from stats.completeness import Completeness
from stats.scope import AsOf, Scope

CAREER = tuple(STATISTICS[key] for key in StatLine.RUNNING)
THROUGH = race_order(F("through_season"), F("through_round"))
"""The order of the race that given totals are through."""
LAST_RACES = 10
"""A driver is active who started one of the last so many races of the series in the book."""


def applicable_openings(scope: Scope) -> dict[int, GivenTotals]:
    """By driver, the given totals that this scope can be counted on from.

    They hold whole careers and whole seasons of a series, so a scope that is narrower has none; nor has the book
    as it stood before they were taken.
    """
    if not scope.series or any((scope.from_, scope.to, scope.era, scope.track, scope.type)):
        return {}
    if scope.manufacturer or scope.team:
        return {}
    openings = GivenTotals.objects.filter(series=scope.series).select_related("source", "season")
    openings = openings.filter(season__year=scope.season) if scope.season else openings.filter(season=None)
    if scope.driver:
        openings = openings.filter(driver=scope.driver)
    if scope.as_of:
        openings = openings.annotate(through=THROUGH).filter(through__lte=last_order(scope.series, scope.as_of))
    return {opening.driver_id: opening for opening in openings}


def last_order(series: Series, as_of: AsOf) -> Subquery:
    """The order of the last race of a series that had been run by then; null where there was none."""
    run = Scope(series=series, as_of=as_of).coverage()
    return Subquery(run.order_by("-race_order").values("race_order")[:1])


def after_openings(openings: Iterable[GivenTotals]) -> Q:
    """The lines of these drivers after their given totals, which are all of one series' careers or of one season."""
    openings = list(openings)
    if not openings:
        return Q(pk__in=[])
    of_driver = GivenTotals.objects.filter(
        driver=OuterRef("driver"), series=openings[0].series_id, season=openings[0].season_id
    )
    through = of_driver.order_by().values(order=THROUGH)
    drivers = [opening.driver_id for opening in openings]
    # The first of the three says nothing more than the last, but an index answers it.
    earliest = min(opening.through_order for opening in openings)
    return Q(race_order__gt=earliest) & Q(driver__in=drivers) & Q(race_order__gt=Subquery(through))


def total_of(statistic: Statistic, opening: GivenTotals | None, held, after, whole: bool, complete: Completeness):
    """The given total and what was counted `after` it, both exactly.

    Where these are not both known, or there is no opening, all that is `held`: if the book is complete enough, and if
    the lines are the `whole` of what the opening speaks of and add up to no less than was official.
    """
    official = getattr(opening, statistic.key) if opening is not None and statistic.opening else None
    if official is not None and after is not None:
        return official + after
    if statistic.opening and not (whole and (held or 0) >= (official or 0)):
        return None
    return held if complete.supports(statistic) else None


def is_whole(opening: GivenTotals | None, held: int, after: int) -> bool:
    """Whether so many lines, and so many of them after the opening, are about all of what it is of."""
    return opening is None or counts.is_whole(opening.starts, held, after)


def active_drivers(scope: Scope, by: str = "driver") -> set[int]:
    """The drivers, or teams or makes, who started one of the last ten races of the scope's series, by its `as of`."""
    return set(latest_lines(scope).order_by().values_list(by, flat=True)) - {None}


def latest_lines(scope: Scope) -> QuerySet[StatLine]:
    """The lines of the last ten races of the scope's series in the book, by its `as of`."""
    of_series = Scope(series=scope.series, as_of=scope.as_of)
    last = RaceCoverage.objects.filter(race__in=of_series.races()).order_by("-race_order")[:LAST_RACES]
    lines = StatLine.objects.standing(scope.as_of.day if scope.as_of else None)
    return lines.filter(race__in=last.values("race"))
