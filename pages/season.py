"""The page of a season: who leads it, its closest finishes, its races."""

from __future__ import annotations

from races.as_of import AsOf
from races.models import Race, Season
from races.statistics import STATISTICS
from racestats import formatting
from stats.race.closest_finishes import closest, with_first_two
from stats.race.depth_of_scope import depth_of
from stats.race.results import was_run_by
from stats.scope import Scope
from stats.standings.sentences import awarded_to, basis_of, on_the_title
from stats.standings.table import Standings, season_book
from stats.titles import champion_of

from .closest_finishes import ClosestFinishTable
from .kit.filters import ScopeFilterSet
from .kit.forms import TablePageView
from .kit.scoped import SaidAbove, scope_page
from .races import RaceListTable
from .standings import NOT_KNOWN, LeadersTable, StandingsTable, rules_of, season_of


class SeasonFilter(ScopeFilterSet):
    keys = ("track", "type", "as_of")


LEADERS = ("wins", "poles", "laps_led")
MOST_LEADERS = 5
MOST_PLACES = 10
CLOSEST = 5


class SeasonView(TablePageView):
    """The season as a whole, or, where a track or a type of track is asked for, its races there."""

    template_name = "pages/season.html"
    filterset_class = SeasonFilter

    def get_page(self, filters, series, year):
        season = season_of(series, year)
        scope = filters.scope.narrowed(series=season.series, season=year)
        races = list(races_of(season, scope))
        run = [race for race in races if race.kind == Race.Kind.POINTS and race.was_run]
        held = [race for race in run if scope.as_of is None or scope.as_of.includes(race)]
        shown, champion = held, champion_of(season, scope.as_of)
        of_whole_season, basis = {}, []
        if scope.cuts_seasons:
            matching = set(scope.races().values_list("pk", flat=True))
            shown = [race for race in held if race.pk in matching]
        elif held:
            standings = season_book(season, run).at(scope.as_of)
            of_whole_season = self.leading(standings, scope)
            said = on_the_title(standings, champion, rules_of(season))
            # The page says the champion at its top, which is the first of these sentences.
            basis = [*(said[1:] if champion else said), *basis_of(standings)]
        depth = depth_of(scope, orders=[race.coverage.race_order for race in shown])
        finishes = list(closest(scope, depth=depth).filter(place__lte=CLOSEST))
        page_tables = {
            "races": RaceListTable(shown, order_by="round", caption="Races"),
            **of_whole_season,
            "closest": ClosestFinishTable(finishes, prefix="closest-", caption="Closest finishes"),
        }
        return scope_page(
            f"{season.year} {season.series.name_in(season.year)}",
            filters,
            scope,
            page_tables,
            total=len(held),
            matching=len(shown),
            notes=[
                *([SaidAbove(awarded_to(champion))] if champion else []),
                *self.notes(season, len(held)),
                f"{formatting.plural(len(shown), 'race')} listed.",
                *([depth.in_words] if finishes and depth.in_words else []),
            ],
            context={
                "season": season,
                "champion": champion,
                "last": held[-1] if held else None,
                "basis": basis,
                "leaders": [page_tables[key] for key in LEADERS if key in page_tables],
                "other_races": [race for race in races if is_other(race, scope.as_of)],
                "to_come": [race for race in races if is_to_come(race) or (race in run and race not in held)],
            },
        )

    @staticmethod
    def leading(standings: Standings, scope: Scope) -> dict:
        """The tables of who leads."""
        places = standings.places(scope, MOST_PLACES)
        found = {"standings": StandingsTable(places, prefix="standings-", caption="Standings", rows_shown=MOST_PLACES)}
        if not places:
            found["standings"].empty_text = NOT_KNOWN
        for statistic in map(STATISTICS.get, LEADERS):
            rows = standings.leaders(statistic, scope, MOST_LEADERS)
            found[statistic.key] = LeadersTable(statistic, rows, prefix=f"{statistic.key}-")
        return found

    @staticmethod
    def notes(season: Season, held: int) -> list[str]:
        if not season.rounds:
            return ["How many points races the season had is not in the book."]
        return [f"The book holds {held:,} of the season's {formatting.plural(season.rounds, 'points race')}."]


def races_of(season: Season, scope: Scope):
    """Every race of a season, of any kind and status, in order. Three queries."""
    races = with_first_two(season.races.for_list(), scope)
    return races.select_related("coverage", "margin_against__driver").order_by("round", "date", "slug")


def is_other(race: Race, as_of: AsOf | None) -> bool:
    """An exhibition or a qualifying race; of those that were run, one run by then."""
    return race.kind != Race.Kind.POINTS and (not race.was_run or was_run_by(race, as_of))


def is_to_come(race: Race) -> bool:
    return race.kind == Race.Kind.POINTS and race.status == Race.Status.SCHEDULED
