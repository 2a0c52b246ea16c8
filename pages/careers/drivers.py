"""The index of drivers."""

from __future__ import annotations

from functools import cached_property

from drivers.models import Driver
from races.statistics import STATISTICS
from stats.careers.index import DriverIndex

from ..kit.filters.filter_sets import ScopeFilterSet, name_filter
from ..kit.forms import TablePageView
from ..kit.scoped import ACTIVE, scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, LowestFirstColumn, MarkColumn, NumberColumn
from ..kit.tables.racing_columns import StatColumn


class DriverFilter(ScopeFilterSet):
    keys = ("series", "active", "as_of")

    @classmethod
    def get_filters(cls):
        return {"q": name_filter(Driver), **super().get_filters()}


def _of(key: str, **options) -> StatColumn:
    return StatColumn(STATISTICS[key], "figures", abbreviated=False, evidence=True, **options)


class DriverTable(BaseTable):
    driver = Column("Driver", accessor="driver", link="driver")
    hometown = Column("Home town", accessor="driver__hometown", priority=3)
    active = MarkColumn("Active", priority=2, title=ACTIVE)
    starts = _of("starts")
    wins = _of("wins", bar=True)
    top_fives = _of("top_fives", priority=2)
    laps_led = _of("laps_led", priority=2)
    held = NumberColumn("Races on file", url="held_url", title="Points races with a result on file")
    first = LowestFirstColumn("First", show=str, title="First season", priority=2)
    last = LowestFirstColumn("Latest", show=str, title="Latest season")

    class Meta(BaseTable.Meta):
        empty_text = "No driver matches."

    @cached_property
    def html_columns(self) -> list:
        return [bound for bound in super().html_columns if bound.name != "held"]


class DriverListView(TablePageView):
    template_name = "pages/drivers.html"
    filterset_class = DriverFilter

    def get_page(self, filters):
        scope = filters.scope
        index = DriverIndex(scope, filters.value("q") or "", filters.value("active"))
        return scope_page(
            scope.title("Drivers"),
            filters,
            scope,
            {"drivers": DriverTable(index)},
            notes=index.notes,
            total=Driver.objects.count(),
            matching=len(index),
        )
