"""The tables of a season's standings and its leaders."""

from __future__ import annotations

from races.statistics import STATISTICS, Statistic
from racestats.columns import Column, NumberColumn, RankColumn
from racestats.tables import BaseTable

from .columns import StatColumn


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
    optional = ("movement", "penalties", "stage_wins")

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
