"""What the kind of a race's margin tells of how close its finish was: the values of `Race.MarginKind`. Pure."""

from __future__ import annotations

from decimal import Decimal

TIME = "time"
MEASURED = (TIME, "laps", "car-lengths", "feet")
"""A margin of these kinds has a figure; under caution, or unknown, it has none."""
NOT_CLOSE = frozenset({"caution", "laps"})
"""A finish under caution, and one by whole laps, is known not to be close, whatever its margin in seconds."""
SETTLED = NOT_CLOSE | {TIME}
"""Of these it is known whether the finish was close; car lengths and feet do not tell seconds."""


def seconds_of(kind: str, margin: Decimal | None) -> Decimal | None:
    """A margin that was measured in seconds; none where it was measured otherwise, or not."""
    return margin if kind == TIME else None
