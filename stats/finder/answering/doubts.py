"""Which races may have a result that a question counts, and that is not on file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min

from ..asking.question import Question


@dataclass(frozen=True)
class Doubts:
    """The races that may have a result that counts and is not on file, by what of a group is of the race; and, where
    groups are of drivers or cars, the first and the last year of each."""

    places: tuple[int, ...]
    years: dict[tuple[Any, ...], list[int]]
    spans: dict[tuple[Any, ...], tuple[int, int]] | None

    @classmethod
    def of(cls, question: Question) -> Doubts:
        """At most two queries: one where every race tells all."""
        groupings = question.groupings
        places = tuple(place for place, each in enumerate(groupings) if each.race)
        years: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        if question.measure.is_count:
            doubtful = question.races().exclude(question.tells_of_all()).order_by("season__year")
            for year, *keys in doubtful.values_list("season__year", *(groupings[place].race for place in places)):
                years[tuple(keys)].append(year)
        if not years or len(places) == len(groupings):
            return cls(places, years, None)
        rows = question.lines().order_by().values_list(*(each.line for each in groupings))
        spans = {tuple(keys): (first, last) for *keys, first, last in rows.annotate(f=Min("year"), l=Max("year"))}
        return cls(places, years, spans)

    def about(self, keys: tuple[Any, ...]) -> int:
        """How many such races there are of a group."""
        years = self.years.get(tuple(keys[place] for place in self.places), [])
        if not years or self.spans is None:
            return len(years)
        first, last = self.spans.get(keys, (0, 0))
        return bisect_right(years, last) - bisect_left(years, first)
