"""Race documents as JSON: one, a list of them, `{"races": […]}`, or one a line.

Beyond the shape this checks that a document agrees with itself: its results, segments and rulings name cars of its own
entries, and no car, session or ruling stands twice.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from pydantic import ValidationError

from .document import Car, EntryPart, Part, RaceDocument, SessionPart
from .feed_values import NOTHING, Findings, Odd, Parsed, load_text, path_of, place_of, shown, text_of, walk

KEY = "race-document"
BOOLEANS = {"took_flag", "cancelled", "disqualified", "encumbered", "ineligible"}
DAYS = {"date", "announced", "published", "retrieved"}
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FREE = {"before", "after"}
"""The columns of a ruling, which `problem_of` checks."""


def recognises(head: str) -> bool:
    return head.lstrip()[:1] in ("{", "[") and bool(
        re.search(r'"format"\s*:\s*"racestats\.race/', head)
        or re.match(r'\s*\{\s*"races"\s*:', head)
        or all(f'"{key}"' in head for key in ("series", "season", "track"))
    )


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    documents, places = [], []
    for path, line, value in _values(data, findings):
        document = _document(value, path, line, findings)
        if document is None:
            continue
        if series and document.series != series:
            reason = f"asked for {series}, the race is of {document.series}"
            findings.error(place_of((*path, "series"), line), document.series, reason, "wrong-series")
        documents.append(document)
        places.append(f"line {line}" if line else path_of(path))
    if not documents and not findings.errors:
        findings.error("$", "", "the file holds no race document")
    return findings.parsed(KEY, documents, places)


def _values(data: bytes, findings: Findings) -> Iterator[tuple[tuple, int | None, object]]:
    """(path, line, value) of each document: a path within the file's JSON, or the line of one document a line."""
    text = text_of(data, findings)
    if text is None:
        return
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and lines[0][1].rstrip().endswith("}") and all(line.startswith("{") for _, line in lines):
        for number, line in lines:
            value = load_text(line, findings, number)
            if value is not NOTHING:
                yield (), number, value
        return
    value = load_text(text, findings)
    path = ()
    if isinstance(value, dict) and "races" in value:
        value, path = value["races"], ("races",)
        if not isinstance(value, list):
            findings.error("$.races", value, "must be a list in square brackets")
            return
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield (*path, number), None, each
    elif value is not NOTHING:
        yield path, None, value


def _document(value: object, path: tuple, line: int | None, findings: Findings) -> RaceDocument | None:
    if not isinstance(value, dict):
        findings.error(place_of(path, line), value, "must be a race document: an object in braces")
        return None
    strict = list(_mistaken(value))
    for inner, wrong, reason in strict:
        findings.error(place_of((*path, *inner), line), wrong, reason)
    told = {inner for inner, _, _ in strict}
    try:
        document = RaceDocument.model_validate(value)
    except ValidationError as error:
        for inner, wrong, reason in in_words(error):
            if inner not in told:
                findings.error(place_of((*path, *inner), line), wrong, reason)
        return None
    if strict:
        return None
    for inner, wrong, reason, code in disagreements(document):
        tell = findings.warn if code in WARNINGS else findings.error
        tell(place_of((*path, *inner), line), wrong, reason, code)
    return document


def _mistaken(document: dict) -> Iterator[tuple[tuple, object, str]]:
    """What pydantic would take for something else: true for 1, a number for a day, a number that is none."""
    for path, part in walk(document):
        if FREE.intersection(path):
            continue
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            if isinstance(value, Odd):
                yield (*path, key), value, "is no figure"
            elif isinstance(value, bool) and key not in BOOLEANS:
                yield (*path, key), value, "must not be true or false"
            elif key in DAYS and value is not None and not (isinstance(value, str) and DAY.fullmatch(value)):
                yield (*path, key), value, "must be a day such as 2025-05-11, in quotes"


# Pydantic's errors in plain words.

WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no field of a race document",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of ordinary size",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text in quotes",
    "string_unicode": "holds a character that cannot be written",
    "string_too_short": "must not be empty",
    "string_too_long": "is longer than {max_length} characters",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_max_places": "has more than {decimal_places} decimals",
    "decimal_whole_digits": "has more than {whole_digits} digits before the point",
    "finite_number": "is no figure",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "date_type": "must be a day such as 2025-05-11",
    "date_parsing": "must be a day such as 2025-05-11",
    "date_from_datetime_parsing": "must be a day such as 2025-05-11",
    "date_from_datetime_inexact": "must be a day without an hour",
    "list_type": "must be a list in square brackets",
    "dict_type": "must be an object in braces",
    "model_type": "must be an object in braces",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}
PATTERNS = {
    "slug": "must be letters, digits and hyphens only",
    "series": "must be a slug: letters, digits and hyphens only",
    "session": "must be a session such as race, qualifying or stage-1",
    "car": "must be a car number such as 5 or 08: up to four letters and digits",
    "beneficiary": "must be a car number such as 5 or 08: up to four letters and digits",
    "url": "must be an address that begins with https://",
    "time": "must be hours, minutes and seconds, such as 3:05:13",
}


def in_words(error: ValidationError) -> Iterator[tuple[tuple, object, str]]:
    """(path, value, reason) of each thing that pydantic found wrong."""
    for each in error.errors(include_url=False):
        path, kind, value = each["loc"], each["type"], each["input"]
        if kind == "string_pattern_mismatch":
            yield path, value, PATTERNS.get(path[-1], "is not written as it should be")
            continue
        reason = WORDS.get(kind, "is not what should stand here")
        reason = reason.format_map({**each.get("ctx", {}), "error": str(each.get("ctx", {}).get("error", ""))})
        if kind == "missing":
            value = ""
        elif kind == "extra_forbidden" and (near := _near(path)):
            reason += f"; did you mean “{near}”?"
        yield path, value, reason


def _near(path: tuple) -> str | None:
    """The field that a misspelt key may mean, among those of all parts of a document."""
    near = difflib.get_close_matches(str(path[-1])[:60], FIELDS, 1, 0.75)
    return near[0] if near else None


def _fields(model) -> set[str]:
    names = set(model.model_fields)
    for part in model.__subclasses__():
        names |= _fields(part)
    return names


FIELDS = sorted(_fields(Part))


def build(columns: dict, place: str, findings: Findings) -> RaceDocument | None:
    """An adapter's columns as a document. What is wrong with it stands at the adapter's place in the file."""
    try:
        document = RaceDocument.model_validate(columns)
    except ValidationError as error:
        for path, value, reason in in_words(error):
            findings.error(place, value, f"as a race document, {path_of(path)} {reason}")
        return None
    wrong = False
    for path, value, reason, code in disagreements(document):
        tell = findings.warn if code in WARNINGS else findings.error
        wrong |= code not in WARNINGS
        tell(place, value, f"as a race document, {path_of(path)}: {reason}", code)
    return None if wrong else document


# What does not agree within one document.

WARNINGS = {"driver-differs", "unknown-beneficiary"}
Disagreement = tuple[tuple, object, str, str]


def disagreements(document: RaceDocument) -> Iterator[Disagreement]:
    """(path, value, reason, code) of what does not fit together."""
    cars = _Cars(document.entries)
    yield from cars.doubled()
    yield from _race(document)
    yield from _sessions(document, cars)
    yield from _segments(document, cars)
    yield from _rulings(document, cars)
    against = document.margin.against if document.margin else None
    for path, part in ((("pole",), document.pole), (("led_to_green",), document.led_to_green)):
        yield from cars.named(path, part)
    yield from cars.named(("margin", "against"), against)


class _Cars:
    """The entries of a document, to find what its other parts name. Without entries nothing can be checked."""

    def __init__(self, entries: list[EntryPart]):
        self.entries = entries
        self.by_car: dict[str, list[int]] = defaultdict(list)
        self.by_driver: dict[str, list[int]] = defaultdict(list)
        self.by_id: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            if entry.car:
                self.by_car[entry.car].append(number)
            self.by_driver[entry.driver].append(number)
            if entry.driver_id:
                self.by_id[entry.driver_id].append(number)

    def doubled(self) -> Iterator[Disagreement]:
        seen: dict[tuple, int] = {}
        for number, entry in enumerate(self.entries):
            key = (entry.car, entry.twin) if entry.car else (None, entry.driver_id or entry.driver)
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
        named = self.by_id.get(part.driver_id or "") or self.by_driver.get(part.driver or "") or []
        if part.car is None:
            # Of a driver's cars, the one named without a number is the one whose number is not known.
            return [each for each in named if self.entries[each].car is None] or named
        of_number = self.by_car.get(part.car, [])
        return [each for each in of_number if each in named] or of_number

    def named(self, path: tuple, part: Car | None) -> Iterator[Disagreement]:
        """What is wrong with naming a car thus."""
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
        elif part.car and part.driver and self.entries[found[0]].driver != part.driver:
            reason = f"car {part.car} is entered for {self.entries[found[0]].driver}"
            yield (*path, "driver"), part.driver, reason, "driver-differs"


def _race(document: RaceDocument) -> Iterator[Disagreement]:
    if document.slug and not re.search(r"\D", document.slug):
        yield ("slug",), document.slug, "must not be a bare number, which is a round's address", "slug"
    if document.pole and document.lineup not in (None, "qualifying"):
        reason = "there is no pole award where qualifying did not set the lineup"
        yield ("pole",), document.lineup, reason, "pole-without-qualifying"
    if None not in (document.caution_laps, document.laps) and document.caution_laps > document.laps:
        reason = f"there cannot be more caution laps than the {document.laps} laps of the race"
        yield ("caution_laps",), document.caution_laps, reason, "caution-laps"


def _slug(session: SessionPart) -> str:
    one = session.kind == "race" or (session.kind == "qualifying" and session.number == 1)
    return session.kind if one else f"{session.kind}-{session.number}"


def _sessions(document: RaceDocument, cars: _Cars) -> Iterator[Disagreement]:
    seen: dict[tuple, int] = {}
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
            problems = list(cars.named(row, result))
            yield from problems
            found = cars.find(result)
            one = found[0] if len(found) == 1 else (result.car, result.driver or result.driver_id)
            if one in placed and not (problems and problems[0][3] == "which-car"):
                reason = f"the car is results[{placed[one]}] of this session already"
                yield row, result.car or result.driver or result.driver_id, reason, "car-twice"
            placed.setdefault(one, place)


def _segments(document: RaceDocument, cars: _Cars) -> Iterator[Disagreement]:
    for name in ("caution_segments", "lead_segments"):
        for number, segment in enumerate(getattr(document, name) or ()):
            path = (name, number)
            if segment.start > segment.end:
                reason = f"begins on lap {segment.start}, after its end on lap {segment.end}"
                yield (*path, "start"), segment.start, reason, "segment-order"
            if name == "lead_segments":
                yield from cars.named(path, segment)
            elif segment.beneficiary and cars.entries and segment.beneficiary not in cars.by_car:
                yield (*path, "beneficiary"), segment.beneficiary, "no entry has that car", "unknown-beneficiary"


def _rulings(document: RaceDocument, cars: _Cars) -> Iterator[Disagreement]:
    numbers = Counter(ruling.number for ruling in document.rulings)
    sessions = {_slug(session): session for session in document.sessions}
    for number, ruling in enumerate(document.rulings):
        path = ("rulings", number)
        if numbers[ruling.number] > 1:
            reason = f"{numbers[ruling.number]} rulings have that number"
            yield (*path, "number"), ruling.number, reason, "doubled-ruling"
        for place, change in enumerate(ruling.changes):
            row = (*path, "changes", place)
            problems = list(cars.named(row, change))
            yield from problems
            session = sessions.get(change.session)
            if sessions and session is None:
                yield (*row, "session"), change.session, "the document has no such session", "no-session"
            elif session and session.results and not problems:
                found = cars.find(change)
                if found and not any(cars.find(result) == found for result in session.results):
                    named = shown(change.car or change.driver or change.driver_id)
                    yield row, named, "that session has no result of the car", "no-result"
