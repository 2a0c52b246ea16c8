"""The index of drivers."""

from __future__ import annotations

from drivers.models import Driver
from races.statistics import STATISTICS
from stats.careers.index import DriverIndex

from .kit.columns import Column, NumberColumn, PlaceColumn
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
    optional = ("hometown",)
    hometown = Column("Home town", accessor="driver__hometown")
    starts = StatColumn(STATISTICS["starts"], abbreviated=False, evidence=True)
    wins = StatColumn(STATISTICS["wins"], abbreviated=False, evidence=True)
    top_fives = StatColumn(STATISTICS["top_fives"], abbreviated=False, evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], abbreviated=False, evidence=True)
    held = NumberColumn("Results held", url="held_url", title="Points races with a result in this book")
    first = PlaceColumn("First", show=str, title="First season in this book")
    last = PlaceColumn("Latest", show=str, title="Latest season in this book")

    class Meta(BaseTable.Meta):
        empty_text = "No driver in the book matches."


class DriverListView(TablePageView):
    filterset_class = DriverFilter

    def get_page(self, filters):
        scope = filters.scope
        index = DriverIndex(scope, filters.value("q") or "", filters.value("active"))
        return scope_page(
            f"Drivers: {scope.in_words()}" if scope.in_words() else "Drivers",
            filters,
            scope,
            {"drivers": DriverTable(index)},
            notes=index.notes,
            total=Driver.objects.count(),
            matching=len(index),
        )
