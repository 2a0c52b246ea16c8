"""The index of drivers."""

from __future__ import annotations

from drivers.models import Driver
from races.statistics import STATISTICS
from stats.careers.index import DriverIndex

from .kit.columns import Column, LowestFirstColumn, NumberColumn
from .kit.filters import ScopeFilterSet, name_filter
from .kit.forms import TablePageView
from .kit.racing_columns import StatColumn
from .kit.scoped import scope_page
from .kit.tables import BaseTable


class DriverFilter(ScopeFilterSet):
    keys = ("series", "active", "as_of")

    @classmethod
    def get_filters(cls):
        return {"q": name_filter(), **super().get_filters()}


class DriverTable(BaseTable):
    driver = Column("Driver", accessor="driver", link="driver")
    hometown = Column("Home town", accessor="driver__hometown")
    starts = StatColumn(STATISTICS["starts"], "figures", abbreviated=False, evidence=True)
    wins = StatColumn(STATISTICS["wins"], "figures", abbreviated=False, evidence=True)
    top_fives = StatColumn(STATISTICS["top_fives"], "figures", abbreviated=False, evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], "figures", abbreviated=False, evidence=True)
    held = NumberColumn("Races on file", url="held_url", title="Points races with a result on file")
    first = LowestFirstColumn("First", show=str, title="First season in this book")
    last = LowestFirstColumn("Latest", show=str, title="Latest season in this book")

    class Meta(BaseTable.Meta):
        empty_text = "No driver in the book matches."


class DriverListView(TablePageView):
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
