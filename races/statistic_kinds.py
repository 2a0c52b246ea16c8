"""The kinds of statistics: what each makes of stat lines, in a query and of one line.

A line is whatever has those columns of a stat line that the statistic reads.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import (
    Aggregate,
    Avg,
    Case,
    Count,
    Expression,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, NullIf

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
    def is_signed(self) -> bool:
        """Whether it can be less than nothing."""
        return False

    @property
    def has_bars(self) -> bool:
        """Whether bars tell how much: those of average finishes, or of what can be less than nothing, would mislead."""
        return self.descending and not self.is_signed

    @property
    def is_rate(self) -> bool:
        """Averages, rates and what can go down are over so many starts, and never at least so much: given totals cannot
        carry them on, and few starts make them empty."""
        return False


class Mean(NamedTuple):
    """The columns of totals that a figure over starts is made of: a sum, of how many starts it is, and what it is
    divided by, if by anything."""

    total: str
    starts: str
    per: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, self)))


@dataclass(frozen=True, kw_only=True)
class LineStatistic(Statistic, ABC):
    """One statistic over stat lines. `covered_by` is the column of `RaceCoverage` that says whether a race's part of it
    is known; of two, with a blank between, both must."""

    covered_by: str = "whole"

    @abstractmethod
    def total(self, among: Q = EVERY_LINE) -> Aggregate | CombinedExpression:
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
        """What it is made of, where it is over starts."""
        return None

    def parts(self, among: Q) -> dict[str, Aggregate]:
        """The aggregates of the columns of that, over those among the lines."""
        return {}

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
        return Mean(f"{self.column}_sum", f"{self.column}_known", f"{self.column}_known")

    def parts(self, among: Q) -> dict[str, Aggregate]:
        total, starts, _ = self.mean
        return {total: Sum(self.column, filter=among), starts: Count(self.column, filter=among)}


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

    def parts(self, among: Q) -> dict[str, Aggregate]:
        total, starts, _ = self.made_of
        return {total: Count("pk", filter=self.counting & among), starts: Count(self.column, filter=among)}


@dataclass(frozen=True, kw_only=True)
class OfTwoColumns(LineStatistic, ABC):
    """One over the lines that have both of two columns; unknown of the others."""

    columns: tuple[str, str]
    made_of: Mean

    @property
    def unknown(self) -> Q:
        return lacks(self.columns[0]) | lacks(self.columns[1])

    @property
    def both(self) -> Q:
        return has(self.columns[0]) & has(self.columns[1])

    @property
    def evidence(self) -> Q:
        return IN_A_WHOLE_FIELD & self.both

    @property
    def mean(self) -> Mean:
        return self.made_of

    def values(self, line: Any) -> tuple[int, int] | None:
        """The two of one line; None where either is unknown."""
        one, other = (getattr(line, column) for column in self.columns)
        return None if one is None or other is None else (one, other)


@dataclass(frozen=True, kw_only=True)
class LineDifference(OfTwoColumns):
    """By how much the first column is more than the second: added up, or the average where it is `made_of` one."""

    @property
    def is_signed(self) -> bool:
        return True

    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        if self.made_of.per:
            return Avg(self.addend * Decimal("1.0"), filter=among)
        return Sum(self.addend, filter=among)

    @property
    def addend(self) -> Expression:
        one, other = self.columns
        return ExpressionWrapper(F(one) - F(other), IntegerField())

    def of_line(self, line: Any) -> int | None:
        values = self.values(line)
        return None if values is None else values[0] - values[1]

    def parts(self, among: Q) -> dict[str, Aggregate]:
        return {
            self.made_of.total: Sum(self.addend, filter=among),
            self.made_of.starts: Count("pk", filter=self.both & among),
        }


@dataclass(frozen=True, kw_only=True)
class LineShare(OfTwoColumns):
    """How much of the second column the first is, both added up."""

    def total(self, among: Q = EVERY_LINE) -> CombinedExpression:
        one, other = (Sum(column, filter=self.both & among) for column in self.columns)
        return Cast(one, FloatField()) / NullIf(other, 0)

    @property
    def addend(self) -> Expression:
        """Of the first column: a line has no share of its own."""
        return Case(When(self.both, then=F(self.columns[0])))

    def of_line(self, line: Any) -> int | None:
        values = self.values(line)
        return None if values is None else values[0]

    def parts(self, among: Q) -> dict[str, Aggregate]:
        among = self.both & among
        total, starts, per = self.made_of
        one, other = self.columns
        return {
            total: Sum(one, filter=among),
            starts: Count("pk", filter=among),
            per: Sum(other, filter=among),
        }


def has(column: str) -> Q:
    return Q(**{f"{column}__isnull": False})


def lacks(column: str) -> Q:
    return Q(**{f"{column}__isnull": True})
