"""What one stat line adds to a statistic that is counted or summed."""

from __future__ import annotations

from django.db.models import BooleanField, Case, ExpressionWrapper, F, Value, When

from .statistics import Statistic


def addend(statistic: Statistic) -> Case | F | Value:
    """The number that a line adds, as a column of a query of lines; null where what is counted is unknown."""
    if statistic.summing:
        return F(statistic.summing)
    if not statistic.counting:
        return Value(1)
    counts = ExpressionWrapper(statistic.counting, output_field=BooleanField(null=True))
    return Case(When(counts, then=1), When(~counts, then=0))
