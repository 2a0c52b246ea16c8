"""The page of a season's standings."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from drivers.models import Driver
from races.as_of import AsOf
from races.models import Champion, PlayOffRound, PointsFormat, RaceCoverage, Season, Series, Source
from races.statistics import STATISTICS, Statistic
from stats.standings.sentences import notes_of, on_play_offs, on_the_title
from stats.standings.table import POINTS, Place, Standings, season_book
from stats.titles import champion_of

from .kit.columns import Column, NumberColumn, PointsColumn, RankColumn, SentenceColumn
from .kit.filters import AsOfFilter
from .kit.forms import TablePageView
from .kit.found import found_or_404
from .kit.racing_columns import StatColumn
from .kit.scoped import SaidAbove, scope_page
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


class FinalRow(NamedTuple):
    """A place in the final order, and beside it the one by the points added up."""

    place: int
    driver: Driver
    points: Decimal | None
    added_up: str | None
    source: Source


class FinalTable(BaseTable):
    """The final order, as it was awarded; `contenders` is how many the last race was for."""

    caption = "Final order"

    rank = RankColumn(accessor="place")
    driver = Column("Driver", link="driver")
    points = PointsColumn("Points", title="As they stood in the end, with what the play-offs reset")
    added_up = RankColumn("Rank added up", title="The place by the points added up from race results")
    source = SentenceColumn("Source", orderable=False)

    def __init__(self, places, *, contenders: int | None, **kwargs):
        super().__init__(places, prefix="final-", **kwargs)
        self.contenders = contenders

    def row_class(self, record) -> str:
        """The first behind the cut is marked."""
        return "cut" if self.contenders and record.place == self.contenders + 1 else ""


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
NOT_ON_FILE = "No race of this season is on file."


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
        standings = book.at(scope.as_of)
        places = standings.places(scope)
        table = StandingsTable(places)
        if standings.last and not standings.order:
            table.empty_text = NOT_KNOWN
        elif not book.races and not season.races.exists():
            table.empty_text = NOT_ON_FILE
        rules, champion = rules_of(season), champion_of(season, scope.as_of)
        play_offs = list(season.play_off_rounds.all())
        final = final_order(season, standings, places, play_offs) if champion or not scope.as_of else []
        return scope_page(
            f"{season.year} {season.series.name_in(season.year)} standings",
            filters,
            scope,
            {"standings": table, **({"final": final} if final else {})},
            notes=[
                *title_notes(standings, champion, rules),
                *notes_of(standings),
                *on_play_offs(play_offs),
                *format_notes(rules, standings),
            ],
            total=standings.complete.expected,
            matching=standings.complete.of(POINTS),
            context={
                "season": season,
                "champion": champion,
                "rounds": [(race, AsOf.after(race)) for race in book.races],
                "last": standings.last,
                "rules": rules,
                "years": years_with_races(season.series),
            },
        )


def final_order(
    season: Season, standings: Standings, places: list[Place], play_offs: list[PlayOffRound]
) -> FinalTable | None:
    """The final order as awarded, where it is on file, beside the places by points added up over the whole season."""
    final = list(season.final_places.select_related("driver", "source"))
    ranks = {place.driver.pk: place.rank for place in places} if standings.is_over else {}
    rows = [FinalRow(each.place, each.driver, each.points, ranks.get(each.driver_id), each.source) for each in final]
    return FinalTable(rows, contenders=play_offs[-1].drivers if play_offs else None) if final else None


def title_notes(standings: Standings, champion: Champion | None, rules: PointsFormat | None) -> list[str]:
    """Whose the title is; the template says the champion with a link."""
    said = on_the_title(standings, champion, rules)
    return [SaidAbove(said[0]), *said[1:]] if champion else said


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
    """The season of the latest race of the top series, by `as_of`."""
    series = Series.objects.first()
    if series is None:
        return None
    run = RaceCoverage.objects.filter(race__season__series=series).run_by(as_of)
    last = run.order_by("-race_order").values("race__season")[:1]
    return Season.objects.select_related(*SEASON).prefetch_related(*NAMES).filter(pk__in=last).first()


def years_with_races(series: Series) -> list[int]:
    """The seasons of which the book holds a race that was run, latest first."""
    held = series.seasons.filter(races__coverage__race_order__isnull=False)
    return list(held.order_by("-year").values_list("year", flat=True).distinct())


def format_notes(rules: PointsFormat | None, standings: Standings) -> list[str]:
    """How the season gave points, and what of it is not in the points of races."""
    if rules is None or standings.last is None:
        return []
    return [f"{rules.name}: {rules.in_words}", *([rules.note] if rules.note else [])]
