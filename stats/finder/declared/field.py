"""What a field of the finder is: one thing to ask of a result or of its race."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Expression, F, Q
from django.db.models.expressions import Combinable, CombinedExpression

from races.models import Event
from racestats import formatting
from stats.scope import Scope

from .ranges import Range

YES_NO = (("yes", "Yes"), ("no", "No"))
RESULT, DRIVER, RACE = "The result", "The driver", "The race"
Kind = Literal["range", "decimal", "choice", "event", "number", "state"]
OF_RACE = "race__"
"""What leads from a line to its race."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing to ask: how it picks lines, how it is said, and of which lines it is unknown.

    `column` is where a line has it or, of a field of the race, where the race does. What no column has is an
    `expression` of the scope under that name. `holds` replaces what is made of the column, by the value and by what
    leads to the race. `told` is the part of a race's coverage that tells of a driver
    without a line that it was not his.
    """

    key: str
    label: str
    group: str
    kind: Kind
    column: str
    words: Callable[[Any], str]
    expression: Callable[[Scope], Combinable] | None = None
    finer: Callable[[], CombinedExpression] | None = None
    """What tells apart those of one number, where lists are ordered by it."""
    of_column: Callable[[str], Expression] | None = None
    """What is made of the column where it does not stand for itself, by what leads to the race."""
    holds: Callable[[Any, str], Q] | None = None
    may_be_unknown: Callable[[Any], bool] = lambda value: True
    """Whether of a line without a value it is unknown whether it is meant."""
    told: Callable[[Any], str] = lambda value: "whole"
    choices: tuple[tuple[str, str], ...] = ()
    fewest: str = "fewest"
    most: str = "most"
    adds_up: bool = False
    """Whether its values add up to something."""
    head: str = ""
    """The head of its column, where a list of results has none of its own."""
    show: Callable[[Any], str] = formatting.number

    @property
    def of_race(self) -> bool:
        return self.group == RACE

    @property
    def narrows(self) -> bool:
        """Whether it says which races, or which cars, are looked at, and not what came of them."""
        return self.of_race or self.kind == "number"

    @property
    def is_number(self) -> bool:
        return self.kind in ("range", "decimal")

    @property
    def of_line(self) -> str:
        """Where a line has it."""
        return f"{OF_RACE}{self.column}" if self.of_race else self.column

    def value(self, of_race: str = OF_RACE) -> Expression | F:
        """The number of a line or, where nothing leads to the race, of a race."""
        if self.of_column:
            return self.of_column(of_race)
        return F(self.of_line if of_race else self.column)

    def lines(self, value: Any) -> Q:
        """The lines of which it holds."""
        return self.holds(value, OF_RACE) if self.holds else equal(self.of_line, value)

    def races(self, value: Any) -> Q:
        """The races of which it holds, of a field of the race."""
        return self.holds(value, "") if self.holds else equal(self.column, value)

    def possible(self, value: Any) -> Q | None:
        """The lines of which it holds or is unknown; None where it is known of each."""
        may_lack_one = self.is_number or self.choices == YES_NO or self.kind == "state"
        if not may_lack_one or not self.may_be_unknown(value):
            return None
        return self.lines(value) | Q(**{f"{self.of_line}__isnull": True})

    def written(self, value: Any) -> str:
        return str(value.slug) if isinstance(value, Event) else str(value)


def equal(column: str, value: Any) -> Q:
    if not isinstance(value, Range):
        return Q(**{column: value})
    ends = {"gte": value.low, "lte": value.high}
    return Q(**{f"{column}__{end}": limit for end, limit in ends.items() if limit is not None})
