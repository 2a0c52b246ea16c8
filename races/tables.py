"""The tables of races, results and tracks: declarations only. What they show is annotated by the querysets."""

from __future__ import annotations

from django.db.models import Case, F, Value, When
from django.db.models.functions import NullIf

from racestats import formatting
from racestats.columns import (
    CarColumn,
    Column,
    DateColumn,
    MarginColumn,
    NoteColumn,
    NumberColumn,
    PlaceColumn,
    RankColumn,
    RateColumn,
)
from racestats.tables import BaseTable

from .closest_finishes import footnote
from .models import Race


def itself(record):
    return record


class RaceColumn(Column):
    """A race by its label, for a table whose records are races."""

    css = "d"

    def __init__(self, **options):
        super().__init__("Race", accessor="label", link=itself, order=F("season__year") * 1000 + F("round"), **options)


class TrackColumn(Column):
    """A race's track under its name of the day, for a table whose records are races."""

    def __init__(self, **options):
        super().__init__(
            "Track", accessor="track_name", link="layout__track", order=F("layout__track__name"), **options
        )


class FirstTwoColumn(Column):
    """The driver of one of the first two cars, from the race's prefetched `first_two`."""

    def __init__(self, verbose_name, *, place: int, **options):
        super().__init__(verbose_name, accessor="first_two", link=self.driver, **options)
        self.place = place
        self.order_expression = F({1: "winner_name", 2: "runner_up_name"}[place])

    def driver(self, race):
        return next((line.driver for line in race.first_two if line.finish == self.place), None)

    def raw(self, record):
        driver = self.driver(record)
        return str(driver) if driver else None


class SecondsColumn(MarginColumn):
    """A race's margin, where it was measured in seconds: laps and lengths do not compare with them."""

    def __init__(self, **options):
        super().__init__(order=Case(When(margin_kind=Race.MarginKind.TIME, then=F("margin"))), **options)

    def raw(self, record):
        return super().raw(record) if record.margin_kind == Race.MarginKind.TIME else None


class FootnoteColumn(NoteColumn):
    def raw(self, record):
        return footnote(record) or None


class MarginRankColumn(RankColumn):
    """A race's rank by margin, from the ranks that `closest` annotates."""

    def raw(self, record):
        return formatting.rank(record.place, record.tied > 1)


class ClosestFinishTable(BaseTable):
    optional = ("note",)

    rank = MarginRankColumn(accessor="place")
    margin = MarginColumn()
    race = RaceColumn()
    date = DateColumn()
    track = TrackColumn()
    winner = FirstTwoColumn("Winner", place=1)
    runner_up = FirstTwoColumn("Official runner-up", place=2)
    note = FootnoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No race in the book matches these filters with a margin in seconds."


class InvolvementTable(BaseTable):
    caption = "Drivers in these finishes"

    rank = RankColumn(title="By wins")
    driver = Column("Driver", link="driver")
    involved = NumberColumn("Involved", title="First or second in one of these races")
    share = RateColumn("Share", show=formatting.percent, title="Of the races listed")
    won = NumberColumn("Won")
    runner_up = NumberColumn("Runner-up", title="Official second places")
    runner_up_rank = RankColumn("Rank, runner-up", title="By official second places")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody: no race is listed."


class RaceListTable(BaseTable):
    round = PlaceColumn("Round", show=str)
    date = DateColumn()
    race = RaceColumn()
    name = Column("Name")
    track = TrackColumn()
    winner = FirstTwoColumn("Winner", place=1)
    runner_up = FirstTwoColumn("Runner-up", place=2)
    margin = SecondsColumn()
    laps = NumberColumn("Laps")
    results = NumberColumn("Results held", accessor="coverage__lines", title="Cars with a result in this book")

    class Meta(BaseTable.Meta):
        empty_text = "No race in the book matches."


class ResultBaseTable(BaseTable):
    """A session's results: who, in which car."""

    optional = ("note", "crossed_line", "points", "team")

    car = CarColumn(number="entry__number")
    driver = Column("Driver", accessor="entry__driver", link="entry__driver", order=F("entry__driver__name"))
    team = Column("Team", accessor="entry__team", order=F("entry__team__name"))
    manufacturer = Column("Make", accessor="entry__manufacturer", order=F("entry__manufacturer__name"))
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no results of this session."

    def row_class(self, record) -> str:
        return "out" if record.disqualified else ""


class RaceResultTable(ResultBaseTable):
    caption = "Race results"

    position = PlaceColumn("Finish", show=str)
    start = PlaceColumn("Start", show=str)
    laps = NumberColumn("Laps")
    laps_led = NumberColumn("Led", title="Laps led")
    points = NumberColumn("Points")
    status = Column("Status", accessor="status_in_words", order=NullIf(F("status_text"), Value("")))
    crossed_line = PlaceColumn("At the line", show=str, title="Position at the line, where a ruling changed it")

    class Meta(ResultBaseTable.Meta):
        sequence = (
            "position",
            "start",
            "car",
            "driver",
            "team",
            "manufacturer",
            "laps",
            "laps_led",
            "points",
            "status",
            "crossed_line",
            "note",
        )


class LapResultTable(ResultBaseTable):
    """Practice and qualifying: the best lap of each car."""

    position = PlaceColumn("Position", show=str)
    lap_speed = NumberColumn("Speed (mph)", show=lambda value: f"{value:.3f}")
    lap_time = PlaceColumn("Lap (s)", show=formatting.lap_time)
    gap = PlaceColumn("Gap (s)", show=formatting.gap, title="Behind the first")

    class Meta(ResultBaseTable.Meta):
        sequence = ("position", "car", "driver", "team", "manufacturer", "lap_speed", "lap_time", "gap", "note")


class StageResultTable(ResultBaseTable):
    position = PlaceColumn("Position", show=str)
    points = NumberColumn("Points")

    class Meta(ResultBaseTable.Meta):
        sequence = ("position", "car", "driver", "team", "manufacturer", "points", "note")


class StageTable(BaseTable):
    """The stages of one race; records are dicts made by the race page."""

    caption = "Stages"

    stage = PlaceColumn("Stage", show=str, url="url")
    laps = NumberColumn("Laps", title="Length of the stage")
    winner = Column("Winner", link="winner")
    second = Column("Second", link="second")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no stages of this race."


class TrackTable(BaseTable):
    track = Column("Track", accessor="name", link=itself, order=F("name"))
    place = Column("Place", order=F("city"))
    length = NumberColumn("Miles", accessor="longest", show=formatting.miles, title="The longest layout in the book")
    races = NumberColumn("Races", accessor="race_count", title="Points races held in this book")
    first = PlaceColumn("First", accessor="first_season", show=str)
    last = PlaceColumn("Latest", accessor="last_season", show=str)

    class Meta(BaseTable.Meta):
        empty_text = "No track in the book matches."


class LayoutTable(BaseTable):
    caption = "Layouts"
    optional = ("note",)

    name = Column("Layout")
    length = NumberColumn("Miles", show=formatting.miles)
    type = Column("Type", accessor="get_type_display", order=F("type"))
    surface = Column("Surface", accessor="get_surface_display", order=F("surface"))
    first_season = PlaceColumn("From", show=str)
    last_season = PlaceColumn("To", show=str)
    races = NumberColumn("Races", accessor="race_count", title="Points races held in this book")
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no layout of this track."


class TrackRaceTable(BaseTable):
    caption = "Races"

    date = DateColumn()
    race = RaceColumn()
    layout = Column("Layout", accessor="layout__name", order=F("layout__name"))
    winner = FirstTwoColumn("Winner", place=1)
    runner_up = FirstTwoColumn("Runner-up", place=2)
    pole = Column("Pole", accessor="pole__driver", link="pole__driver", order=F("pole__driver__name"))
    margin = SecondsColumn()
    laps = NumberColumn("Laps")

    class Meta(BaseTable.Meta):
        empty_text = "No race at this track matches."


class TallyTable(BaseTable):
    """Drivers counted: winners or pole winners of a track."""

    rank = RankColumn()
    driver = Column("Driver", link="driver")
    count = NumberColumn("Count")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book."


class TrackRecordTable(BaseTable):
    caption = "Records"

    record = Column("Record", orderable=False)
    value = Column("Figure", orderable=False)
    holder = Column("Held by", link="holder", orderable=False)
    race = Column("Race", link="race", accessor="race__label", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no record for this track."


def results_of(kind: str) -> type[ResultBaseTable]:
    """The table for a session of this kind."""
    return {"race": RaceResultTable, "stage": StageResultTable}.get(kind, LapResultTable)
