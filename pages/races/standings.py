"""The page of a season's standings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from charts.chart import Chart
from drivers.models import Driver
from races.as_of import AsOf
from races.models import PlayOffRound, PointsFormat, Race, Season, Series, Source
from races.statistics import STATISTICS, Statistic
from racestats import formatting
from racestats.addresses import address_of
from stats.race.latest import latest_won
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.standings.rounds import PlacesByRound, places_by_round
from stats.standings.sentences import awarded_to, notes_of, on_play_offs, unofficial
from stats.standings.table import POINTS, STARTS, Standings
from stats.titles import Crown, crown_of

from ..charts.standings import DRAWN, rounds_chart, rounds_in_short
from ..charts.tables import RoundTable
from ..kit.charts_on_pages import ChartOnPage, ChartView, on_page
from ..kit.filters.filter_sets import AsOfFilter
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.scoped import ACTIVE, SaidAbove, scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import (
    BlankColumn,
    CarColumn,
    Column,
    GainColumn,
    MakeColumn,
    MarkColumn,
    NumberColumn,
    PointsColumn,
    RankColumn,
    SentenceColumn,
)
from ..kit.tables.racing_columns import StatColumn


class MovementColumn(GainColumn):
    """Places gained or lost; nothing where there is none to tell."""

    def text(self, value) -> str:
        return self.show(value) if value else ""


class PenaltyColumn(BlankColumn):
    """Points that rulings took, as the loss that they are."""

    def __init__(self, verbose_name=None, **options):
        super().__init__(verbose_name, show=lambda points: formatting.signed(-points), **options)

    def html(self, record) -> SafeString:
        points = self.raw(record)
        if not points:
            return super().html(record)
        return format_html('<span class="{}">{}</span>', "loss" if points > 0 else "gain", self.text(points))


def behind(points: int) -> str:
    """−12; “leader” for none."""
    return f"−{points:,}" if points else "leader"


def counted(key: str, **options) -> StatColumn:
    return StatColumn(STATISTICS[key], f"values__{key}", evidence=True, **options)


class StandingsTable(BaseTable):
    is_wide = False
    """Its columns are narrow ones."""

    rank = RankColumn()
    movement = MovementColumn("+/−", title="Places gained or lost since the round before")
    car = CarColumn(number="number")
    driver = Column("Driver", link="driver")
    make = MakeColumn()
    points = StatColumn(STATISTICS["points"], abbreviated=False, evidence=True)
    behind = NumberColumn(
        "Behind", show=behind, title="Points behind the first", initial_sort_descending=False, bar=True
    )
    gap = BlankColumn("To next", title="Points behind the place before", initial_sort_descending=False, priority=3)
    starts = counted("starts", priority=3)
    wins = counted("wins", priority=2)
    top_fives = counted("top_fives", priority=2)
    top_tens = counted("top_tens", priority=2)
    stage_wins = counted("stage_wins", priority=3)
    laps_led = counted("laps_led", priority=3)
    penalties = PenaltyColumn(
        "Penalties",
        url="penalty_url",
        title="Points of the season that rulings took; they are not in the points of races",
        priority=3,
    )

    class Meta(BaseTable.Meta):
        empty_text = "No race of this season had been run."

    @cached_property
    def html_columns(self) -> list:
        """Without stage wins where there were no stages."""
        staged = any(self.columns["stage_wins"].column.raw(record) for record in self.page_records())
        return [bound for bound in super().html_columns if staged or bound.name != "stage_wins"]


class FinalRow(NamedTuple):
    """A place in the final order, and beside it the one by the points added up."""

    place: int
    driver: Driver
    points: Decimal | None
    added_up: str | None
    source: Source


class FinalTable(BaseTable):
    """The final order, as it was awarded; `contenders` is how many the last race was for.

    One source of all rows is told once, beside the title.
    """

    caption = "Final standings"

    rank = RankColumn(accessor="place")
    driver = Column("Driver", link="driver")
    points = PointsColumn("Points", title="As they stood in the end, with what the play-offs reset")
    added_up = RankColumn("Added up", title="The place by the points added up from race results")
    source = SentenceColumn("Source", orderable=False)

    def __init__(self, places: list[FinalRow], *, contenders: int | None, **kwargs):
        super().__init__(places, prefix="final-", **kwargs)
        self.contenders = contenders
        sources = {str(place.source) for place in places}
        self.source = f" Source: {formatting.sentence(sources.pop())}" if len(sources) == 1 else ""
        self.label = f"The order as awarded, with the points that the play-offs reset.{self.source}"

    @cached_property
    def html_columns(self) -> list:
        return [bound for bound in super().html_columns if not (self.source and bound.name == "source")]

    def row_class(self, record) -> str:
        """The first behind the cut is marked."""
        return "cut" if self.contenders and record.place == self.contenders + 1 else ""


class LeadersTable(BaseTable):
    """The first few by one statistic."""

    rank = RankColumn()
    driver = Column("Driver", link="driver")

    class Meta(BaseTable.Meta):
        empty_text = "Too few of the season's races are on file for totals."

    def __init__(self, statistic: Statistic, rows, **kwargs):
        self.statistic = statistic
        super().__init__(
            rows,
            extra_columns=[
                ("value", StatColumn(statistic, "value", abbreviated=False, evidence=True)),
                ("starts", StatColumn(STARTS, "starts", abbreviated=False, evidence=True)),
                ("active", MarkColumn("Active", title=ACTIVE)),
            ],
            caption=f"Most {statistic.in_text}",
            prefix=f"{statistic.key}-",
            **kwargs,
        )

    def lines(self) -> list[tuple]:
        """For a list of them: each with the address of the races behind the figure."""
        return [(row, row.evidence(self.statistic)) for row in self.page_records()]


FIRST_PLACES = 10
"""So much of the standings a page shows that leads to them."""
MOST_LEADERS = 5
"""So many leaders are listed of each statistic."""


def leaders_tables(
    keys: Sequence[str], standings: Standings, scope: Scope, active: Collection[int]
) -> dict[str, LeadersTable]:
    """By statistic, who leads the season; `active` are the ids of those who are."""
    return {
        key: LeadersTable(STATISTICS[key], standings.leaders(STATISTICS[key], scope, MOST_LEADERS, active))
        for key in keys
    }


NOT_KNOWN = "The points of this season are not on file."
NOT_ON_FILE = "No race of this season is on file."


class RoundLink(NamedTuple):
    """A round that can be asked for, and the address of the standings after it."""

    race: Race
    url: str


class Rounds(NamedTuple):
    """The rounds of a season that were run, before the play-offs and in them; which the page is of, and those beside
    it."""

    regular: list[RoundLink]
    in_play_offs: list[RoundLink]
    current: Race | None
    previous: RoundLink | None
    next: RoundLink | None

    @classmethod
    def of(cls, standings: Standings, play_offs: list[PlayOffRound]) -> Rounds:
        rounds = [RoundLink(race, f"?as_of={AsOf.after(race)}") for race in standings.book.races]
        first = play_offs[0].first_race if play_offs else rounds[-1].race.points_round + 1 if rounds else 0
        at = len(standings.races) - 1
        return cls(
            [each for each in rounds if each.race.points_round < first],
            [each for each in rounds if each.race.points_round >= first],
            standings.last,
            rounds[at - 1] if at > 0 else None,
            rounds[at + 1] if at + 1 < len(rounds) else None,
        )


class StandingsView(TablePageView):
    """The points table of a season; without one named, of the top series' latest."""

    template_name = "pages/standings.html"
    filterset_class = AsOfFilter
    is_data_set = True

    def get_page(self, filters, series=None, year=None):
        scope = filters.scope
        season = season_of(series, year) if series else latest_season(scope.as_of)
        if season is None:
            return scope_page("Standings", filters, scope, {"standings": StandingsTable([])}, total=0, matching=0)
        scope = scope.narrowed(series=season.series, season=season.year)
        book = season_book(season)
        standings = book.at(scope.as_of)
        rules, crown = rules_of(season), crown_of(season, scope.as_of)
        play_offs = list(season.play_off_rounds.all())
        table = standings_table(standings, scope, crown, rules)
        final = final_order(season, standings, play_offs) if crown or not scope.as_of else None
        if final and standings.last_counted:
            table.caption = f"Points added up through round {standings.last_counted.round}"
        by_round = places_by_round(standings, DRAWN)
        rounds = RoundTable(by_round, rows_shown=100)
        chart = rounds_chart_of(season, standings, by_round, play_offs)
        return scope_page(
            f"{season.year} {season.series.name_in(season.year)} standings",
            filters,
            scope,
            {"standings": table, **({"final": final} if final else {}), **({"rounds": rounds} if chart else {})},
            notes=[
                *title_notes(standings, crown, rules),
                *notes_of(standings),
                *on_play_offs(play_offs),
                *format_notes(rules, standings),
            ],
            total=standings.complete.expected,
            matching=standings.complete.of(POINTS),
            canonical=address_of("drivers:standings", season.series.slug, season.year),
            context={
                "season": season,
                "crown": crown,
                "rounds": Rounds.of(standings, play_offs),
                "play_offs": " ".join(on_play_offs(play_offs)),
                "rounds_chart": on_page(
                    chart,
                    "drivers:rounds-chart",
                    *season_key(season),
                    asked=filters,
                    table=rounds,
                    folded=True,
                    said=table.label,
                ),
                "last": standings.last_counted,
                "leader": standings.order and book.drivers[standings.order[0]],
                **seasons_around(season, years_with_races(season.series)),
            },
        )


def season_key(season: Season) -> tuple[str, int]:
    return season.series.slug, season.year


def rounds_chart_of(
    season: Season, standings: Standings, found: PlacesByRound, play_offs: list[PlayOffRound]
) -> Chart | None:
    """The places round by round."""
    return rounds_chart(rounds_title(season), found, play_offs[0].first_race if play_offs else None)


def rounds_title(season: Season) -> str:
    return f"{season.year} standings by round"


def rounds_chart_on_page(season: Season, standings: Standings, filters) -> ChartOnPage | None:
    """The chart on a page that has not counted the places of each round."""
    chart = rounds_in_short(rounds_title(season)) if standings.ranked and len(standings.races) > 1 else None
    return on_page(chart, "drivers:rounds-chart", *season_key(season), asked=filters)


class RoundsChartView(ChartView):
    filterset_class = AsOfFilter

    def get_chart(self, filters, series, year):
        season = season_of(series, year)
        standings = season_book(season).at(filters.scope.as_of)
        found = places_by_round(standings, DRAWN)
        return rounds_chart_of(season, standings, found, list(season.play_off_rounds.all()))


def standings_table(
    standings: Standings,
    scope: Scope,
    crown: Crown | None,
    rules: PointsFormat | None,
    most: int | None = None,
    **kwargs,
) -> StandingsTable:
    """The table after the last race run, or its first so many rows; with what makes it unofficial beside its title."""
    last = standings.last_counted
    caption = f"Standings after round {last.round}" if last else "Standings"
    table = StandingsTable(standings.places(scope, most), caption=caption, **kwargs)
    if standings.order:
        table.label = unofficial(standings, crown and crown.champion, rules)
    elif standings.last:
        table.empty_text = NOT_KNOWN
    elif not standings.book.races and not standings.book.season.races.exists():
        table.empty_text = NOT_ON_FILE
    return table


def final_order(season: Season, standings: Standings, play_offs: list[PlayOffRound]) -> FinalTable | None:
    """The final order as awarded, where it is on file, beside the places by points added up over the whole season."""
    final = list(season.final_places.select_related("driver", "source"))
    ranks = standings.ranks if standings.is_over else {}
    rows = [FinalRow(each.place, each.driver, each.points, ranks.get(each.driver_id), each.source) for each in final]
    return FinalTable(rows, contenders=play_offs[-1].drivers if play_offs else None) if final else None


def title_notes(standings: Standings, crown: Crown | None, rules: PointsFormat | None) -> list[str]:
    """Whose the title is, and why the table is unofficial, which the table itself says."""
    of_points = unofficial(standings, crown and crown.champion, rules)
    return [*([awarded_to(crown.champion)] if crown else []), *([SaidAbove(of_points)] if of_points else [])]


def rules_of(season: Season) -> PointsFormat | None:
    """The points format of a season."""
    return season.series.points_formats.in_season(season.year).select_related("source").first()


SEASON = ("series", *(f"champion__{name}" for name in ("driver", "team", "manufacturer", "source")))
NAMES = ("series__names", "champion__team__names")
"""What a season's page reads with it."""


def season_of(series: str, year: int) -> Season:
    seasons = Season.objects.select_related(*SEASON).prefetch_related(*NAMES)
    return found_or_404(seasons, f"season {year} of a series “{series}”", series__slug=series, year=year)


def latest_season(as_of: AsOf | None) -> Season | None:
    """The season of the latest race of the top series with a winner on file, by `as_of`, as home has it."""
    series = Series.objects.first()
    if series is None:
        return None
    last = latest_won(Scope(series=series, as_of=as_of)).values("season")[:1]
    return Season.objects.select_related(*SEASON).prefetch_related(*NAMES).filter(pk__in=last).first()


def seasons_around(season: Season, years: list[int]) -> dict:
    """For a page of one season: the years that have one, latest first, and those beside this."""
    earlier, later = ([year for year in years if (year - season.year) * way > 0] for way in (-1, 1))
    return {"years": years, "year_before": max(earlier, default=None), "year_after": min(later, default=None)}


def years_with_races(series: Series) -> list[int]:
    """The seasons of which a race that was run is on file, latest first."""
    held = series.seasons.filter(races__coverage__race_order__isnull=False)
    return list(held.order_by("-year").values_list("year", flat=True).distinct())


def format_notes(rules: PointsFormat | None, standings: Standings) -> list[str]:
    """How the season gave points, and what of it is not in the points of races."""
    if rules is None or standings.last is None:
        return []
    return [f"{rules.name}: {rules.in_words}", *([rules.note] if rules.note else [])]
