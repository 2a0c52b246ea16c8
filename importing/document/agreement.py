"""What does not agree within one race document: cars nobody entered, and cars, sessions or rulings that stand twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from importing.problems import printable
from importing.text.json import Path
from races.lineups import may_give_pole
from racestats.names.spelling import plain

from .cars import CarFinder
from .schema import Car, EntryPart, RaceDocument

WARNINGS = {"driver-differs", "unknown-beneficiary"}
Disagreement = tuple[Path, object, str, str]


def disagreements(document: RaceDocument) -> Iterator[Disagreement]:
    """(path, value, reason, code) of what does not fit together."""
    cars = DocumentCars(document.entries)
    yield from cars.repeated()
    yield from _race(document)
    yield from _sessions(document, cars)
    yield from _segments(document, cars)
    yield from _rulings(document, cars)
    against = document.margin.against if document.margin else None
    for path, part in ((("pole",), document.pole), (("led_to_green",), document.led_to_green)):
        yield from cars.check_name(path, part)
    yield from cars.check_name(("margin", "against"), against)


class DocumentCars:
    """The entries of a document, to find what its other parts name. Without entries nothing can be checked."""

    def __init__(self, entries: list[EntryPart]):
        self.entries = entries
        self.finder = CarFinder()
        for entry in entries:
            self.finder.add(entry.car, entry.driver, entry.driver_id)

    def repeated(self) -> Iterator[Disagreement]:
        seen: dict[object, int] = {}
        for number, entry in enumerate(self.entries):
            key = (entry.car, entry.twin) if entry.car else (None, entry.driver_id or plain(entry.driver))
            if key not in seen:
                seen[key] = number
            elif entry.car:
                reason = f"car {entry.car} is entry {seen[key]} already; a second car of that number has another twin"
                yield ("entries", number, "car"), entry.car, reason, "doubled-car"
            else:
                reason = f"is entry {seen[key]} already, also without a car number"
                yield ("entries", number, "driver"), entry.driver, reason, "doubled-car"

    def find(self, part: Car) -> list[int]:
        """The entries that a part may mean."""
        return self.finder.find(part.car, part.driver, part.driver_id)

    def check_name(self, path: Path, part: Car | None) -> Iterator[Disagreement]:
        """What is wrong with how a part names its car."""
        if part is None or not self.entries:
            return
        found = self.find(part)
        if not found and part.car is None and part.driver is None:
            return  # Known only by a number of the source: the book may know whose it is.
        column = "car" if part.car else "driver"
        value = getattr(part, column)
        if not found:
            yield (*path, column), value, "no entry has that car" if part.car else "no entry is that driver's", "no-car"
        elif len(found) > 1:
            told = "car number: name the driver too" if part.car else "driver: name the car too"
            yield (*path, column), value, f"{len(found)} entries have that {told}", "which-car"
        elif part.car and part.driver and plain(self.entries[found[0]].driver) != plain(part.driver):
            reason = f"car {part.car} is entered for {self.entries[found[0]].driver}"
            yield (*path, "driver"), part.driver, reason, "driver-differs"


def _race(document: RaceDocument) -> Iterator[Disagreement]:
    if document.slug and not re.search(r"\D", document.slug):
        yield ("slug",), document.slug, "must not be a bare number, which is a round's address", "slug"
    if document.pole and not may_give_pole(document.lineup):
        reason = "there is no pole award where qualifying did not set the lineup"
        yield ("pole",), document.lineup, reason, "pole-without-qualifying"
    laps, under_caution = document.laps, document.caution_laps
    if laps is not None and under_caution is not None and under_caution > laps:
        reason = f"there cannot be more caution laps than the {laps} laps of the race"
        yield ("caution_laps",), under_caution, reason, "caution-laps"


def _sessions(document: RaceDocument, cars: DocumentCars) -> Iterator[Disagreement]:
    seen: dict[tuple[str, int], int] = {}
    for number, session in enumerate(document.sessions):
        path = ("sessions", number)
        key = (session.kind, session.number)
        if key in seen:
            reason = f"is sessions[{seen[key]}] already: {session.kind} number {session.number}"
            yield path, session.kind, reason, "doubled-session"
        seen.setdefault(key, number)
        if session.kind == "race" and session.number != 1:
            yield (*path, "number"), session.number, "a weekend has one race session, number 1", "race-session"
        placed: dict[object, int] = {}
        for place, result in enumerate(session.results):
            row = (*path, "results", place)
            problems = list(cars.check_name(row, result))
            yield from problems
            found = cars.find(result)
            one = found[0] if len(found) == 1 else (result.car, result.driver or result.driver_id)
            if one in placed and not (problems and problems[0][3] == "which-car"):
                reason = f"the car is results[{placed[one]}] of this session already"
                yield row, result.named_by, reason, "car-twice"
            placed.setdefault(one, place)


def _segments(document: RaceDocument, cars: DocumentCars) -> Iterator[Disagreement]:
    for name in ("caution_segments", "lead_segments"):
        for number, segment in enumerate(getattr(document, name) or ()):
            path = (name, number)
            if segment.start > segment.end:
                reason = f"begins on lap {segment.start}, after its end on lap {segment.end}"
                yield (*path, "start"), segment.start, reason, "segment-order"
            if name == "lead_segments":
                yield from cars.check_name(path, segment)
            elif segment.beneficiary and cars.entries and segment.beneficiary not in cars.finder.by_number:
                yield (*path, "beneficiary"), segment.beneficiary, "no entry has that car", "unknown-beneficiary"


def _rulings(document: RaceDocument, cars: DocumentCars) -> Iterator[Disagreement]:
    numbers = Counter(ruling.number for ruling in document.rulings)
    sessions = {session.slug: session for session in document.sessions}
    for number, ruling in enumerate(document.rulings):
        path = ("rulings", number)
        if numbers[ruling.number] > 1:
            reason = f"{numbers[ruling.number]} rulings have that number"
            yield (*path, "number"), ruling.number, reason, "doubled-ruling"
        for place, change in enumerate(ruling.changes):
            row = (*path, "changes", place)
            problems = list(cars.check_name(row, change))
            yield from problems
            session = sessions.get(change.session)
            if sessions and session is None:
                yield (*row, "session"), change.session, "the document has no such session", "no-session"
            elif session and session.results and not problems:
                found = cars.find(change)
                if found and not any(cars.find(result) == found for result in session.results):
                    named = printable(change.named_by)
                    yield row, named, "that session has no result of the car", "no-result"
