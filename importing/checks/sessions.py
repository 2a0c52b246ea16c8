"""Practice, qualifying and stages."""

from __future__ import annotations

from itertools import pairwise

from importing.document.cars import same_car
from importing.document.schema import OVERALL, RaceDocument
from races.laps import LapMismatch, complete_lap
from racestats.formatting import plural

from .reading import Found, RaceContext, called, name

MOST_STAGES = 3
"""The most stages that score in a race. A document may state more only if it lists all but one of them."""


def check_lap_speeds(document: RaceDocument, given: RaceContext) -> Found:
    """Lap time, lap speed and the layout's length agree, and the speed is one that cars race at."""
    for session in document.sessions:
        for result in session.results:
            try:
                complete_lap(result.time, result.speed, given.length)
            except LapMismatch as mismatch:
                yield f"{called(session)}, {name(result)}", str(result.speed or result.time), str(mismatch)


def check_time_order(document: RaceDocument, given: RaceContext) -> Found:
    """In practice nobody is faster than the car in the place before.

    Not so in qualifying: its rounds and groups place cars by times that the sheet of the whole session does not keep.
    """
    for session in document.sessions:
        if session.kind != "practice":
            continue
        timed = [
            (result.position, result.time, result) for result in session.results if result.position and result.time
        ]
        for (_, least, ahead), (_, time, result) in pairwise(sorted(timed, key=lambda each: each[:2])):
            if time < least:
                said = f"{name(ahead)} in the place before {least} s"
                reason = f"{name(result)} took {time} s in {called(session)}, {said}"
                yield f"{called(session)}, {name(result)}", str(time), reason


def check_pole(document: RaceDocument, given: RaceContext) -> Found:
    """Where qualifying set the lineup, the pole is whoever was first in it as a whole."""
    if document.pole is None or document.lineup != "qualifying":
        return
    held = [each for each in document.sessions if each.kind == "qualifying" and not each.cancelled]
    overall = [result for each in held if each.number == OVERALL for result in each.results]
    first = [result for result in overall if result.position == 1 and not result.disqualified]
    if len(first) == 1 and not same_car(first[0], document.pole):
        reason = f"the pole is {name(document.pole)}'s, and {name(first[0])} was first in qualifying"
        yield "pole", name(document.pole), reason


def check_days(document: RaceDocument, given: RaceContext) -> Found:
    """Nothing of a weekend comes after the day on which its race ended."""
    for session in document.sessions:
        if session.date and document.date and session.date > document.date:
            reason = f"{called(session)} is dated {session.date}, after the race on {document.date}"
            yield called(session), str(session.date), reason


def check_stages(document: RaceDocument, given: RaceContext) -> Found:
    """No more stages than score, nor many fewer; and no longer than the race was or, where it ended early, should have
    been."""
    held = [session for session in document.sessions if session.kind == "stage"]
    if document.stages is not None and len(held) > document.stages:
        yield "stages", str(len(held)), f"{plural(len(held), 'stage')} listed, {document.stages} score"
    score = document.stages or 0
    if document.kind == "points" and score > max(len(held) + 1, MOST_STAGES):
        yield "stages", str(score), f"{score} stages score, {len(held)} are listed"
    laps, length = sum(session.laps or 0 for session in held), max(document.laps or 0, document.scheduled_laps or 0)
    if length and laps > length:
        yield "stages", str(laps), f"the stages have {plural(laps, 'lap')}, the race {length:,}"
