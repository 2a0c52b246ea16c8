"""From race documents to a plan: what differs from the book, as a value that can be printed and applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import Q

from ..models import Race
from .document import RaceDocument
from .merge import Work
from .names import Names, plain
from .problems import Problem
from .race_plan import RacePlan, RacePlanner, Stop
from .stored import StoredRace, stored_races

MOST_KEYS = 500
"""So many races of a season are asked for by name; of more, the whole season is read."""


@dataclass
class Plan:
    """What an import does to some races of one season."""

    races: list[RacePlan]
    work: Work
    errors: list[Problem]
    file: str


def batches(documents: Sequence[RaceDocument]) -> Iterator[list[int]]:
    """The places of the documents, a season of a series at a time, so that memory does not grow with the history."""
    by_season = defaultdict(list)
    for place, document in enumerate(documents):
        by_season[document.series, document.season].append(place)
    yield from by_season.values()


def plan_season(
    documents: Sequence[RaceDocument],
    places: Sequence[str],
    file: str,
    names: Names,
    overwrite_official: bool = False,
) -> Plan:
    """Compare documents of one season with the book. Reads a fixed number of times; writes nothing."""
    plan = Plan([], Work(), [], file)
    stored = _stored(documents)
    seen: dict[object, str] = {}
    for document, place in zip(documents, places):
        found = _find(document, stored)
        if found is None and document.key is None:
            reason = "the file names no round, and the book holds no race of that series on that day or at that track"
            plan.errors.append(Problem(file, _within(place, "round"), document.label, reason))
            continue
        key = found.race.pk if found else document.key
        if key in seen:
            plan.errors.append(
                Problem(file, place, document.label, f"the race stands in the file twice, as {seen[key]}")
            )
            continue
        seen[key] = place
        planner = RacePlanner(document, found, names, plan.work, overwrite_official)
        with suppress(Stop):
            plan.races.append(planner.plan())
        plan.errors += [Problem(file, _within(place, path), value, reason) for path, value, reason in planner.errors]
    return plan


def _stored(documents: Sequence[RaceDocument]) -> list[StoredRace]:
    """The races of the book that these documents may be of."""
    first = documents[0]
    races = Race.objects.filter(season__series__slug=first.series, season__year=first.season)
    keys = {document.key for document in documents}
    if None not in keys and len(keys) < MOST_KEYS:
        rounds = [document.round for document in documents if document.round]
        slugs = [document.slug for document in documents if document.slug]
        races = races.filter(Q(round__in=rounds) | Q(slug__in=slugs))
    elif len(documents) == 1 and first.date:
        on_day = races.points().filter(date=first.date)
        races = on_day if on_day.count() == 1 else races
    return stored_races(races)


def _find(document: RaceDocument, stored: list[StoredRace]) -> StoredRace | None:
    """By round or slug; without one by the day, or by track and name where only one race fits."""
    if document.key:
        return next((each for each in stored if each.race.key == document.key), None)
    points = [each for each in stored if each.race.round]
    by_day = [each for each in points if each.race.date and each.race.date == document.date]
    if len(by_day) == 1:
        return by_day[0]
    at_track = [each for each in by_day or points if _at(each.race, document.track)]
    by_name = [each for each in at_track if plain(each.race.name) == plain(document.name)]
    fitting = by_name or [each for each in at_track if by_day or not each.race.date or not document.date]
    return fitting[0] if len(fitting) == 1 else None


def _at(race: Race, track: str) -> bool:
    place = race.layout.track
    return plain(track) in {plain(name) for name in (place.slug, place.name, place.short_name, race.track_name)}


def _within(place: str, path: str) -> str:
    """A path within the document that stands at a place: “$[3].entries[5].driver”, “line 3, entries[5].driver”."""
    if not path:
        return place
    return f"{place}.{path}" if place.startswith("$") else f"{place}, {path}"
