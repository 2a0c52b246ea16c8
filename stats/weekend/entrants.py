"""Whose figures a preview tells: the drivers entered, or the active where no list of entries is on file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.models import Driver
from races.models import Entry, Race, Series
from racestats.formatting import plural


@dataclass(frozen=True)
class Entrants:
    """The drivers by id; `entered` unless they are the active ones of the series."""

    drivers: Mapping[int, Driver]
    entered: bool
    series: Series

    @property
    def in_words(self) -> str:
        """“the 38 drivers entered”, “the 52 active drivers of the Cup Series”."""
        count = len(self.drivers)
        if self.entered:
            return f"the {plural(count, 'driver')} entered"
        return f"the {count:,} active {'driver' if count == 1 else 'drivers'} of the {self.series}"

    @property
    def said(self) -> str:
        """Whose figures they are, in a sentence."""
        which = "" if self.entered else ": no list of entries is on file"
        return f"Milestones, averages and birthdays are of {self.in_words}{which}."


def entered_in(race: Race) -> dict[int, Driver]:
    """The drivers of the cars entered; none where the cars on file are not all, for those that are may be there for
    how they finished. One query."""
    if race.was_run and not race.coverage.whole:
        return {}
    entries = Entry.objects.filter(race=race).select_related("driver").order_by("pk")
    return {entry.driver_id: entry.driver for entry in entries}
