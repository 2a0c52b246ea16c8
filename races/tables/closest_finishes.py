"""The tables of the closest finishes."""

from __future__ import annotations

from racestats import formatting
from racestats.columns import (
    Column,
    DateColumn,
    MarginColumn,
    NumberColumn,
    RankColumn,
    RateColumn,
)
from racestats.tables import BaseTable

from .columns import FirstTwoColumn, FootnoteColumn, MarginRankColumn, RaceColumn, TrackColumn


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
