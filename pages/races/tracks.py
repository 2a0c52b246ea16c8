"""The pages of tracks: their index, and one track."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from newsroom.models import Story
from races.models import Track, TrackLayout
from racestats import formatting
from racestats.names.dated_names import dated
from stats.completeness import completeness
from stats.race.closest_finishes import with_first_two
from stats.scope import DIMENSIONS, Scope
from stats.tracks.records import CAREERS, PREVIOUS, HeldRecord, track_book
from stats.tracks.winners import Winner, season_sweeps, winners_at, wins_from, wins_of

from ..charts.tracks import speeds_chart, winners_chart
from ..kit.charts_on_pages import ChartView, on_page
from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.found import found_or_404
from ..kit.scoped import dirt_notes, scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import (
    Column,
    DateColumn,
    LowestFirstColumn,
    NoteColumn,
    NumberColumn,
    RankColumn,
    SeasonColumn,
)
from ..kit.tables.racing_columns import (
    FigureColumn,
    FirstTwoColumn,
    RaceItselfColumn,
    RaceNameColumn,
    RaceSeriesColumn,
    SecondsColumn,
    WinnersMakeColumn,
    itself,
)


class TrackListFilter(ScopeFilterSet):
    keys = ("series", "type", "as_of")


class TrackFilter(ScopeFilterSet):
    keys = ("series", "from", "to", "era", "type", "as_of")


class TrackTable(BaseTable):
    track = Column("Track", accessor="name", link=itself, order=F("name"))
    place = Column("Place", order=NullIf(F("city"), Value("")), priority=2)
    length = NumberColumn("Miles", accessor="longest", show=formatting.miles, title="The longest layout", priority=2)
    races = NumberColumn("Races", accessor="race_count", title="Points races on file", bar=True)
    first = LowestFirstColumn("First", accessor="first_season", show=str, priority=2)
    last = LowestFirstColumn("Latest", accessor="last_season", show=str)

    class Meta(BaseTable.Meta):
        empty_text = "No track on file matches."


class LayoutTable(BaseTable):
    caption = "Layouts"

    heads_rows = "name"

    name = Column("Layout")
    length = NumberColumn("Miles", show=formatting.miles)
    type = Column("Type", accessor="get_type_display", order=F("type"), priority=2)
    surface = Column("Surface", accessor="get_surface_display", order=F("surface"), priority=2)
    first_season = LowestFirstColumn("From", show=str)
    last_season = LowestFirstColumn("To", show=str, priority=2)
    races = NumberColumn("Races", accessor="race_count", title="Points races on file")
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No layout on file."


class TrackRaceTable(BaseTable):
    caption = "Races"

    date = DateColumn()
    race = RaceItselfColumn()
    series = RaceSeriesColumn(priority=3)
    layout = Column("Layout", accessor="layout__name", order=F("layout__name"), priority=3)
    winner = FirstTwoColumn("Winner", place=1)
    make = WinnersMakeColumn(title="The make of the winner's car", orderable=False)
    runner_up = FirstTwoColumn("Second", place=2, priority=2)
    pole = Column("Pole", accessor="pole__driver", link="pole__driver", order=F("pole__driver__name"), priority=3)
    margin = SecondsColumn(priority=2)
    laps = NumberColumn("Laps", priority=3)
    average_speed = NumberColumn(
        "Speed (mph)", show=lambda speed: formatting.decimal(speed, 3), title="Average of the race", priority=3
    )

    class Meta(BaseTable.Meta):
        empty_text = "No race at this track matches."


class DriverCountTable(BaseTable):
    """Drivers counted: winners or pole winners of a track."""

    rank = RankColumn()
    driver = Column("Driver", link="driver")
    count = FigureColumn("Count", url="evidence", title="Opens to the races", bar=True)

    class Meta(BaseTable.Meta):
        empty_text = "Nobody on file."


class WinsTable(BaseTable):
    """Wins at the track of teams, of makes, or from parts of the grid."""

    rank = RankColumn()
    name = Column("By", url="url", orderable=False)
    wins = NumberColumn("Wins", url="evidence", title="Opens to the races", bar=True)

    def __init__(self, records, *, name: str, **options):
        super().__init__(records, exclude=() if any(each.rank for each in records) else ("rank",), **options)
        self.columns["name"].column.verbose_name = name


class SweepTable(BaseTable):
    """Who won all races of a season at the track."""

    caption = "Season sweeps"

    season = SeasonColumn()
    name = Column("Driver", url="url", orderable=False)
    wins = NumberColumn("Races", url="evidence", title="All races of the season here; opens to them")


class TrackRecordTable(BaseTable):
    caption = "Records"

    heads_rows = "record"

    record = Column("Record", orderable=False)
    value = Column("Figure", url="evidence", orderable=False)
    holder = Column("Held by", link="driver", orderable=False)
    race = RaceNameColumn(
        "Since",
        link="race",
        accessor="race__label",
        orderable=False,
        title="Of a career: the race that took the record",
        priority=2,
    )

    class Meta(BaseTable.Meta):
        empty_text = "No record on file."


FEW = 10
"""Of a table beside others so many rows are shown at once."""
SECTIONS = (
    ("records-cards", "Records"),
    ("winners-table", "Winners"),
    ("makes-table", "Makes and teams"),
    ("table", "All races"),
    ("layouts-table", "Layouts"),
)


class RecordCard(NamedTuple):
    """A record with those who hold it, and those who held the one before."""

    record: str
    holders: list[HeldRecord]
    previous: list[HeldRecord]


def cards_of(records: Iterable[HeldRecord]) -> list[RecordCard]:
    """The rows of the table of records, where those who share one follow each other, and what it replaced follows."""
    cards: list[RecordCard] = []
    for held in records:
        if held.record == PREVIOUS:
            cards[-1].previous.append(held)
        elif cards and cards[-1].record == held.record:
            cards[-1].holders.append(held)
        else:
            cards.append(RecordCard(held.record, [held], []))
    return cards


class TrackListView(TablePageView):
    template_name = "pages/tracks.html"
    filterset_class = TrackListFilter

    def get_page(self, filters):
        scope = filters.scope
        races = scope.races().filter(layout__track=OuterRef("pk")).order_by().values("layout__track")
        layouts = TrackLayout.objects.filter(track=OuterRef("pk")).order_by().values("track")
        found = Track.objects.annotate(
            race_count=Coalesce(Subquery(races.annotate(n=Count("pk")).values("n")), 0),
            first_season=Subquery(races.annotate(n=Min("season__year")).values("n")),
            last_season=Subquery(races.annotate(n=Max("season__year")).values("n")),
            longest=Subquery(layouts.annotate(n=Max("length")).values("n")),
        )
        total = Track.objects.count()
        if scope.series or scope.type:
            found = found.filter(race_count__gte=1)
        # Where they race now comes before all the tracks that were.
        table = TrackTable(found.order_by(F("last_season").desc(nulls_last=True), "name"))
        return scope_page("Tracks", filters, scope, {"tracks": table}, total=total, matching=len(table.rows))


def _wins_tables(winners: Sequence[Winner], scope: Scope) -> dict[str, BaseTable]:
    """The wins by make, team and start, and the season sweeps."""
    tables: dict[str, BaseTable] = {
        name: WinsTable(found, name=head, prefix=f"{name}-", caption=caption, rows_shown=FEW)
        for name, head, caption, found in (
            ("makes", "Make", "Wins by make", wins_of(winners, "manufacturer", scope)),
            ("teams", "Team", "Wins by team", wins_of(winners, "team", scope)),
            ("starts", "Started", "Wins by starting position", wins_from(winners, scope)),
        )
    }
    return tables | {"sweeps": SweepTable(season_sweeps(winners, scope), prefix="sweeps-", rows_shown=FEW)}


class TrackView(TablePageView):
    template_name = "pages/track.html"
    filterset_class = TrackFilter

    def get_page(self, filters, slug):
        track = found_or_404(Track.objects.prefetch_related("names"), f"track “{slug}”", slug=slug)
        scope = filters.scope.narrowed(track=track)
        # All at one track, which the table does not name: no dated names are read.
        races = scope.races().with_label().select_related("pole__driver")
        races = with_first_two(races, scope)
        layouts = track.layouts.annotate(race_count=Count("races", filter=Q(races__in=scope.races())))
        layouts, by_type = list(layouts), Counter()
        for layout in layouts:
            by_type[layout.type] += layout.race_count
        complete = completeness(scope)
        book = track_book(scope, complete)
        table = TrackRaceTable(races, order_by="-race", exclude=("series",) if scope.series else ())
        count, winners = complete.held, winners_at(scope)
        of_type = f" {DIMENSIONS['type'].words(scope.type)}" if scope.type else ""
        notes = [
            f"{formatting.plural(count, 'points race')}{of_type} at this track on file; the pole award is known "
            f"for {complete.known['pole']:,}, every lap leader for {complete.known['laps_led']:,}, the margin for "
            f"{complete.known['margin']:,}."
        ]
        if doubted := [each.in_text for each in CAREERS if not complete.tells_all(each)]:
            notes.append(f"Not known for every race, so the true record may be higher: {formatting.listed(doubted)}.")
        return scope_page(
            track.name,
            filters,
            scope,
            {
                "races": table,
                "layouts": LayoutTable(layouts, prefix="layouts-"),
                "winners": DriverCountTable(book.winners, prefix="winners-", caption="Winners"),
                "poles": DriverCountTable(book.poles, prefix="poles-", caption="Pole winners"),
                **_wins_tables(winners, scope),
                "records": TrackRecordTable(book.records, prefix="records-"),
                "lineage": TrackRecordTable(book.lineages, prefix="lineage-", caption="Record history"),
            },
            notes=[*notes, *dirt_notes(scope, dict(+by_type))],
            total=count,
            matching=count,
            context={
                "track": track,
                "former_names": dated(track.names.all()),
                "written": Story.objects.published(scope.as_of and scope.as_of.day).filter(tracks=track),
                "winners_chart": on_page(
                    winners_chart(track.short_name, winners), "races:winners-chart", slug, asked=filters, table=table
                ),
                "speeds_chart": on_page(speeds_chart(winners), "races:speeds-chart", slug, asked=filters, table=table),
                "layouts": [layout for layout in layouts if layout.race_count] or layouts,
                "most_wins": book.winners[:1],
                "record_cards": cards_of(book.records),
                "sections": SECTIONS,
            },
        )


class TrackChartView(ChartView):
    """A chart of one track."""

    filterset_class = TrackFilter

    def read(self, filters, slug) -> tuple[Track, list[Winner]]:
        track = found_or_404(Track, f"track “{slug}”", slug=slug)
        return track, winners_at(filters.scope.narrowed(track=track))


class WinnersChartView(TrackChartView):
    def get_chart(self, filters, slug):
        track, winners = self.read(filters, slug)
        return winners_chart(track.short_name, winners)


class SpeedsChartView(TrackChartView):
    def get_chart(self, filters, slug):
        _, winners = self.read(filters, slug)
        return speeds_chart(winners)
