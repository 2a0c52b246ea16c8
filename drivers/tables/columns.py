"""The columns that several tables of drivers have."""

from __future__ import annotations

from django.db.models import F

from races.statistics import Statistic
from racestats.columns import (
    Column,
    NumberColumn,
    RateColumn,
)


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


class RaceColumn(Column):
    """The race of a stat line."""

    css = "d"

    def __init__(self, verbose_name="Race", **options):
        options.setdefault("order", F("race_order"))
        super().__init__(verbose_name, accessor="race__label", link="race", **options)
