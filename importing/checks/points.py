"""Points against the season's format."""

from __future__ import annotations

from collections.abc import Iterator

from importing.document.cars import same_car
from importing.document.schema import RaceDocument, ResultPart, SessionPart
from races.points import led_and_led_most, most_led, place_points, possible_points, stage_place_points
from racestats.formatting import plural

from .reading import Found, RaceContext, called, name, race_results, whole_stages

MOST_TIMES_THE_SECOND = 2
"""No winner has more than so many times the points of the second: in 1,600 races the most is 1.3 times."""


def check_points_table(document: RaceDocument, given: RaceContext) -> Found:
    """Points are what the season's format gives; no points at all are a question of who may score, not of the table."""
    if document.kind != "points" or given.rules is None:
        return
    stages = whole_stages(document)
    results = race_results(document)
    most = most_led([result.laps_led for result in results], document.laps)
    wrong: list[tuple[str, str, str]] = []
    for_place_alone: list[tuple[str, str, str]] = []
    for result, position, has_points in _scored(race_results(document), document):
        places = None if stages is None else [_stage_position(stage, result) for stage in stages]
        led = led_and_led_most(result.laps_led, most)
        possible = possible_points(given.rules, position, *led, places, stages=document.stages)
        if possible and has_points not in possible:
            least, most_possible = possible[0], possible[-1]
            made = f"{least}" if least == most_possible else f"{least} to {most_possible}"
            has = plural(has_points, "point")
            reason = f"{name(result)} has {has}; the format “{given.rules.name}” makes it {made}"
            found = (f"race, {name(result)}", str(has_points), reason)
            if has_points == place_points(given.rules, position):
                for_place_alone.append(found)
            else:
                wrong.append(found)
    # In its last race those who race for the title score for their place alone. Few seasons say who they were, but all
    # how many: so many cars may score thus, and with one more nobody can tell which of them are wrong.
    last = given.last_round is not None and document.round == given.last_round
    contenders = (given.rules.title_contenders or 0) if last else 0
    yield from wrong
    if len(for_place_alone) > contenders:
        yield from for_place_alone


def check_points_order(document: RaceDocument, given: RaceContext) -> Found:
    """Where the book has no format of the season, and no stage scores: nobody has more points than the best of those
    before him, nor the winner far more than the second."""
    if document.kind != "points" or given.rules is not None or document.stages != 0:
        return
    scored = sorted(_scored(race_results(document), document), key=lambda each: each[1])
    best, of_best = 0, ""
    for result, position, points in scored:
        if best and points > best:
            reason = (
                f"{name(result)} has {plural(points, 'point')} for position {position}, {of_best} before him {best}"
            )
            yield f"race, {name(result)}", str(points), reason
        if points > best:
            best, of_best = points, name(result)
    if [position for _, position, _ in scored[:2]] == [1, 2]:
        (winner, _, most), (second, _, points) = scored[:2]
        if most > MOST_TIMES_THE_SECOND * points:
            yield (
                f"race, {name(winner)}",
                str(most),
                f"{name(winner)} has {most} points, {name(second)} after him {points}",
            )


def _scored(results: list[ResultPart], document: RaceDocument) -> Iterator[tuple[ResultPart, int, int]]:
    """(result, position, points) of the results, of the race or of a stage, with points for their place that no ruling
    changed."""
    ruled = [change for ruling in document.rulings for change in ruling.changes if "points" in change.after]
    for result in results:
        barred = result.ineligible or result.disqualified
        if result.position and result.points and not barred and not any(same_car(each, result) for each in ruled):
            yield result, result.position, result.points


def _stage_position(stage: SessionPart, result: ResultPart) -> int | None:
    mine = next((row for row in stage.results if same_car(row, result)), None)
    return mine.position if mine else None


def check_stage_points(document: RaceDocument, given: RaceContext) -> Found:
    """Points of a stage are those of the place in it; none at all are a question of who may score."""
    if document.kind != "points" or given.rules is None:
        return
    for session in document.sessions:
        for result, position, points in _scored(session.results, document) if session.kind == "stage" else ():
            made = stage_place_points(given.rules, position)
            if points != made:
                has = f"{plural(points, 'point')} for position {position} of {called(session)}"
                reason = f"{name(result)} has {has}; the format “{given.rules.name}” makes it {made}"
                yield f"{called(session)}, {name(result)}", str(points), reason
