"""The home page."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from races.as_of import AsOf
from races.models import Race, Season, Series
from races.statistics import STATISTICS
from stats.boards.leaderboards import leaderboards
from stats.milestones.watch import nearest
from stats.race.closest_finishes import closest, with_first_two
from stats.race.depth_of_scope import depth_of
from stats.scope import Scope

from .closest_finishes import ClosestFinishTable
from .kit.filters import AsOfFilter
from .kit.forms import TablePageView
from .kit.scoped import scope_page
from .leaderboards import LeaderboardTable
from .milestones import NearestTable

CLOSEST = 10
NEAREST = 8
LEADERS = ("wins", "top_fives", "laps_led")


class HomeView(TablePageView):
    """The latest race, the milestone watch, the closest finishes and the season's leaders: of the top series.

    The watch is of today; for another day the page leads to the whole one.
    """

    template_name = "pages/home.html"
    filterset_class = AsOfFilter

    def get_page(self, filters):
        as_of = filters.scope.as_of
        series = top_series(as_of)
        scope = filters.scope.narrowed(series=series)
        latest, finishes = latest_and_closest(scope) if series else (None, [])
        page_tables = {"finishes": ClosestFinishTable(finishes)}
        if latest:
            if not as_of:
                page_tables["watch"] = NearestTable(nearest(series, NEAREST), prefix="watch-")
            of_season = scope.narrowed(season=latest.season.year)
            for board in leaderboards([STATISTICS[key] for key in LEADERS], of_season, most=5):
                key = board.statistic.key
                page_tables[key] = LeaderboardTable(board, prefix=f"{key}-")
        return scope_page(
            "racestats",
            filters,
            scope,
            page_tables,
            total=series.held if series else 0,
            context={
                "latest": latest,
                "season": latest and latest.season,
                "series": series,
                "watch": page_tables.get("watch"),
                "leaders": {key: page_tables[key] for key in LEADERS if key in page_tables},
            },
        )


def top_series(as_of: AsOf | None) -> Series | None:
    """The top series of the book, with how many points races are `held`, of how many `rounds` in its seasons."""
    races = Scope(as_of=as_of).races().filter(season__series=OuterRef("pk")).order_by()
    seasons = Season.objects.filter(series=OuterRef("pk")).order_by()
    if as_of:
        seasons = seasons.filter(year__lte=as_of.day.year)
    return Series.objects.annotate(
        held=Coalesce(Subquery(races.values("season__series").annotate(n=Count("pk")).values("n")), 0),
        rounds=Subquery(seasons.values("series").annotate(n=Sum("rounds")).values("n")),
    ).first()


def latest_and_closest(scope: Scope) -> tuple[Race | None, list[Race]]:
    """The latest race, and the closest finishes by margin. Nine queries."""
    races = with_first_two(scope.races().for_list(), scope).select_related("pole__driver")
    finishes = closest(scope, depth=depth_of(scope)).filter(place__lte=CLOSEST)
    return races.order_by("-season__year", "-round").first(), list(finishes)
