"""The pages of leaderboards."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse

from races.statistics import STATISTICS
from races.views.scoped import scope_page
from racestats.pages import TablePageView
from stats.boards.leaderboards import leaderboard

from ..filters import (
    LeaderboardFilter,
    LeaderboardIndexFilter,
)
from ..tables.leaderboards import LeaderboardTable, StatisticTable

BY = {"driver": "By driver", "team": "By team", "manufacturer": "By make"}


class LeaderboardIndexView(TablePageView):
    template_name = "drivers/leaderboard_index.html"
    filterset_class = LeaderboardIndexFilter

    def get_page(self, filters):
        scope = filters.scope
        rows = [
            {"statistic": statistic} | {by: board_url(statistic, by, scope) for by in BY}
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


def board_url(statistic, by, scope) -> str:
    """The address of a board of drivers, teams or makes."""
    asked = {} if by == "driver" else {"by": by}
    return reverse("drivers:leaderboard", args=[statistic.key]) + scope.query(**asked)


class LeaderboardView(TablePageView):
    template_name = "drivers/leaderboard.html"
    filterset_class = LeaderboardFilter

    def get_page(self, filters, key):
        statistic = STATISTICS.get(key.replace("-", "_"))
        if statistic is None:
            raise Http404(f"There is no leaderboard “{key}”.")
        scope, by = filters.scope, filters.value("by") or "driver"
        board = leaderboard(
            statistic, scope, by=by, active=filters.value("active"), min_starts=filters.value("min_starts")
        )
        heading = statistic.label if by == "driver" else f"{statistic.label} {BY[by].lower()}"
        return scope_page(
            f"{heading}: {scope.in_words()}" if scope.in_words() else heading,
            filters,
            scope,
            {"leaderboard": LeaderboardTable(board)},
            notes=board.notes,
            total=board.complete.expected,
            matching=board.complete.of(statistic),
            context={
                "boards": [(name, board_url(statistic, other, scope)) for other, name in BY.items() if other != by]
            },
        )
