"""The home page."""

from __future__ import annotations

from django.db.models import Count, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from newsroom.models import Story
from races.as_of import AsOf
from races.models import Series
from racestats.addresses import address_of
from racestats.clock import YearDay
from racestats.serving.page_cache import today_for
from stats.boards.places import CareerBoards
from stats.milestones.in_reach import in_reach
from stats.milestones.watch import HIGHEST, near
from stats.on_this_day import on_this_day
from stats.race.closest_finishes import with_a_speed
from stats.race.latest import latest_race
from stats.rare_news import close_finishes, latest_stories
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.titles import crown_of

from .charts.closest import to_scale_in_short
from .charts.race import laps_led_in_short
from .kit.charts_on_pages import ChartOnPage, on_page
from .kit.filters.filter_sets import AsOfFilter
from .kit.forms import TablePageView
from .kit.scoped import scope_page
from .races.closest_finishes import ClosestFinishTable
from .races.race import key_of
from .races.standings import FIRST_PLACES, leaders_tables, rules_of, season_of, standings_table
from .records.milestones import NearestTable
from .records.on_this_day import told

CLOSEST = 10
IN_REACH = 6
LEADERS = ("wins", "top_fives", "laps_led")
TOLD = 3
"""So many races and people of the day, and stories."""


class HomeView(TablePageView):
    """The latest race, the standings, what happened on this day, the stories of the latest races, the records in reach,
    the closest finishes and the season's leaders: of the top series.

    The records in reach are of today; for another day the page leads to all milestones.
    """

    template_name = "pages/home.html"
    filterset_class = AsOfFilter

    def get_page(self, filters):
        as_of = filters.scope.as_of
        series = top_series(as_of)
        scope = filters.scope.narrowed(series=series)
        latest = latest_race(scope) if series else None
        close = close_finishes(scope) if series else None
        finishes = [race for race in close.races if race.place <= CLOSEST] if close else []
        page_tables = {"finishes": ClosestFinishTable(finishes, caption="Closest finishes")}
        day = YearDay.of(as_of.day if as_of else today_for(self.request))
        of_day = on_this_day(day, scope, close) if series else None
        context = {"latest": latest, "series": series, "day": day}
        context["written"] = Story.objects.published(as_of and as_of.day)[:TOLD]
        if close:
            context["stories"] = latest_stories(scope, close)[:TOLD]
            context["closest_chart"] = closest_chart(scope, page_tables["finishes"])
        if of_day:
            context |= {"anniversaries": told(of_day.races)[:TOLD], "people": of_day.people[:TOLD]}
        if latest:
            context["laps_led_chart"] = on_page(
                laps_led_in_short(latest), "races:laps-led-chart", *key_of(latest.race), asked=filters
            )
            boards = CareerBoards.of(scope, HIGHEST)
            if not as_of:
                context["in_reach"] = in_reach(near(boards), IN_REACH)
                page_tables["watch"] = NearestTable(context["in_reach"], prefix="watch-")
            season = season_of(series.slug, latest.race.season.year)
            of_season = scope.narrowed(season=season.year)
            crown, standings = crown_of(season, as_of), season_book(season).at(as_of)
            page_tables |= leaders_tables(LEADERS, standings, of_season, boards.active)
            page_tables["standings"] = standings_table(
                standings, of_season, crown, rules_of(season), FIRST_PLACES, prefix="standings-"
            )
            context |= {
                "season": season,
                "crown": crown,
                "leaders": [page_tables[key] for key in LEADERS if page_tables[key].rows],
            }
        total = series.held if series else 0
        return scope_page("racestats", filters, scope, page_tables, total=total, context=context)


def closest_chart(scope: Scope, table: ClosestFinishTable) -> ChartOnPage | None:
    """The gaps of the closest finishes of the scope, drawn. One query."""
    chart = to_scale_in_short(with_a_speed(scope, None).exists())
    url = address_of("races:to-scale-chart") + scope.query()
    return ChartOnPage(chart, url, table) if chart else None


def top_series(as_of: AsOf | None) -> Series | None:
    """The top series, with how many points races are `held`, and `since` which season."""
    races = Scope(as_of=as_of).races().filter(season__series=OuterRef("pk")).order_by().values("season__series")
    return Series.objects.annotate(
        held=Coalesce(Subquery(races.annotate(n=Count("pk")).values("n")), 0),
        since=Subquery(races.annotate(n=Min("season__year")).values("n")),
    ).first()
