"""A range of numbers, as addresses write it: “5”, “1-5”, “100-” for 100 and more, “-5” for up to 5. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

NUMBER = r"[0-9]{1,5}(?:\.[0-9]{1,3})?"
RANGE = re.compile(rf"(?P<low>{NUMBER})?\s*(?P<to>[-–+])?\s*(?P<high>{NUMBER})?")


class Range(NamedTuple):
    """From a number to another, both included; without one of them it has no end there."""

    low: Decimal | None
    high: Decimal | None

    def __str__(self) -> str:
        if self.low == self.high:
            return _text(self.low)
        return f"{_text(self.low)}-{_text(self.high)}"

    @property
    def is_one(self) -> bool:
        return self.low == self.high

    def in_words(self, more: str = "or more", less: str = "or fewer") -> str:
        """“5”, “1 to 5”, “100 or more”, “5 or fewer”."""
        if self.is_one or self.high is None:
            return f"{_shown(self.low)}{'' if self.is_one else f' {more}'}"
        return f"{_shown(self.high)} {less}" if self.low is None else f"{_shown(self.low)} to {_shown(self.high)}"


def read_range(text: str, whole: bool = True) -> Range | None:
    """The range that a text writes; None where it writes none, or one that ends before it begins."""
    found = RANGE.fullmatch(text.strip())
    if not found or not (found["low"] or found["high"]):
        return None
    low, high = (Decimal(found[end]) if found[end] else None for end in ("low", "high"))
    if whole and any(end is not None and end != int(end) for end in (low, high)):
        return None
    if found["to"] is None:
        return Range(low, low) if high is None else None
    if found["to"] == "+" and (low is None or high is not None):
        return None
    return None if low is not None and high is not None and low > high else Range(low, high)


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _shown(value: Decimal | None) -> str:
    """As people read it: with thousands marked."""
    return "" if value is None else f"{value.normalize():,f}"
