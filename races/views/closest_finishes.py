"""The page of the closest finishes."""

from __future__ import annotations

from racestats.pages import TablePageView
from stats.race.closest_finishes import closest, denominator, drivers_involved

from ..filters import (
    ClosestFinishFilter,
)
from ..tables.closest_finishes import ClosestFinishTable, InvolvementTable
from .scoped import scope_page


class ClosestFinishesView(TablePageView):
    template_name = "races/closest_finishes.html"
    filterset_class = ClosestFinishFilter

    def get_page(self, filters):
        scope, limit = filters.scope, filters.value("max_margin")
        out_of = denominator(scope, limit)
        title = "Closest finishes"
        if words := scope.in_words():
            title += f": {words}"
        return scope_page(
            title,
            filters,
            scope,
            {
                "finishes": ClosestFinishTable(closest(scope, limit)),
                "drivers": InvolvementTable(drivers_involved(scope, limit, out_of.matching), prefix="drivers-"),
            },
            notes=out_of.notes(scope, limit),
            total=out_of.total,
            matching=out_of.matching,
        )
