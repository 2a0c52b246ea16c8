"""What is watched, driver by driver, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from drivers.models import Driver

from .in_reach import WEIGHT
from .watch import Watched


class OfDriver(NamedTuple):
    """All that one driver is near: what weighs most, and the others."""

    first: Watched
    others: list[Watched]

    @property
    def driver(self) -> Driver:
        return self.first.driver


def by_driver(rows: Iterable[Watched]) -> list[OfDriver]:
    """Rows, the nearest first, by driver: wins before starts, and of one statistic still the nearest first.

    What may be higher than is known comes last. The drivers come in the order of what weighs most of theirs.
    """
    found: dict[Driver, OfDriver] = {}
    for row in sorted(rows, key=lambda row: (not row.target.exact, WEIGHT.index(row.statistic.key))):
        if row.driver in found:
            found[row.driver].others.append(row)
        else:
            found[row.driver] = OfDriver(row, [])
    return list(found.values())
