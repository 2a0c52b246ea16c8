"""Which seasons and rounds there are, and where a points race stands among those of its series. Pure; no database."""

from __future__ import annotations

from typing import Any, TypeGuard, overload

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_ROUNDS = 999
"""A season has so many at most: one more would be in the year after."""


def is_year(value: object) -> TypeGuard[int]:
    """Whether there can be a season of that year."""
    return isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR


@overload
def race_order(year: int, round: int) -> int: ...
@overload
def race_order(year: Any, round: Any) -> Any: ...
def race_order(year: Any, round: Any) -> Any:
    """Where a points race stands among those of its series: 2025 round 12 is 2025012. Of numbers or of columns."""
    return year * 1000 + round


def year_and_round(order: int) -> tuple[int, int]:
    """The season and the round that a race order stands for."""
    return divmod(order, 1000)
