"""The answer of a question of the finder: a list of results or races, or a figure for each group of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Avg, Count, FloatField, Max, Min, Q, QuerySet, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast

from races.models import Race, StatLine
from races.order import year_and_round
from races.statistics import STATISTICS, LineStatistic
from racestats import formatting
from racestats.addresses import address_of
from racestats.errors import BadFilter
from racestats.lazy_rows import LazyRows
from stats.figures.basis import is_of_cars
from stats.figures.figure import Figure
from stats.figures.reading import Figures, added_up

from ..asking.question import EARLIEST, FIGURE, FINDER, LATEST, Question
from .doubts import Doubts
from .found import FoundGroup
from .in_a_row import in_a_row
from .lists import races

FEWEST = 10
"""Averages and shares are of so many results, or of a third of the most that anybody has where that is fewer."""
MOST_RESULTS, MOST_IN_RACES = 200_000, 20_000
"""Of more results two groupings make too many groups for one answer: where one of them is the race, of far fewer."""


@dataclass(frozen=True)
class GroupRow:
    """One row of an answer: its rank, what it groups by, the figure and the address of what is behind it."""

    rank: str
    one: Any
    two: Any
    figure: Figure
    results: int
    years: str
    race: Race | None
    until: Race | None
    evidence_url: str

    @property
    def over(self) -> int | None:
        return self.figure.over

    def evidence(self, statistic: Any) -> str:
        """The same for the column of a statistic."""
        return self.evidence_url


class Groups(LazyRows[GroupRow]):
    """The rows of an answer in order, each named when it is looked at."""

    def __init__(self, question: Question, found: Sequence[FoundGroup]):
        self.question = question
        self.found = found
        self._ranks = formatting.ranks(each.figure.value for each in found)

    def __len__(self) -> int:
        return len(self.found)

    def rows(self, first: int, end: int) -> list[GroupRow]:
        looked_at = self.found[first:end]
        groupings = self.question.groupings
        names = [each.named({found.keys[place] for found in looked_at}) for place, each in enumerate(groupings)]
        races = self._races(looked_at)
        made = []
        for place, found in enumerate(looked_at, start=first):
            things = [names[at].get(key) for at, key in enumerate(found.keys)]
            one, two = (*things, None, None)[:2]
            made.append(
                GroupRow(
                    self._ranks[place],
                    one,
                    two,
                    found.figure,
                    found.results,
                    _years(found),
                    races.get(found.first),
                    races.get(found.last),
                    self._evidence(found, things, races),
                )
            )
        return made

    def _races(self, found: Iterable[FoundGroup]) -> dict[int | None, Race]:
        """By order, the first and the last race of each, where the answer tells them. One query."""
        measure, series = self.question.measure, self.question.scope.series
        if not (measure.is_run or measure.is_when):
            return {}
        orders = {order for each in found for order in (each.first, each.last) if order is not None}
        races = Race.objects.with_label().select_related("coverage").filter(season__series=series)
        races = races.filter(coverage__race_order__in=orders) if len(orders) <= MANY_ORDERS else races
        return {race.coverage.race_order: race for race in races if race.round}

    @cached_property
    def _asked(self) -> dict[str, str]:
        """What the address of every row asks for: the results behind a figure; of races, these."""
        question = replace(self.question, groupings=(), grouped=False, order="")
        if question.measure.how == "wait":
            # What lies between two of them is none of them.
            question = replace(question, conditions=tuple(question.narrowing), stat=None)
        counted = question.measure.statistic
        statistic = {"stat": counted.key} if counted and not question.stat else {}
        return question.parameters(find="races" if self.question.of_races else "results", **statistic)

    def _evidence(self, found: FoundGroup, things: list[Any], races: dict[int | None, Race]) -> str:
        """The address of what is behind a figure."""
        asked = dict(self._asked)
        for grouping, thing in zip(self.question.groupings, things):
            asked |= grouping.query(thing) if thing is not None else {}
        if self.question.measure.is_run:
            ends = (("from", found.first), ("to", found.last))
            asked |= found.more or {end: _named(races[order]) for end, order in ends if order in races}
        return f"{address_of(FINDER)}?{urlencode(asked)}"


MANY_ORDERS = 900


def _named(race: Race) -> str:
    return f"{race.season.series.slug}-{race.season.year}-{race.round}"


def _years(found: FoundGroup) -> str:
    if not found.first or not found.last:
        return ""
    return formatting.years(year_and_round(found.first)[0], year_and_round(found.last)[0])


def to_thousandths(value: Any) -> Any:
    """A decimal as the book has it: of one that a query made SQLite tells fifteen digits."""
    return value.quantize(Decimal("0.001")) if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class Answer:
    """The groups of an answer, of so many results or races; `unnamed` of them are of no known group."""

    rows: Groups
    results: int
    unnamed: int
    at_least: int
    unknown: int
    min_starts: int

    def notes(self, question: Question) -> list[str]:
        notes = []
        if question.measure.is_mean:
            notes.append(
                f"Of results in races with a whole field and a known value; groups of at least "
                f"{formatting.plural(self.min_starts, 'such result')}."
            )
        if self.unnamed:
            what = formatting.listed([each.one for each in question.groupings], "or")
            notes.append(f"Of {formatting.plural(self.unnamed, 'result')} the {what} is not known.")
        if self.at_least:
            figures = formatting.plural(self.at_least, "figure")
            notes.append(f"{figures} with a plus may be higher: not all of the races and values are on file.")
        if self.unknown:
            notes.append(
                f"Of {formatting.plural(self.unknown, 'more group')} no result is known to count, though some may."
            )
        return notes


def answer(question: Question) -> Answer:
    """The figure of each group, best first. At most six queries, and more where figures are of whole careers."""
    if question.measure.is_run:
        return ranked(question, in_a_row(question))
    if is_career(question):
        return ranked(question, _of_careers(question))
    if question.of_races:
        return ranked(question, _of_races(question))
    return ranked(question, _of_lines(question))


def is_career(question: Question) -> bool:
    """Whether it asks for a figure of drivers to which sources' totals belong: what boards show too."""
    by = [each.key for each in question.groupings]
    is_one = question.measure.statistic is not None or question.measure.key == "results"
    is_of_totals = question.is_bare and not (is_of_cars(question.scope) or question.of_races)
    return is_of_totals and is_one and by == ["driver"]


def ranked(question: Question, found: Iterable[FoundGroup]) -> Answer:
    """The groups with a known figure, of enough results, in the order that is asked for."""
    measure = question.measure
    kept, unnamed, unknown, total = [], 0, 0, 0
    for each in found:
        total += each.results
        if None in each.keys or "" in each.keys:
            unnamed += each.results
        elif each.figure.value is None:
            unknown += each.figure.unknown > 0
        elif each.figure.value or not measure.is_count:
            kept.append(each)
    least = 0
    if question.min_starts is not None:
        least = question.min_starts
    elif measure.is_mean and question.groupings:
        least = min(FEWEST, max((each.figure.over or 0 for each in kept), default=0) // 3)
    if least:
        kept = [each for each in kept if (each.figure.over or 0 if measure.is_mean else each.results) >= least]
    if question.least is not None:
        kept = [each for each in kept if each.figure.value >= question.least]
    kept.sort(key=lambda each: (each.first or 0, each.keys))
    if question.order in (LATEST, EARLIEST):
        kept.sort(key=lambda each: each.last or 0, reverse=question.order == LATEST)
    else:
        largest_first = measure.descending
        if question.order.removeprefix("-") == FIGURE:
            largest_first = question.order.startswith("-")
        kept.sort(key=lambda each: each.figure.value, reverse=largest_first)
    at_least = sum(each.figure.unknown > 0 for each in kept)
    return Answer(Groups(question, kept), total, unnamed, at_least, unknown, least)


def _of_careers(question: Question) -> list[FoundGroup]:
    """What boards show too: with what a source sums, where it says more than the results on file."""
    (grouping,) = question.groupings
    statistic = question.measure.statistic or STATISTICS["starts"]
    found = []
    for key, tally in added_up(question.scope, [statistic], grouping.key).items():
        figures = Figures(tally)
        first, last = ((year or 0) * 1000 for year in (figures.first, figures.last))
        found.append(FoundGroup((key,), figures[statistic.key], figures["starts"].value or 0, first, last))
    return found


def _of_lines(question: Question) -> list[FoundGroup]:
    lines, measure, among, possible = question.lines(), question.measure, question.among(), question.possible()
    if measure.is_mean:
        lines = lines.filter(race__coverage__whole=True)
    if measure.how != "share":
        lines = lines.filter(among if possible is None else possible)
        among = Q() if possible is None else among
        if measure.is_count and measure.statistic and question.min_starts is None:
            lines = lines.filter(_adding(measure.statistic))
    _refuse_too_many(question, lines)
    values: dict[str, Aggregate | CombinedExpression] = {
        "results": Count("pk", filter=among),
        "first_order": Min("race_order", filter=among),
        "last_order": Max("race_order", filter=among),
        **_aggregates(question, among),
    }
    if possible is not None:
        values["may_count"] = Count("pk", filter=possible)
    if measure.how == "share":
        values["all"] = Count("pk")
    rows = lines.order_by().values_list(*(each.line for each in question.groupings)).annotate(**values)
    names = list(values)
    doubts = Doubts.of(question)
    found = []
    for row in rows if question.groupings else [tuple(lines.order_by().aggregate(**values).values())]:
        keys = tuple(row[: len(question.groupings)])
        each = dict(zip(names, row[len(question.groupings) :]))
        found.append(
            FoundGroup(
                keys,
                _figure(question, each, doubts.about(keys)),
                each["results"],
                each["first_order"],
                each["last_order"],
            )
        )
    return found


def _adding(statistic: LineStatistic) -> Q:
    """The results that add to a count, or may."""
    return statistic.evidence if statistic.unknown is None else statistic.evidence | statistic.unknown


def _refuse_too_many(question: Question, lines: QuerySet[StatLine]) -> None:
    """Two groupings of very many results, and fewer where one is the race, are asked for narrower."""
    by_race = any(each.key == "race" for each in question.groupings)
    if len(question.groupings) < 2:
        return
    count = lines.order_by().count()
    if count > (MOST_IN_RACES if by_race else MOST_RESULTS):
        by = formatting.listed([each.many for each in question.groupings])
        raise BadFilter(
            {
                question.last_grouping: [
                    f"{formatting.number(count)} results by {by} are more than one answer can have: ask for a series "
                    "and some seasons (from, to), for a track, or for a finish."
                ]
            }
        )


def _aggregates(question: Question, among: Q) -> dict[str, Aggregate | CombinedExpression]:
    measure = question.measure
    if measure.statistic:
        values: dict[str, Aggregate | CombinedExpression] = {"value": measure.statistic.total(among)}
        if measure.statistic.unknown is not None:
            values["lacking"] = Count("pk", filter=among & measure.statistic.unknown)
        if measure.statistic.is_rate:
            values["over"] = Count("pk", filter=among & measure.statistic.evidence)
        return values
    if measure.how == "different":
        return {"value": Count(measure.of, distinct=True, filter=among)}
    if measure.field is None:
        return {}
    value = measure.field.value()
    if measure.how == "mean":
        return {"value": Avg(Cast(value, FloatField()), filter=among), "over": Count(value, filter=among)}
    kinds = {"sum": Sum, "fewest": Min, "most": Max}
    found: dict[str, Aggregate | CombinedExpression] = {"value": kinds[measure.how](value, filter=among)}
    if measure.how == "sum":
        found["lacking"] = Count("pk", filter=among) - Count(value, filter=among)
    return found


def _figure(question: Question, row: dict[str, Any], doubtful: int) -> Figure:
    measure = question.measure
    may_count = row.get("may_count", row["results"]) - row["results"]
    if measure.is_when:
        return Figure(row["first_order"] if measure.how == "first" else row["last_order"])
    if measure.how == "share":
        over = row["all"] - may_count
        return Figure(row["results"] / over if over else None, over=over)
    if measure.is_mean:
        value = row["value"]
        return Figure(value if value is None or isinstance(value, int) else float(value), over=row["over"])
    if not measure.is_count:
        return Figure(to_thousandths(row["value"]))
    value, unknown = row["results"] if measure.how == "count" else row["value"] or 0, may_count + doubtful
    unknown += row.get("lacking") or 0
    return Figure(value if value or not unknown else None, unknown)


def _of_races(question: Question) -> list[FoundGroup]:
    """The same of races alone."""
    found, measure = races(question), question.measure
    order = "coverage__race_order"
    values: dict[str, Aggregate | CombinedExpression] = {
        "n": Count("pk"),
        "first_order": Min(order),
        "last_order": Max(order),
    }
    if measure.field:
        kinds = {"sum": Sum, "fewest": Min, "most": Max, "mean": Avg}
        value = measure.field.value("")
        values["value"] = kinds[measure.how](value)
        values["over"] = Count(value)
    names = list(values)
    rows = found.order_by().values_list(*(each.race for each in question.groupings)).annotate(**values)
    made = []
    for row in rows if question.groupings else [tuple(found.order_by().aggregate(**values).values())]:
        keys, each = tuple(row[: len(question.groupings)]), dict(zip(names, row[len(question.groupings) :]))
        if measure.is_when:
            figure = Figure(each["first_order"] if measure.how == "first" else each["last_order"])
        elif measure.field is None:
            figure = Figure(each["n"])
        elif measure.how == "mean":
            figure = Figure(None if each["value"] is None else float(each["value"]), over=each["over"])
        else:
            lacking = each["n"] - each["over"] if measure.how == "sum" else 0
            figure = Figure(to_thousandths(each["value"]), lacking)
        made.append(FoundGroup(keys, figure, each["n"], each["first_order"], each["last_order"]))
    return made
