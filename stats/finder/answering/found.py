"""A group that a question found, before its names are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stats.figures.figure import Figure


@dataclass(frozen=True)
class FoundGroup:
    """Its key by grouping, the figure, and how many results are behind it, in
    which race orders the first and the last of them are."""

    keys: tuple[Any, ...]
    figure: Figure
    results: int
    first: int | None
    last: int | None
    more: dict[str, str] = field(default_factory=dict)
    """What the address of its evidence asks beside its keys."""
