"""Names that something had for a time: what it was called on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import F, Q


class DatedName(models.Model):
    """A name held from a day to a day, both included; an empty day is open. The name is a column of each kind."""

    name: models.CharField
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_days_in_order",
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message="The last day must not come before the first.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def days(self) -> tuple[date, date]:
        return self.first_day or date.min, self.last_day or date.max

    def held_on(self, day: date) -> bool:
        first, last = self.days
        return first <= day <= last

    def overlaps(self, other: DatedName) -> bool:
        return self.held_on(other.days[0]) or other.held_on(self.days[0])


def name_on(day: date, dated: Iterable[DatedName], otherwise: str) -> str:
    """Which of the dated names was held on a day; where none was, the name of today."""
    return next((each.name for each in dated if each.held_on(day)), otherwise)
