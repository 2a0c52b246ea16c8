"""The home page."""

from __future__ import annotations

from drivers.leaderboards import Ground, leaderboard
from drivers.milestones import clubs
from drivers.tables.leaderboards import LeaderboardTable
from drivers.tables.milestones import MilestoneTable
from races.closest_finishes import closest, with_first_two
from races.models import Race, Season, Series
from races.scope import Scope
from races.statistics import STATISTICS
from races.tables.closest_finishes import ClosestFinishTable

from .pages import TablePage, TablePageView

CLOSEST = 10
LEADERS = ("wins", "top_fives", "laps_led")


class HomeView(TablePageView):
    """The latest race, the closest finishes, the season's leaders and the milestones."""

    template_name = "home.html"

    def get_page(self, filters):
        series = Series.objects.first()
        scope = Scope(series=series)
        latest = (
            with_first_two(scope.races().for_list(), scope)
            .select_related("pole__driver")
            .order_by("-season__year", "-round")
            .first()
        )
        page_tables = {"finishes": ClosestFinishTable(list(closest(scope).filter(place__lte=CLOSEST)))}
        season = None
        if latest:
            season = latest.season
            of_season = scope.narrowed(season=season.year)
            ground = Ground.of(of_season)
            for key in LEADERS:
                board = leaderboard(STATISTICS[key], of_season, ground=ground)
                page_tables[key] = LeaderboardTable(STATISTICS[key], board.rows[:5], prefix=f"{key}-")
        page_tables["milestones"] = MilestoneTable(list(clubs()[:6]), prefix="milestones-")
        return TablePage(
            "racestats",
            page_tables,
            total=Race.objects.points().run().count(),
            context={
                "latest": latest,
                "season": season,
                "leaders": {key: page_tables[key] for key in LEADERS if key in page_tables},
                "known_races": sum(
                    rounds for rounds in Season.objects.values_list("rounds", flat=True) if rounds is not None
                ),
            },
        )
