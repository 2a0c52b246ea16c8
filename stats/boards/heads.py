"""The first places of the boards of today's careers, and the active wherever they stand: where no more is told, no more
is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from django.db.models import Max, Q, QuerySet, Subquery

from races.models import CareerTotals, Series
from races.statistics import LineStatistic
from stats.figures.reading import added_up
from stats.scope import Scope

from .leaderboards import ranked_by, ranking
from .ranking import NamesOfSubjects, Ranking


class Board(Protocol):
    """A board, or its head."""

    @property
    def statistic(self) -> LineStatistic: ...

    @property
    def rows(self) -> Ranking: ...


class BoardHead(NamedTuple):
    """The first places of a board of counts, the place below them, and the active; how many are between the others is
    not known, so that below the first places only the order of the rows says anything."""

    statistic: LineStatistic
    rows: Ranking


def heads(statistics: Sequence[LineStatistic], scope: Scope, most: int, active: Collection[int]) -> list[BoardHead]:
    """Of today's careers the boards of drivers by these counts in the scope's series: the first so many places, and
    the active; all of them are named at once. Four queries."""
    found = added_up(scope, statistics, who=_of_heads(statistics, scope.the_series, most, active))
    names = NamesOfSubjects("driver")
    names.of(found)
    return [
        BoardHead(each, ranking(each, scope, "driver", ranked_by(each, found), names, active)) for each in statistics
    ]


def around(
    statistics: Sequence[LineStatistic], scope: Scope, most: int, pk: int, above: Mapping[str, tuple[int, int | None]]
) -> list[BoardHead]:
    """The same of one active driver and those in the next place above him, where that is among the first so many.

    `above` has by statistic his place on the board and what is in the next place. Two queries.
    """
    there = Q(driver=pk)
    for key, (_, value) in above.items():
        if value is not None:
            there |= Q(**{key: value})
    kept = CareerTotals.objects.filter(there, series=scope.the_series).order_by()
    found = added_up(scope, statistics, who=kept.values_list("driver", flat=True))
    boards = {each: {who: tally for who, tally in found.items() if who != pk} for each in statistics}
    for each, others in boards.items():
        place, value = above[each.key]
        others = {who: tally for who, tally in others.items() if tally[each.key].value == value}
        boards[each] = {pk: found[pk]} | (others if place - len(others) <= most else {})
    names = NamesOfSubjects("driver")
    names.of({who for those in boards.values() for who in those})
    return [
        BoardHead(each, ranking(each, scope, "driver", ranked_by(each, those), names, {pk}))
        for each, those in boards.items()
    ]


def _of_heads(
    statistics: Sequence[LineStatistic], series: Series, most: int, active: Collection[int]
) -> QuerySet[CareerTotals, int]:
    """The drivers in the first so many places of any of these boards, or in the place below these, and the active. Two
    queries."""
    kept, keys = CareerTotals.objects.filter(series=series).order_by(), [each.key for each in statistics]
    at_last_place = [
        Subquery(kept.filter(**{f"{key}__gt": 0}).order_by(f"-{key}").values(key)[most - 1 : most]) for key in keys
    ]
    (found,) = Series.objects.filter(pk=series.pk).values_list(*at_last_place)
    # A board that is shorter ends with one.
    last = {key: value or 1 for key, value in zip(keys, found)}
    below = kept.aggregate(**{key: Max(key, filter=Q(**{f"{key}__lt": last[key]})) for key in keys})
    there = Q(driver__in=active)
    for key in keys:
        there |= Q(**{f"{key}__gte": below[key] or last[key]})
    return kept.filter(there).values_list("driver", flat=True)
