"""What the row of a result tells of how a car's race ended: whether it started, whether it was out at the end, and what
its place counts for. Pure."""

from __future__ import annotations

from typing import Any

TOP_FIVE, TOP_TEN = 5, 10
"""The last places of a top five and of a top ten."""
RUNNING, WITHDREW = "running", "withdrew"
NOT_STARTED = frozenset({"did-not-start", "did-not-qualify", WITHDREW})
"""The statuses, of `Result.Status`, of a car that did not start. One that withdrew after some laps had started."""


def has_started(status: str | None, laps: int | None) -> bool:
    """Whether a car with such a result started the race; the others are entries without a start."""
    return status not in NOT_STARTED or bool(status == WITHDREW and laps)


def did_not_finish(status: str) -> bool | None:
    """Whether a car was out at the end; None where its status is unknown."""
    return status != RUNNING if status else None


def by_finish(result: Any) -> tuple[bool, int, int]:
    """What results are ordered by: the position, those without one last. A result is whatever has one and an id."""
    return result.position is None, result.position or 0, result.id
