"""The pages of leaderboards."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from races.statistics import STATISTICS
from races.views.scoped import scope_page
from racestats.pages import TablePageView

from ..filters import (
    LeaderboardFilter,
    LeaderboardIndexFilter,
)
from ..leaderboards import leaderboard
from ..tables.leaderboards import LeaderboardTable, StatisticTable


class LeaderboardIndexView(TablePageView):
    template_name = "drivers/leaderboard_index.html"
    filterset_class = LeaderboardIndexFilter

    def get_page(self, filters):
        scope = filters.scope
        query = scope.query()
        rows = [
            {
                "statistic": statistic,
                "url": reverse("drivers:leaderboard", args=[statistic.key]) + query,
            }
            for statistic in STATISTICS.values()
        ]
        return scope_page(
            f"Leaderboards: {scope.in_words()}" if scope.in_words() else "Leaderboards",
            filters,
            scope,
            {"leaderboards": StatisticTable(rows)},
            total=len(rows),
            matching=len(rows),
        )


class LeaderboardView(TablePageView):
    template_name = "drivers/leaderboard.html"
    filterset_class = LeaderboardFilter

    def get_page(self, filters, key):
        statistic = STATISTICS.get(key.replace("-", "_"))
        if statistic is None:
            raise Http404(f"There is no leaderboard “{key}”.")
        scope = filters.scope
        board = leaderboard(statistic, scope, filters.value("active"), filters.value("min_starts"))
        table = LeaderboardTable(statistic, board.rows)
        return scope_page(
            f"{statistic.label}: {scope.in_words()}" if scope.in_words() else statistic.label,
            filters,
            scope,
            {"leaderboard": table},
            notes=board.notes,
            total=board.complete.expected,
            matching=board.complete.of(statistic),
            context={"statistic": statistic},
        )
