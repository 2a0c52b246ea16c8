"""The records in reach: of the watch, the few that a first page tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .watch import Watched

WEIGHT = ("wins", "poles", "top_fives", "laps_led", "top_tens", "stage_wins", "starts")
"""The statistics, those that say most first."""
MOST_OF_A_KIND = 3


def in_reach(rows: Iterable[Watched], most: int) -> list[Watched]:
    """The weightiest of what is near, and of each statistic the nearest: a driver once, a statistic a few times.

    `rows` are the nearest first. What may be higher than is known is no record to be tied.
    """
    near = [row for row in rows if row.is_near and row.target.exact]
    near.sort(key=lambda row: WEIGHT.index(row.statistic.key))
    found: list[Watched] = []
    told: Counter[str] = Counter()
    for row in near:
        if told[row.statistic.key] < MOST_OF_A_KIND and all(row.driver != each.driver for each in found):
            found.append(row)
            told[row.statistic.key] += 1
    return found[:most]
