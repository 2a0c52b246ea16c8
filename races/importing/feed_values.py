"""What the adapters share: reading foreign JSON key by key, and spelling what feeds spell in several ways.

Nothing here raises on bad input. What cannot be read becomes a problem with its place, and reading goes on, so that a
file's problems are all told at once.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import slugify

from ..laps import round_half_up
from ..models.results import CAR_NUMBER as AS_PAINTED
from .document import SMALL, Layout, RaceDocument
from .problems import Problem

MOST_PROBLEMS = 200
"""So many problems of a kind are told one by one; the rest are counted."""

DEEPEST = 40
"""How deep a file may nest: no format here needs a quarter of it."""

NOTHING = object()
"""What loading returns for a file that could not be read: null is a value of its own."""

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
FIGURE = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})", re.ASCII)
CAR_NUMBER = re.compile(rf"(?=.{{1,4}}\Z){AS_PAINTED}")


@dataclass(frozen=True)
class Parsed:
    """What a file says: its race documents, where in it each stands, and what is wrong with it."""

    documents: list[RaceDocument]
    places: list[str]
    errors: list[Problem]
    warnings: list[Problem]
    format: str = ""


@dataclass
class Findings:
    """The problems of one file, in the order found; the same one twice is told once."""

    file: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    error_count: int = 0
    warning_count: int = 0
    told: set[tuple[str, str]] = field(default_factory=set)

    def error(self, place: str, value: object, reason: str, code: str = "invalid") -> None:
        if (place, reason) in self.told:
            return
        self.told.add((place, reason))
        self.error_count += 1
        if self.error_count <= MOST_PROBLEMS:
            self.errors.append(Problem(self.file, place, shown(value), reason, code))

    def warn(self, place: str, value: object, reason: str, code: str) -> None:
        if (place, reason) in self.told:
            return
        self.told.add((place, reason))
        self.warning_count += 1
        if self.warning_count <= MOST_PROBLEMS:
            self.warnings.append(Problem(self.file, place, shown(value), reason, code))

    def parsed(self, format: str, documents=(), places=()) -> Parsed:
        return Parsed(
            list(documents),
            list(places),
            self._told(self.errors, self.error_count, "errors"),
            self._told(self.warnings, self.warning_count, "warnings"),
            format,
        )

    def _told(self, problems: list[Problem], count: int, what: str) -> list[Problem]:
        if count <= MOST_PROBLEMS:
            return problems
        more = Problem(self.file, "the rest of the file", "", f"and {count - MOST_PROBLEMS} more {what}", "more")
        return [*problems, more]


def shown(value: object) -> str:
    """A value as a message prints it: short, on one line and safe to print."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object" if value else "{}"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "[]"
    text = str(value)
    text = f"{text[:79]}…" if len(text) > 80 else text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def tidy(text: str) -> str:
    """One space where there are several, none at the ends."""
    return " ".join(text.split())


# Loading JSON.


class Odd:
    """A JSON number that is no figure: NaN, Infinity, or more digits than any figure has."""

    def __init__(self, text: str):
        self.text = text[:60]

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class Doubled(dict):
    """A JSON object in which a key stands twice; `keys_doubled` says which."""

    keys_doubled: list[str]


def _whole(text: str) -> int | Odd:
    return int(text) if len(text) <= 18 else Odd(text)


def _fraction(text: str) -> Decimal | Odd:
    if len(text) > 40:
        return Odd(text)
    _, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > 18:
        return Odd(text)
    return Decimal(text)


def _object(pairs: list[tuple[str, object]]) -> dict:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    doubled = Doubled(made)
    doubled.keys_doubled = [key for key, _ in pairs if key in seen or seen.add(key)]
    return doubled


def text_of(data: bytes, findings: Findings) -> str | None:
    """The bytes as text; they must be UTF-8, with or without a mark at the beginning."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.error("byte 1", data[:2].hex(" "), "the file is UTF-16; save it as UTF-8", "encoding")
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


def load_text(text: str, findings: Findings, line: int | None = None) -> object:
    """JSON text as Python values, fractions as decimals; NOTHING, and the errors told, where it is not sound.

    `line` is the text's line in a file of JSON lines.
    """
    try:
        value = json.loads(text, parse_int=_whole, parse_float=_fraction, parse_constant=Odd, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        reason = SAID.get(error.msg, "is no JSON from here on")
        if error.pos >= len(text.rstrip()):
            reason = (
                "the JSON ends here in the middle; was the file cut short?" if text.strip() else "the file is empty"
            )
        excerpt = text[error.pos : error.pos + 30]
        findings.error(f"line {line or error.lineno}, column {error.colno}", excerpt, reason, "json")
        return NOTHING
    except RecursionError:
        findings.error(f"line {line or 1}", text[:30], "nests far too deep", "json")
        return NOTHING
    before = findings.error_count
    for path, parent in walk(value):
        for key in parent.keys_doubled if isinstance(parent, Doubled) else ():
            findings.error(f"{place_of(path, line)}{step(key)}", key, "the key stands twice", "doubled-key")
        if len(path) > DEEPEST:
            findings.error(place_of(path, line), "", f"nests deeper than {DEEPEST} levels", "json")
            return NOTHING
    return value if findings.error_count == before else NOTHING


def load(data: bytes, findings: Findings) -> object:
    """A JSON file as Python values, or NOTHING with the errors told."""
    text = text_of(data, findings)
    return NOTHING if text is None else load_text(text, findings)


def walk(value: object) -> Iterator[tuple[tuple, dict | list]]:
    """(path, part) of each object and list, in the order of the file; without recursion, however deep it nests."""
    rest = [((), value)] if isinstance(value, (dict, list)) else []
    while rest:
        path, part = rest.pop()
        yield path, part
        inner = part.items() if isinstance(part, dict) else enumerate(part)
        parts = [((*path, key), child) for key, child in inner if isinstance(child, (dict, list))]
        rest += reversed(parts)


def step(key: str | int) -> str:
    """One step of a JSON path: `.driver`, `[3]`, `["odd key"]`."""
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if re.fullmatch(r"\w{1,60}", key, re.ASCII) else f"[{json.dumps(key[:60])}]"


def path_of(path) -> str:
    return "$" + "".join(map(step, path))


def place_of(path, line: int | None = None) -> str:
    return f"line {line}, {path_of(path)}" if line else path_of(path)


# Reading one object.


class Fields:
    """One object of a feed, read key by key. Missing, null and empty are all unknown; what is wrong is told."""

    def __init__(self, source: dict, path: str, findings: Findings):
        self.source = source
        self.path = path
        self.findings = findings

    @classmethod
    def of(cls, value: object, path: str, findings: Findings) -> Fields | None:
        if isinstance(value, dict):
            return cls(value, path, findings)
        findings.error(path, value, "must be an object in braces")
        return None

    def at(self, key: str) -> str:
        return self.path + step(key)

    def wrong(self, key: str, reason: str, code: str = "invalid") -> None:
        self.findings.error(self.at(key), self.source.get(key), reason, code)

    def warn(self, key: str, reason: str, code: str) -> None:
        self.findings.warn(self.at(key), self.source.get(key), reason, code)

    def blank(self, key: str) -> bool:
        value = self.source.get(key)
        return value is None or (isinstance(value, str) and not value.strip())

    def number(self, key: str) -> Decimal | None:
        """A figure, also where it is printed as text (`".786"`, `"183.730"`)."""
        if self.blank(key):
            return None
        number = figure(self.source[key])
        if number is None:
            self.wrong(key, "must be a number")
        return number

    def whole(self, key: str, least: int = 0, most: int = SMALL) -> int | None:
        number = self.number(key)
        if number is None:
            return None
        if number != int(number):
            self.wrong(key, "must be a whole number")
        elif not least <= number <= most:
            self.wrong(key, f"must lie between {least} and {most}")
        else:
            return int(number)
        return None

    def positive(self, key: str, most: int = SMALL) -> int | None:
        """A count for which a feed writes 0 where it knows none."""
        return self.whole(key, most=most) or None

    def decimal(self, key: str, most: int) -> Decimal | None:
        """A time or speed, to a thousandth; 0 where a feed knows none."""
        number = self.number(key)
        if number is None:
            return None
        if not 0 <= number < most:
            self.wrong(key, f"must lie between 0 and {most}")
            return None
        return round_half_up(number) or None

    def flag(self, key: str) -> bool | None:
        value = self.source.get(key)
        if value is None or isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        self.wrong(key, "must be true or false")
        return None

    def text(self, key: str, longest: int | None = None) -> str | None:
        """Words on one line; a bare whole number counts as words, for a car number is sometimes printed as one."""
        value = self.source.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.wrong(key, "must be text")
            return None
        clean = tidy(value)
        if UNPRINTABLE.search(clean):
            self.wrong(key, "holds a character that cannot be printed")
        elif longest and len(clean) > longest:
            self.wrong(key, f"is longer than {longest} characters")
        else:
            return clean or None
        return None

    def car(self, key: str = "car_number") -> str | None:
        """A car number, text as painted: 00 is not 0."""
        number = self.text(key)
        if number and not CAR_NUMBER.fullmatch(number):
            self.wrong(key, "is no car number")
            return None
        return number

    def day(self, key: str) -> dt.date | None:
        """The day of a time. Its zone is not stated, so the hour is not trusted."""
        text = self.text(key)
        if text is None:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d([T ].*)?", text, re.ASCII):
                raise ValueError
            day = dt.date.fromisoformat(text[:10])
        except ValueError:
            self.wrong(key, "must be a date such as 2023-04-02")
            return None
        return day if day.year > 1900 else None

    def rows(self, key: str) -> list[Fields]:
        """A list of objects. Null and missing are empty."""
        value = self.source.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(key, "must be a list in square brackets")
            return []
        found = (Fields.of(each, f"{self.at(key)}[{n}]", self.findings) for n, each in enumerate(value))
        return [each for each in found if each is not None]


def figure(value: object) -> Decimal | None:
    """A number, or text that is nothing but one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and FIGURE.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


# Spellings.

MARKS = re.compile(r"\(\s*[iP]\s*\)|[#*]")
"""Beside a driver's name: ineligible, in the play-offs, rookie, substitute."""

MAKES = {
    "chv": "Chevrolet",
    "chevy": "Chevrolet",
    "tyt": "Toyota",
    "frd": "Ford",
    "dge": "Dodge",
    "ddg": "Dodge",
    "pon": "Pontiac",
    "volkswagon": "Volkswagen",
}

PLACES = {
    "World Wide Technology Raceway at Gateway": "World Wide Technology Raceway",
    "Chicago Street Race": "Chicago Street Course",
}

DIRT = re.compile(r"(.+[^&\s])\s+Dirt(?: Track)?", re.IGNORECASE)
ROAD = re.compile(r"(.+[^&\s])\s+(?:Road Course|Roval)", re.IGNORECASE)


def driver_name(text: str) -> tuple[str, bool]:
    """The name without marks, and whether it was marked as ineligible: “Justin Haley(i)” → Justin Haley, True."""
    ineligible = any("i" in mark for mark in MARKS.findall(text))
    return tidy(MARKS.sub(" ", text)), ineligible


def make_name(text: str | None) -> str | None:
    return MAKES.get(text.lower(), text) if text and text != "-" else None


def place_name(text: str) -> tuple[str, Layout | None]:
    """The place and the layout in a track's name: “Bristol Motor Speedway Dirt” is Bristol, on dirt."""
    if found := DIRT.fullmatch(text):
        return found[1], Layout(slug="dirt", name="Dirt track", type="dirt", surface="dirt")
    if found := ROAD.fullmatch(text):
        return found[1], Layout(slug="road-course", name="Road course", type="road-course")
    return PLACES.get(text, text), None


def race_slug(name: str, race_id: int | None) -> str:
    """The address of a race without a round; never a bare number, which is a round's."""
    slug = slugify(unicodedata.normalize("NFKD", name))[:70].strip("-_")
    return slug if re.search(r"[a-z]", slug) else f"race-{race_id or slug or 'unnamed'}"


SECONDS = re.compile(r"([0-9]*\.?[0-9]+)\s*(?:s|sec|secs|seconds?)?\.?", re.IGNORECASE)
COUNTED = re.compile(r"([0-9]*\.?[0-9]+)\s*(laps?|car[- ]lengths?|feet|foot|ft)\.?", re.IGNORECASE)


def margin_of(row: Fields, key: str = "margin_of_victory") -> dict | None:
    """A margin in any of a feed's spellings. Words that are not understood are kept as its note, and told."""
    value = row.source.get(key)
    if not isinstance(value, str):
        seconds = row.decimal(key, 10_000)
        return {"kind": "time", "seconds": seconds} if seconds else None
    text = row.text(key, 300)
    if not text:
        return None
    if re.fullmatch(r"(finished )?(under )?(caution|yellow)( flag)?", text, re.IGNORECASE):
        return {"kind": "caution"}
    if (found := SECONDS.fullmatch(text)) and (seconds := _thousandths(found[1])) is not None:
        return {"kind": "time", "seconds": seconds} if seconds else None
    if (found := COUNTED.fullmatch(text)) and (count := _thousandths(found[1])):
        unit = found[2].lower()
        kind = "laps" if unit.startswith("lap") else "car-lengths" if unit.startswith("car") else "feet"
        return {"kind": kind, "value": count}
    row.warn(key, "the margin is not understood; it is kept as a note", "margin-unread")
    return {"note": text}


def _thousandths(text: str) -> Decimal | None:
    number = figure(text)
    return round_half_up(number) if number is not None and number < 10_000 else None


def scoring_stages(lengths: list[int], distances: list[int], season: int, kind: str) -> int | None:
    """How many stages score, from the stages' lengths and the scheduled and actual distance.

    The last stage listed is the rest of the race, unless the lengths leave a part of the distance over: the race list
    has the first three of the Coca-Cola 600's four. None is unknown.
    """
    if season < 2017:
        return 0
    listed = [length for length in lengths if length]
    if not listed:
        return None if kind == "points" else 0
    return len(listed) if distances and sum(listed) < min(distances) else len(listed) - 1


# How a race ended for a car.

NO_STATUS = ("", "-", "unknown")
ENDINGS = (
    ("did-not-start", re.compile(r"did not start|dns")),
    ("did-not-qualify", re.compile(r"(did not|failed to) qualify|dnq")),
    ("withdrew", re.compile(r"withd(rew|rawn)\b.*")),
    ("parked", re.compile(r"parked.*|flagged( off)?|too slow|black[- ]?flag(ged)?")),
    ("retired", re.compile(r"dvp|damaged vehicle policy|out of fuel|out of gas")),
)
WORDS = {
    "running": "running finished",
    "accident": "accident crash crashed wreck wrecked collision spin",
    "engine": "engine piston valve valves cam camshaft crank crankshaft rod rocker lifter cylinder head block gasket "
    "timing push",
    "mechanical": "a-frame accelerator alternator arm axle ball bar battery bearing bell belt bolts bracket brake "
    "brakes cable carburetor chassis clutch coil condenser cooler cooling differential distributor drive "
    "driveline driveshaft drivetrain drum electrical end equipment exhaust fan feed fender filter fire "
    "fluid fly flywheel frame fuel gas gear generator handling header headers hose housing hub ignition "
    "joint leak line linkage lock lug lugs manifold mechanical mount mounts oil outlet overheating pan "
    "pin plugs power pressure pulley pump radiator ratchet rear rotor seal shaft shift shifter shock "
    "shocks spindle spring stalled steering strut stud studs sump suspension sway tank technical "
    "temperature throttle tie tire torsion track trailing train transmission tube u-joint v-joint vapor "
    "vibration water wheel window windshield wire wiring",
}
CODES = {word: code for code, words in WORDS.items() for word in words.split()}
NOT_ENGINE = {"brake", "mount", "mounts", "pulley", "strut", "tie", "wheel"}
"""With one of these, “engine”, “rod” and “cylinder” are of something else: the engine mount, the tie rod."""


def status_of(words: str, laps: int | None) -> str | None:
    """The code for a source's words. Who withdrew after some laps had started: the car retired."""
    text = words.lower().strip()
    if text in NO_STATUS or is_disqualified(text):
        return None
    for code, pattern in ENDINGS:
        if pattern.fullmatch(text):
            return "retired" if code == "withdrew" and laps else code
    tokens = re.findall(r"[a-z-]+", text)
    codes = {CODES.get(token) for token in tokens}
    if "engine" in codes and not NOT_ENGINE.intersection(tokens):
        return "engine"
    return next((code for code in ("running", "accident", "mechanical", "engine") if code in codes), "retired")


def is_disqualified(words: str) -> bool:
    return words.lower().strip() in ("disqualified", "dsq", "dq")
