"""From values to places on paper, and the round values at which an axis is marked."""

from __future__ import annotations

from itertools import count
from math import ceil, floor, log10
from typing import NamedTuple

TINY = 1e-9
"""What is less apart is one value."""
STEPS = (1, 2, 5)
"""What lies between two marks: one of these, or ten times, a tenth of one and so on."""


class Scale(NamedTuple):
    """Values from `low` to `high` lie from `start` to `end`, in pixels; one beyond them lies at the end.

    Where there is but one value it lies in the middle.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high <= self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        if share >= 1:
            return self.end
        return self.start + (self.end - self.start) * max(share, 0)


def step_of(low: float, high: float, most: int, *, whole: bool = True) -> float:
    """The smallest round step that marks a range at most so many times; of `whole` numbers it is one itself."""
    width = (high - low) / max(most, 1)
    if width < TINY:
        return 1
    power = floor(log10(width))
    steps = (step * 10.0**exponent for exponent in count(max(power, 0) if whole else power) for step in STEPS)
    return next(step for step in steps if len(_multiples(low, high, step)) <= max(most, 1))


def ticks(low: float, high: float, most: int, *, whole: bool = True) -> list[float]:
    """The round values from `low` to `high`, lowest first, at most so many."""
    return _multiples(low, high, step_of(low, high, most, whole=whole)) if most > 0 else []


def _multiples(low: float, high: float, step: float) -> list[float]:
    # A hair's breadth is forgiven: a tenth has no exact value.
    first, last = ceil(low / step - TINY), floor(high / step + TINY)
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]


def rounded_up(high: float, most: int, *, whole: bool = True) -> float:
    """Where an axis from nothing ends that has room for a value: at the next round one."""
    step = step_of(0, high, most, whole=whole)
    return float(f"{ceil(high / step - TINY) * step:.12g}")
