"""The lists' own filters: by season, by a series that has races, and by what results there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import get_last_value_from_parameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from racestats import clock

from ...models import Race, Season, Series

NEWEST = 8
"""So many seasons are offered; any other is typed."""


class SeriesFilter(admin.RelatedFieldListFilter):
    """The series that have races."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[int, str]]:
        raced = Season.objects.filter(series=OuterRef("pk"), races__isnull=False)
        return [(series.pk, str(series)) for series in Series.objects.filter(Exists(raced))]


class SeasonFilter(admin.FieldListFilter):
    """The newest seasons, of the series that is chosen, and a box for the year of any other."""

    template = "admin/season_filter.html"

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.series_lookup = f"{field_path.removesuffix('__year')}__series__id__exact"
        self.series = request.GET.get(self.series_lookup, "")
        self.year = get_last_value_from_parameters(params, field_path) or ""
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = "season"
        self.others = [(name, value) for name, value in request.GET.items() if name not in (field_path, "p", "e")]

    def expected_parameters(self) -> list[str]:
        return [self.field_path]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        of_series = {"series": self.series} if self.series.isdecimal() and len(self.series) < 10 else {}
        seasons = Season.objects.filter(**of_series, races__isnull=False).order_by("-year")
        years = list(map(str, seasons.values_list("year", flat=True).distinct()[:NEWEST]))
        for year in ["", *years, *([self.year] if self.year not in ("", *years) else [])]:
            query = changelist.get_query_string({self.field_path: year} if year else {}, [self.field_path])
            yield {"selected": self.year == year, "query_string": query, "display": year or "All"}


class ResultsFilter(admin.SimpleListFilter):
    """The races whose day has come and whose results have not."""

    title = "results"
    parameter_name = "results"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("none", "Run, without results")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Race]) -> QuerySet[Race]:
        return queryset.without_results(clock.today()) if self.value() == "none" else queryset
