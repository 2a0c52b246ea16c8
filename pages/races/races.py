"""The lists of races: all, and those of a series."""

from __future__ import annotations

from races.models import Series
from racestats import formatting
from stats.race.closest_finishes import with_first_two
from stats.scope import Scope

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import ClippedColumn, DateColumn, LowestFirstColumn, NumberColumn
from ..kit.tables.racing_columns import FirstTwoColumn, RaceItselfColumn, RaceSeriesColumn, SecondsColumn, TrackColumn


class RaceFilter(ScopeFilterSet):
    keys = ("series", "season", "from", "to", "era", "track", "type", "as_of")


class SeriesRaceFilter(ScopeFilterSet):
    keys = ("season", "from", "to", "era", "track", "type", "as_of")


class RaceListTable(BaseTable):
    round = LowestFirstColumn("Round", show=str, priority=3)
    date = DateColumn()
    race = RaceItselfColumn()
    series = RaceSeriesColumn()
    name = ClippedColumn("Name")
    track = TrackColumn(priority=3)
    winner = FirstTwoColumn("Winner", place=1)
    runner_up = FirstTwoColumn("Second", place=2, priority=2)
    margin = SecondsColumn(priority=2)
    laps = NumberColumn("Laps", priority=3)
    results = NumberColumn("Cars", accessor="coverage__lines", title="Cars whose results are on file", priority=3)

    class Meta(BaseTable.Meta):
        empty_text = "No race matches."


class RaceListView(TablePageView):
    """Points races that have been run. The page of their season lists the others."""

    template_name = "pages/races.html"
    filterset_class = RaceFilter
    is_data_set = True

    def scope(self, filters, **kwargs) -> Scope:
        return filters.scope

    def title(self, scope: Scope) -> str:
        return scope.title("Races")

    def get_page(self, filters, **kwargs):
        scope = self.scope(filters, **kwargs)
        races = with_first_two(scope.races().for_list(), scope).select_related("coverage")
        total = matching = scope.narrowed(track=None, type=None).races().count()
        if scope.track or scope.type:
            matching = scope.races().count()
        table = RaceListTable(races, order_by=self.order_by, exclude=("series",) if scope.series else ())
        return scope_page(
            self.title(scope),
            filters,
            scope,
            {"races": table},
            total=total,
            matching=matching,
            notes=[*self.notes(scope, total), f"{formatting.plural(matching, 'race')} listed."],
            context=self.extra_context(scope),
        )

    order_by = "-race"

    def notes(self, scope: Scope, total: int) -> list[str]:
        return []

    def extra_context(self, scope: Scope) -> dict:
        return {"series_list": Series.objects.all()}


class SeriesView(RaceListView):
    template_name = "pages/series.html"
    filterset_class = SeriesRaceFilter

    def scope(self, filters, series):
        return filters.scope.narrowed(series=found_or_404(Series, f"series “{series}”", slug=series))

    def title(self, scope):
        return str(scope.series)

    def extra_context(self, scope):
        seasons = scope.series.seasons.filter(races__isnull=False).distinct().order_by("-year")
        return {"series": scope.series, "seasons": seasons, "names": scope.series.names.all()}
