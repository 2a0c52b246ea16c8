"""What day it is, and the days of a year whatever the year. Pages that tell what day it is are kept for that day only:
see `serving.page_cache`."""

from __future__ import annotations

from calendar import isleap
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

RACING = timezone(timedelta(hours=-5))
"""Days are those of the tracks, most of which keep Eastern time."""
YEARS = range(1850, 2201)
"""The years of all days that a record may name, from the births of the first drivers on."""
LEAP_YEAR = 2024


def today() -> date:
    """Which day it is at most tracks."""
    return datetime.now(RACING).date()


class YearDay(NamedTuple):
    """A month and a day, of any year."""

    month: int
    day: int

    @classmethod
    def of(cls, day: date) -> YearDay:
        return cls(day.month, day.day)

    @classmethod
    def read(cls, text: str) -> YearDay:
        """“05-04”. Raise ValueError for a day that no year has."""
        month, _, day = text.partition("-")
        return cls.of(date(LEAP_YEAR, int(month), int(day)))

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    @property
    def in_words(self) -> str:
        """“May 4”."""
        return f"{self._of_leap_year:%B} {self.day}"

    @classmethod
    def months(cls) -> dict[str, list[YearDay]]:
        """All days of a year, by the names of their months."""
        first = cls(1, 1)
        found: dict[str, list[YearDay]] = {}
        for number in range(366):
            day = first.shifted(number)
            found.setdefault(f"{day._of_leap_year:%B}", []).append(day)
        return found

    def dates(self) -> list[date]:
        """The day in every year that has it."""
        leap_alone = (self.month, self.day) == (2, 29)
        return [date(year, *self) for year in YEARS if not leap_alone or isleap(year)]

    def shifted(self, days: int) -> YearDay:
        """So many days later; after December 31 comes January 1."""
        return self.of(self._of_leap_year + timedelta(days))

    @property
    def _of_leap_year(self) -> date:
        return date(LEAP_YEAR, *self)
