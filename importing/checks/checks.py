"""Sense checks: what in a race document does not add up. Each is a warning with a stable code, for an editor to judge.

The checks read no table: a document in, problems out. What stands in the book is checked by them too (`health`).
"""

from __future__ import annotations

from collections.abc import Callable

from importing.document.schema import RaceDocument
from importing.problems import Problem

from . import field, points, run_of_race, sessions
from .reading import Found, RaceContext

MOST_OF_A_KIND = 5
"""After so many rows of one check the rest are only counted."""

CHECKS: dict[str, Callable[[RaceDocument, RaceContext], Found]] = {
    "field-size": field.check_size,
    "positions": field.check_positions,
    "starting-positions": field.check_starts,
    "columns": field.check_columns,
    "not-started-ran": field.check_not_started,
    "laps-led-sum": run_of_race.check_laps_led,
    "laps-run": run_of_race.check_laps_run,
    "winner-laps": run_of_race.check_winner_laps,
    "scheduled-laps": run_of_race.check_scheduled_laps,
    "gap-order": run_of_race.check_gaps,
    "margin-gap": run_of_race.check_margin,
    "average-speed": run_of_race.check_average_speed,
    "leaders": run_of_race.check_leaders,
    "lead-changes": run_of_race.check_lead_changes,
    "led-by-segment": run_of_race.check_led_by_segment,
    "segments-in-race": run_of_race.check_segments_in_race,
    "segments-apart": run_of_race.check_segments_apart,
    "caution-laps": run_of_race.check_caution_laps,
    "lap-speed": sessions.check_lap_speeds,
    "time-order": sessions.check_time_order,
    "pole": sessions.check_pole,
    "session-day": sessions.check_days,
    "stages": sessions.check_stages,
    "stage-points": points.check_stage_points,
    "points-table": points.check_points_table,
    "points-order": points.check_points_order,
}


def checks_of(document: RaceDocument, file: str, given: RaceContext) -> list[Problem]:
    """Everything that does not add up in a document."""
    found = []
    for code, check in CHECKS.items():
        rows = list(check(document, given))
        if (more := len(rows) - MOST_OF_A_KIND) > 0:
            rows[MOST_OF_A_KIND:] = [("", str(more), f"and {more} more like it")]
        for place, value, reason in rows:
            found.append(Problem(file, place, value, reason, code, document.label, document.season))
    return found
