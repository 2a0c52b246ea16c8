"""Which entry of a race a part of a document means: of those that the document enters, or of those in the book."""

from __future__ import annotations

from functools import cached_property

from importing.document import schema as doc
from importing.document.cars import CarFinder, without_number
from races.models import Entry

from .drivers import OWN_ID
from .names import BookNames
from .new_rows import Unknown


class EnteredCars:
    """Entries under the words that one source has for them: a driver's name in any spelling."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.finder = CarFinder()

    def add(self, entry: Entry, number: str | None, driver: str | None, driver_id: str | None) -> None:
        self.entries.append(entry)
        self.finder.add(number, driver, driver_id)

    def find(self, part: doc.Car) -> list[Entry]:
        """The entries that a part may mean."""
        return [self.entries[place] for place in self.finder.find(part.car, part.driver, part.driver_id)]


class RaceCars:
    """The cars of one race: those that the document enters, and behind them those of the book."""

    def __init__(self, stored: list[Entry], names: BookNames):
        self.stored_entries = stored
        self.names = names
        self.entered = EnteredCars()

    def enter(self, part: doc.Car | doc.EntryPart, entry: Entry) -> None:
        self.entered.add(entry, part.car, part.driver, part.driver_id)

    @cached_property
    def stored(self) -> EnteredCars:
        cars = EnteredCars()
        for entry in self.stored_entries:
            cars.add(entry, entry.number, str(entry.driver), OWN_ID + entry.driver.slug)
        return cars

    def find(self, part: doc.Car) -> Entry | None:
        """The entry that a result, a pole or a segment names; raise Unknown where it names several."""
        found = self.entered.find(part) or self.stored.find(part)
        if not found and not part.car and not part.driver:
            found = self._of_known_id(part.driver_id)
        if len(found) > 1:
            wanted = "the driver, by name or id" if part.car else "the car"
            raise Unknown(f"{len(found)} cars of this race are called that: name {wanted} too", "which-car")
        return found[0] if found else None

    def _of_known_id(self, driver_id: str | None) -> list[Entry]:
        """The cars of a driver whose id neither document nor book has beside the car. One may be in both."""
        driver = self.names.drivers.known_under(driver_id)
        if driver is None:
            return []
        entered = self.entered.entries
        cars = [*entered, *(entry for entry in self.stored_entries if entry not in entered)]
        of_driver = [entry for entry in cars if entry.driver == driver]
        return without_number(of_driver, lambda entry: entry.number)
