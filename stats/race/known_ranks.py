"""Of which finishes the rank among the closest is known: how far down that list no finish can be missing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from races.order import YEAR, is_to_come, may_be_going_on, missing_orders, season_length, year_and_round
from racestats.formatting import day, margin


class Declared(NamedTuple):
    """What an editor knows: every finish of at most so many `seconds`, up to the race of order `through`, is held.

    `since` is the day before which nothing is said, where the list goes back further.
    """

    since: date | None
    through: int
    seconds: Decimal


@dataclass(frozen=True)
class KnownRanks:
    """The rank is known of a finish of at most `seconds`, on or after `since`, before the race of order `before`.

    What is None does not limit.
    """

    seconds: Decimal | None = None
    since: date | None = None
    before: int | None = None

    def includes(self, finish: Decimal, run: date, order: int) -> bool:
        """Whether the rank of a finish is known."""
        return (
            (self.seconds is None or finish <= self.seconds)
            and (self.since is None or run >= self.since)
            and (self.before is None or order < self.before)
        )

    @property
    def in_words(self) -> str:
        """Why some of a list have no rank; empty where all have one."""
        if self == ALL_RANKS:
            return ""
        if self == NO_RANKS:
            return "Without ranks: not every margin of these races is known, so closer finishes may be missing."
        ranked = "Ranked: the finishes"
        if self.seconds is not None:
            ranked += f" of {margin(self.seconds)} s or less"
        if self.since:
            ranked += f" since {day(self.since)}"
        if self.before is not None:
            year, round_ = year_and_round(self.before)
            ranked += f" before round {round_} of {year}"
        return f"{ranked}, all of which are known. Of the others not every margin is."


ALL_RANKS = KnownRanks()
NO_RANKS = KnownRanks(before=0)


class LookedUp(NamedTuple):
    """What an editor says of an era: every finish of at most so many `seconds`, from its first day on and `through`
    another, is held."""

    starts: date
    through: date
    seconds: Decimal


def declared(eras: Collection[LookedUp], first: date, held: Collection[tuple[int, date]]) -> Declared | None:
    """What is known of a list that begins on a day: by that of the eras begun by then of which the widest margins are
    known; else by the era that began first.

    `held` are the races of the series in the book, each by its order and its day.
    """
    if not eras:
        return None
    around = [era for era in eras if era.starts <= first]
    era = max(around, key=attrgetter("seconds")) if around else min(eras, key=attrgetter("starts"))
    through = max((order for order, run in held if run <= era.through), default=0)
    return Declared(None if around else era.starts, through, era.seconds)


def known_ranks(unknown: Collection[int], declared: Declared | None) -> KnownRanks:
    """Which ranks are known, by the orders of the races of which the margin is unknown, or which are not held."""
    if not unknown:
        return ALL_RANKS
    if declared is None:
        return NO_RANKS
    earlier = any(order <= declared.through for order in unknown)
    return KnownRanks(
        declared.seconds if earlier else None,
        declared.since if earlier else None,
        min((order for order in unknown if order > declared.through), default=None),
    )


def not_held(held: Collection[int], rounds: Mapping[int, int | None]) -> set[int]:
    """The orders of the races that seasons had and the book does not hold, by year and how many `rounds` there were.

    `held` are the orders of all races of the series in the book.
    """
    # Of each year the last race, which comes after its others.
    last = {order // YEAR: order % YEAR for order in sorted(held)}
    latest = max(last, default=None)
    on_file = frozenset(held)
    return {
        order
        for year, count in rounds.items()
        if not is_to_come(year, latest)
        for order in missing_orders(year, season_length(count, last.get(year), may_be_going_on(year, latest)), on_file)
    }
