"""Which car a part of a document names: by its number, and by its driver where the number is unknown or shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from racestats.names.spelling import plain

from .schema import Car

CarT = TypeVar("CarT")


class CarFinder:
    """The cars of one race, by their place among those added, to find what words mean: names in any spelling."""

    def __init__(self) -> None:
        self.by_number: dict[str, list[int]] = defaultdict(list)
        self.by_driver: dict[str, list[int]] = defaultdict(list)
        self.by_id: dict[str, list[int]] = defaultdict(list)
        self.numbered: list[bool] = []

    def add(self, number: str | None, driver: str | None, driver_id: str | None) -> int:
        """Add a car; return its place."""
        place = len(self.numbered)
        self.numbered.append(bool(number))
        if number:
            self.by_number[number].append(place)
        if driver:
            self.by_driver[plain(driver)].append(place)
        if driver_id:
            self.by_id[driver_id].append(place)
        return place

    def find(self, number: str | None, driver: str | None, driver_id: str | None) -> list[int]:
        """The cars that may be meant: none, one, or several that the words do not tell apart."""
        if not number:
            return without_number(self.of_driver(driver, driver_id), self.numbered.__getitem__)
        of_number = self.by_number.get(number, [])
        if len(of_number) < 2:
            return of_number
        of_driver = self.of_driver(driver, driver_id)
        return [place for place in of_number if place in of_driver] or of_number

    def of_driver(self, driver: str | None, driver_id: str | None) -> list[int]:
        """By the id, which is certain; else by the name."""
        of_id = self.by_id.get(driver_id) if driver_id else None
        of_name = self.by_driver.get(plain(driver)) if driver and not of_id else None
        return of_id or of_name or []


def without_number(cars: list[CarT], is_numbered: Callable[[CarT], object]) -> list[CarT]:
    """Of one driver's cars, the one named without a number is the one whose number is not known."""
    return [car for car in cars if not is_numbered(car)] or cars


def same_car(one: Car, other: Car) -> bool:
    """Whether two parts name one car: by number, and where both say whose it is, by driver, for numbers are shared.

    One id is one driver, whatever his name is beside it.
    """
    if one.driver_id and one.driver_id == other.driver_id:
        return one.car == other.car or not (one.car and other.car)
    if one.car and other.car and not (one.driver and other.driver):
        return one.car == other.car
    return (one.car or other.car) == (other.car or one.car) and plain(one.driver or "") == plain(other.driver or "")
