"""What rulings say of a result, one after the other, and where that does not agree with the result itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from racestats import formatting

UNKNOWN = {"status": "", "disqualified": False, "encumbered": False, "ineligible": False}
"""What a result says in place of null: an unknown status is empty, and what is not known is no flag."""


@dataclass(frozen=True)
class RulingStep:
    """What one ruling, announced on a day and of a number, changed in a result, by column; `of` is whatever row says
    so."""

    announced: date
    number: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    of: Any = None


@dataclass(frozen=True)
class Contradiction:
    """After a ruling's step the result says something else of a column; where there is a `later` step of that column,
    it is what that one begins with."""

    step: RulingStep
    column: str
    says: Any
    later: RulingStep | None = None

    @property
    def in_words(self) -> str:
        """“position is 40 by this ruling, and the result says 2”."""
        after = formatting.in_words(as_held(self.column, self.step.after[self.column]))
        who = "the result says"
        if self.later is not None:
            who = f"the next one, of {formatting.day(self.later.announced)}, begins with"
        name = self.column.replace("_", " ")
        return f"{name} is {after} by this ruling, and {who} {formatting.in_words(self.says)}"


def as_held(column: str, value: Any) -> Any:
    """A ruling's value as the result's column has it."""
    return UNKNOWN.get(column) if value is None else value


def contradictions(steps: Iterable[RulingStep], now: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Where the steps of one result do not lead to what it says now: what one leaves must be what the next one of that
    column begins with, and after the last what the result says. A column that `now` does not have is not compared."""
    ordered = sorted(steps, key=attrgetter("announced", "number"))
    for place, step in enumerate(ordered):
        for column in step.after:
            later = next((each for each in ordered[place + 1 :] if column in each.before), None)
            if later is None and column not in now:
                continue
            says = as_held(column, now[column] if later is None else later.before[column])
            if says != as_held(column, step.after[column]):
                yield Contradiction(step, column, says, later)
