"""A ranking: whoever is ranked, best first, and the rows of it that are looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from drivers.models import Driver
from races.derived.tallies import Tally
from races.statistics import Statistic
from racestats import formatting
from racestats.lazy_rows import READ_WHOLE, LazyRows
from stats.evidence import race_log_url
from stats.figures.figure import Figure
from stats.figures.reading import Figures
from stats.subjects import SUBJECTS, Competitor


class Ranked(NamedTuple):
    """Whoever is ranked, before names are read; the best have the lowest key.

    Thousands are, so their figures are made when they are looked at.
    """

    key: Any
    pk: int
    value: Any
    statistic: str
    tally: Tally

    @property
    def figures(self) -> Figures:
        return Figures(self.tally)

    @property
    def figure(self) -> Figure:
        return self.figures[self.statistic]


def place_of(key: Any, keys: Sequence[Any]) -> tuple[int, bool]:
    """The place of one of the keys, which are in order, and whether it is shared."""
    first, end = bisect_left(keys, key), bisect_right(keys, key)
    return first + 1, end - first > 1


@dataclass(frozen=True)
class BoardRow:
    """One place of a board. `starts` are a driver's races, or the cars that a team or a make started."""

    place: int
    tied: bool
    who: Competitor
    value: Figure
    starts: Figure
    active: bool
    queries: dict[str, str]

    @property
    def driver(self) -> Driver:
        """Who, on a board of drivers."""
        if not isinstance(self.who, Driver):
            raise TypeError(f"{self.who} is no driver.")
        return self.who

    @property
    def over(self) -> int | None:
        """How many of the starts an average or a rate is of."""
        return self.value.over

    @property
    def rank(self) -> str:
        return formatting.rank(self.place, self.tied)

    def evidence(self, statistic: Statistic) -> str:
        """The address of the races behind the value or the starts."""
        return race_log_url(self.who) + self.queries[statistic.key]


class NamesOfSubjects:
    """The names of drivers, teams or makes, each read once, with those it is asked for together in one query."""

    def __init__(self, by: str):
        self.subject = SUBJECTS[by]
        self.read: dict[int, Competitor] = {}

    def of(self, pks: Iterable[int]) -> dict[int, Competitor]:
        """By id, those asked for and others that are known already."""
        missing = set(pks) - self.read.keys()
        if missing:
            everyone = self.subject.model.objects.only(*self.subject.columns).order_by()
            self.read |= (everyone if len(missing) > READ_WHOLE else everyone.filter(pk__in=missing)).in_bulk()
        return self.read


class Ranking(LazyRows[BoardRow]):
    """The rows of a board, with competition ranks; those who are tied are in order of their names. Names are read
    for the rows that are looked at, and for no others.

    `ranked` is in order of keys. `active` are the ids of those who are, and `queries` the evidence of every row.
    """

    def __init__(
        self, ranked: Sequence[Ranked], names: NamesOfSubjects, active: Collection[int], queries: dict[str, str]
    ):
        self.ranked = ranked
        self.names = names
        self.active = active
        self.queries = queries
        self._keys = [each.key for each in ranked]

    def __len__(self) -> int:
        return len(self.ranked)

    @property
    def values(self) -> list[Any]:
        """The figures ranked, best first."""
        return [each.value for each in self.ranked]

    def first_and_active(self, most: int) -> list[int]:
        """The ids of the first so many, with those tied with the last of them, and of all who are active."""
        first = formatting.first_and_tied(self.ranked, most, attrgetter("key"))
        others = [each for each in self.ranked[len(first) :] if each.pk in self.active]
        return [each.pk for each in (*first, *others)]

    def of_active(self, only: int | None = None) -> list[BoardRow]:
        """The rows of those who are active, or of the one of them with that id."""
        found = [each for each in self.ranked if each.pk in self.active and only in (None, each.pk)]
        names = self.names.of(each.pk for each in found)
        return [self._row(each, names[each.pk]) for each in found]

    def just_above(self, row: BoardRow, down_to: int) -> list[BoardRow]:
        """Who is in the next place above a row, where that is at most so far down."""
        start = self._start_above(row, down_to)
        return [] if start is None else self[start : row.place - 1]

    def value_above(self, row: BoardRow, down_to: int) -> Any:
        """What they have; None where there is nobody."""
        start = self._start_above(row, down_to)
        return None if start is None else self.ranked[start].value

    def _start_above(self, row: BoardRow, down_to: int) -> int | None:
        if row.place == 1:
            return None
        start = bisect_left(self._keys, self._keys[row.place - 2])
        return start if start < down_to else None

    def rows(self, first: int, end: int) -> list[BoardRow]:
        """Those tied are put in order together, also where only some of them are in these rows."""
        tied_from, tied_to = bisect_left(self._keys, self._keys[first]), bisect_right(self._keys, self._keys[end - 1])
        names = self.names.of(each.pk for each in self.ranked[tied_from:tied_to])
        ordered = sorted(self.ranked[tied_from:tied_to], key=lambda each: (each.key, str(names[each.pk])))
        return [self._row(each, names[each.pk]) for each in ordered[first - tied_from : end - tied_from]]

    def _row(self, ranked: Ranked, who: Competitor) -> BoardRow:
        figures = ranked.figures
        return BoardRow(
            *place_of(ranked.key, self._keys),
            who,
            figures[ranked.statistic],
            figures["starts"],
            ranked.pk in self.active,
            self.queries,
        )
