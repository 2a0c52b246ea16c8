"""Lists that no page has alone, of what stands on pages: the seasons of all series, and those of one driver."""

from __future__ import annotations

from django.db.models import Count, F, Q

from drivers.models import Driver
from races.models import Season
from stats.careers.page import record_of

from ..careers.driver import SeasonTable
from ..kit.filters.filter_sets import AsOfFilter, ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, LowestFirstColumn, NumberColumn
from ..kit.tables.racing_columns import itself
from ..races.race import SessionView


class SeasonFilter(ScopeFilterSet):
    keys = ("series", "as_of")


class SeasonItselfColumn(Column):
    """A season by its name, for a table whose records are seasons."""

    def raw(self, record):
        return str(record)


class SeasonListTable(BaseTable):
    season = SeasonItselfColumn("Season", accessor="pk", link=itself, orderable=False)
    series = Column("Series", link="series", order=F("series__name"))
    year = LowestFirstColumn("Year")
    rounds = NumberColumn("Rounds")
    races = NumberColumn("Races on file", accessor="held")


class SeasonListView(TablePageView):
    filterset_class = SeasonFilter

    def get_page(self, filters):
        scope = filters.scope
        seasons = Season.objects.filter(races__isnull=False).distinct()
        total = seasons.count()
        if scope.series:
            seasons = seasons.filter(series=scope.series)
        found = (
            Season.objects.filter(pk__in=seasons.order_by().values("pk"))
            .select_related("series")
            .annotate(held=Count("races", filter=Q(races__in=scope.races())))
            .order_by("-year", "series__level", "pk")
        )
        table = SeasonListTable(found)
        return scope_page(
            scope.title("Seasons"), filters, scope, {"seasons": table}, total=total, matching=len(table.rows)
        )


class DriverSeasonsView(TablePageView):
    filterset_class = AsOfFilter

    def get_page(self, filters, slug):
        driver = found_or_404(Driver, f"driver “{slug}”", slug=slug)
        scope = filters.scope.narrowed(driver=driver)
        record = record_of(scope)
        doubts = [f"{career.series}: {career.in_doubt}" for career in record.careers if career.in_doubt]
        return scope_page(
            f"{driver}: seasons",
            filters,
            scope,
            {"seasons": SeasonTable(record.seasons)},
            notes=doubts,
            total=len(record.seasons),
            matching=len(record.seasons),
        )


class RaceResultsView(SessionView):
    """The results of the race itself."""

    def get_page(self, filters, series, year, key):
        return super().get_page(filters, series, year, key, "race")
