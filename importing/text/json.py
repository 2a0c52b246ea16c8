"""Loading JSON that may be anything: fractions as decimals, and every mistake told with its place.

Nothing here raises on bad input. What cannot be read becomes a problem with its place, and reading goes on, so that a
file's problems are all told at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from importing.problems import Findings

DEEPEST = 40
"""How deep a file may nest: no format here needs a quarter of it."""

UNREADABLE = object()
"""What loading returns for a file that could not be read: null is a value of its own."""

Path = tuple[str | int, ...]
"""The keys and places that lead to a value."""
Object = dict[str, object]
"""A JSON object, whose values may be anything."""


class NotANumber:
    """A JSON number that is no figure: NaN, Infinity, or more digits than any figure has."""

    def __init__(self, text: str):
        self.text = text[:60]

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class RepeatedKeys(Object):
    """A JSON object in which a key stands twice; `repeated` says which."""

    repeated: list[str]


def _whole(text: str) -> int | NotANumber:
    return int(text) if len(text) <= 18 else NotANumber(text)


def _fraction(text: str) -> Decimal | NotANumber:
    if len(text) > 40:
        return NotANumber(text)
    _, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > 18:
        return NotANumber(text)
    return Decimal(text)


def _object(pairs: list[tuple[str, object]]) -> Object:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    found = RepeatedKeys(made)
    found.repeated = []
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            found.repeated.append(key)
        seen.add(key)
    return found


def text_of(data: bytes, findings: Findings) -> str | None:
    """The bytes as text; they must be UTF-8, with or without a mark at the beginning."""
    if findings.is_utf_16(data, "byte 1"):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = data[error.start : error.start + 4].hex(" ")
        findings.error(f"line {line}", wrong, f"byte {error.start + 1} is no UTF-8 text; save it as UTF-8", "encoding")
        return None


SAID = {
    "Expecting value": "a value is missing here",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing here",
    "Expecting ':' delimiter": "a colon is missing here",
    "Expecting property name enclosed in double quotes": "a key in double quotes is missing here",
    "Illegal trailing comma before end of object": "a comma stands before the closing bracket",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket",
    "Unterminated string starting at": "the text that begins here never ends; was the file cut short?",
    "Extra data": "something follows the end of the JSON",
    "Invalid control character at": "a text goes over the end of its line, or holds a control character",
    "Invalid \\escape": "a backslash stands before a character that needs none",
    "Invalid \\uXXXX escape": "\\u needs four hexadecimal digits",
}


def parse_text(text: str, findings: Findings, line: int | None = None) -> object:
    """JSON text as Python values, fractions as decimals; UNREADABLE, and the error told, where it is no JSON.

    `line` is the text's line in a file of JSON lines.
    """
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=_fraction, parse_constant=NotANumber, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        reason = SAID.get(error.msg, "is no JSON from here on")
        if _is_at_the_end(error):
            reason = (
                "the JSON ends here in the middle; was the file cut short?" if text.strip() else "the file is empty"
            )
        excerpt = text[error.pos : error.pos + 30]
        findings.error(f"line {line or error.lineno}, column {error.colno}", excerpt, reason, "json")
    except RecursionError:
        findings.error(f"line {line or 1}", text[:30], "nests far too deep", "json")
    return UNREADABLE


def breaks_off(text: str) -> bool:
    """Whether JSON ends in the middle of something."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _is_at_the_end(error) or error.msg.startswith("Unterminated")
    except RecursionError:
        pass
    return False


def _is_at_the_end(error: json.JSONDecodeError) -> bool:
    return error.pos >= len(error.doc.rstrip())


def is_sound(value: object, findings: Findings, place: str = "$") -> bool:
    """Whether no key stands twice in the value at a place and it nests no deeper than it may; else that is told."""
    before = findings.error_count
    for path, parent in walk(value):
        repeated = parent.repeated if isinstance(parent, RepeatedKeys) else ()
        if not repeated and len(path) <= DEEPEST:
            continue
        where = place + "".join(map(step, path))
        for key in repeated:
            findings.error(f"{where}{step(key)}", key, "the key stands twice", "doubled-key")
        if len(path) > DEEPEST:
            findings.error(where, "", f"nests deeper than {DEEPEST} levels", "json")
            break
    return findings.error_count == before


def has_sound_keys(value: Object, findings: Findings) -> bool:
    """Whether no key stands twice in the outermost object, whose parts are looked at one by one."""
    doubled = value.repeated if isinstance(value, RepeatedKeys) else []
    for key in doubled:
        findings.error(f"${step(key)}", key, "the key stands twice", "doubled-key")
    return not doubled


def load(data: bytes, findings: Findings) -> object:
    """A sound JSON file as Python values, or UNREADABLE with the errors told."""
    text = text_of(data, findings)
    value = UNREADABLE if text is None else parse_text(text, findings)
    return value if value is UNREADABLE or is_sound(value, findings) else UNREADABLE


def walk(value: object) -> Iterator[tuple[Path, Object | list[object]]]:
    """(path, part) of each object and list, in the order of the file; without recursion, however deep it nests."""
    rest: list[tuple[Path, Object | list[object]]] = [((), value)] if isinstance(value, (dict, list)) else []
    while rest:
        path, part = rest.pop()
        yield path, part
        parts = [((*path, key), child) for key, child in inside(part) if isinstance(child, (dict, list))]
        rest += reversed(parts)


def inside(part: Object | list[object]) -> Iterable[tuple[str | int, object]]:
    """The values of an object by their keys, or those of a list by their places."""
    return part.items() if isinstance(part, dict) else enumerate(part)


def step(key: str | int) -> str:
    """One step of a JSON path: `.driver`, `[3]`, `["odd key"]`."""
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if re.fullmatch(r"\w{1,60}", key, re.ASCII) else f"[{json.dumps(key[:60])}]"


def path_of(path: Path) -> str:
    return "$" + "".join(map(step, path))


def place_of(path: Path, line: int | None = None) -> str:
    return f"line {line}, {path_of(path)}" if line else path_of(path)
