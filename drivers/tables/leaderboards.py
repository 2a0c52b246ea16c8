"""The tables of leaderboards."""

from __future__ import annotations

from races.statistics import STATISTICS
from racestats import formatting
from racestats.columns import (
    Column,
    RankColumn,
)
from racestats.tables import BaseTable
from stats.boards.leaderboards import Leaderboard

from .columns import StatColumn

HEADINGS = {"driver": "Driver", "team": "Team", "manufacturer": "Make"}


class WordColumn(Column):
    """The same word in every row, for where it leads."""

    def __init__(self, verbose_name, *, word: str, url: str):
        super().__init__(verbose_name, url=url, orderable=False)
        self.word = word

    def raw(self, record):
        return self.word


class LeaderboardTable(BaseTable):
    """One board. Whoever is ranked stands in a column of that name: `driver`, `team` or `manufacturer`."""

    rank = RankColumn()

    class Meta(BaseTable.Meta):
        empty_text = "Nobody in the book matches."

    def __init__(self, board: Leaderboard, **kwargs):
        self.title = board.statistic.label
        super().__init__(
            board.rows,
            extra_columns=[
                (board.by, Column(HEADINGS[board.by], accessor="who", link="who")),
                ("value", StatColumn(board.statistic, "value", abbreviated=False, evidence=True)),
                ("starts", StatColumn(STATISTICS["starts"], abbreviated=False, evidence=True)),
                (
                    "active",
                    Column("Active", show=formatting.yes_no, title="Started one of the last ten races in the book"),
                ),
            ],
            **kwargs,
        )


class StatisticTable(BaseTable):
    """The index of leaderboards; records are dicts of a statistic and the addresses of its boards."""

    statistic = Column("Leaderboard", accessor="statistic__label", url="driver", orderable=False)
    counts = Column("What it counts", accessor="statistic__tooltip", orderable=False)
    team = WordColumn("By team", word="teams", url="team")
    manufacturer = WordColumn("By make", word="makes", url="manufacturer")
