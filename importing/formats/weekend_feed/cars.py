"""The cars of one weekend, told apart as a feed's rows name them."""

from __future__ import annotations

from typing import TypedDict

from importing.document.cars import CarFinder
from importing.document.schema import Columns
from importing.formats.feed_race import LARGEST_ID, alias_of
from importing.formats.feed_words import driver_name, make_name
from importing.formats.fields import Fields


class EntryColumns(TypedDict):
    """A car of the weekend: the columns of a document's entry, and whether its driver is marked as ineligible."""

    car: str | None
    twin: int
    driver: str
    driver_id: str | None
    team: str | None
    manufacturer: str | None
    ineligible: bool


class FeedCars:
    """The cars of a weekend as its rows name them: by number, and by driver where two share one."""

    def __init__(self) -> None:
        self.entries: list[EntryColumns] = []
        self.finder = CarFinder()

    def read(self, row: Fields, name: str, make: str, team: str = "") -> EntryColumns | None:
        """The entry that a row's words make."""
        text = row.text(name, 120)
        car = row.car("car_number") or row.car("official_car_number")
        number = row.whole("driver_id", most=LARGEST_ID)
        driver, marked = driver_name(text or "")
        if not driver:
            if text or row.blank(name):
                row.wrong(name, "the driver's name is missing")
            return None
        return {
            "car": car,
            "twin": 0,
            "driver": driver,
            "driver_id": alias_of(number) if number else None,
            "team": row.text(team, 120) if team else None,
            "manufacturer": make_name(row.text(make, 120)),
            "ineligible": marked,
        }

    def add(self, row: Fields, entry: EntryColumns) -> int:
        """A car of the race; a second one under a number is its twin."""
        if others := self.finder.by_number.get(entry["car"] or ""):
            entry["twin"] = len(others)
            reason = f"{self.entries[others[0]]['driver']} has car {entry['car']} too"
            row.warn("car_number", reason, "number-shared")
        self.entries.append(entry)
        return self.finder.add(entry["car"], entry["driver"], entry["driver_id"])

    def find(self, entry: EntryColumns) -> int | None:
        """The entry of a car in another session: by number, else by its driver."""
        found = self.finder.find(entry["car"], entry["driver"], entry["driver_id"])
        if len(found) != 1:
            found = self.finder.of_driver(entry["driver"], entry["driver_id"])
        return found[0] if found else None

    def numbered(self, row: Fields, key: str) -> int | None:
        """The entry of a bare car number; a number that no car of the race has is told."""
        car = row.needed(row.car(key), key, "the car number")
        if car is None:
            return None
        found = self.finder.find(car, None, None)
        if not found:
            row.wrong(key, "no car of this weekend has that number", "no-car")
            return None
        return found[0]

    def name_of(self, number: int) -> Columns:
        """How a result names its car: by number, and by driver where that is not enough."""
        car, driver = self.entries[number]["car"], self.entries[number]["driver"]
        if car and len(self.finder.by_number[car]) == 1:
            return {"car": car}
        return {"car": car, "driver": driver}
