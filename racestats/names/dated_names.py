"""Names that something had for a time: what it was called on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import F, Q

from ..formatting import years

NameT = TypeVar("NameT", bound="DatedName")


class DatedName(models.Model):
    """A name held from a day to a day, both included; an empty day is open. With neither it is found by the name, and
    was called so on no day. The name is a column of each kind."""

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

    @property
    def is_dated(self) -> bool:
        return bool(self.first_day or self.last_day)

    @property
    def years_in_words(self) -> str:
        """“1978–1996”, “since 1978”, “until 1996”; nothing where no day is known."""
        if self.first_day and self.last_day:
            return years(self.first_day.year, self.last_day.year)
        return (
            f"since {self.first_day.year}" if self.first_day else f"until {self.last_day.year}" if self.last_day else ""
        )

    def held_on(self, day: date) -> bool:
        first, last = self.days
        return self.is_dated and first <= day <= last

    def overlaps(self, other: DatedName) -> bool:
        return self.is_dated and other.is_dated and (self.held_on(other.days[0]) or other.held_on(self.days[0]))


def dated(names: Iterable[NameT]) -> list[NameT]:
    """Those that were held on some days."""
    return [each for each in names if each.is_dated]


def name_on(day: date, dated: Iterable[DatedName], otherwise: str) -> str:
    """Which of the dated names was held on a day; where none was, the name of today."""
    return next((each.name for each in dated if each.held_on(day)), otherwise)
