"""One figure: a count, an average or a rate, and how far it is known. Pure; no database."""

from __future__ import annotations

from typing import Any, NamedTuple

from races.derived.counts import Count
from races.statistics import Statistic
from racestats.formatting import number


class Figure(NamedTuple):
    """A figure; None where nothing of it is known.

    Of a count, `unknown` is in how many races it is not known what they add: it is then at least so much. Of an
    average, a rate or what can go down, `over` is how many starts it is of, each with a whole field and a known value.
    """

    value: Any
    unknown: int = 0
    over: int | None = None

    @classmethod
    def of_count(cls, count: Count) -> Figure:
        return cls(count.known, count.unknown)

    @classmethod
    def over_starts(cls, total: int, over: int, per: int | None) -> Figure:
        """A total of so many starts, divided by `per` unless that is None."""
        if not over or per == 0:
            return cls(None, over=over)
        return cls(total if per is None else total / per, over=over)

    def __str__(self) -> str:
        return f"{number(self.value)}{'+' if self.unknown and self.value is not None else ''}"

    @property
    def exact(self) -> bool:
        return self.value is not None and not self.unknown

    def in_words(self, statistic: Statistic) -> str:
        """“49,920+”; a dash where nothing is known."""
        return statistic.show(self.value) if statistic.is_rate else str(self)


NOTHING = Figure(None)
