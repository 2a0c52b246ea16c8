"""Points against the season's format."""

from __future__ import annotations

from importing.document.schema import RaceDocument, ResultPart, SessionPart
from races.points import feats, most_led, place_points, possible_points, stage_place_points
from racestats.formatting import plural

from .reading import Found, Given, called, name, race_results, same_car, whole_stages


def points_table(document: RaceDocument, given: Given) -> Found:
    """Points are what the season's format gives; no points at all are a question of who may score, not of the table."""
    if document.kind != "points" or given.rules is None:
        return
    stages = whole_stages(document)
    results = race_results(document)
    most = most_led([result.laps_led for result in results], document.laps)
    ruled = [change for ruling in document.rulings for change in ruling.changes if "points" in change.after]
    wrong: list[tuple[str, str, str]] = []
    of_place: list[tuple[str, str, str]] = []
    for result in results:
        if not result.points or result.position is None or result.ineligible or result.disqualified:
            continue
        if any(same_car(change, result) for change in ruled):
            continue
        places = None if stages is None else [_stage_position(stage, result) for stage in stages]
        led = feats(result.laps_led, most)
        possible = possible_points(given.rules, result.position, *led, places, stages=document.stages)
        if possible and result.points not in possible:
            least, most_possible = possible[0], possible[-1]
            made = f"{least}" if least == most_possible else f"{least} to {most_possible}"
            has = plural(result.points, "point")
            reason = f"{name(result)} has {has}; the format “{given.rules.name}” makes it {made}"
            alone = result.points == place_points(given.rules, result.position)
            (of_place if alone else wrong).append((f"race, {name(result)}", str(result.points), reason))
    # In its last race those who race for the title score for their place alone. Few seasons say who they were, but all
    # how many: so many cars may score thus, and with one more nobody can tell which of them are wrong.
    last = given.last_round is not None and document.round == given.last_round
    contenders = (given.rules.title_contenders or 0) if last else 0
    yield from wrong
    if len(of_place) > contenders:
        yield from of_place


def _stage_position(stage: SessionPart, result: ResultPart) -> int | None:
    mine = next((row for row in stage.results if same_car(row, result)), None)
    return mine.position if mine else None


def stage_points(document: RaceDocument, given: Given) -> Found:
    """Points of a stage are those of the place in it; none at all are a question of who may score."""
    if document.kind != "points" or given.rules is None:
        return
    ruled = [change for ruling in document.rulings for change in ruling.changes]
    for session in document.sessions:
        for result in session.results if session.kind == "stage" else ():
            if not result.points or result.position is None or result.disqualified or result.ineligible:
                continue
            made = stage_place_points(given.rules, result.position)
            if result.points != made and not any(same_car(change, result) for change in ruled):
                has = f"{plural(result.points, 'point')} for position {result.position} of {called(session)}"
                reason = f"{name(result)} has {has}; the format “{given.rules.name}” makes it {made}"
                yield f"{called(session)}, {name(result)}", str(result.points), reason
