"""The tables of leaderboards."""

from __future__ import annotations

from races.statistics import STATISTICS, Statistic
from racestats import formatting
from racestats.columns import (
    Column,
    NumberColumn,
    RankColumn,
)
from racestats.tables import BaseTable

from .columns import stat_column


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
