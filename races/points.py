"""How points are given: pure functions over a format, whose rules are data (`races.models.PointsFormat`).

Points are whole numbers. What is unknown of a result is None, and then a format gives a range of points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

MOST = 1_000
"""No place of a race has ever been worth so much: a larger figure is a slip of the pen."""
STAGE_PLACES = 10
"""So many places of a stage score, ten points down to one."""


class PointsRules(Protocol):
    """What one points format gives; the columns of `PointsFormat`.

    `by_position` and `by_stage_position` begin with first place; a place after their end scores nothing.
    """

    by_position: Sequence[int]
    win_bonus: int
    lap_led: int
    most_laps_led: int
    by_stage_position: Sequence[int]
    fastest_lap: int


def points_for(
    rules: PointsRules,
    position: int,
    led: bool = False,
    most_led: bool = False,
    stage_positions: Sequence[int | None] = (),
    fastest_lap: bool = False,
) -> int:
    """The points of a result of which everything is known; a stage outside the scoring places is None."""
    return possible_points(rules, position, led, most_led, stage_positions, fastest_lap).start


def place_points(rules: PointsRules, position: int) -> int:
    """The points of a place alone, without what a win, laps led or stages add."""
    return _of_place(rules.by_position, position)


def stage_place_points(rules: PointsRules, position: int) -> int:
    return _of_place(rules.by_stage_position, position)


def possible_points(
    rules: PointsRules,
    position: int,
    led: bool | None = None,
    most_led: bool | None = None,
    stage_positions: Sequence[int | None] | None = None,
    fastest_lap: bool | None = None,
    stages: int | None = None,
) -> range:
    """The least to the most that a result can have scored; `stages` is how many there were, where their results are
    unknown. No range where not even that is known."""
    sure = _of_place(rules.by_position, position) + (rules.win_bonus if position == 1 else 0)
    doubtful = 0
    for bonus, earned in ((rules.lap_led, led), (rules.most_laps_led, most_led), (rules.fastest_lap, fastest_lap)):
        sure += bonus if earned else 0
        doubtful += bonus if earned is None else 0
    if rules.by_stage_position and stage_positions is None:
        if stages is None:
            return range(0)
        doubtful += stages * rules.by_stage_position[0]
    else:
        sure += sum(_of_place(rules.by_stage_position, place) for place in stage_positions or ())
    return range(sure, sure + doubtful + 1)


def most_led(laps_led: Sequence[int | None], laps: int | None) -> int | None:
    """The most laps that a car of the race led, from those of its cars; unknown where one not listed may have led more.

    `laps` is how many the race had.
    """
    known = [led for led in laps_led if led is not None]
    most = max(known, default=0)
    return most if laps and most and most >= laps - sum(known) else None


def led_and_led_most(laps_led: int | None, most: int | None) -> tuple[bool | None, bool | None]:
    """Whether a car led a lap, and whether it led the most; `most` is the race's, None where that is unknown."""
    if not laps_led:
        return (None, None) if laps_led is None else (False, False)
    return True, None if most is None else laps_led == most


def _of_place(table: Sequence[int], place: int | None) -> int:
    return table[place - 1] if place and place <= len(table) else 0


def problem_of(table: object) -> str | None:
    """Say what is wrong with a list of points by place, or None."""
    if not isinstance(table, list):
        return "Write a list of points, first place first, such as [40, 35, 34]."
    for place, points in enumerate(table, start=1):
        if type(points) is not int or not 0 <= points <= MOST:
            return f"Place {place} has {points!r}: expected a whole number from 0 to {MOST:,}."
        if place > 1 and points > table[place - 2]:
            return f"Place {place} has {points}, more than the {table[place - 2]} of the place before it."
    return None
