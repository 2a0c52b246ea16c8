"""Sense checks: what in a race document does not add up. Each is a warning with a stable code, for an editor to judge.

The checks read no table: a document in, problems out. What stands in the book is checked by them too (`health`).
"""

from __future__ import annotations

from collections.abc import Callable

from importing.document.schema import RaceDocument
from importing.problems import Problem

from . import field, points, run_of_race, sessions
from .reading import Found, Given

MOST_OF_A_KIND = 5
"""After so many rows of one check the rest are only counted."""

CHECKS: dict[str, Callable[[RaceDocument, Given], Found]] = {
    "field-size": field.size,
    "positions": field.positions,
    "starting-positions": field.starts,
    "columns": field.columns,
    "not-started-ran": field.not_started,
    "laps-led-sum": run_of_race.laps_led,
    "laps-run": run_of_race.laps_run,
    "winner-laps": run_of_race.winner_laps,
    "scheduled-laps": run_of_race.scheduled_laps,
    "gap-order": run_of_race.gaps,
    "margin-gap": run_of_race.margin,
    "average-speed": run_of_race.average_speed,
    "leaders": run_of_race.leaders,
    "lead-changes": run_of_race.lead_changes,
    "led-by-segment": run_of_race.led_by_segment,
    "segments-in-race": run_of_race.segments_in_race,
    "segments-apart": run_of_race.segments_apart,
    "caution-laps": run_of_race.caution_laps,
    "lap-speed": sessions.lap_speeds,
    "time-order": sessions.time_order,
    "pole": sessions.pole,
    "session-day": sessions.days,
    "stages": sessions.stages,
    "stage-points": points.stage_points,
    "points-table": points.points_table,
    "points-order": points.points_order,
}


def checks_of(document: RaceDocument, file: str, given: Given) -> list[Problem]:
    """Everything that does not add up in a document."""
    found = []
    for code, check in CHECKS.items():
        rows = list(check(document, given))
        if (more := len(rows) - MOST_OF_A_KIND) > 0:
            rows[MOST_OF_A_KIND:] = [("", str(more), f"and {more} more like it")]
        for place, value, reason in rows:
            found.append(Problem(file, place, value, reason, code, document.label, document.season))
    return found
