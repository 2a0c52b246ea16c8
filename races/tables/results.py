"""The tables of a session's results, and of the stages of a race."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import NullIf

from racestats import formatting
from racestats.columns import (
    CarColumn,
    Column,
    NoteColumn,
    NumberColumn,
    PlaceColumn,
)
from racestats.tables import BaseTable


class ResultBaseTable(BaseTable):
    """A session's results: who, in which car."""

    optional = ("note", "crossed_line", "points", "team")

    car = CarColumn(number="entry__number")
    driver = Column("Driver", accessor="entry__driver", link="entry__driver", order=F("entry__driver__name"))
    team = Column("Team", accessor="entry__team", link="entry__team", order=F("entry__team__name"))
    manufacturer = Column(
        "Make", accessor="entry__manufacturer", link="entry__manufacturer", order=F("entry__manufacturer__name")
    )
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


class NoteTable(BaseTable):
    """What the race meant for the book; records are notes."""

    caption = "Notes"

    note = Column("Note", accessor="text", url="url", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book has nothing to note of this race."


def results_of(kind: str) -> type[ResultBaseTable]:
    """The table for a session of this kind."""
    return {"race": RaceResultTable, "stage": StageResultTable}.get(kind, LapResultTable)
