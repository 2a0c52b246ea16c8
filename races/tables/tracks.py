"""The tables of tracks and of one track."""

from __future__ import annotations

from django.db.models import F

from racestats import formatting
from racestats.columns import (
    Column,
    DateColumn,
    NoteColumn,
    NumberColumn,
    PlaceColumn,
    RankColumn,
)
from racestats.tables import BaseTable

from .columns import FirstTwoColumn, RaceColumn, SecondsColumn, itself


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
    count = NumberColumn("Count", url="evidence", title="Opens to the races")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book."


class TrackRecordTable(BaseTable):
    caption = "Records"

    record = Column("Record", orderable=False)
    value = Column("Figure", url="evidence", orderable=False)
    holder = Column("Held by", link="driver", orderable=False)
    race = Column(
        "Race", link="race", accessor="race__label", orderable=False, title="For a career: where it was taken"
    )

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no record for this track."
