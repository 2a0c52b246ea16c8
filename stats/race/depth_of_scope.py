"""How deep the book's list of margins is whole, for the races of a scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from operator import itemgetter

from django.db.models import OuterRef, QuerySet, Subquery

from races.as_of import AsOf
from races.models import Era, Race, RaceCoverage, Season, Series
from races.models.series import FIRST_YEAR, LAST_YEAR
from racestats.json_rows import rows_of
from stats.scope import AtRace, Scope

from .depth import NOTHING, WHOLE, Declared, Depth, depth, not_held

KNOWN = (Race.MarginKind.TIME, Race.MarginKind.CAUTION, Race.MarginKind.LAPS)
"""Of these it is known that the finish was not closer than its margin in seconds says."""


def depth_of(scope: Scope, *, series: Series | None = None, orders: Collection[int] | None = None) -> Depth:
    """How deep the list of the scope's margins is whole. One query; another where more than its series narrows it.

    Where they are at hand, `series` is the scope's own `with_margins`, and `orders` are those of its races. Margins of
    several series make one list only where each is whole.
    """
    if series is None:
        mine = Series.objects.filter(pk=scope.series.pk) if scope.series else Series.objects.all()
        of_series = list(with_margins(mine, scope.as_of))
    else:
        of_series = [series]
    asked = None
    if orders is not None:
        asked = {(each.pk, order) for each in of_series for order in orders}
    elif scope != Scope(series=scope.series, as_of=scope.as_of):
        rows = scope.races().exclude(coverage=None).order_by()
        asked = set(rows.values_list("season__series", "coverage__race_order"))
    depths = [found for each in of_series if (found := _depth(scope, each, asked)) is not None]
    return depths[0] if len(depths) == 1 else WHOLE if all(each == WHOLE for each in depths) else NOTHING


def with_margins(series: QuerySet[Series], as_of: AsOf | None) -> QuerySet[Series]:
    """Series with what their margins are known of: races held, seasons, eras whose closest finishes are known."""
    held = Scope(as_of=as_of).coverage().filter(race__season__series=OuterRef("pk"))
    through = RaceCoverage.objects.filter(
        race__season__series=OuterRef("series"), known_on__lte=OuterRef("closest_known_through")
    )
    eras = Era.objects.filter(series=OuterRef("pk"), closest_known__isnull=False).annotate(
        through=Subquery(through.order_by("-race_order").values("race_order")[:1])
    )
    return series.annotate(
        race_rows=rows_of(held, "race__season__series", "race_order", "known_on", "race__margin_kind"),
        season_rows=rows_of(Season.objects.filter(series=OuterRef("pk")), "series", "year", "rounds"),
        era_rows=rows_of(eras, "series", "starts", "through", "closest_known"),
    )


def _depth(scope: Scope, series: Series, asked: set[tuple[int, int]] | None) -> Depth | None:
    """Of one series; None where the scope has no race of it."""
    held = series.race_rows or ()
    races = [row for row in held if asked is None or (series.pk, row[0]) in asked]
    if not races:
        return None
    first, last = _years(scope, series)
    rounds = {year: count for year, count in series.season_rows or () if first <= year <= last}
    unknown = {order for order, _, kind in races if kind not in KNOWN} | not_held({row[0] for row in held}, rounds)
    return depth(unknown, _declared(series, min(date.fromisoformat(known_on) for _, known_on, _ in races)))


def _declared(series: Series, first: date) -> Declared | None:
    """What is known deepest of an era that holds all races from the first on; else of the era that began first."""
    eras = sorted(
        (date.fromisoformat(starts), through or 0, Decimal(str(seconds)))
        for starts, through, seconds in series.era_rows or ()
    )
    around = [era for era in eras if era[0] <= first]
    if around:
        _, through, seconds = max(around, key=itemgetter(2))
        return Declared(None, through, seconds)
    return Declared(*eras[0]) if eras else None


def _years(scope: Scope, series: Series) -> tuple[int, int]:
    """The first and the last season that a scope may reach into."""
    first, last = [FIRST_YEAR], [LAST_YEAR]
    if scope.season:
        first.append(scope.season)
        last.append(scope.season)
    for era in scope.era.eras if scope.era else ():
        if era.series_id == series.pk:
            first.append(era.starts.year)
            last += [era.ends.year] if era.ends else []
    if scope.from_:
        first.append(_year(scope.from_))
    if scope.to:
        last.append(_year(scope.to))
    return max(first), min(last)


def _year(value: int | date | AtRace) -> int:
    return value if isinstance(value, int) else value.year
