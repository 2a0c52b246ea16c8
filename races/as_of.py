"""The day, or the race, as of which the book is asked for, and what it takes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import Q

from racestats import formatting


class RaceRun(Protocol):
    """What is asked of a race that has been run."""

    season: Any
    coverage: Any

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...


class Version(Protocol):
    """What stood in the book from a day, until another where it has an end."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True)
class AsOf:
    """The end of a day, or the finish of a race, at which the book is asked for."""

    day: date
    text: str
    series_id: int | None = None
    order: int | None = None
    label: str = ""

    @classmethod
    def on(cls, day: date) -> AsOf:
        return cls(day, str(day))

    @classmethod
    def after(cls, race: RaceRun) -> AsOf:
        """After a race of the book that has been run; the races of other series were run by its day."""
        season = race.season
        text = f"{season.series.slug}-{season.year}-{race.key}"
        return cls(race.coverage.known_on, text, season.series_id, race.coverage.race_order, race.label)

    def __str__(self) -> str:
        return self.text

    @property
    def in_words(self) -> str:
        if self.label:
            return f"as it stood after {self.label}"
        return f"as it stood on {formatting.day(self.day)}"

    def up_to_race(self, series: str, order: str) -> Q:
        """Of rows that have their race's series and order under these names: not those after the race that is named."""
        if self.order is None:
            return Q()
        return ~Q(**{series: self.series_id, f"{order}__gt": self.order})

    def run_by_then(self, series: str, coverage: str) -> Q:
        """Of rows that lead to a race's series and coverage under these names: those whose race had been run."""
        return self.up_to_race(series, f"{coverage}race_order") & Q(**{f"{coverage}known_on__lte": self.day})

    def takes_in(self, series_id: int, day: date, order: int | None) -> bool:
        """Whether what came of a race on a day is in: the race itself, or a ruling on it."""
        is_later = self.order is not None and order is not None and series_id == self.series_id and order > self.order
        return day <= self.day and not is_later

    def includes(self, race: RaceRun) -> bool:
        """Whether a race that has been run had been by then."""
        return self.takes_in(race.season.series_id, race.coverage.known_on, race.coverage.race_order)


def stood(version: Version, as_of: AsOf | None) -> bool:
    """Whether it stood in the book then; without a day, whether it stands now."""
    until = version.valid_to
    if as_of is None:
        return until is None
    return (until is None or until > as_of.day) and version.valid_from <= as_of.day


def versions_that_stood(as_of: AsOf | None) -> Q:
    """The same of rows, in a query."""
    if as_of is None:
        return Q(valid_to=None)
    return (Q(valid_to=None) | Q(valid_to__gt=as_of.day)) & Q(valid_from__lte=as_of.day)
