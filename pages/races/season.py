"""The page of a season: who leads it, its closest finishes, its races."""

from __future__ import annotations

from races.as_of import AsOf
from races.models import Race, Season
from races.statistics import STATISTICS
from racestats import formatting
from stats.careers.active import active_drivers
from stats.race.closest_finishes import closest, with_first_two
from stats.race.known_ranks_of_scope import known_ranks_of
from stats.race.season_winners import SeasonWinner, season_winners
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.standings.sentences import awarded_to, basis_of
from stats.titles import crown_of

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import ClippedColumn, Column, DateColumn, LowestFirstColumn, NumberColumn
from ..kit.tables.racing_columns import (
    FirstTwoColumn,
    RaceItselfColumn,
    RaceNameColumn,
    SecondsColumn,
    StatColumn,
    TrackColumn,
    WinnersMakeColumn,
)
from .closest_finishes import ClosestFinishTable
from .standings import (
    FIRST_PLACES,
    leaders_tables,
    rounds_chart_on_page,
    rules_of,
    season_of,
    seasons_around,
    standings_table,
    title_notes,
    years_with_races,
)


class SeasonPageFilter(ScopeFilterSet):
    keys = ("track", "type", "as_of")


class LongRaceColumn(RaceItselfColumn):
    """A race by its label, which may take two lines."""

    css = ""


class CalendarTable(BaseTable):
    """The rounds of a season that were run."""

    caption = "Races"

    round = LowestFirstColumn("Round", show=str)
    date = DateColumn()
    race = LongRaceColumn()
    name = ClippedColumn("Name")
    track = TrackColumn(priority=3)
    winner = FirstTwoColumn("Winner", place=1)
    make = WinnersMakeColumn()
    runner_up = FirstTwoColumn("Second", place=2, priority=3)
    margin = SecondsColumn(priority=2)
    laps = NumberColumn("Laps", priority=3)
    results = NumberColumn(
        "Results on file", accessor="coverage__lines", title="Cars with a result on file", priority=3
    )

    class Meta(BaseTable.Meta):
        empty_text = "No race of this season matches."


class WinnersTable(BaseTable):
    """Records are the winners of a season."""

    caption = "Winners"
    is_wide = False

    driver = Column("Driver", link="driver")
    wins = StatColumn(STATISTICS["wins"], abbreviated=False, evidence=True, bar=True)
    first = RaceNameColumn(
        "First win", accessor="first_win__label", link="first_win", title="The first of the career", orderable=False
    )
    in_a_row = NumberColumn("In a row", title="In races one after another, of two and more", priority=2)
    run_from = RaceNameColumn("From", accessor="run_from__label", link="run_from", orderable=False, priority=2)


LEADERS = ("wins", "poles", "laps_led")
CLOSEST = 5


class SeasonView(TablePageView):
    """The season as a whole, or, where a track or a type of track is asked for, its races there."""

    template_name = "pages/season.html"
    filterset_class = SeasonPageFilter
    is_data_set = True

    def get_page(self, filters, series, year):
        season = season_of(series, year)
        scope = filters.scope.narrowed(series=season.series, season=year)
        races = list(races_of(season, scope))
        run = [race for race in races if race.kind == Race.Kind.POINTS and race.was_run]
        held = [race for race in run if race.was_run_by(scope.as_of)]
        shown, crown = held, crown_of(season, scope.as_of)
        winners: list[SeasonWinner] = []
        of_whole_season, titled, basis = {}, [awarded_to(crown.champion)] if crown else [], []
        chart = None
        if scope.cuts_seasons:
            matching = set(scope.races().values_list("pk", flat=True))
            shown = [race for race in held if race.pk in matching]
        elif held:
            winners = season_winners(scope, held)
            standings, rules = season_book(season, run).at(scope.as_of), rules_of(season)
            of_whole_season = {
                "standings": standings_table(standings, scope, crown, rules, FIRST_PLACES, prefix="standings-"),
                **leaders_tables(LEADERS, standings, scope, active_drivers(scope)),
            }
            chart = rounds_chart_on_page(season, standings, filters)
            titled, basis = title_notes(standings, crown, rules), basis_of(standings)
        known_ranks = known_ranks_of(scope, orders=[race.coverage.race_order for race in shown])
        finishes = list(closest(scope, known_ranks=known_ranks, most=CLOSEST))
        page_tables = {
            "races": CalendarTable(shown, order_by="round"),
            **of_whole_season,
            **({"winners": WinnersTable(winners, prefix="winners-")} if winners else {}),
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
                *titled,
                *basis,
                *self.notes(season, len(held)),
                f"{formatting.plural(len(shown), 'race')} listed.",
                *([known_ranks.in_words] if finishes and known_ranks.in_words else []),
            ],
            context={
                "season": season,
                "crown": crown,
                "rounds_chart": chart,
                "last": next((race for race in reversed(held) if race.has_results), None),
                "winners": winners,
                "first_time": [each for each in winners if each.first_win],
                "back_to_back": [each for each in winners if each.run],
                "leaders": [page_tables[key] for key in LEADERS if key in page_tables and page_tables[key].rows],
                "other_races": [race for race in races if is_other(race, scope.as_of)],
                "to_come": [race for race in races if race.kind == Race.Kind.POINTS and race.is_to_come(scope.as_of)],
                **seasons_around(season, years_with_races(season.series)),
            },
        )

    @staticmethod
    def notes(season: Season, held: int) -> list[str]:
        if not season.rounds:
            return ["How many points races the season had is not on file."]
        verb = "is" if held == 1 else "are"
        return [f"{held:,} of the season's {formatting.plural(season.rounds, 'points race')} {verb} on file."]


def races_of(season: Season, scope: Scope):
    """Every race of a season, of any kind and status, in order. Three queries."""
    races = with_first_two(season.races.for_list(), scope)
    return races.select_related("coverage", "margin_against__driver").order_by("round", "date", "slug")


def is_other(race: Race, as_of: AsOf | None) -> bool:
    """An exhibition or a qualifying race; of those that were run, one run by then."""
    return race.kind != Race.Kind.POINTS and (not race.was_run or race.was_run_by(as_of))
