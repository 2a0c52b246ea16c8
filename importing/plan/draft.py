"""One race while it is planned: what the document and the book have of it, the rows made and merged, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import NamedTuple, ParamSpec, TypeVar

from django.db.models import Model

from drivers.models import Driver
from importing.document import schema as doc
from importing.names.cars import RaceCars
from importing.names.names import BookNames
from importing.names.new_rows import Unknown
from importing.stored import StoredRace
from importing.write.work import RowT, Work
from races.models import Citation, Entry, Race
from races.models.races import naming_day

from .merge import Merger, known

Parameters = ParamSpec("Parameters")
Found = TypeVar("Found")


class DraftProblem(NamedTuple):
    """Something wrong with a document, or in doubt: where in it, which value, and why."""

    path: str
    value: str
    reason: str
    code: str


class Placed(NamedTuple):
    """A row, and where in the document it stands."""

    path: str
    row: Model


class Stop(Exception):
    """The race cannot be planned: `errors` say why."""

    def __init__(self, errors: list[DraftProblem]):
        super().__init__(errors)
        self.errors = errors


class Draft:
    """What the parts of a plan share. Of a new race nothing is stored, and `race` is set when it is made; of one in the
    book it is the race as it will be."""

    def __init__(
        self,
        document: doc.RaceDocument,
        stored: StoredRace | None,
        names: BookNames,
        work: Work,
        replace: bool,
        fill_in: bool,
    ):
        """With `replace` what the document says is taken; with `fill_in` a race stays where the book has it."""
        self.document = document
        self.is_new = stored is None
        self.stored = stored or StoredRace(race=Race())
        self.race: Race = self.stored.race
        self.names = names
        self.work = work
        self.fill_in = fill_in
        self.merger = Merger(work, replace)
        self.cars = RaceCars(self.stored.entries, names)
        self.made: list[Placed] = []
        self.merged_at: dict[tuple[type[Model], int], str] = {}
        """Where in the document each stored row stands that was merged, by model and id."""
        self.errors: list[DraftProblem] = []
        self.doubts: list[DraftProblem] = []

    @cached_property
    def label(self) -> str:
        return self.document.label

    @cached_property
    def day(self) -> date:
        """The day whose names the race goes by."""
        return naming_day(self.document.date or self.race.date, self.document.season)

    def error(self, path: str, value: object, reason: str, code: str = "invalid") -> None:
        self.errors.append(DraftProblem(path, str(value), reason, code))

    def stop_on_errors(self) -> None:
        if self.errors:
            raise Stop(self.errors)

    # Finding what a part names.

    def find(
        self,
        path: str,
        value: str | None,
        find: Callable[Parameters, Found],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Found | None:
        """What `find` returns, or None and the reason among the errors."""
        try:
            return find(*arguments, **named)
        except Unknown as unknown:
            self.error(path, value, str(unknown), unknown.code)
            return None

    def driver(self, path: str, part: doc.Car | doc.EntryPart | doc.Relief | doc.PenaltyPart) -> Driver | None:
        season, find = self.document.season, self.names.drivers.find_in
        return self.find(path, part.driver, find, season, self.label, part.driver, part.driver_id)

    def entry(self, path: str, part: doc.Car, missing: str = "no entry of this race is that car") -> Entry | None:
        """The entry that a row names, or the reason among the errors."""
        try:
            entry, reason, code = self.cars.find(part), missing, "no-car"
        except Unknown as unknown:
            entry, reason, code = None, str(unknown), unknown.code
        if entry is None:
            self.error(path, part.named_by, reason, code)
        return entry

    # Making and merging rows.

    def add(self, path: str, row: RowT) -> RowT:
        self.made.append(Placed(path, row))
        return self.work.add(row)

    def merge(self, row: RowT, path: str, shown: str, columns: doc.Columns) -> RowT:
        """A stored row with what the document has of it."""
        self.merged_at[type(row), row.pk] = path
        return self.merger.merge(row, shown, columns, path)

    def merge_race(self, columns: doc.Columns) -> None:
        self.race = self.merge(self.race, "", "race", columns)

    def put_race(self, columns: doc.Columns) -> None:
        """Values that the race gets whatever the book says."""
        self.race = self.merger.put(self.race, "race", columns)

    def placed(self, row: Model) -> Placed:
        """A stored row as it will be, and where in the document it stands, if at all."""
        return Placed(self.merged_at.get((type(row), row.pk), ""), self.work.as_planned(row))

    def sources(self, path: str, parts: list[doc.SourcePart], target: str, of: Model, stored: list[Citation]) -> None:
        """What is cited for a race, a result or a ruling."""
        for number, part in enumerate(parts):
            where = f"{path}[{number}]"
            source = self.find(where, part.title, self.names.source, part)
            if source is None:
                continue
            columns = {"reading": part.reading, "note": part.note, "retrieved": part.retrieved}
            row = next((each for each in stored if each.source == source and each.fact == part.fact), None)
            if row is None:
                self.add(where, Citation(source=source, fact=part.fact, **{target: of}, **known(columns)))
            else:
                self.merge(row, where, f"sources[{source.slug}]", columns)
