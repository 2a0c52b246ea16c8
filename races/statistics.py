"""The statistics of the book, each named once: columns, cards, boards and documents all read them here.

What a statistic counts is said twice, side by side: as a condition of a query, and of one line. A line is whatever has
those columns of a stat line that the statistic reads.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Aggregate, Avg, Case, Count, Expression, F, IntegerField, Q, Sum, Value, When

from racestats import formatting

from .margins import NOT_CLOSE

CLOSE = Decimal("0.500")
"""Seconds: a finish this close or closer is a close one."""

EVERY_LINE = Q()
WIN = Q(finish=1)
SECOND = Q(finish=2)
IN_A_WHOLE_FIELD = Q(race__coverage__whole=True)
UNMEASURED = Q(margin__isnull=True) & ~Q(race__margin_kind__in=sorted(NOT_CLOSE))


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
        return _lacks(self.column)


@dataclass(frozen=True, kw_only=True)
class LineSum(ColumnStatistic):
    """What a column of the lines adds up to."""

    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        return Sum(self.column, filter=among)

    @property
    def evidence(self) -> Q:
        return _has(self.column) & ~Q(**{self.column: 0})


@dataclass(frozen=True, kw_only=True)
class LineAverage(ColumnStatistic):
    """The average of the known values of a column."""

    def total(self, among: Q = EVERY_LINE) -> Aggregate:
        return Avg(F(self.column) * Decimal("1.0"), filter=among)

    @property
    def evidence(self) -> Q:
        return IN_A_WHOLE_FIELD & _has(self.column)

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
        return Case(When(self.counting, then=1), When(_has(self.column), then=0))

    def of_line(self, line: Any) -> int | None:
        return None if getattr(line, self.column) is None else int(self.counts(line))

    @property
    def evidence(self) -> Q:
        return IN_A_WHOLE_FIELD & _has(self.column)

    @property
    def mean(self) -> Mean:
        return self.made_of


def _has(column: str) -> Q:
    return Q(**{f"{column}__isnull": False})


def _lacks(column: str) -> Q:
    return Q(**{f"{column}__isnull": True})


def _finished_within(line: Any, places: int) -> bool:
    return line.finish is not None and line.finish <= places


def _finished_close(line: Any, place: int) -> bool | None:
    """Without seconds it is known only of the kinds of margin that are not close."""
    if line.finish != place:
        return False
    if line.margin is None:
        return False if line.race.margin_kind in NOT_CLOSE else None
    close: bool = line.margin <= CLOSE
    return close


CLOSE_IN_WORDS = f"{formatting.margin(CLOSE)} s or less"

STATISTICS: dict[str, LineStatistic] = {
    statistic.key: statistic
    for statistic in (
        LineCount(
            key="starts",
            label="Starts",
            one="start",
            abbreviation="St",
            tooltip="Points races started",
            counting=EVERY_LINE,
            counts=lambda line: True,
        ),
        LineCount(
            key="wins",
            label="Wins",
            one="win",
            abbreviation="W",
            tooltip="Official wins in points races",
            counting=WIN,
            counts=lambda line: _finished_within(line, 1),
            covered_by="winner",
        ),
        LineCount(
            key="top_fives",
            label="Top fives",
            one="top five",
            abbreviation="T5",
            tooltip="Finished 1st to 5th",
            counting=Q(finish__lte=5),
            counts=lambda line: _finished_within(line, 5),
            covered_by="top_five",
        ),
        LineCount(
            key="top_tens",
            label="Top tens",
            one="top ten",
            abbreviation="T10",
            tooltip="Finished 1st to 10th",
            counting=Q(finish__lte=10),
            counts=lambda line: _finished_within(line, 10),
            covered_by="top_ten",
        ),
        LineCount(
            key="poles",
            label="Poles",
            one="pole",
            abbreviation="P",
            tooltip="Pole awards: the fastest qualifier, not whoever started first",
            counting=Q(pole=True),
            counts=lambda line: line.pole,
            unmeasured=_lacks("pole"),
            covered_by="pole",
        ),
        LineSum(
            key="laps",
            label="Laps",
            one="lap",
            abbreviation="Laps",
            tooltip="Laps completed",
            column="laps",
            covered_by="laps",
        ),
        LineSum(
            key="laps_led",
            label="Laps led",
            one="lap led",
            abbreviation="Led",
            tooltip="Laps led at the line",
            column="laps_led",
            covered_by="laps_led",
        ),
        LineCount(
            key="races_led",
            label="Races led",
            one="race led",
            abbreviation="RL",
            tooltip="Races with a lap led",
            counting=Q(laps_led__gte=1),
            counts=lambda line: None if line.laps_led is None else line.laps_led >= 1,
            unmeasured=_lacks("laps_led"),
            covered_by="laps_led",
        ),
        LineSum(
            key="stage_wins",
            label="Stage wins",
            one="stage win",
            abbreviation="SW",
            tooltip="First at the end of a stage, since 2017",
            column="stage_wins",
            covered_by="stages",
        ),
        LineCount(
            key="lead_lap_finishes",
            label="Lead-lap finishes",
            one="lead-lap finish",
            abbreviation="LL",
            tooltip="Finished zero laps behind; a disqualified car did not",
            counting=Q(lead_lap=True),
            counts=lambda line: line.lead_lap,
            unmeasured=_lacks("lead_lap"),
            covered_by="laps",
        ),
        LineCount(
            key="dnfs",
            label="DNFs",
            one="DNF",
            abbreviation="DNF",
            tooltip="Out at the finish: status other than running",
            counting=Q(dnf=True),
            counts=lambda line: line.dnf,
            unmeasured=_lacks("dnf"),
            covered_by="status",
        ),
        LineAverage(
            key="average_start",
            label="Average start",
            one="average start",
            abbreviation="Avg St",
            tooltip="Average of the known starting positions",
            column="start",
            covered_by="start",
            descending=False,
            show=formatting.decimal,
        ),
        LineAverage(
            key="average_finish",
            label="Average finish",
            one="average finish",
            abbreviation="Avg Fin",
            tooltip="Average of the known finishing positions",
            column="finish",
            descending=False,
            show=formatting.decimal,
        ),
        LineSum(
            key="points",
            label="Points",
            one="point",
            abbreviation="Pts",
            tooltip="Points earned in races, as printed",
            column="points",
            covered_by="points",
        ),
        LineRate(
            key="win_rate",
            label="Win rate",
            one="win rate",
            abbreviation="W%",
            tooltip="Wins in a hundred starts with a known finish",
            column="finish",
            counting=WIN,
            counts=lambda line: _finished_within(line, 1),
            made_of=Mean("finish_wins", "finish_known"),
            show=formatting.percent,
        ),
        LineCount(
            key="close_wins",
            label="Close wins",
            one="close win",
            abbreviation="CW",
            tooltip=f"Won by {CLOSE_IN_WORDS}",
            counting=WIN & Q(margin__lte=CLOSE),
            counts=lambda line: _finished_close(line, 1),
            unmeasured=WIN & UNMEASURED,
            covered_by="margin",
        ),
        LineCount(
            key="close_runner_ups",
            label="Close second places",
            one="close second place",
            abbreviation="C2",
            tooltip=f"Second by {CLOSE_IN_WORDS}",
            counting=SECOND & Q(margin__lte=CLOSE),
            counts=lambda line: _finished_close(line, 2),
            unmeasured=SECOND & UNMEASURED,
            covered_by="margin",
        ),
    )
}

CAREER_COUNTS = ("starts", "wins", "top_fives", "top_tens", "poles", "laps_led", "stage_wins")
"""What is counted from race to race through a career, in the order of pages."""
CAREER_STATISTICS = tuple(STATISTICS[key] for key in CAREER_COUNTS)

TITLES = Statistic(
    key="titles",
    label="Titles",
    one="title",
    abbreviation="Ti",
    tooltip="Seasons won, as the title was awarded",
)
"""What no line counts, and so stands apart: whose a season was is a fact of its own (`stats.titles`)."""
