"""Who is near what before a race. Pure, over the watch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby

from races.models import Race
from racestats.formatting import listed
from stats.milestones.in_reach import WEIGHT
from stats.milestones.watch import Watched

from .sheet import SheetLine, SheetSection

IN_THE_RACE, AFTER = 16, 8
"""So many lines of what the race itself may bring, and of what is near besides."""


def milestones_of(rows: Iterable[Watched], race: Race, said: str) -> list[SheetSection]:
    """What is near: what may be reached in the race, and the rest; the weightiest first."""
    near = sorted(rows, key=_weightiest_first)
    there = [row for row in near if row.to_go <= _most_of(race, row.statistic.key)]
    others = [row for row in near if row not in there]
    return [
        _section("Milestones this race may bring", there, IN_THE_RACE, said),
        _section("Milestones near", others, AFTER, said),
    ]


def _section(title: str, rows: Iterable[Watched], most: int, said: str) -> SheetSection:
    """Of a figure that is a round number and somebody's as well one line."""
    lines = [_line(list(alike)) for _, alike in groupby(rows, key=_figure)]
    cut = f" The first {most} of {len(lines)}." if len(lines) > most else ""
    return SheetSection(title, lines[:most], f"{said}{cut}" if lines else "")


def _weightiest_first(row: Watched) -> tuple[bool, int, Fraction, str]:
    share = Fraction(row.to_go, row.target.value)
    return not row.target.exact, WEIGHT.index(row.statistic.key), share, str(row.driver)


def _figure(row: Watched) -> tuple[int, str, int, bool]:
    return row.driver.pk, row.statistic.key, row.target.value, row.target.exact


def _most_of(race: Race, statistic: str) -> int:
    """As much of a count as one race can add."""
    return {"laps_led": race.scheduled_laps or 0, "stage_wins": race.stages or 0}.get(statistic, 1)


def _line(rows: Sequence[Watched]) -> SheetLine:
    """“Kyle Larson, 9,851 laps led: 149 laps led from 10,000”."""
    first = rows[0]
    words = listed([row.target.words for row in rows])
    total = first.statistic.amount(first.total.value)
    return SheetLine(f"{first.driver}, {total}: {first.distance} {words}", first.evidence, first.target.exact)
