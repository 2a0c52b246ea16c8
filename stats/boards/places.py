"""Boards of careers as far as one driver needs them: his places, and those near him.

Of today's careers, which are kept, it is counted how many are above him; for another day the boards are read whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Aggregate, Count, F, Min, Q
from django.db.models.lookups import Exact, GreaterThan, LessThan

from races.models import CareerTotals
from races.statistics import STATISTICS, LineStatistic
from racestats.addresses import address_of
from racestats.formatting import ordinal, rank
from stats.careers.active import active_drivers
from stats.figures.basis import Basis
from stats.figures.reading import added_up
from stats.scope import Scope

from .heads import Board, around, heads
from .leaderboards import Leaderboard, fewest_of_careers, leaderboards, ranked_by
from .ranking import Ranked, place_of

RANKED = tuple(
    STATISTICS[key]
    for key in ("starts", "wins", "top_fives", "top_tens", "poles", "laps_led", "stage_wins", "average_finish")
)
"""The figures of a career that a driver's page shows with their places."""
COUNTS = tuple(each for each in RANKED if not each.is_rate)
NOTABLE = 100
"""A place below that tells nothing: most careers are short, and share it with many."""


class Rank(NamedTuple):
    """A place on a board, and whether it is shared."""

    place: int
    tied: bool

    @property
    def in_words(self) -> str:
        """“2nd”, or “T2nd”."""
        return rank(ordinal(self.place), self.tied)


@dataclass(frozen=True)
class Place:
    """A place on a board, its number and in words, “T10th”, and the board's address; of an active driver also among
    the active, and what is in the next place above, `next_above`, as far as today's careers are counted."""

    place: int
    rank: str
    url: str
    active_rank: str
    active_url: str
    next_above: int | None = None

    @property
    def is_notable(self) -> bool:
        """Whether the place on the whole board tells anything."""
        return self.place <= NOTABLE


@dataclass(frozen=True)
class CareerBoards:
    """The boards of drivers by `RANKED` in the series and on the day of a scope; `most` are the places that `heads`
    have."""

    scope: Scope
    most: int

    @classmethod
    def of(cls, scope: Scope, most: int) -> CareerBoards:
        """In the series and on the day of a scope that may be narrower."""
        return cls(Scope(series=scope.the_series, as_of=scope.as_of), most)

    @cached_property
    def basis(self) -> Basis:
        return Basis(self.scope)

    @cached_property
    def active(self) -> frozenset[int]:
        """The ids of the active. One query."""
        return active_drivers(self.scope)

    @cached_property
    def _fewest(self) -> int:
        """The fewest starts over which an average is ranked."""
        return fewest_of_careers(self.scope, self.basis)

    @cached_property
    def whole(self) -> list[Leaderboard]:
        return leaderboards(RANKED, self.scope, named=self.most)

    @cached_property
    def whole_counts(self) -> Sequence[Board]:
        """Those of counts: of boards that are read already, or else read alone."""
        if "whole" in vars(self):
            return [each for each in self.whole if not each.statistic.is_rate]
        return leaderboards(COUNTS, self.scope, named=self.most)

    @cached_property
    def heads(self) -> Sequence[Board]:
        """The first places of the boards of counts, at least. Four queries where careers are kept."""
        if not self.basis.is_kept:
            return self.whole_counts
        return heads(COUNTS, self.scope, self.most, self.active)

    def around(self, pk: int, places: Mapping[str, Place]) -> Sequence[Board]:
        """Of these boards what tells whom the driver with that id, who has these places, is near. Two queries where
        careers are kept."""
        if not self.basis.is_kept:
            return self.heads
        above = {key: (place.place, place.next_above) for key, place in places.items()}
        return around([each for each in COUNTS if each.key in above], self.scope, self.most, pk, above)

    def places(self, pk: int) -> dict[str, Place]:
        """By statistic, the places of the driver with that id, on each of the boards that ranks him."""
        if self.basis.is_kept:
            return self._counted(pk)
        return {
            board.statistic.key: self._place(board.statistic, _rank_among(board.rows.ranked, pk), board.rows.ranked, pk)
            for board in self.whole
            if any(each.pk == pk for each in board.rows.ranked)
        }

    def _counted(self, pk: int) -> dict[str, Place]:
        """Three queries, and those of `_fewest`."""
        rivals = self.active if pk in self.active else set()
        found = added_up(self.scope, RANKED, who={pk, *rivals}, basis=self.basis)
        least = {each: self._fewest if each.is_rate else 0 for each in RANKED}
        ranked = {each: ranked_by(each, found, least[each]) for each in RANKED}
        mine = {each: key for each, rows in ranked.items() if (key := next((r for r in rows if r.pk == pk), None))}
        counts: dict[str, Aggregate] = {}
        for statistic, row in mine.items():
            above, level = _above_and_level(statistic, row, least[statistic])
            counts |= {
                f"above_{statistic.key}": Count("pk", filter=above),
                f"level_{statistic.key}": Count("pk", filter=level),
            }
            if pk in self.active and not statistic.is_rate:
                counts[f"next_{statistic.key}"] = Min(statistic.key, filter=above)
        among = CareerTotals.objects.filter(series=self.scope.series).aggregate(**counts)
        return {
            each.key: self._place(
                each,
                Rank(among[f"above_{each.key}"] + 1, among[f"level_{each.key}"] > 1),
                ranked[each],
                pk,
                among.get(f"next_{each.key}"),
            )
            for each in mine
        }

    def _place(
        self, statistic: LineStatistic, own: Rank, ranked: Sequence[Ranked], pk: int, next_above: int | None = None
    ) -> Place:
        """All of those who are active are among the ranked, if he is."""
        active = [each for each in ranked if each.pk in self.active] if pk in self.active else []
        address = address_of("drivers:leaderboard", statistic.key)
        return Place(
            own.place,
            own.in_words,
            address + self.scope.query(),
            _rank_among(active, pk).in_words if active else "",
            address + self.scope.query(active="yes"),
            next_above,
        )


def _rank_among(ranked: Sequence[Ranked], pk: int) -> Rank:
    """The rank of one of those ranked, who are in order."""
    mine = next(each.key for each in ranked if each.pk == pk)
    return Rank(*place_of(mine, [each.key for each in ranked]))


def _above_and_level(statistic: LineStatistic, mine: Ranked, least: int) -> tuple[Q, Q]:
    """The kept careers that are above one who is ranked, and those that are level with him."""
    if statistic.mean is None:
        key = statistic.key
        return Q(**{f"{key}__gt": mine.value}), Q(**{key: mine.value})
    mean = statistic.mean
    total, per = mine.tally.part(mean.total), mine.tally.part(mean.per)
    both = F(mean.total) * per, F(mean.per) * total
    ranked = Q(**{f"{mean.starts}__gte": max(least, 1)})
    return ranked & Q((GreaterThan if statistic.descending else LessThan)(*both)), ranked & Q(Exact(*both))
