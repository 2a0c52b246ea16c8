"""The lines of a race log, read as plain values: a make has tens of thousands, in a few thousand races."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import islice
from typing import NamedTuple

from django.db.models import Model, QuerySet

from races.models import Race, StatLine
from racestats.tables import READ_AT_ONCE, QueryRecords

from .models import Driver, Manufacturer, Team
from .ranking import NAMED_BY


class Named(NamedTuple):
    """What a table shows of a driver, a team, a make or a track: its name and its address."""

    name: str
    url: str

    @classmethod
    def of(cls, named: Model) -> Named:
        return cls(str(named), named.get_absolute_url())

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.url


class LoggedRace(NamedTuple):
    """What a race log shows of a race."""

    date: date | None
    label: str
    url: str
    track_name: str
    track: Named

    @classmethod
    def of(cls, race: Race) -> LoggedRace:
        return cls(race.date, race.label, race.get_absolute_url(), race.track_name, Named.of(race.track))

    def get_absolute_url(self) -> str:
        return self.url


class LogLine(NamedTuple):
    """One line of a race log, under the names that a stat line has for the same."""

    race: LoggedRace
    driver: Named
    team: Named | None
    manufacturer: Named | None
    number: str
    start: int | None
    finish: int | None
    laps: int | None
    laps_led: int | None
    stage_wins: int | None
    points: int | None
    pole: bool | None
    status: str


VALUES = LogLine._fields[4:]
NAMES = [f"{by}__{column}" for by in ("driver", "team", "manufacturer") for column in NAMED_BY[by]]


class RaceLog(QueryRecords):
    """The log of these lines, of which there are `count`. Each race, driver, team and make is named once."""

    def __init__(self, lines: QuerySet[StatLine], count: int):
        super().__init__(lines.values_list("race", *NAMES, *VALUES))
        self.count = count
        self._races: dict[int, LoggedRace] = {}
        self._named = cache(named)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, places: slice) -> list[LogLine]:
        return self._lines(list(super().__getitem__(places)))

    def __iter__(self) -> Iterator[LogLine]:
        rows = super().__iter__()
        while some := list(islice(rows, READ_AT_ONCE)):
            yield from self._lines(some)

    def _lines(self, rows: list[tuple]) -> list[LogLine]:
        """Without those whose race was deleted after they were read."""
        self._read_races({race for race, *_ in rows} - self._races.keys())
        return [
            LogLine(
                self._races[race],
                self._named(Driver, driver, suffix, driver_slug),
                self._named(Team, team, team_slug),
                self._named(Manufacturer, make, make_slug),
                *values,
            )
            for race, driver, suffix, driver_slug, team, team_slug, make, make_slug, *values in rows
            if race in self._races
        ]

    def _read_races(self, missing: set[int]) -> None:
        if missing:
            races = Race.objects.filter(pk__in=missing).for_list().order_by()
            self._races |= {race.pk: LoggedRace.of(race) for race in races}


def named(model: type[Model], *values: str | None) -> Named | None:
    """Whom the values of `NAMED_BY` name, if anybody."""
    columns = NAMED_BY[model._meta.model_name]
    return None if None in values else Named.of(model(**dict(zip(columns, values))))
