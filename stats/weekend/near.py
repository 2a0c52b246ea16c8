"""Who is near what before a race. Pure, over the watch."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from races.models import Race
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
        SheetSection(
            "Milestones this race may bring", [_line(row) for row in there[:IN_THE_RACE]], said if there else ""
        ),
        SheetSection("Milestones near", [_line(row) for row in others[:AFTER]], said if others else ""),
    ]


def _weightiest_first(row: Watched) -> tuple[bool, int, Fraction, str]:
    share = Fraction(row.to_go, row.target.value)
    return not row.target.exact, WEIGHT.index(row.statistic.key), share, str(row.driver)


def _most_of(race: Race, statistic: str) -> int:
    """As much of a count as one race can add."""
    return {"laps_led": race.scheduled_laps or 0, "stage_wins": race.stages or 0}.get(statistic, 1)


def _line(row: Watched) -> SheetLine:
    """“Kyle Larson, 9,851 laps led: 149 laps led from 10,000”."""
    total = row.statistic.amount(row.total.value)
    return SheetLine(f"{row.driver}, {total}: {row.watch}", row.evidence, row.target.exact)
