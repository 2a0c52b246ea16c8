"""Which seasons and rounds there are, and where a points race stands among those of its series. Pure; no database."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any, Protocol, TypeGuard, overload

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_ROUNDS = 999
"""A season has so many at most: one more would be in the year after."""
YEAR = MOST_ROUNDS + 1
"""So many orders apart are races of the same round in two years."""


class Round(Protocol):
    """What is asked of a race to tell its order."""

    round: Any
    season: Any


def is_year(value: object) -> TypeGuard[int]:
    """Whether there can be a season of that year."""
    return isinstance(value, int) and FIRST_YEAR <= value <= LAST_YEAR


def as_year(text: str) -> int | None:
    """The year of a season that a text of four digits names, or None."""
    return int(text) if re.fullmatch("[0-9]{4}", text) and is_year(int(text)) else None


def is_within(year: int, first: int | None, last: int | None) -> bool:
    """Whether a season is among those from a first to a last one; without one of them they have no end there."""
    return (first is None or first <= year) and (last is None or year <= last)


def car_order(number: str) -> tuple[int, str]:
    """Where a car number stands among others: 2 before 10, then those that are no number, and unknown ones last."""
    figures = re.match("[0-9]*", number)
    after = 10_000 if number else 10_001
    return (int(figures[0]) if figures and figures[0] else after), number


@overload
def race_order(year: int, round: int) -> int: ...
@overload
def race_order(year: Any, round: Any) -> Any: ...
def race_order(year: Any, round: Any) -> Any:
    """Where a points race stands among those of its series: 2025 round 12 is 2025012. Of numbers or of columns."""
    return year * YEAR + round


def order_of(race: Round) -> int | None:
    """The order of a race; none of one without a round."""
    return None if race.round is None else race_order(race.season.year, race.round)


def year_and_round(order: int) -> tuple[int, int]:
    """The season and the round that a race order stands for."""
    return divmod(order, YEAR)


def round_of(order: int) -> int:
    return year_and_round(order)[1]


def latest_years(seasons: Iterable[tuple[int, int]]) -> dict[int, int]:
    """By series the latest of these seasons, each given as its series and its year."""
    latest: dict[int, int] = {}
    for series, year in seasons:
        latest[series] = max(year, latest.get(series, 0))
    return latest


def may_be_going_on(year: int, latest: int | None) -> bool:
    """Whether a season may not be over: where `latest` is the last year of its series with a race on file, that year is
    not sure to be, and those after it are to come."""
    return latest is None or year >= latest


def is_to_come(year: int, latest: int | None) -> bool:
    """Whether a season has had no race yet, by the same last year with a race on file."""
    return latest is None or year > latest


def season_length(rounds: int | None, last: int | None, going_on: bool, summed: int | None = None) -> int:
    """How many races a season has had, from how many it is said to have, the `last` round of it that is on file, and
    the last that a source's totals of it are through.

    One that may still be going on has had those up to the later of these, and so has one of which nothing else is said.
    """
    had = max(last or 0, summed or 0)
    return had if going_on else max(rounds or 0, had)


def is_next(order: int, before: int, length: int) -> bool:
    """Whether no race lies between two of a series; `length` is how many races the season of the one before had."""
    (year, round_), (year_before, round_before) = year_and_round(order), year_and_round(before)
    return order == before + 1 or (year == year_before + 1 and round_ == 1 and round_before >= length)


def missing_orders(year: int, length: int, on_file: Container[int]) -> list[int]:
    """The orders of the races of a season of such a length that are not among those on file."""
    return [order for order in range(race_order(year, 1), race_order(year, length + 1)) if order not in on_file]


def before_season(order: Any) -> Any:
    """The order before the first race of an order's season. Of a number or of a column."""
    return order - order % YEAR


def after_season(order: Any) -> Any:
    """The order after the last race of an order's season, before the first of the next."""
    return before_season(order) + race_order(1, 0)
