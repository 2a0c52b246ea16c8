"""Where somebody stands on boards: the place among all who are ranked, and among those of them who are active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from races.statistics import STATISTICS
from racestats.formatting import ordinal, rank
from stats.scope import Scope

from .leaderboards import Leaderboard, leaderboards
from .ranking import place_of

RANKED = tuple(
    STATISTICS[key]
    for key in ("starts", "wins", "top_fives", "top_tens", "poles", "laps_led", "stage_wins", "average_finish")
)
"""The figures of a career that a driver's page shows with their places."""


@dataclass(frozen=True)
class Place:
    """A place on a board, in words, “T10th”, and the board; the same among the active, of whoever is one of them."""

    rank: str
    url: str
    active_rank: str
    active_url: str


def boards_of_careers(scope: Scope, named: int | None = None) -> list[Leaderboard]:
    """The boards of a career's figures in the series and on the day of a scope; `named` as of `leaderboards`."""
    return leaderboards(RANKED, Scope(series=scope.the_series, as_of=scope.as_of), named=named)


def places(boards: Sequence[Leaderboard], pk: int) -> dict[str, Place]:
    """By statistic, the place of the driver with that id on each of the boards that ranks him."""
    return {board.statistic.key: place for board in boards if (place := _place(board, pk))}


def _place(board: Leaderboard, pk: int) -> Place | None:
    rows = board.rows
    key = next((each.key for each in rows.ranked if each.pk == pk), None)
    if key is None:
        return None
    active = [each.key for each in rows.ranked if each.pk in rows.active] if pk in rows.active else []
    address = reverse("drivers:leaderboard", args=[board.statistic.key])
    return Place(
        _rank([each.key for each in rows.ranked], key),
        address + board.scope.query(),
        _rank(active, key) if active else "",
        address + board.scope.query(active="yes"),
    )


def _rank(keys: Sequence[Any], key: Any) -> str:
    """“2nd”, or “T2nd” of a place that is shared; the keys are in order."""
    place, tied = place_of(key, keys)
    return rank(ordinal(place), tied)
