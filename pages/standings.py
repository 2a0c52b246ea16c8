"""The page of a season's standings."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from races.models import PointsFormat, RaceCoverage, Season, Series
from races.statistics import STATISTICS, Statistic
from stats.scope import AsOf
from stats.standings.sentences import notes_of
from stats.standings.table import POINTS, Moment, Standings, season_book

from .kit.columns import Column, NumberColumn, RankColumn
from .kit.filters import AsOfFilter
from .kit.forms import TablePageView
from .kit.racing_columns import StatColumn
from .kit.scoped import scope_page
from .kit.tables import BaseTable


def signed(value: int) -> str:
    """+2, −1, and 0 for no change."""
    return f"+{value}" if value > 0 else f"−{-value}" if value else "0"


class BlankColumn(NumberColumn):
    """Nothing is written where there is nothing to say: for the first no gap, for most drivers no penalty."""

    def text(self, value) -> str:
        return "" if value is None else self.show(value)


def counted(key: str) -> StatColumn:
    return StatColumn(STATISTICS[key], f"values__{key}", evidence=True)


class StandingsTable(BaseTable):
    optional = ("movement", "penalties", "stage_wins")

    rank = RankColumn()
    movement = BlankColumn("Moved", show=signed, title="Places gained or lost since the round before")
    driver = Column("Driver", link="driver")
    points = StatColumn(STATISTICS["points"], abbreviated=False, evidence=True)
    behind = NumberColumn("Behind", title="Points behind the first", initial_sort_descending=False)
    gap = BlankColumn("To next", title="Points behind the place before", initial_sort_descending=False)
    starts = counted("starts")
    wins = counted("wins")
    top_fives = counted("top_fives")
    top_tens = counted("top_tens")
    stage_wins = counted("stage_wins")
    laps_led = counted("laps_led")
    penalties = BlankColumn(
        "Penalties",
        show=lambda points: signed(-points),
        url="penalty_url",
        title="Points of the season that rulings took; they are not in the points of races",
    )

    class Meta(BaseTable.Meta):
        empty_text = "No race of this season had been run."


class LeadersTable(BaseTable):
    """The first few by one statistic."""

    rank = RankColumn()
    driver = Column("Driver", link="driver")

    class Meta(BaseTable.Meta):
        empty_text = "Too few of the season's races are known for totals."

    def __init__(self, statistic: Statistic, rows, **kwargs):
        self.key = statistic.key
        value = StatColumn(statistic, "value", abbreviated=False, evidence=True)
        super().__init__(rows, extra_columns=[("value", value)], caption=f"Most {statistic.in_text}", **kwargs)


NOT_KNOWN = "The book does not know the points of this season."


class StandingsView(TablePageView):
    """The points table of a season; without one named, of the top series' latest."""

    template_name = "pages/standings.html"
    filterset_class = AsOfFilter

    def get_page(self, filters, series=None, year=None):
        scope = filters.scope
        season = season_of(series, year) if series else latest_season(scope.as_of)
        if season is None:
            return scope_page("Standings", filters, scope, {"standings": StandingsTable([])}, total=0, matching=0)
        scope = scope.narrowed(series=season.series, season=season.year)
        book = season_book(season)
        standings = book.at(Moment.of(scope.as_of, season.series_id))
        table = StandingsTable(standings.places(scope))
        if standings.last and not standings.order:
            table.empty_text = NOT_KNOWN
        rules = season.series.points_formats.in_season(season.year).select_related("source").first()
        return scope_page(
            f"{season.year} {season.series.name_in(season.year)} standings",
            filters,
            scope,
            {"standings": table},
            notes=[*notes_of(standings), *format_notes(rules, standings)],
            total=standings.complete.expected,
            matching=standings.complete.of(POINTS),
            context={
                "season": season,
                "rounds": book.races,
                "last": standings.last,
                "rules": rules,
                "years": years_with_races(season.series),
            },
        )


def season_of(series: str, year: int) -> Season:
    return get_object_or_404(
        Season.objects.select_related("series").prefetch_related("series__names"), series__slug=series, year=year
    )


def latest_season(as_of: AsOf | None) -> Season | None:
    """The season of the latest race of the top series, by `as_of`."""
    series = Series.objects.first()
    if series is None:
        return None
    run = RaceCoverage.objects.filter(race__season__series=series, race_order__isnull=False)
    if as_of:
        run = run.filter(as_of.run_by_then("race__season__series", "race_order"), known_on__lte=as_of.day)
    last = run.order_by("-race_order").values("race__season")[:1]
    return Season.objects.select_related("series").prefetch_related("series__names").filter(pk__in=last).first()


def years_with_races(series: Series) -> list[int]:
    """The seasons of which the book holds a race that was run, latest first."""
    held = series.seasons.filter(races__coverage__race_order__isnull=False)
    return list(held.order_by("-year").values_list("year", flat=True).distinct())


def format_notes(rules: PointsFormat | None, standings: Standings) -> list[str]:
    """How the season gave points, and what of it is not in the points of races."""
    if rules is None or standings.last is None:
        return []
    return [f"{rules.name}: {rules.in_words}", *([rules.note] if rules.note else [])]
