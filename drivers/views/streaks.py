"""The pages of streaks."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from races.views.scoped import scope_page
from racestats.pages import TablePageView
from stats.streaks.longest import driver_streaks, longest_active, streak_board
from stats.streaks.runs import KINDS

from ..filters import StreakFilter, StreakIndexFilter
from ..models import Driver
from ..tables.streaks import DriverStreakTable, StreakIndexTable, StreakTable


class StreakIndexView(TablePageView):
    filterset_class = StreakIndexFilter

    def get_page(self, filters):
        scope = filters.scope
        rows = longest_active(scope)
        return scope_page(
            f"Streaks: {scope.in_words()}" if scope.in_words() else "Streaks",
            filters,
            scope,
            {"streaks": StreakIndexTable(rows)},
            notes=[
                "The longest active streak of each kind, a dash where nobody has one; each leads to the longest ever."
            ],
            total=len(rows),
            matching=len(rows),
        )


class DriverStreaksView(TablePageView):
    template_name = "drivers/of_driver.html"
    filterset_class = StreakIndexFilter

    def get_page(self, filters, slug):
        driver = get_object_or_404(Driver, slug=slug)
        scope = filters.scope.narrowed(driver=driver)
        table = DriverStreakTable(driver_streaks(scope) if scope.series else [])
        return scope_page(
            f"{driver}: streaks",
            filters,
            scope,
            {"streaks": table},
            notes=[
                "The longest of each kind, and the one that can still go on.",
                "What is unknown ends a streak, and so does a race that the book lacks; a disqualification counts as "
                "ruled.",
            ],
            total=len(KINDS),
            matching=len(table.rows),
            context={"driver": driver},
        )


class StreakView(TablePageView):
    template_name = "drivers/streak.html"
    filterset_class = StreakFilter

    def get_page(self, filters, key):
        kind = KINDS.get(key.replace("-", "_"))
        if kind is None:
            raise Http404(f"There is no kind of streak “{key}”.")
        scope = filters.scope
        board = streak_board(kind, scope, filters.value("active"))
        table = StreakTable(board.rows, exclude=() if kind.at_track else ("track",))
        return scope_page(
            f"{kind.title}: {scope.in_words()}" if scope.in_words() else kind.title,
            filters,
            scope,
            {"streaks": table},
            notes=board.notes,
            total=board.found,
            matching=len(board.rows),
        )
