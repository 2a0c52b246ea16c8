"""From race documents to a plan: what differs from the book, as a value that can be printed and applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from importing.document.schema import RaceDocument
from importing.names.names import BookNames
from importing.names.new_rows import RowsByModel
from importing.problems import Problem
from importing.stored import race_rows, with_rows
from importing.write.work import Work
from races.models import Race
from racestats.names.spelling import plain

from .draft import Stop
from .race import RacePlan, plan_race


@dataclass
class Plan:
    """What an import does to some races of one season."""

    file: str
    races: list[RacePlan] = field(default_factory=list)
    work: Work = field(default_factory=Work)
    made: RowsByModel = field(default_factory=dict)
    """The drivers, teams, tracks and the like that the races need and the book lacks."""
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """The places of the documents that something is wrong with."""

    def refuse(self, document: RaceDocument, place: str, at: str, value: str, reason: str, code: str) -> None:
        self.errors.append(Problem(self.file, at, value, reason, code, document.label, document.season))
        self.refused.add(place)


def batches(documents: Sequence[RaceDocument], alone: Collection[tuple[str, int]] = ()) -> Iterator[list[int]]:
    """The places of the documents, a season of a series at a time, so that memory does not grow with the history.

    The races of the seasons in `alone` come one by one.
    """
    by_season = defaultdict(list)
    for place, document in enumerate(documents):
        by_season[document.of_season].append(place)
    for season, places in by_season.items():
        yield from [[place] for place in places] if season in alone else [places]


def plan_season(
    documents: Sequence[RaceDocument],
    places: Sequence[str],
    file: str,
    names: BookNames,
    overwrite_official: bool = False,
    fill_in: bool = False,
) -> Plan:
    """Compare documents of one season with the book. Reads a fixed number of times; writes nothing."""
    plan = Plan(file)
    races = races_of(documents, names)
    stored = {each.race.pk: each for each in with_rows(filter(None, races), names.by_id)}
    seen: dict[object, int] = {}
    for number, (document, place, race) in enumerate(zip(documents, places, races)):
        if race is None and document.key is None:
            reason = "the file names no round, and the book holds no race of that series on that day or at that track"
            plan.refuse(document, place, _within(place, "round"), document.label, reason, "which-race")
            continue
        first = seen.setdefault(race.pk if race else document.key, number)
        if first != number and documents[first] == document:
            reason = f"the race stands in the file twice, alike, as {places[first]} too: taken once"
            told = Problem(file, place, "", reason, "race-twice", document.label, document.season)
            plan.warnings.append(told)
            continue
        if first != number:  # Nobody can tell which of them is right.
            for one, other in ((first, number), (number, first)):
                reason = f"the race stands in the file twice, as {places[other]}"
                plan.refuse(documents[one], places[one], places[one], documents[one].label, reason, "doubled-race")
            continue
        try:
            found = stored[race.pk] if race else None
            plan.races.append(plan_race(document, place, found, names, plan.work, overwrite_official, fill_in))
        except Stop as stop:
            for wrong in stop.errors:
                plan.refuse(document, place, _within(place, wrong.path), wrong.value, wrong.reason, wrong.code)
    plan.made = names.new_rows.take_used(plan.work.rows())
    return plan


def races_of(documents: Sequence[RaceDocument], names: BookNames) -> list[Race | None]:
    """Which race of the book each document of one season is of."""
    of_season = _races_of_season(documents[0])
    return [_find(document, of_season, names) for document in documents]


def _races_of_season(document: RaceDocument) -> dict[str, Race]:
    """The races of a document's season, by round or slug: among them is its own, if the book has it."""
    races = Race.objects.filter(season__series__slug=document.series, season__year=document.season)
    return {race.key: race for race in race_rows(races)}


def _find(document: RaceDocument, races: dict[str, Race], names: BookNames) -> Race | None:
    """By round or slug; without one by the day, or by track and name where only one race fits."""
    if document.key:
        return races.get(document.key)
    points = [race for race in races.values() if race.round]
    by_day = [race for race in points if race.date and race.date == document.date]
    if len(by_day) == 1:
        return by_day[0]
    track = names.tracks.of_name(document.track)
    at_track = [race for race in by_day or points if track and race.layout.track_id == track.pk]
    by_name = [race for race in at_track if plain(race.name) == plain(document.name)]
    fitting = by_name or [race for race in at_track if by_day or not race.date or not document.date]
    return fitting[0] if len(fitting) == 1 else None


def _within(place: str, path: str) -> str:
    """A path within the document that stands at a place: “$[3].entries[5].driver”, “line 3, entries[5].driver”."""
    if not path:
        return place
    return f"{place}.{path}" if place.startswith("$") else f"{place}, {path}"
