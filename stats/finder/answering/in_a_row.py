"""Runs and waits of a question: how often in a row what it asks came about, and how long it did not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Count, Max

from races.order import race_order, year_and_round
from stats.figures.figure import Figure
from stats.streaks.gathered import Gathered
from stats.streaks.longest import read_calendar
from stats.streaks.runs import consecutive

from ..asking.question import Question
from .found import FoundGroup


class Stretch(NamedTuple):
    """So long, from one race order to another; it may have been longer where it is not `exact`."""

    length: int
    first: int
    last: int
    exact: bool = True


def in_a_row(question: Question) -> list[FoundGroup]:
    """The longest run or wait of each group. Four queries at most, and one more where days are counted."""
    if question.over == "seasons":
        return _of_seasons(question)
    (grouping,) = question.groupings
    lines, among, possible = question.lines(), question.among(), question.possible()
    with_any = lines.filter(among).order_by().values(grouping.line)
    picked = {"orders": Gathered("race_order"), "hits": Gathered("race_order", filter=among)}
    if possible is not None:
        picked["may"] = Gathered("race_order", filter=possible)
    rows: Iterable[Mapping[str, Any]] = (
        lines.filter(**{f"{grouping.line}__in": with_any}).order_by().values(grouping.line).annotate(**picked)
    )
    calendar = Course(question)
    found = []
    for row in rows:
        hits = set(row["hits"] or ())
        unknown = set(row.get("may") or ()) - hits
        if hits and (stretch := calendar.longest(sorted(set(row["orders"])), hits, unknown)):
            found.append(
                FoundGroup(
                    (row[grouping.line],),
                    Figure(stretch.length, 0 if stretch.exact else 1),
                    len(hits),
                    stretch.first,
                    stretch.last,
                )
            )
    return found


class Course:
    """The races that the runs of a question go over, and those of which it is not known who was in them."""

    def __init__(self, question: Question):
        self.question = question
        # Own starts are all of them only where whole fields are on file.
        told = sorted(question.told()) if question.over != "starts" else ["whole"]
        columns = ["coverage__race_order", "date", "coverage__whole", *(f"coverage__{each}" for each in told)]
        self.dates: dict[int, date | None] = {}
        silent = []
        for order, day, *tells in question.races().order_by("coverage__race_order").values_list(*columns):
            self.dates[order] = day
            if not any(tells):
                silent.append(order)
        self.orders = list(self.dates)
        if not any(each.of_race for each, _ in question.conditions):
            calendar = read_calendar(question.scope)
            silent += [order - 1 for order in calendar.gaps if calendar.asks_for(order)]
        self.silent = sorted(silent)
        self._silent_races = set(silent) if question.over == "races" else set()

    def longest(self, orders: Sequence[int], hits: set[int], unknown: set[int]) -> Stretch | None:
        question = self.question
        sequence = self.orders if question.over == "races" else orders
        if question.measure.how == "run":
            found = self._runs(sequence, orders, hits, unknown)
            if question.measure.key == "run-now":
                found = (each for each in found if each.last == sequence[-1])
            return max(found, default=None)
        if question.measure.key == "wait-now":
            return self._since(sequence, max(hits), unknown)
        waits = (self._between(sequence, one, two, unknown) for one, two in pairwise(sorted(hits)))
        return max((each for each in waits if each and each.length), default=None)

    def _runs(
        self, sequence: Sequence[int], orders: Sequence[int], hits: set[int], unknown: set[int]
    ) -> Iterable[Stretch]:
        """An unknown result ends a run, and so does a race that is not on file; it is then at least so long."""
        own = set(orders)
        places = self._places if sequence is self.orders else self._numbered(sequence)
        in_sequence = sorted(order for order in hits if order in places)
        for first, last in consecutive([places[order] for order in in_sequence]):
            begun, ended = in_sequence[first], in_sequence[last]
            at, to = bisect_left(sequence, begun), bisect_left(sequence, ended)
            before = sequence[at - 1] if at else season_start(begun)
            after = sequence[to + 1] if to + 1 < len(sequence) else season_start(ended + 1000)
            is_open = self._silent(before, begun) or self._silent(ended, after)
            beside = {before, after}
            exact = not (is_open or beside & unknown or (beside & self._silent_races) - own)
            yield Stretch(last - first + 1, begun, ended, exact)

    @cached_property
    def _places(self) -> dict[int, int]:
        """Where each race of the series stands."""
        return self._numbered(self.orders)

    def _numbered(self, sequence: Sequence[int]) -> dict[int, int]:
        """By order its place in the sequence: one that may be missing takes up a place."""
        if not self.silent:
            return {order: place for place, order in enumerate(sequence)}
        found, place, before = {}, 0, 0
        for order in sequence:
            place += 1 + (before > 0 and self._silent(before, order))
            found[order], before = place, order
        return found

    def _silent(self, after: int, before: int) -> bool:
        """Whether between two races there was one of which it is not known who was in it."""
        return bisect_left(self.silent, before) > bisect_right(self.silent, after)

    def _between(self, sequence: Sequence[int], one: int, two: int, unknown: set[int]) -> Stretch | None:
        """The wait from one race to another, neither of them among it."""
        if self.question.over == "days":
            begun, ended = self.dates.get(one), self.dates.get(two)
            return Stretch((ended - begun).days, one, two) if begun and ended else None
        first, last = bisect_right(sequence, one), bisect_left(sequence, two) - 1
        if last < first:
            return None
        exact = not (self._silent(one, two) or unknown & set(sequence[first : last + 1]))
        return Stretch(last - first + 1, sequence[first], sequence[last], exact)

    def _since(self, sequence: Sequence[int], last_hit: int, unknown: set[int]) -> Stretch | None:
        """The wait since a race, up to the last of the sequence."""
        if not sequence:
            return None
        if self.question.over == "days":
            begun, ended = self.dates.get(last_hit), self.dates.get(self.orders[-1])
            return Stretch((ended - begun).days, last_hit, self.orders[-1]) if begun and ended else None
        first = bisect_right(sequence, last_hit)
        if first == len(sequence):
            return None
        exact = not (self._silent(last_hit, sequence[-1]) or unknown & set(sequence[first:]))
        return Stretch(len(sequence) - first, sequence[first], sequence[-1], exact)


def season_start(order: int) -> int:
    """The order before the first race of the season that a race is of."""
    return race_order(year_and_round(order)[0], 0)


def _of_seasons(question: Question) -> list[FoundGroup]:
    """Seasons in a row with so many results that count."""
    (grouping,) = question.groupings
    lines = question.lines().filter(question.among()).order_by()
    seasons: dict[Any, dict[int, int]] = {}
    for key, year, count in lines.values_list(grouping.line, "year").annotate(n=Count("pk")):
        if count >= question.per:
            seasons.setdefault(key, {})[year] = count
    silent = set(question.races().exclude(question.tells_of_all()).order_by().values_list("season__year", flat=True))
    latest = question.races().aggregate(latest=Max("season__year"))["latest"]
    found = []
    for key, by_year in seasons.items():
        years = sorted(by_year)
        stretches = [(run.length, years[run.first], years[run.last]) for run in consecutive(years)]
        length, first, last = stretches[-1] if question.measure.key == "run-now" else max(stretches)
        if question.measure.key == "run-now" and last != latest:
            continue
        exact = not ({first - 1, last + 1} & silent)
        found.append(
            FoundGroup(
                (key,),
                Figure(length, 0 if exact else 1),
                sum(count for year, count in by_year.items() if first <= year <= last),
                race_order(first, 1),
                race_order(last, 999),
                {"from": str(first), "to": str(last)},
            )
        )
    return found
