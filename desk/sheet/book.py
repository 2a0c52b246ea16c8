"""What the book has of a race, for its sheet: its cars, which sessions have results, what rows begin with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain

from django.db.models import Count

from importing.names.drivers import OWN_ID
from races.admin.results import by_number
from races.finishes import by_finish
from races.models import Entry, Race, Result, Session
from races.order import MOST_ROUNDS

from ..copies import with_a_field_before
from .columns import ALL, ENTRIES, MOST_STAGES, QUALIFYING, RACE, USUAL_STAGES, SheetColumn, columns_of, typed_columns
from .document import BookCar, RaceHead
from .grid import Grid

USUAL_FIELD = 40
ORDER = {"practice": 0, QUALIFYING: 1, "stage": 2, RACE: 3}
"""In which order the sessions of a weekend are run."""


class SheetRace:
    """One race as a sheet needs it. Each property is one or two queries, whatever the race."""

    def __init__(self, race: Race):
        self.race = race

    @property
    def head(self) -> RaceHead:
        race = self.race
        season = race.season
        names = race.round, race.slug or None, race.name, race.layout.track.slug, race.kind
        return RaceHead(season.series.slug, season.year, *names)

    @cached_property
    def entries(self) -> list[Entry]:
        named = self.race.entries.select_related("driver", "team", "manufacturer")
        return list(named.prefetch_related("team__names").order_by("pk"))

    @cached_property
    def sessions(self) -> dict[str, Session]:
        """By slug, in the order of the weekend, each with how many results it has, as `held`."""
        found = self.race.sessions.annotate(held=Count("results"))
        return {each.slug: each for each in sorted(found, key=lambda each: (ORDER[each.kind], each.number))}

    @property
    def stages(self) -> int:
        """How many stages a sheet of the whole race has columns for."""
        last = max((each.number for each in self.sessions.values() if each.kind == "stage"), default=0)
        return min(max(self.race.stages or 0, last), MOST_STAGES)

    def columns(self, sheet: str) -> dict[str, SheetColumn]:
        return columns_of(sheet, self.stages)

    @cached_property
    def cars(self) -> list[BookCar]:
        if not self.entries:
            return []
        known = set(
            Result.objects.filter(session__race=self.race, session__kind=RACE)
            .exclude(status="")
            .values_list("entry", flat=True)
        )
        return [_car(entry, entry.pk in known) for entry in self.entries]

    @cached_property
    def last_field(self) -> list[BookCar]:
        """The cars of the series' points race before this one, while this one has none: most of them come again. Of a
        race without a round those of the latest one."""
        if self.entries:
            return []
        season = self.race.season
        before = with_a_field_before(season.series, season.year, self.race.round or MOST_ROUNDS + 1)
        cars = Entry.objects.filter(race=before.values("pk")[:1])
        named = cars.select_related("race__season", "driver", "team", "manufacturer")
        return [_car(entry, False) for entry in named.prefetch_related("team__names").order_by("pk")]

    def to_type(self, sheet: str) -> Grid:
        """What a sheet begins with: what the book has of it; where that is nothing, places to be filled."""
        if held := self.held(sheet):
            used = Counter(chain.from_iterable(held.values()))
            usual = typed_columns(sheet, self.stages)
            keys = [key for key in self.columns(sheet) if used[key] or key in usual]
            return Grid.typed(keys, [[row.get(key, "") for key in keys] for row in held.values()])
        if sheet == ENTRIES:
            return Grid.typed(typed_columns(sheet, 0), [[] for _ in range(USUAL_FIELD)])
        size = len(self.entries) or self.race.field_size or USUAL_FIELD
        return Grid.typed(
            typed_columns(sheet, self.stages or USUAL_STAGES), [[str(place + 1)] for place in range(size)]
        )

    def held(self, sheet: str) -> dict[int, dict[str, str]]:
        """The cells of a sheet that the book has, by entry and column: cars by number, results as they finished."""
        columns = self.columns(sheet)
        cars = {entry.pk: car for entry, car in zip(self.entries, self.cars)}
        if sheet == ENTRIES:
            ordered = sorted(self.entries, key=by_number)
            return {entry.pk: dict(_cells(columns, cars[entry.pk], {})) for entry in ordered}
        wanted = {column.session for column in columns.values() if column.session}
        slugs = {each.pk: slug for slug, each in self.sessions.items() if slug in wanted}
        results = Result.objects.filter(session__in=slugs)
        by_entry: dict[int, dict[str, Result]] = {}
        main = sheet if sheet != ALL else RACE
        for result in sorted(results, key=lambda each: (slugs[each.session_id] != main, *by_finish(each))):
            by_entry.setdefault(result.entry_id, {})[slugs[result.session_id]] = result
        return {entry: dict(_cells(columns, cars[entry], held)) for entry, held in by_entry.items()}


def _car(entry: Entry, has_status: bool) -> BookCar:
    make = entry.manufacturer.name if entry.manufacturer else ""
    driver = entry.driver
    return BookCar(entry.number, entry.twin, str(driver), OWN_ID + driver.slug, entry.team_name or "", make, has_status)


COLUMN_OF = {"time": "lap_time", "speed": "lap_speed"}


def _cells(columns: Mapping[str, SheetColumn], car: BookCar, held: Mapping[str, Result]) -> Iterator[tuple[str, str]]:
    """What the book has of one car, by column."""
    whose = {"car": car.number, "driver": car.driver, "team": car.team, "manufacturer": car.manufacturer}
    for key, column in columns.items():
        if not column.session:
            text = whose.get(key, "")
        else:
            result = held.get(column.session)
            text = "" if result is None else _text(result, column.field)
        if text:
            yield key, text


def _text(result: Result, name: str) -> str:
    if name == "status":
        return "disqualified" if result.disqualified else result.status_text or result.status
    value = getattr(result, COLUMN_OF.get(name, name))
    return "" if value is None else str(value)
