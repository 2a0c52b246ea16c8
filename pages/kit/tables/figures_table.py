"""A table of figures of many statistics, one below the other."""

from __future__ import annotations

from .base import BaseTable
from .columns import Column, NumberColumn
from .racing_columns import OwnFigureColumn


class FiguresTable(BaseTable):
    """Records have a `statistic`, its `figure` and, as `url`, the address of the races behind it."""

    caption = "More figures"
    heads_rows = "statistic"
    is_wide = False

    statistic = Column("Statistic", accessor="statistic__label", orderable=False)
    figure = OwnFigureColumn("Figure", accessor="figure", url="url", orderable=False)
    over = NumberColumn(
        "Over",
        accessor="figure__over",
        title="The starts that an average or a share is of: a whole field, and a known value",
        orderable=False,
        priority=2,
    )
    counts = Column("What it counts", accessor="statistic__tooltip", orderable=False, priority=3)
