"""Where a points race stands among those of its series. Pure; no database."""

from __future__ import annotations

from typing import Any, overload


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
