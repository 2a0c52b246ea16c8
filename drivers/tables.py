"""The tables of drivers: declarations only."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import NullIf

from races.statistics import STATISTICS, Statistic
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


def stat_column(statistic: Statistic, accessor: str = "", abbreviated: bool = True) -> NumberColumn:
    """A column of one statistic: its label, tooltip, format and direction are the statistic's own."""
    column = RateColumn if statistic.is_rate else NumberColumn
    return column(
        statistic.abbreviation if abbreviated else statistic.label,
        accessor=accessor or statistic.key,
        show=statistic.show,
        title=f"{statistic.label}: {statistic.tooltip}",
        initial_sort_descending=statistic.descending,
    )


class DriverTable(BaseTable):
    driver = Column("Driver", accessor="driver", link="driver")
    optional = ("hometown",)
    hometown = Column("Home town", accessor="driver__hometown")
    starts = stat_column(STATISTICS["starts"], abbreviated=False)
    wins = stat_column(STATISTICS["wins"], abbreviated=False)
    top_fives = stat_column(STATISTICS["top_fives"], abbreviated=False)
    laps_led = stat_column(STATISTICS["laps_led"], abbreviated=False)
    held = NumberColumn("Results held", title="Points races with a result in this book")
    first = PlaceColumn("First", show=str, title="First season in this book")
    last = PlaceColumn("Latest", show=str, title="Latest season in this book")

    class Meta(BaseTable.Meta):
        empty_text = "No driver in the book matches."


class SeasonTable(BaseTable):
    caption = "By season"

    season = PlaceColumn("Season", show=str, url="season_url", initial_sort_descending=True)
    series = Column("Series", link="series")
    held = NumberColumn("Held", accessor="races_held", title="Results of that season held in this book")
    starts = stat_column(STATISTICS["starts"])
    wins = stat_column(STATISTICS["wins"])
    top_fives = stat_column(STATISTICS["top_fives"])
    top_tens = stat_column(STATISTICS["top_tens"])
    poles = stat_column(STATISTICS["poles"])
    laps_led = stat_column(STATISTICS["laps_led"])
    stage_wins = stat_column(STATISTICS["stage_wins"])
    average_start = stat_column(STATISTICS["average_start"])
    average_finish = stat_column(STATISTICS["average_finish"])
    points = stat_column(STATISTICS["points"])

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no points race of this driver."


class RaceColumn(Column):
    """The race of a stat line."""

    css = "d"

    def __init__(self, verbose_name="Race", **options):
        options.setdefault("order", F("race_order"))
        super().__init__(verbose_name, accessor="race__label", link="race", **options)


class RaceLogTable(BaseTable):
    """Records are stat lines."""

    caption = "Race log"

    date = DateColumn(accessor="race__date", order=F("race_order"))
    race = RaceColumn()
    track = Column("Track", accessor="race__track_name", link="race__layout__track", order=F("track__name"))
    car = CarColumn(number="number")
    team = Column("Team", order=F("team__name"))
    manufacturer = Column("Make", order=F("manufacturer__name"))
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


class LeaderboardTable(BaseTable):
    rank = RankColumn()
    driver = Column("Driver", link="driver")
    value = NumberColumn("Count")
    starts = stat_column(STATISTICS["starts"], abbreviated=False)
    active = Column("Active", show=formatting.yes_no, title="Started one of the last ten races in the book")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book matches."

    def __init__(self, statistic: Statistic, *args, **kwargs):
        self.title = statistic.label
        super().__init__(*args, extra_columns=[("value", stat_column(statistic, "value", False))], **kwargs)


class StatisticTable(BaseTable):
    """The index of leaderboards; records are dicts of a statistic and its address."""

    statistic = Column("Leaderboard", accessor="statistic__label", url="url", orderable=False)
    counts = Column("What it counts", accessor="statistic__tooltip", orderable=False)


class MilestoneTable(BaseTable):
    milestone = Column("Milestone", accessor="name", link=lambda record: record, orderable=False)
    series = Column("Series", order=F("series__name"))
    threshold = NumberColumn("Threshold")
    members = NumberColumn("Members", title="In the records held here")

    class Meta(BaseTable.Meta):
        empty_text = "No milestone is set up."


class ClubTable(BaseTable):
    order = PlaceColumn("Order", show=str, title="The how-manieth to get there, where the race is known")
    driver = Column("Driver", link="driver")
    race = RaceColumn("Reached in", order=F("order"))
    date = DateColumn(accessor="race__date")
    count_after = NumberColumn("Count then", title="After that race, or in the opening totals")
    start_number = NumberColumn("In start", title="The how-manieth start of the career it was")
    total = NumberColumn("Total", title="As of the latest race counted")
    active = Column("Active", show=formatting.yes_no, title="Started one of the last ten races in the book")

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book has reached it."
