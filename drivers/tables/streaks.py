"""The tables of streaks."""

from __future__ import annotations

from django.db.models import F

from racestats import formatting
from racestats.columns import Column, NumberColumn, RankColumn
from racestats.tables import BaseTable


class StreakIndexTable(BaseTable):
    """The index of streaks; records are the longest active of each kind."""

    streak = Column("Streak", accessor="kind__label", url="url", orderable=False)
    active = NumberColumn("Longest active", accessor="length", orderable=False)
    drivers = Column("Driver", accessor="holders", link="holder", orderable=False)
    rule = Column("What it counts", accessor="kind__rule", orderable=False)


class StreakTable(BaseTable):
    rank = RankColumn()
    driver = Column("Driver", link="driver")
    track = Column("Track", link="track")
    length = NumberColumn("Length", url="url", title="Races in a row; the link leads to them")
    first = Column("From", accessor="first__label", link="first", order=F("first__coverage__race_order"))
    last = Column("To", accessor="last__label", link="last", order=F("last__coverage__race_order"))
    active = Column("Active", show=formatting.yes_no, title="It can go on in the next race, and the driver is active")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no streak that matches."


class DriverStreakTable(BaseTable):
    """One driver's streaks, of each kind the longest and the active one."""

    caption = "Streaks"
    optional = ("track", "active", "active_track")

    streak = Column("Streak", accessor="kind__label", url="board_url", orderable=False)
    length = NumberColumn("Longest", url="url", title="Races in a row; the link leads to them")
    track = Column("Track", link="track")
    first = Column("From", accessor="first__label", link="first", order=F("first__coverage__race_order"))
    last = Column("To", accessor="last__label", link="last", order=F("last__coverage__race_order"))
    active = NumberColumn("Active", accessor="active_length", url="active_url", title="The streak that can still go on")
    active_track = Column("Active at", link="active_track")

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no streak of this driver."
