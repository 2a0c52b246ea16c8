"""Places in the field and on the grid, and columns in the place of others."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from importing.document.schema import RaceDocument, ResultPart, SessionPart
from races.finishes import has_started
from racestats.formatting import plural

from .reading import Found, RaceContext, called, has_scoring_places, name, race_results, started, whole

LARGEST_FIELD = 100
"""Cars: 82 started the Southern 500 of 1951, more than any other race."""
FIRST_ONES = 20
"""A list of so many places may be the top of a larger field."""
MOST_MISSING = 5
"""So many missing places in a row are told one by one."""
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
PLACES = {**COLUMNS, "crossed_line": "place at the line"}


def check_size(document: RaceDocument, given: RaceContext) -> Found:
    """No more cars start than the field has. Nor is the field larger than that of any race, or than twice the cars on
    file, where these are more than a list of the first ones."""
    size, cars = document.field_size or 0, len(started(document))
    if size and cars > size:
        yield "field", str(size), f"the field has {plural(size, 'car')}, {cars} started"
    elif size > LARGEST_FIELD or (cars > FIRST_ONES and size > cars * 2):
        yield "field", str(size), f"the field has {size:,} cars, {cars} are on file"


def check_positions(document: RaceDocument, given: RaceContext) -> Found:
    """Doubles everywhere; gaps where all are there. A tie is a double too: an editor knows which it is."""
    for session in document.sessions:
        of = "" if session.kind == "race" else f" of {called(session)}"
        places = Counter(result.position for result in session.results if result.position)
        for place, count in sorted(places.items()):
            if count > 1:
                yield called(session), str(place), f"position {place}{of} stands {count} times"
        if all_there(document, session):
            expected = 1
            for place, count in sorted(places.items()):
                for missing in range(expected, min(place, expected + MOST_MISSING)):
                    yield called(session), str(missing), f"position {missing}{of} is missing"
                expected = max(expected, place + count)  # The places after a tie stay empty.


def all_there(document: RaceDocument, session: SessionPart) -> bool:
    """Whether a session lists everybody that it can: the field, or of a stage the places that score."""
    if session.kind == "race":
        return whole(document)
    if session.kind == "stage":
        return has_scoring_places(session)
    return len(session.results) >= max(document.field_size or 0, len(document.entries)) > 0


def check_starts(document: RaceDocument, given: RaceContext) -> Found:
    """Two cars cannot start in one place; places may be empty, of cars that withdrew or fell to the rear."""
    places = Counter(result.start for result in started(document) if result.start)
    for place, count in sorted(places.items()):
        if count > 1:
            yield "race", str(place), f"starting position {place} stands {'twice' if count == 2 else f'{count} times'}"


def check_columns(document: RaceDocument, given: RaceContext) -> Found:
    """A column that stands in the place of another: it says of every car what the other does, or has places beyond
    the field."""
    for session in document.sessions:
        results = [result for result in session.results if has_started(result.status, result.laps)]
        for one, other in combinations(COLUMNS, 2):
            values = [(getattr(result, one), getattr(result, other)) for result in results]
            same = all(first is not None and first == second for first, second in values)
            if same and len(results) >= FEWEST_CARS and len(set(values)) > 1:
                said = f"{COLUMNS[one]} and {COLUMNS[other]} are the same for each of {len(results)} cars"
                yield called(session), f"{len(results)} cars", f"{said}: is a column in the wrong place?"
        yield from _beyond_the_field(document, session, results)


def _beyond_the_field(document: RaceDocument, session: SessionPart, results: list[ResultPart]) -> Found:
    """Places that the race has not. A car that withdrew leaves its place on the grid empty, and one that did not
    qualify was placed in qualifying: these tell only where all cars are known. Of a whole race `positions` tells."""
    if not document.field_size:
        return
    all_known = whole(document)
    columns = {"race": ["start", "crossed_line"] if all_known else ["position"], "stage": ["position"]}
    cars = max(len(results), document.field_size, len(document.entries))
    for column in columns.get(session.kind, ["position"] if all_known else []):
        for result in results:
            place = getattr(result, column)
            if place and place > cars:
                reason = f"{name(result)} has {PLACES[column]} {place} in a field of {cars}"
                yield f"{called(session)}, {name(result)}", str(place), reason


def check_not_started(document: RaceDocument, given: RaceContext) -> Found:
    """Who did not start has run nothing and led nothing."""
    for result in race_results(document):
        if has_started(result.status, result.laps):
            continue
        for column in ("laps", "laps_led"):
            if figure := getattr(result, column):
                reason = f"{name(result)} has {figure} {COLUMNS[column]}, and the status “{result.status}”"
                yield f"race, {name(result)}", str(figure), reason
