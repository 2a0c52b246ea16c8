"""Sense checks: what in a race document does not add up. Each is a warning with a stable code, for an editor to judge.

The checks read no table: a document in, problems out. A race's are stored when its results come in, as its health.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import combinations, pairwise
from typing import NamedTuple

from importing.document.schema import Car, RaceDocument, ResultPart, SessionPart
from importing.text.spelling import plain
from races.derived.lines import has_started
from races.laps import LapMismatch, complete_lap
from races.models import PointsFormat
from races.points import feats, most_led, possible_points
from racestats.formatting import ordinal, plural

from .problems import Problem

MOST_OF_A_KIND = 5
"""After so many rows of one check the rest are only counted."""

FEWEST_CARS = 5
"""Of fewer cars two columns may be the same by chance."""
COLUMNS = {
    "position": "position",
    "start": "starting position",
    "laps": "laps",
    "laps_led": "laps led",
    "points": "points",
}
"""The figures of a result, and what a message calls them."""

ORDINALS = [
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
]
VICTORY = re.compile(
    r"\bh(?:is|er) (?P<nth>[0-9]+(?=st|nd|rd|th)|[a-z]+)\S* (?:career )?"
    r"(?:NASCAR [A-Za-z' ]+Series )?(?:victory|win)\b(?P<rest>[^.]*)"
)

LESS = re.compile(r"qualifying|Clash|All-Star|exhibition|\b(?:this|season|year)\b|\b(?:at|in|of|on) (?!the NASCAR|h)")
"""After “his third victory”: what says that not all of them are counted."""

Found = Iterator[tuple[str, str, str]]
"""(place, value, reason) of each thing that one check finds."""


class Given(NamedTuple):
    """What the book knows around a document: the layout's length in miles, and how the season gave points."""

    length: Decimal | None = None
    rules: PointsFormat | None = None


def checks_of(document: RaceDocument, file: str, given: Given) -> list[Problem]:
    """Everything that does not add up in a document."""
    found = []
    for code, check in CHECKS.items():
        rows = list(check(document, given))
        if len(rows) > MOST_OF_A_KIND:
            rows[MOST_OF_A_KIND:] = [("", "", f"and {len(rows) - MOST_OF_A_KIND} more like it")]
        for place, value, reason in rows:
            found.append(Problem(file, place, value, reason, code, document.label, document.season))
    return found


def _race_results(document: RaceDocument) -> list[ResultPart]:
    return next((session.results for session in document.sessions if session.kind == "race"), [])


def _started(document: RaceDocument) -> list[ResultPart]:
    return [result for result in _race_results(document) if has_started(result.status, result.laps)]


def _whole(document: RaceDocument) -> bool:
    """Whether every car's result is there: sums of part of a field say nothing."""
    return bool(document.field_size and len(_started(document)) >= document.field_size)


def _name(result: ResultPart) -> str:
    return result.driver or f"No. {result.car}"


def laps_led(document: RaceDocument, given: Given) -> Found:
    results = _started(document)
    led = [result.laps_led for result in results if result.laps_led is not None]
    if not document.laps or not _whole(document) or len(led) < len(results):
        return
    total = sum(led)
    if total != document.laps:
        yield "laps led", str(total), f"laps led add up to {total}, the race had {plural(document.laps, 'lap')}"


def positions(document: RaceDocument, given: Given) -> Found:
    """Doubles everywhere; gaps where the whole field is there. A tie is a double too: an editor knows which it is."""
    for session in document.sessions:
        places = Counter(result.position for result in session.results if result.position)
        for place, count in sorted(places.items()):
            if count > 1:
                yield session.kind, str(place), f"position {place} stands {count} times"
        if session.kind == "race" and _whole(document):
            expected = 1
            for place, count in sorted(places.items()):
                for missing in range(expected, min(place, expected + MOST_OF_A_KIND)):
                    yield session.kind, str(missing), f"position {missing} is missing"
                expected = max(expected, place + count)  # The places after a tie stay empty.


def starts(document: RaceDocument, given: Given) -> Found:
    """Two cars cannot start in one place; places may be empty, of cars that withdrew or fell to the rear."""
    places = Counter(result.start for result in _started(document) if result.start)
    for place, count in sorted(places.items()):
        if count > 1:
            yield "race", str(place), f"starting position {place} stands {'twice' if count == 2 else f'{count} times'}"


def columns(document: RaceDocument, given: Given) -> Found:
    """A column in the place of another: it says of every car what the other does, or places that the race has not."""
    results = _started(document)
    if len(results) < FEWEST_CARS:
        return
    for one, other in combinations(COLUMNS, 2):
        values = [(getattr(result, one), getattr(result, other)) for result in results]
        if all(first is not None and first == second for first, second in values) and len(set(values)) > 1:
            said = f"{COLUMNS[one]} and {COLUMNS[other]} are the same for each of {len(results)} cars"
            yield "race", f"{len(results)} cars", f"{said}: is a column in the wrong place?"
    cars = max(len(results), document.field_size or 0, len(document.entries))
    for result in results if _whole(document) else ():
        if result.start and result.start > cars:
            reason = f"{_name(result)} has starting position {result.start} in a field of {cars}"
            yield f"race, {_name(result)}", str(result.start), reason


def _in_order(document: RaceDocument) -> list[ResultPart]:
    """The race's results by place; none where a ruling moved a car, for then its figures do not fit its place."""
    results = _started(document)
    if document.rulings or any(result.disqualified or result.encumbered for result in results):
        return []
    return sorted((result for result in results if result.position), key=lambda result: result.position or 0)


def laps_run(document: RaceDocument, given: Given) -> Found:
    """Nobody runs more laps than the race has, nor more than the car in the place before."""
    known = [(result, result.laps) for result in _in_order(document) if result.laps is not None]
    for (result, laps), (ahead, most) in zip(known, [(None, document.laps), *known]):
        if most is not None and laps > most:
            said = f"{_name(ahead)} in the place before" if ahead else "the race"
            reason = f"{_name(result)} has {plural(laps, 'lap')}, {said} has {most:,}"
            yield f"race, {_name(result)}", str(laps), reason


def gaps(document: RaceDocument, given: Given) -> Found:
    """Nobody is nearer to the winner than the car in the place before."""
    known = [(result, result.gap) for result in _in_order(document) if result.gap is not None]
    for (ahead, least), (result, gap) in pairwise(known):
        if gap < least:
            reason = f"{_name(result)} is {gap} s behind, {_name(ahead)} in the place before {least} s"
            yield f"race, {_name(result)}", str(gap), reason


def lap_speeds(document: RaceDocument, given: Given) -> Found:
    for session in document.sessions:
        for result in session.results:
            try:
                complete_lap(result.time, result.speed, given.length)
            except LapMismatch as mismatch:
                yield f"{session.kind}, {_name(result)}", str(result.speed or result.time), str(mismatch)


def margin(document: RaceDocument, given: Given) -> Found:
    """The margin is the second car's gap, unless it was measured to another or a ruling came between."""
    stated = document.margin
    if not stated or stated.seconds is None or stated.against or document.rulings:
        return
    second = next((result for result in _race_results(document) if result.position == 2), None)
    if second and second.gap is not None and not second.disqualified and second.gap != stated.seconds:
        yield "margin", str(stated.seconds), f"the margin is {stated.seconds} s, second place is {second.gap} s behind"


def points(document: RaceDocument, given: Given) -> Found:
    """Points are what the season's format gives; no points at all are a question of who may score, not of the table."""
    if document.kind != "points" or given.rules is None:
        return
    held = [session for session in document.sessions if session.kind == "stage"]
    known = document.stages is not None and len(held) >= document.stages and all(len(s.results) >= 10 for s in held)
    stages = held if known else None
    results = _race_results(document)
    most = most_led([result.laps_led for result in results], document.laps)
    ruled = [change for ruling in document.rulings for change in ruling.changes if "points" in change.after]
    for result in results:
        if not result.points or result.position is None or result.ineligible or result.disqualified:
            continue
        if any(_same_car(change, result) for change in ruled):
            continue
        places = None if stages is None else [_stage_position(stage, result) for stage in stages]
        led = feats(result.laps_led, most)
        possible = possible_points(given.rules, result.position, *led, places, stages=document.stages)
        if possible and result.points not in possible:
            least, most_possible = possible[0], possible[-1]
            made = least if least == most_possible else f"{least} to {most_possible}"
            has = plural(result.points, "point")
            reason = f"{_name(result)} has {has}; the format “{given.rules.name}” makes it {made}"
            yield f"race, {_name(result)}", str(result.points), reason


def _stage_position(stage: SessionPart, result: ResultPart) -> int | None:
    mine = next((row for row in stage.results if _same_car(row, result)), None)
    return mine.position if mine else None


def _same_car(one: Car, other: Car) -> bool:
    """Whether two parts name one car: by number, and where both say whose it is, by driver, for numbers are shared."""
    if one.car and other.car and not (one.driver and other.driver):
        return one.car == other.car
    return (one.car or other.car) == (other.car or one.car) and plain(one.driver or "") == plain(other.driver or "")


def lead_changes(document: RaceDocument, given: Given) -> Found:
    segments = document.lead_segments
    if segments and document.lead_changes is not None and document.lead_changes != len(segments) - 1:
        reason = f"{document.lead_changes} lead changes are stated, the leaders make {len(segments) - 1}"
        yield "lead changes", str(document.lead_changes), reason


def led_by_segment(document: RaceDocument, given: Given) -> Found:
    """Laps led are those of the car's segments; lap 0 is no lap led."""
    if not document.lead_segments:
        return
    for result in _race_results(document):
        mine = [segment for segment in document.lead_segments if _same_car(segment, result)]
        led = sum(segment.end - max(segment.start, 1) + 1 for segment in mine if segment.end)
        if result.laps_led is not None and led != result.laps_led:
            said = f"{_name(result)} led {plural(result.laps_led, 'lap')} by the result, {led} by the leaders"
            yield f"race, {_name(result)}", str(result.laps_led), said


def segments_in_race(document: RaceDocument, given: Given) -> Found:
    """No segment goes on after the race's last lap."""
    for what, segments in (("caution", document.caution_segments), ("lead", document.lead_segments)):
        for segment in segments or ():
            if document.laps and segment.end > document.laps:
                reason = f"a {what} segment ends on lap {segment.end}, the race had {plural(document.laps, 'lap')}"
                yield f"{what} segments", str(segment.end), reason


def caution_laps(document: RaceDocument, given: Given) -> Found:
    segments = document.caution_segments
    if not segments:
        return
    total = sum(segment.end - segment.start + 1 for segment in segments)
    if document.caution_laps is not None and document.caution_laps != total:
        reason = f"{document.caution_laps} caution laps are stated, the cautions make {total}"
        yield "caution laps", str(document.caution_laps), reason
    if document.cautions is not None and document.cautions != len(segments):
        reason = f"{plural(document.cautions, 'caution')} stated, {len(segments)} listed"
        yield "cautions", str(document.cautions), reason


CHECKS: dict[str, Callable[[RaceDocument, Given], Found]] = {
    "laps-led-sum": laps_led,
    "positions": positions,
    "starting-positions": starts,
    "columns": columns,
    "laps-run": laps_run,
    "gap-order": gaps,
    "lap-speed": lap_speeds,
    "margin-gap": margin,
    "points-table": points,
    "lead-changes": lead_changes,
    "led-by-segment": led_by_segment,
    "segments-in-race": segments_in_race,
    "caution-laps": caution_laps,
}


def stated_wins(comment: str | None) -> int | None:
    """The career wins that a feed's report gives the winner: “his 20th victory”, “his third career victory”.

    None where it states none, or counts less than the career: a season's, a track's, those of qualifying races.
    """
    found = VICTORY.search(comment or "")
    if not found or LESS.search(found["rest"]):
        return None
    if found["nth"].isdigit():
        return int(found["nth"])
    return ORDINALS.index(found["nth"]) + 1 if found["nth"] in ORDINALS else None


def wins_problem(document: RaceDocument, file: str, counted: int | None) -> Problem | None:
    """Where the report's ordinal is not the book's count of the winner's wins after the race."""
    stated = stated_wins(document.comment)
    if stated is None or counted is None or stated == counted:
        return None
    reason = f"the report calls it the winner's {ordinal(stated)} win; the book counts {counted}"
    return Problem(file, "", ordinal(stated), reason, "win-ordinal", document.label, document.season)
