"""What one stat line adds to a statistic that is counted or summed."""

from __future__ import annotations

from django.db.models import Case, F, IntegerField, Value, When

from .statistics import Statistic


def addend(statistic: Statistic) -> Case | F | Value:
    """The number that a line adds, as a column of a query of lines; null where what is counted is unknown."""
    if statistic.summing:
        return F(statistic.summing)
    if not statistic.counting:
        return Value(1)
    counts = When(statistic.counting, then=1)
    if not statistic.known_by:
        return Case(counts, default=0)
    unknown = When(**{f"{statistic.known_by}__isnull": True}, then=None)
    return Case(unknown, counts, default=0, output_field=IntegerField())
