"""Race documents as JSON: one, a list of them, `{"races": […]}`, or one a line.

What is wrong with a value, or does not agree with the rest of its document, is told with its path in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import ValidationError

from importing.document.agreement import WARNINGS, disagreements
from importing.document.schema import RaceDocument
from importing.document.validation import in_words
from importing.problems import Findings, printable, race_name
from importing.text.json import (
    UNREADABLE,
    NotANumber,
    Object,
    Path,
    has_sound_keys,
    inside,
    is_sound,
    parse_text,
    path_of,
    place_of,
    text_of,
    walk,
)
from races.order import is_year

from .parsed import Parsed

KEY = "race-document"
BOOLEANS = {"took_flag", "cancelled", "disqualified", "encumbered", "ineligible"}
DAYS = {"date", "announced", "published", "retrieved"}
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FREE = {"before", "after"}
"""Parts of a ruling whose keys are column names; `problem_of` checks these."""


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
        place = f"line {line}" if line else path_of(path)
        errors = findings.error_count
        with findings.of(*_race_of(value, place)):
            document = (
                _document(value, path, line, findings) if is_sound(value, findings, place_of(path, line)) else None
            )
            if document is not None and series and document.series != series:
                reason = f"asked for {series}, the race is of {document.series}"
                findings.error(place_of((*path, "series"), line), document.series, reason, "wrong-series")
        if document is not None and findings.error_count == errors:
            documents.append(document)
            places.append(place)
    if not documents and not findings.errors:
        findings.error("$", "", "the file holds no race document")
    return Parsed.of(findings, KEY, documents, places)


def _race_of(value: object, place: str) -> tuple[str, int | None]:
    """How a message names the race of a document that may be wrong, and its season; by its place where need be."""
    said = value if isinstance(value, dict) else {}
    series, season, name = (said.get(key) for key in ("series", "season", "name"))
    key = said.get("round") or said.get("slug")
    if not (isinstance(series, str) and is_year(season) and isinstance(name, str)):
        return f"the race of {place}", None
    key = key if isinstance(key, int) else printable(key) if key else None
    return printable(race_name(series, season, key, " ".join(name.split()))), season


def _values(data: bytes, findings: Findings) -> Iterator[tuple[Path, int | None, object]]:
    """(path, line, value) of each document: a path within the file's JSON, or the line of one document a line."""
    text = text_of(data, findings)
    if text is None:
        return
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and lines[0][1].rstrip().endswith("}") and all(line.startswith("{") for _, line in lines):
        for number, line in lines:
            with findings.of(f"the race of line {number}"):
                value = parse_text(line, findings, number)
            if value is not UNREADABLE:
                yield (), number, value
        return
    value = parse_text(text, findings)
    path: Path = ()
    if isinstance(value, dict) and "races" in value:
        if not has_sound_keys(value, findings):
            return
        value, path = value["races"], ("races",)
        if not isinstance(value, list):
            findings.error("$.races", value, "must be a list in square brackets")
            return
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield (*path, number), None, each
    elif value is not UNREADABLE:
        yield path, None, value


def _document(value: object, path: Path, line: int | None, findings: Findings) -> RaceDocument | None:
    if not isinstance(value, dict):
        findings.error(place_of(path, line), value, "must be a race document: an object in braces")
        return None
    strict = list(_find_mistakes(value))
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


def _find_mistakes(document: Object) -> Iterator[tuple[Path, object, str]]:
    """What pydantic would take for something else: true for 1, a number for a day, a number that is none."""
    for path, part in walk(document):
        if FREE.intersection(path):
            continue
        for key, value in inside(part):
            if isinstance(value, NotANumber):
                yield (*path, key), value, "is no figure"
            elif isinstance(value, bool) and key not in BOOLEANS:
                yield (*path, key), value, "must not be true or false"
            elif key in DAYS and value is not None and not (isinstance(value, str) and DAY.fullmatch(value)):
                yield (*path, key), value, "must be a day such as 2025-05-11, in quotes"
