"""How the race was run: laps, who led, gaps and margin, cautions."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from importing.document.cars import same_car
from importing.document.schema import CautionPart, RaceDocument, ResultPart, length_of
from racestats.formatting import miles, plural

from .reading import Found, RaceContext, name, race_results, started, whole

MOST_OVERTIME = 25
"""Laps that overtime may add to a short race; to a longer race it may add up to half of its laps."""

SLOWEST, FASTEST = 20, 200
"""Miles an hour between which whole races are run, stops under the red flag left out."""


def check_laps_led(document: RaceDocument, given: RaceContext) -> Found:
    results = started(document)
    led = [result.laps_led for result in results if result.laps_led is not None]
    if not document.laps or not whole(document) or len(led) < len(results):
        return
    total = sum(led)
    if total != document.laps:
        yield "laps led", str(total), f"laps led add up to {total}, the race had {plural(document.laps, 'lap')}"


def _in_order(document: RaceDocument) -> list[ResultPart]:
    """The race's results by place; none where a ruling moved a car, for then its figures do not fit its place."""
    results = started(document)
    if document.rulings or any(result.disqualified or result.encumbered for result in results):
        return []
    return sorted((result for result in results if result.position), key=lambda result: result.position or 0)


def check_laps_run(document: RaceDocument, given: RaceContext) -> Found:
    """Nobody runs more laps than the race has, nor more than the car in the place before."""
    known = [(result, result.laps) for result in _in_order(document) if result.laps is not None]
    for (result, laps), (ahead, most) in zip(known, [(None, document.laps), *known]):
        if most is not None and laps > most:
            said = f"{name(ahead)} in the place before" if ahead else "the race"
            reason = f"{name(result)} has {plural(laps, 'lap')}, {said} has {most:,}"
            yield f"race, {name(result)}", str(laps), reason


def check_scheduled_laps(document: RaceDocument, given: RaceContext) -> Found:
    """A race has run half of its laps before it may end, and overtime adds few."""
    laps, scheduled = document.laps, document.scheduled_laps
    most = max((result.laps or 0 for result in race_results(document)), default=0)
    if not laps and scheduled and most > scheduled + max(scheduled // 2, MOST_OVERTIME):
        yield "scheduled laps", str(scheduled), f"a car ran {plural(most, 'lap')}, {scheduled:,} were scheduled"
    if laps and scheduled and (laps * 2 < scheduled or laps > scheduled + max(scheduled // 2, MOST_OVERTIME)):
        reason = f"the race had {plural(laps, 'lap')}, {scheduled:,} were scheduled"
        yield "scheduled laps", str(scheduled), reason


def check_winner_laps(document: RaceDocument, given: RaceContext) -> Found:
    """The winner runs the whole race."""
    first = next((result for result in _in_order(document) if result.position == 1), None)
    if first and first.laps is not None and document.laps and first.laps < document.laps:
        reason = f"{name(first)} won with {plural(first.laps, 'lap')}, the race had {document.laps:,}"
        yield f"race, {name(first)}", str(first.laps), reason


def check_gaps(document: RaceDocument, given: RaceContext) -> Found:
    """Nobody is nearer to the winner than the car in the place before."""
    known = [(result, result.gap) for result in _in_order(document) if result.gap is not None]
    for (ahead, least), (result, gap) in pairwise(known):
        if gap < least:
            reason = f"{name(result)} is {gap} s behind, {name(ahead)} in the place before {least} s"
            yield f"race, {name(result)}", str(gap), reason


def check_margin(document: RaceDocument, given: RaceContext) -> Found:
    """The margin is the second car's gap, unless it was measured to another or a ruling came between."""
    stated = document.margin
    if not stated or stated.seconds is None or stated.against or document.rulings:
        return
    second = next((result for result in race_results(document) if result.position == 2), None)
    if second and second.gap is not None and not second.disqualified and second.gap != stated.seconds:
        yield "margin", str(stated.seconds), f"the margin is {stated.seconds} s, second place is {second.gap} s behind"


def check_average_speed(document: RaceDocument, given: RaceContext) -> Found:
    """Distance over time is the average speed, within 1 %; where none is stated, it must be one that cars race at."""
    if not (document.laps and document.time and given.length):
        return
    hours = Decimal(length_of(document.time).total_seconds()) / 3600
    made = document.laps * given.length / hours
    run = f"{plural(document.laps, 'lap')} of {miles(given.length)} miles in {document.time} make {made:.3f} mph"
    if document.average_speed is None:
        if not SLOWEST < made < FASTEST:
            yield "time", document.time, f"{run}: no race is run at that"
    elif abs(made - document.average_speed) * 100 > made:
        yield "average speed", str(document.average_speed), f"{run}, {document.average_speed} mph are stated"


def check_leaders(document: RaceDocument, given: RaceContext) -> Found:
    """As many leaders as cars that led a lap; who was in front at the start and led none may be counted or not."""
    led = [result.laps_led for result in started(document)]
    if document.leaders is None or not whole(document) or None in led:
        return
    cars = sum(map(bool, led))
    in_front = {(segment.car, segment.driver) for segment in document.lead_segments or ()}
    if document.leaders not in (cars, len(in_front)):
        reason = f"{plural(document.leaders, 'leader')} stated, {plural(cars, 'car')} led a lap"
        yield "leaders", str(document.leaders), reason


def check_lead_changes(document: RaceDocument, given: RaceContext) -> Found:
    segments = document.lead_segments
    if segments and document.lead_changes is not None and document.lead_changes != len(segments) - 1:
        stated = f"{plural(document.lead_changes, 'lead change is', 'lead changes are')} stated"
        yield "lead changes", str(document.lead_changes), f"{stated}, the leaders make {len(segments) - 1}"


def check_led_by_segment(document: RaceDocument, given: RaceContext) -> Found:
    """Laps led are those of the car's segments; lap 0 is no lap led."""
    if not document.lead_segments:
        return
    for result in race_results(document):
        mine = [segment for segment in document.lead_segments if same_car(segment, result)]
        led = sum(segment.end - max(segment.start, 1) + 1 for segment in mine if segment.end)
        if result.laps_led is not None and led != result.laps_led:
            said = f"{name(result)} led {plural(result.laps_led, 'lap')} by the result, {led} by the leaders"
            yield f"race, {name(result)}", str(result.laps_led), said


def check_segments_in_race(document: RaceDocument, given: RaceContext) -> Found:
    """No segment goes on after the race's last lap."""
    for what, segments in (("caution", document.caution_segments), ("lead", document.lead_segments)):
        for segment in segments or ():
            if document.laps and segment.end > document.laps:
                reason = f"a {what} segment ends on lap {segment.end}, the race had {plural(document.laps, 'lap')}"
                yield f"{what} segments", str(segment.end), reason


def check_segments_apart(document: RaceDocument, given: RaceContext) -> Found:
    """No lap is in two segments, and somebody leads each lap between the first and the last led."""
    laps = {
        "caution": [(segment.start, segment.end) for segment in document.caution_segments or ()],
        "lead": [(segment.start, segment.end) for segment in document.lead_segments or ()],
    }
    for what, segments in laps.items():
        for (begun, ended), (start, end) in pairwise(sorted(segments)):
            if what == "caution" and begun == ended == start == end:
                continue  # Where laps under caution do not count, one lap can have several.
            if start <= ended and ended:
                yield f"{what} segments", str(start), f"two {what} segments have lap {start}"
            elif what == "lead" and start > ended + 1:
                gap = f"lap {ended + 1}" if start == ended + 2 else f"laps {ended + 1} to {start - 1}"
                yield "lead segments", str(ended + 1), f"nobody leads on {gap}"


def check_caution_laps(document: RaceDocument, given: RaceContext) -> Found:
    """The cautions listed make the figures stated."""
    segments = document.caution_segments
    if not segments:
        return
    total = sum(segment.end - segment.start + 1 for segment in segments)
    if document.caution_laps is not None and _cautions_differ(document.caution_laps, total, segments):
        stated = f"{plural(document.caution_laps, 'caution lap is', 'caution laps are')} stated"
        yield "caution laps", str(document.caution_laps), f"{stated}, the cautions make {total}"
    if document.cautions is not None and _cautions_differ(document.cautions, len(segments), segments):
        reason = f"{plural(document.cautions, 'caution')} stated, {len(segments)} listed"
        yield "cautions", str(document.cautions), reason


def _cautions_differ(stated: int, listed: int, segments: list[CautionPart]) -> bool:
    """The book keeps several cautions of one lap as one, so that it may list fewer than there were."""
    may_be_joined = any(segment.start == segment.end for segment in segments)
    return stated != listed and not (may_be_joined and stated > listed)
