"""The kinds of statistics: what each makes of stat lines, in a query and of one line.

A line is whatever has those columns of a stat line that the statistic reads.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Aggregate, Avg, Case, Count, Expression, F, IntegerField, Q, Sum, Value, When

from racestats import formatting

EVERY_LINE = Q()
IN_A_WHOLE_FIELD = Q(race__coverage__whole=True)


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """What a statistic is called; `one` is what a single one of it is called."""

    key: str
    label: str
    one: str
    abbreviation: str
    tooltip: str
    descending: bool = True
    show: Callable[[Any], str] = formatting.number

    def amount(self, value: Any, at_least: bool = False) -> str:
        """A figure and its name: “32 wins”, “1 lap led”, “1+ wins”."""
        name = self.one if value == 1 and not at_least else self.in_text
        return f"{self.show(value)}{'+' if at_least else ''} {name}"

    @property
    def in_text(self) -> str:
        """Its label within a sentence: “laps led”, “DNFs”."""
        return self.label if self.label[:2].isupper() else self.label.lower()

    @property
    def is_rate(self) -> bool:
        """Averages and rates do not add up: given totals cannot carry them on, and few starts make them empty."""
        return False


class Mean(NamedTuple):
    """The columns of totals that an average or a rate is made of: a sum, and over how many races it is."""

    total: str
    over: str


@dataclass(frozen=True, kw_only=True)
class LineStatistic(Statistic, ABC):
    """One statistic over stat lines. `covered_by` is the column of `RaceCoverage` that says whether a race's part of it
    is known."""

    covered_by: str = "whole"

    @abstractmethod
    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        """The aggregate over lines, or over those among them; of a sum or a mean null where every addend is unknown."""

    @property
    @abstractmethod
    def addend(self) -> Expression | F:
        """What a line adds, or brings to the mean, as a column of a query of lines; null where that is unknown."""

    @abstractmethod
    def of_line(self, line: Any) -> int | None:
        """The same of one line; None where that is unknown."""

    @property
    @abstractmethod
    def unknown(self) -> Q | None:
        """The lines of which it is unknown what they add; None where every line tells."""

    @property
    @abstractmethod
    def evidence(self) -> Q:
        """The lines that a figure of it rests on: those counted, those that add to a sum, those a mean is of."""

    @property
    def mean(self) -> Mean | None:
        """What it is made of, where it is an average or a rate."""
        return None

    @property
    def is_rate(self) -> bool:
        return self.mean is not None


@dataclass(frozen=True, kw_only=True)
class LineCount(LineStatistic):
    """How many lines there are of a kind.

    `counting` picks them, and `unmeasured` those of which it is unknown; `counts` says the same of one line: True,
    False, or None for the unknown. Where nothing is unmeasured every line tells: a car without a place has not won.
    """

    counting: Q
    counts: Callable[[Any], bool | None]
    unmeasured: Q | None = None

    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        return Count("pk", filter=self.counting & among)

    @property
    def addend(self) -> Expression:
        if not self.counting:
            return Value(1)
        cases = [When(self.counting, then=1)]
        if self.unmeasured is not None:
            cases.insert(0, When(self.unmeasured, then=None))
        return Case(*cases, default=0, output_field=IntegerField())

    def of_line(self, line: Any) -> int | None:
        counts = self.counts(line)
        return None if counts is None else int(counts)

    @property
    def unknown(self) -> Q | None:
        return self.unmeasured

    @property
    def evidence(self) -> Q:
        return self.counting


@dataclass(frozen=True, kw_only=True)
class ColumnStatistic(LineStatistic, ABC):
    """One over the values of a column; unknown of the lines without one."""

    column: str

    @property
    def addend(self) -> Expression | F:
        return F(self.column)

    def of_line(self, line: Any) -> int | None:
        value: int | None = getattr(line, self.column)
        return value

    @property
    def unknown(self) -> Q:
        return lacks(self.column)


@dataclass(frozen=True, kw_only=True)
class LineSum(ColumnStatistic):
    """What a column of the lines adds up to."""

    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        return Sum(self.column, filter=among)

    @property
    def evidence(self) -> Q:
        return has(self.column) & ~Q(**{self.column: 0})


@dataclass(frozen=True, kw_only=True)
class LineAverage(ColumnStatistic):
    """The average of the known values of a column."""

    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        return Avg(F(self.column) * Decimal("1.0"), filter=among)

    @property
    def evidence(self) -> Q:
        return IN_A_WHOLE_FIELD & has(self.column)

    @property
    def mean(self) -> Mean:
        return Mean(f"{self.column}_sum", f"{self.column}_known")


@dataclass(frozen=True, kw_only=True)
class LineRate(ColumnStatistic):
    """In how many of the lines with a column something came about.

    `counting` picks these, and `counts` says the same of one line. The two columns of totals are `made_of`.
    """

    counting: Q
    counts: Callable[[Any], bool]
    made_of: Mean

    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        return Avg(self.addend, filter=among)

    @property
    def addend(self) -> Expression:
        return Case(When(self.counting, then=1), When(has(self.column), then=0))

    def of_line(self, line: Any) -> int | None:
        return None if getattr(line, self.column) is None else int(self.counts(line))

    @property
    def evidence(self) -> Q:
        return IN_A_WHOLE_FIELD & has(self.column)

    @property
    def mean(self) -> Mean:
        return self.made_of


def has(column: str) -> Q:
    return Q(**{f"{column}__isnull": False})


def lacks(column: str) -> Q:
    return Q(**{f"{column}__isnull": True})
