"""The columns that several tables of drivers have."""

from __future__ import annotations

from django.db.models import F

from races.statistics import Statistic
from racestats.columns import Column, NumberColumn


class StatColumn(NumberColumn):
    """A column of one statistic: its label, tooltip, format and direction are the statistic's own.

    With `evidence` each figure leads to the races behind it: the record's `evidence(statistic)` is their address.
    """

    def __init__(self, statistic: Statistic, accessor: str = "", *, abbreviated: bool = True, evidence: bool = False):
        super().__init__(
            statistic.abbreviation if abbreviated else statistic.label,
            accessor=accessor or statistic.key,
            show=statistic.show,
            title=f"{statistic.label}: {statistic.tooltip}",
            initial_sort_descending=statistic.descending,
        )
        self.statistic = statistic
        self.evidence = evidence

    def raw(self, record):
        """Of a share or an average a plain number, for its last digits say nothing."""
        value = super().raw(record)
        return float(value) if self.statistic.is_rate and value is not None else value

    @property
    def links(self) -> bool:
        return self.evidence

    def href(self, record) -> str | None:
        """Nowhere from what is unknown, and from a count of none."""
        value = self.raw(record) if self.evidence else None
        if value is None or (not value and not self.statistic.is_rate):
            return None
        return record.evidence(self.statistic)


class RaceColumn(Column):
    """The race of a stat line."""

    css = "d"

    def __init__(self, verbose_name="Race", **options):
        options.setdefault("order", F("race_order"))
        super().__init__(verbose_name, accessor="race__label", link="race", **options)
