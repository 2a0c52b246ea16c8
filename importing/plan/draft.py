"""One race while it is planned: what the document and the book have of it, the rows made and merged, what is wrong."""

from __future__ import annotations

from datetime import date

from django.db.models import Model

from importing.document import schema as doc
from importing.names.cars import Cars
from importing.names.names import Names
from importing.names.new_rows import Unknown
from importing.stored import StoredRace
from importing.write.work import Work
from races.models import Citation, Entry, Race
from races.models.races import naming_day

from .merge import Merger, known

Wrong = tuple[str, str, str, str]
"""(path, value, reason, code) of something wrong with a document, or in doubt."""


class Stop(Exception):
    """The race cannot be planned: `errors` say why."""

    def __init__(self, errors: list[Wrong]):
        super().__init__(errors)
        self.errors = errors


class Draft:
    """What the parts of a plan share. Of a new race nothing is stored, and the race itself is set when it is made."""

    def __init__(
        self,
        document: doc.RaceDocument,
        stored: StoredRace | None,
        names: Names,
        work: Work,
        replace: bool,
        fill_in: bool,
    ):
        """With `replace` what the document says is taken; with `fill_in` a race stays where the book has it."""
        self.document = document
        self.is_new = stored is None
        self.stored = stored or StoredRace(race=None)
        self.race: Race | None = self.stored.race
        self.names = names
        self.work = work
        self.fill_in = fill_in
        self.merger = Merger(work, replace)
        self.cars = Cars(self.stored.entries, names)
        self.made: list[Model] = []
        self.places: dict[int, str] = {}
        """Where in the document each row that is new or merged stands, by the row's `id()`."""
        self.errors: list[Wrong] = []
        self.doubts: list[Wrong] = []

    @property
    def day(self) -> date:
        """The day whose names the race goes by."""
        return naming_day(self.document.date or self.race.date, self.document.season)

    def error(self, path: str, value: object, reason: str, code: str = "invalid") -> None:
        self.errors.append((path, str(value), reason, code))

    def stop_on_errors(self) -> None:
        if self.errors:
            raise Stop(self.errors)

    # Finding what a part names.

    def find(self, path: str, value: str | None, find, *arguments):
        """What `find` returns, or None and the reason among the errors."""
        try:
            return find(*arguments)
        except Unknown as unknown:
            self.error(path, value, str(unknown), unknown.code)
            return None

    def driver(self, path: str, part: doc.Car | doc.EntryPart | doc.Relief | doc.PenaltyPart):
        of_race = self.document.season, self.document.label
        return self.find(path, part.driver, self.names.driver_of, part.driver, part.driver_id, *of_race)

    def entry(self, path: str, part: doc.Car, missing: str = "no entry of this race is that car") -> Entry | None:
        """The entry that a row names, or the reason among the errors."""
        try:
            entry, reason, code = self.cars.find(part), missing, "no-car"
        except Unknown as unknown:
            entry, reason, code = None, str(unknown), unknown.code
        if entry is None:
            self.error(path, part.car or part.driver or part.driver_id, reason, code)
        return entry

    # Making and merging rows.

    def add(self, path: str, row):
        self.made.append(row)
        self.places[id(row)] = path
        return self.work.add(row)

    def merge(self, row, path: str, shown: str, columns: dict) -> None:
        self.places[id(row)] = path
        self.merger.merge(row, shown, columns)

    def sources(self, path: str, parts: list[doc.SourcePart], target: str, of, stored: list[Citation]) -> None:
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
