"""Running career counts: a driver's lines in order, counted on from given totals. Pure; no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple, Protocol

ENOUGH = Decimal("0.95")
"""The share of races that must be known before lines alone make a total."""
BEFORE = -1
"""Says of a threshold that the given totals already held it, and that no complete run of lines shows where."""


class Line(Protocol):
    """What a line says of the things that are counted."""

    @property
    def finish(self) -> int | None: ...
    @property
    def pole(self) -> bool | None: ...
    @property
    def laps_led(self) -> int | None: ...
    @property
    def stage_wins(self) -> int | None: ...


def _finishes(best: int) -> Callable[[Line], int | None]:
    """A car without a place is not among the best: so much is known."""
    return lambda line: int(line.finish is not None and line.finish <= best)


ADDS: dict[str, Callable[[Line], int | None]] = {
    "starts": lambda line: 1,
    "wins": _finishes(1),
    "top_fives": _finishes(5),
    "top_tens": _finishes(10),
    "poles": lambda line: None if line.pole is None else int(line.pole),
    "laps_led": attrgetter("laps_led"),
    "stage_wins": attrgetter("stage_wins"),
}
"""What a line adds to each running count; None where that is unknown."""


class CountedLine(NamedTuple):
    """What the running counts need of one line: where it stands, and what it adds to each count (None: unknown)."""

    order: int
    adds: tuple[int | None, ...]


class Opening(NamedTuple):
    """Official counts through a race order, the first of them of starts; of a None count it says nothing."""

    through: int
    counts: tuple[int | None, ...]


def is_whole(opened: int | None, held: int, after: int) -> bool:
    """Whether so many lines are about all of a career: of the starts `opened` with, and those `after`, as the lines
    have them."""
    return opened is None or held >= ENOUGH * (opened + after)


def running_counts(lines: Sequence[CountedLine], opening: Opening | None, width: int) -> list[tuple[int | None, ...]]:
    """The counts after each line, in the order given: oldest first.

    After the opening a count is the opening's plus what followed. Before it, it is what the lines add up to, provided
    that they add up to the opening's own figure: else lines are missing, and the count is unknown. An unknown addend
    makes every later count unknown. What the opening says nothing of is counted as if there were none, provided that
    the lines are the whole of the career.
    """
    if not lines:
        return []
    after = sum(line.order > opening.through for line in lines) if opening else 0
    whole = opening is None or is_whole(opening.counts[0], len(lines), after)
    return list(zip(*[_running_column(lines, opening, place, whole) for place in range(width)]))


def _running_column(lines: Sequence[CountedLine], opening: Opening | None, place: int, whole: bool) -> list[int | None]:
    if opening is None or (official := opening.counts[place]) is None:
        return _accumulate(0 if whole else None, (line.adds[place] for line in lines))
    before = _accumulate(0, (line.adds[place] for line in lines if line.order <= opening.through))
    if before and before[-1] != official:
        before = [None] * len(before)
    return before + _accumulate(official, (line.adds[place] for line in lines if line.order > opening.through))


def _accumulate(total: int | None, addends: Iterable[int | None]) -> list[int | None]:
    sums = []
    for addend in addends:
        total = None if total is None or addend is None else total + addend
        sums.append(total)
    return sums


def highest_counts(counts: Sequence[tuple[int | None, ...]], opening: Opening | None, width: int) -> list[int]:
    """The highest known count in each place, by the lines or at the opening: counts never fall, so it is the last."""
    opened = [count or 0 for count in opening.counts] if opening else [0] * width
    return [
        max(opened[place], next((count for after in reversed(counts) if (count := after[place]) is not None), 0))
        for place in range(width)
    ]


def first_to_reach(
    threshold: int,
    place: int,
    lines: Sequence[CountedLine],
    counts: Sequence[tuple[int | None, ...]],
    opening: Opening | None,
) -> int | None:
    """Which line first brought the count in this place to a threshold: its index, BEFORE, or None where none did."""
    reached = (i for i, after in enumerate(counts) if (count := after[place]) is not None and count >= threshold)
    index = next(reached, None)
    if opening is None or (opened := opening.counts[place]) is None or opened < threshold:
        return index
    return BEFORE if index is None or lines[index].order > opening.through else index
