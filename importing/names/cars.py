"""Which car of a race a part of a document names: by number, by driver, or by a driver's id."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from importing.document import schema as doc
from importing.text.spelling import plain
from races.models import Entry

from .drivers import OWN_ID
from .names import Names
from .new_rows import Unknown


class NamedCar(NamedTuple):
    """A car of the race as the document enters it or, where it does not, as the book does."""

    entry: Entry
    number: str
    driver: str
    driver_id: str | None


class Cars:
    """The cars of one race: those that the document enters, and behind them those of the book."""

    def __init__(self, stored: list[Entry], names: Names):
        self.entries = stored
        self.names = names
        self.entered: list[NamedCar] = []
        self.by_number: dict[str, list[NamedCar]] = defaultdict(list)
        self.by_driver: dict[str, list[NamedCar]] = defaultdict(list)

    def enter(self, part: doc.Car | doc.EntryPart, entry: Entry) -> None:
        named = NamedCar(entry, part.car or "", plain(part.driver or ""), part.driver_id)
        self.entered.append(named)
        self.by_number[named.number].append(named)
        self.by_driver[named.driver].append(named)

    @cached_property
    def stored(self) -> list[NamedCar]:
        return [
            NamedCar(entry, entry.number, plain(str(entry.driver)), OWN_ID + entry.driver.slug)
            for entry in self.entries
        ]

    def find(self, part: doc.Car) -> Entry | None:
        """The entry that a result, a pole or a segment names; raise Unknown where it names several."""
        found = self._of_number(part) if part.car else self._of_driver(part)
        if len(found) > 1:
            wanted = "the driver, by name or id" if part.car else "the car"
            raise Unknown(f"{len(found)} cars of this race are called that: name {wanted} too", "which-car")
        return found[0].entry if found else None

    def _of_number(self, part: doc.Car) -> list[NamedCar]:
        found = self.by_number.get(part.car) or [each for each in self.stored if each.number == part.car]
        if len(found) < 2:
            return found
        of_id = [each for each in found if part.driver_id and each.driver_id == part.driver_id]
        return of_id or [each for each in found if part.driver and each.driver == plain(part.driver)] or found

    def _of_driver(self, part: doc.Car) -> list[NamedCar]:
        found = [each for each in self.entered if part.driver_id and each.driver_id == part.driver_id]
        if not found and part.driver:
            name = plain(part.driver)
            found = self.by_driver.get(name) or [each for each in self.stored if each.driver == name]
        elif not found and (driver := self.names.known_under(part.driver_id)):
            # A car may be both in the document and in the book.
            known = {id(each.entry): each for each in (*self.stored, *self.entered) if each.entry.driver == driver}
            found = list(known.values())
        if len(found) > 1:
            # Named without a number is the one whose number is not known.
            return [each for each in found if not each.number] or found
        return found
