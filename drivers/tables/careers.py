"""The index of drivers, and the tables of one driver."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import NullIf

from races.statistics import STATISTICS
from racestats import formatting
from racestats.columns import (
    CarColumn,
    Column,
    DateColumn,
    MarginColumn,
    NoteColumn,
    NumberColumn,
    PlaceColumn,
)
from racestats.tables import BaseTable

from .columns import RaceColumn, StatColumn


class DriverTable(BaseTable):
    driver = Column("Driver", accessor="driver", link="driver")
    optional = ("hometown",)
    hometown = Column("Home town", accessor="driver__hometown")
    starts = StatColumn(STATISTICS["starts"], abbreviated=False, evidence=True)
    wins = StatColumn(STATISTICS["wins"], abbreviated=False, evidence=True)
    top_fives = StatColumn(STATISTICS["top_fives"], abbreviated=False, evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], abbreviated=False, evidence=True)
    held = NumberColumn("Results held", url="held_url", title="Points races with a result in this book")
    first = PlaceColumn("First", show=str, title="First season in this book")
    last = PlaceColumn("Latest", show=str, title="Latest season in this book")

    class Meta(BaseTable.Meta):
        empty_text = "No driver in the book matches."


class SeasonTable(BaseTable):
    caption = "By season"

    season = PlaceColumn("Season", show=str, url="season_url", initial_sort_descending=True)
    series = Column("Series", link="series")
    held = NumberColumn("Held", accessor="races_held", title="Results of that season held in this book")
    starts = StatColumn(STATISTICS["starts"], evidence=True)
    wins = StatColumn(STATISTICS["wins"], evidence=True)
    top_fives = StatColumn(STATISTICS["top_fives"], evidence=True)
    top_tens = StatColumn(STATISTICS["top_tens"], evidence=True)
    poles = StatColumn(STATISTICS["poles"], evidence=True)
    laps_led = StatColumn(STATISTICS["laps_led"], evidence=True)
    stage_wins = StatColumn(STATISTICS["stage_wins"], evidence=True)
    average_start = StatColumn(STATISTICS["average_start"], evidence=True)
    average_finish = StatColumn(STATISTICS["average_finish"], evidence=True)
    points = StatColumn(STATISTICS["points"], evidence=True)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no points race of this driver."


class RaceLogTable(BaseTable):
    """Records are stat lines, or the lines of a race log."""

    caption = "Race log"

    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    track = Column("Track", accessor="race__track_name", link="race__track", order=F("track__name"))
    car = CarColumn(number="number")
    team = Column("Team", link="team", order=F("team__name"))
    manufacturer = Column("Make", link="manufacturer", order=F("manufacturer__name"))
    start = PlaceColumn("Start", show=str)
    finish = PlaceColumn("Finish", show=str)
    laps = NumberColumn("Laps")
    laps_led = NumberColumn("Led", title="Laps led")
    stage_wins = NumberColumn("Stages", title="Stage wins")
    points = NumberColumn("Points")
    pole = Column("Pole", show=formatting.yes_no, title="Pole award")
    status = Column("Status", order=NullIf(F("status"), Value("")))

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no points race of this driver that matches."


class CarLogTable(RaceLogTable):
    """The results of the cars of a team or a make."""

    driver = Column("Driver", link="driver", order=F("driver__name"))

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no result that matches."
        sequence = ("date", "race", "track", "car", "driver", "...")


class CloseFinishTable(BaseTable):
    """Records are stat lines of the first two cars."""

    caption = "Close finishes"

    margin = MarginColumn()
    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    result = Column("Result", accessor="won_or_lost", order=F("finish"))
    other = Column("Other driver", accessor="other_driver", link="other_driver", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no finish so close of this driver."


class SessionLogTable(BaseTable):
    """Practice and qualifying; records are results."""

    caption = "Practice and qualifying"
    optional = ("note",)

    date = DateColumn(accessor="session__date")
    race = Column("Race", accessor="session__race__label", link="session__race", orderable=False)
    session = Column("Session", accessor="session__name", link="session", order=F("session__kind"))
    position = PlaceColumn("Position", show=str)
    lap_speed = NumberColumn("Speed (mph)", show=lambda value: f"{value:.3f}")
    lap_time = PlaceColumn("Lap (s)", show=formatting.lap_time)
    note = NoteColumn("Note", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no practice or qualifying of this driver."
