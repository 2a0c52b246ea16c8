"""nascaR.data's CSV: every race of a series, one row for each car, plain or compressed.

The file is large, so each row is checked here and its parts are made without a second check: about three seconds for
100,000 rows. Texts and figures that repeat are read once, and an entry that repeats is one object.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from ..book.lines import NOT_STARTED
from .document import SMALL, EntryPart, Layout, RaceDocument, ResultPart, SessionPart, SourcePart
from .feed_values import (
    CAR_NUMBER,
    UNPRINTABLE,
    Findings,
    Parsed,
    is_disqualified,
    make_name,
    place_name,
    shown,
    status_of,
    tidy,
)

KEY = "nascar-data"
NEEDED = ("Season", "Race", "Track", "Name", "Finish", "Driver")
NOT_READ = {"Rating", "Win", "Seg Points"}
"""Worked out from the rest, or not of one stage: the book has no place for them."""

FIGURE = re.compile(r"([0-9]{1,9})(?:\.0*)?", re.ASCII)
LENGTH = re.compile(r"[0-9]{1,2}(\.[0-9]{1,4})?", re.ASCII)
UNKNOWN = ("", "-", "NA")
FIRST_STAGES = 2017
ONE_SERIES = 2011
"""From this season on a driver scores in one series: no points at all means that he was not eligible."""

SAME_PLACE = {"EchoPark Speedway": "Atlanta Motor Speedway"}
"""Two names of one track within one season of the file."""

SOURCE = SourcePart(title="nascaR.data", slug="nascar-data", publisher="nascaR.data", fact="result")
UNKNOWN_RESULT = dict.fromkeys(ResultPart.model_fields)
RESULT = set(UNKNOWN_RESULT)
"""The columns that count as set; one set for all results, for each of its own would be as large as the result."""

BAD = object()
"""What a cell means that cannot be read."""


def recognises(head: str) -> bool:
    first = head.split("\n", 1)[0]
    return {"Season", "Race", "Finish", "Driver"} <= {cell.strip('" \r') for cell in first.split(",")}


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    series = series or "cup"
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,80}", series):
        findings.error("$", series, "the series must be a slug: letters, digits and hyphens only")
        return findings.parsed(KEY)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.error("line 1", data[:2].hex(" "), "the file is UTF-16; save it as UTF-8", "encoding")
        return findings.parsed(KEY)
    rows = _rows(data, findings)
    pick = _columns(next(rows, None), findings)
    if pick is None:
        return findings.parsed(KEY)
    reader = _Reader(series, findings)
    for line, cells in rows:
        reader.read(line, pick(cells))
    if not reader.races and not findings.errors:
        findings.error("line 1", "", "the file holds no race, only its header", "empty")
    places = [f"line {race.line}" for race in reader.races.values()]
    return findings.parsed(KEY, reader.documents(), places)


# Rows.


def _rows(data: bytes, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the header and then of each row with as many cells. Bytes that are no text stay recognisable."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", errors="surrogateescape", newline="")
    lines = csv.reader(text, strict=True)
    header: list[str] = []
    while True:
        begins = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.line_num < begins:  # It never got as far as reading a line.
                return
            told = "a quoted text never ends" if "end of data" in str(error) else "the quotes or the text are damaged"
            findings.error(f"line {begins}", "", told, "csv")
            continue
        if not cells:
            continue
        if not header:
            header = cells
        elif cells == header:
            findings.error(f"line {begins}", cells[0], "the header stands here again", "header")
            continue
        elif len(cells) != len(header):
            reason = f"the row has {len(cells)} columns, the header {len(header)}"
            findings.error(f"line {begins}", cells[0], reason, "columns")
            continue
        yield begins, cells


def _columns(first: tuple[int, list[str]] | None, findings: Findings):
    """What picks the columns that are read out of a row; None where the header is not of this format."""
    if first is None:
        findings.error("line 1", "", "the file is empty", "empty")
        return None
    header = [tidy(cell) for cell in first[1]]
    doubled = [name for name, count in Counter(header).items() if count > 1]
    missing = [name for name in NEEDED if name not in header]
    for name in doubled:
        findings.error(f"line {first[0]}", name, "the column stands twice in the header", "header")
    if missing:
        reason = f"the header lacks {', '.join(missing)}; nascaR.data's begins {', '.join(NEEDED[:4])}"
        findings.error(f"line {first[0]}", ",".join(header), reason, "header")
    if doubled or missing:
        return None
    for name in header:
        if name not in COLUMNS and name not in NOT_READ:
            findings.warn(f"line {first[0]}", name, "no column of that name is known; it is not read", "unknown-column")
    places = [header.index(name) if name in header else None for name in COLUMNS]
    if None not in places:
        return itemgetter(*places)
    return lambda cells: tuple("" if place is None else cells[place] for place in places)


# Cells.


def _figure(text: str) -> object:
    """A whole number, printed as a fraction: 12.0. Empty is unknown."""
    text = text.strip()
    if text in UNKNOWN:
        return None
    found = FIGURE.fullmatch(text)
    return int(found[1]) if found and int(found[1]) <= SMALL else BAD


def _text(text: str) -> object:
    clean = sys.intern(tidy(text))
    if clean in UNKNOWN:
        return None
    return BAD if UNPRINTABLE.search(clean) or len(clean) > 120 else clean


def _words(text: str) -> object:
    clean = _text(text)
    return BAD if isinstance(clean, str) and len(clean) > 60 else clean


def _car(text: str) -> object:
    clean = sys.intern(text.strip())
    if clean in UNKNOWN:
        return None
    return clean if CAR_NUMBER.fullmatch(clean) else BAD


def _make(text: str) -> object:
    clean = _text(text)
    return clean if clean is BAD else make_name(clean)


def _length(text: str) -> object:
    text = text.strip()
    if text in UNKNOWN:
        return None
    return Decimal(text) if LENGTH.fullmatch(text) and 0 < Decimal(text) < 50 else BAD


def _surface(text: str) -> object:
    text = text.strip()
    return None if text in UNKNOWN else text if text in ("paved", "dirt", "road") else BAD


class _Memo(dict):
    """What a cell means, worked out once for each text."""

    def __init__(self, meaning: Callable[[str], object]):
        self.meaning = meaning

    def __missing__(self, text: str):
        self[text] = value = self.meaning(text)
        return value


WHOLE = f"must be a whole number from 0 to {SMALL}"
WORDS = "is longer than 120 characters, or holds one that is no text"
COLUMNS: dict[str, tuple[Callable[[str], object], str]] = {
    "Season": (_figure, WHOLE),
    "Race": (_figure, WHOLE),
    "Track": (_text, WORDS),
    "Name": (_text, WORDS),
    "Length": (_length, "must be a length in miles, with four decimals at most"),
    "Surface": (_surface, "must be paved, dirt or road"),
    "Finish": (_figure, WHOLE),
    "Start": (_figure, WHOLE),
    "Car": (_car, "is no car number"),
    "Driver": (_text, WORDS),
    "Make": (_make, WORDS),
    "Pts": (_figure, WHOLE),
    "Laps": (_figure, WHOLE),
    "Led": (_figure, WHOLE),
    "Status": (_words, WORDS.replace("120", "60")),
    "Team": (_text, WORDS),
    "S1": (_figure, WHOLE),
    "S2": (_figure, WHOLE),
}
"""How each column is read, and what is wrong where it cannot be."""


class Row(NamedTuple):
    """One row as read. The first six columns are of the race."""

    season: int
    race: int
    track: str
    name: str
    length: Decimal | None
    surface: str | None
    position: int
    start: int | None
    car: str | None
    driver: str
    make: str | None
    points: int | None
    laps: int | None
    led: int | None
    status: str | None
    team: str | None
    first_stage: int | None
    second_stage: int | None

    @property
    def disqualified(self) -> bool:
        return bool(self.status) and is_disqualified(self.status)


# Races.


def _layout(surface: str | None, length: Decimal | None, hint: Layout | None) -> Layout | None:
    """The layout as far as the file tells it: what is raced on, and how long a paved oval is, make its type."""
    if length is None or surface is None:
        return hint
    if surface == "dirt":
        known = {"type": "dirt", "surface": "dirt"}
    elif surface == "road":
        known = {"type": "road-course"}
    else:
        kind = (
            "superspeedway"
            if length >= Decimal("2.5")
            else "intermediate"
            if length > Decimal("1.1")
            else "short-track"
        )
        known = {"type": kind, "surface": "paved"}
    named = {"slug": hint.slug, "name": hint.name} if hint else {}
    return Layout(length=length, **known, **named)


@dataclass
class _Race:
    """The rows of one race so far, each with its line and its twin number."""

    line: int
    told: tuple
    rows: list[tuple[int, int, Row]] = field(default_factory=list)
    cars: Counter = field(default_factory=Counter)
    seen: dict[tuple, int] = field(default_factory=dict)


class _Reader:
    """Reads rows into races, and makes their documents."""

    def __init__(self, series: str, findings: Findings):
        self.series = series
        self.findings = findings
        self.races: dict[tuple[int, int], _Race] = {}
        memos = {meaning: _Memo(meaning) for meaning, _ in COLUMNS.values()}
        self.memos = [memos[meaning] for meaning, _ in COLUMNS.values()]
        self.places = _Memo(place_name)
        self.codes: dict[tuple, str | None] = {}
        self.entries: dict[tuple, EntryPart] = {}
        self.layouts: dict[tuple, Layout | None] = {}

    # Reading.

    def read(self, line: int, cells: tuple[str, ...]) -> None:
        row = Row._make([memo[cell] for memo, cell in zip(self.memos, cells)])
        if BAD in row or not self._named(row):
            self._tell(line, cells, row)
            return
        race = self.races.get(row[:2])
        if race is None:
            race = self.races[row[:2]] = _Race(line, row[2:6])
        elif race.told != row[2:6]:
            self._tell_difference(line, row, race)
            return
        key = (row.car, row.driver)
        if key in race.seen:
            reason = f"the driver{' and his car' if row.car else ''} stand on line {race.seen[key]} already"
            self.findings.error(f"line {line}, Driver", row.driver, reason, "row-twice")
            return
        race.seen[key] = line
        twin = race.cars[row.car] if row.car else 0
        if twin > 9:
            self.findings.error(f"line {line}, Car", row.car, "more than ten cars of one race have that number")
            return
        if twin:
            reason = f"another car of this race has number {row.car} too; taken as two cars of one number"
            self.findings.warn(f"line {line}, Car", row.car, reason, "number-shared")
        race.cars[row.car] += 1
        if row.laps is not None and row.led is not None and row.led > row.laps:
            row = self._led_too_much(line, row)
        race.rows.append((line, twin, row))

    @staticmethod
    def _named(row: Row) -> bool:
        named = row.season and row.race and row.track and row.name and row.position and row.driver
        return bool(named) and 1900 <= row.season <= 2200 and row.race <= 999

    def _tell(self, line: int, cells: tuple[str, ...], row: Row) -> None:
        """Say what is wrong with a row, column by column."""
        for (column, (_, reason)), cell, value in zip(COLUMNS.items(), cells, row):
            place = f"line {line}, {column}"
            if value is BAD:
                self.findings.error(place, cell, reason)
            elif column in NEEDED and not value:
                self.findings.error(place, cell, "is missing" if value is None else "must be 1 or more")
            elif column == "Season" and not 1900 <= value <= 2200:
                self.findings.error(place, cell, "must be a year")
            elif column == "Race" and value > 999:
                self.findings.error(place, cell, "must be 999 or less")

    def _tell_difference(self, line: int, row: Row, race: _Race) -> None:
        for column, value, before in zip(list(COLUMNS)[2:6], row[2:6], race.told):
            if value != before:
                reason = f"race {row.race} of {row.season} has {shown(before)} on line {race.line}"
                self.findings.error(f"line {line}, {column}", value, reason, "race-differs")

    def _led_too_much(self, line: int, row: Row) -> Row:
        """Nobody leads more laps than he runs: no laps at all means unknown, else the laps led are dropped."""
        dropped = "laps led are dropped" if row.laps else "laps are taken as unknown"
        reason = f"led {row.led} of {row.laps} laps; the {dropped}"
        self.findings.warn(f"line {line}, Led", row.led, reason, "led-more-than-laps")
        return row._replace(led=None) if row.laps else row._replace(laps=None)

    # Making documents.

    def documents(self) -> Iterator[RaceDocument]:
        """One document for each race; the rows are let go as they are used."""
        nth = self._nth_at_track()
        ineligible: list[int] = []
        for key, race in self.races.items():
            yield self._document(race, nth.get(key), ineligible)
            race.rows.clear()
        if ineligible:
            rows = f"{len(ineligible)} rows from {ONE_SERIES} on have"
            reason = f"{rows} no points for a place that scores: taken as ineligible for points"
            self.findings.warn(f"line {ineligible[0]}, Pts", 0, reason, "ineligible-inferred")

    def _nth_at_track(self) -> dict[tuple[int, int], int]:
        """Number a season's races at one place and layout, where the file has the season's rounds from 1 on."""
        seasons = defaultdict(list)
        for season, number in sorted(self.races):
            seasons[season].append(number)
        nth = {}
        for season, numbers in seasons.items():
            if numbers != list(range(1, len(numbers) + 1)):
                continue
            at_place = defaultdict(list)
            for number in numbers:
                place, hint = self.places[self.races[season, number].told[0]]
                at_place[SAME_PLACE.get(place, place), hint.slug if hint else None].append(number)
            for same in at_place.values():
                if len(same) > 1:
                    nth |= {(season, number): count for count, number in enumerate(same, 1)}
        return nth

    def _document(self, race: _Race, nth: int | None, ineligible: list[int]) -> RaceDocument:
        first = race.rows[0][2]
        scored = any(row.points for _, _, row in race.rows)
        results, stages = [], ([], [])
        for line, _, row in race.rows:
            barred = scored and row.points == 0 and row.season >= ONE_SERIES and self._placed(row)
            if barred:
                ineligible.append(line)
            results.append(self._result(row, barred))
            for stage, place in zip(stages, (row.first_stage, row.second_stage)):
                if place:
                    stage.append(self._staged(row, place, barred))
        sessions = [
            SessionPart.model_construct(
                kind="stage", number=number, results=sorted(stage, key=lambda row: row.position)
            )
            for number, stage in enumerate(stages, 1)
            if stage
        ]
        place, _ = self.places[first.track]
        return RaceDocument.model_construct(
            series=self.series,
            season=first.season,
            round=first.race,
            name=first.name,
            track=place,
            layout=self._layout(first),
            nth_at_track=nth,
            kind="points",
            status="official",
            laps=next((row.laps for _, _, row in race.rows if row.position == 1), None) or None,
            field_size=sum(row.status not in NOT_STARTED for row in results),
            stages=_scoring_stages(first, stages),
            entries=[self._entry(row.car, twin, row.driver, row.team, row.make) for _, twin, row in race.rows],
            sessions=[*sessions, SessionPart.model_construct(kind="race", number=1, results=results)],
            sources=[SOURCE],
        )

    def _code(self, row: Row) -> str | None:
        words = (row.status or "", bool(row.laps))
        if words not in self.codes:
            self.codes[words] = status_of(*words)
        return self.codes[words]

    def _placed(self, row: Row) -> bool:
        """Whether the car's place is one that scores."""
        return not row.disqualified and self._code(row) not in NOT_STARTED

    def _result(self, row: Row, barred: bool) -> ResultPart:
        known = {
            "car": row.car,
            "driver": row.driver,
            "position": row.position,
            "start": row.start or None,
            "laps": row.laps,
            "laps_led": row.led,
            "points": row.points,
            "status": self._code(row),
            "status_text": row.status,
            "disqualified": row.disqualified or None,
            "ineligible": barred or None,
        }
        return ResultPart.model_construct(RESULT, **UNKNOWN_RESULT | known)

    @staticmethod
    def _staged(row: Row, place: int, barred: bool) -> ResultPart:
        """A place in a stage; the first ten score, ten points down to one."""
        points = 0 if barred else max(11 - place, 0)
        known = {"car": row.car, "driver": row.driver, "position": place, "points": points}
        return ResultPart.model_construct(RESULT, **UNKNOWN_RESULT | known)

    def _entry(self, *values) -> EntryPart:
        """The entry of a car; the same car, driver, team and make is the same object in each of its races."""
        if values not in self.entries:
            car, twin, driver, team, make = values
            self.entries[values] = EntryPart.model_construct(
                car=car, twin=twin, driver=driver, team=team, manufacturer=make
            )
        return self.entries[values]

    def _layout(self, row: Row) -> Layout | None:
        key = (row.track, row.length, row.surface)
        if key not in self.layouts:
            self.layouts[key] = _layout(row.surface, row.length, self.places[row.track][1])
        return self.layouts[key]


def _scoring_stages(row: Row, stages: tuple[list, list]) -> int | None:
    """How many stages score. The file has two at most: of a race over 600 miles, which has three, it cannot tell."""
    if row.season < FIRST_STAGES:
        return 0
    won = all(any(result.position == 1 for result in stage) for stage in stages)
    return 2 if won and "600" not in row.name else None
