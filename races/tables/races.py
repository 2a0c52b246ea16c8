"""The list of races."""

from __future__ import annotations

from racestats.columns import (
    Column,
    DateColumn,
    NumberColumn,
    PlaceColumn,
)
from racestats.tables import BaseTable

from .columns import FirstTwoColumn, RaceColumn, SecondsColumn, TrackColumn


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
