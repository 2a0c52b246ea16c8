"""The rows of nascaR.data's CSV: lines into cells, cells into figures and words, each text worked out once."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from importing.problems import Findings, race_name
from importing.text.spelling import CAR_NUMBER, UNPRINTABLE
from races.finishes import has_started
from races.laps import LONGEST_LAYOUT
from races.order import MOST_ROUNDS, is_year
from racestats.constraints import LARGEST_SMALL
from racestats.names.spelling import tidy

from .feed_words import is_disqualified, make_name, status_of
from .nascar_data_errata import ERRORS, Erratum

NEEDED = ("Season", "Race", "Track", "Name", "Finish", "Driver")
TELLING = ("Season", "Race", "Finish", "Driver")
"""Those of the needed headings that no other table has together."""
NOT_READ = {"Rating", "Win", "Seg Points"}
"""Worked out from the rest, or not of one stage: the book has no place for them."""

FIGURE = re.compile(r"([0-9]{1,9})(?:\.0*)?", re.ASCII)
LENGTH = re.compile(r"[0-9]{1,2}(\.[0-9]{1,4})?", re.ASCII)
UNKNOWN = ("", "-", "NA")
BAD = object()
"""What a cell means that cannot be read."""


def _figure(text: str) -> object:
    """A whole number, printed as a fraction: 12.0. Empty is unknown."""
    text = text.strip()
    if text in UNKNOWN:
        return None
    found = FIGURE.fullmatch(text)
    return int(found[1]) if found and int(found[1]) <= LARGEST_SMALL else BAD


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
    return make_name(clean) if isinstance(clean, str) else clean


def _length(text: str) -> object:
    text = text.strip()
    if text in UNKNOWN:
        return None
    return Decimal(text) if LENGTH.fullmatch(text) and 0 < Decimal(text) < LONGEST_LAYOUT else BAD


def _surface(text: str) -> object:
    text = text.strip()
    return None if text in UNKNOWN else text if text in ("paved", "dirt", "road") else BAD


class _Memo(dict[str, object]):
    """What a cell means, worked out once for each text."""

    def __init__(self, meaning: Callable[[str], object]):
        self.meaning = meaning

    def __missing__(self, text: str) -> object:
        self[text] = value = self.meaning(text)
        return value


WHOLE = f"must be a whole number from 0 to {LARGEST_SMALL}"
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


RACE_COLUMNS = 6
"""So many of the columns, the first ones, are of the race."""


class FileRow(NamedTuple):
    """One row as read."""

    season: int
    race: int
    track: str
    name: str
    length: Decimal | None
    surface: str | None
    position: int | None
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
    def has_no_finish(self) -> bool:
        """Whether it is of a car that did not start, which has no place: one of no laps, and of no other status."""
        code = status_of(self.status, self.laps) if isinstance(self.status, str) else None
        unplaced = self.position is None
        return unplaced and (not has_started(code, self.laps) or (self.status is None and self.laps == 0))

    @property
    def disqualified(self) -> bool:
        return self.status is not None and is_disqualified(self.status)


Reason = tuple[str, str, str]
"""(value, reason, code) of a row that is none."""
Wrong = tuple[str, str, str, str]
"""(place, value, reason, code) of something wrong with a row."""


def rows_of(data: bytes, findings: Findings, series: str) -> Iterator[tuple[int, FileRow]]:
    """(line, row) of each row that can be read; what is wrong with the others is told, and with the file.

    A row that names no race may be of the race before it or of the one after it: neither is whole.
    """
    lines = _lines(data, findings)
    pick = _columns(next(lines, None), findings)
    if pick is None:
        return
    memos = {meaning: _Memo(meaning) for meaning, _ in COLUMNS.values()}
    of_column = [memos[meaning] for meaning, _ in COLUMNS.values()]
    nameless: list[Wrong] = []
    before: tuple[int, int] | None = None
    for line, cells in lines:
        if not isinstance(cells, list):
            nameless.append((f"line {line}", *cells))
            continue
        picked = pick(cells)
        mended: list[Erratum] = []
        if known := ERRORS.get((series, picked[0], picked[1])):
            picked, mended = _mend(picked, known)
        row = FileRow._make([memo[cell] for memo, cell in zip(of_column, picked)])
        good = BAD not in row and _named(row)
        if not good and not _names_a_race(row):
            nameless += _wrong(line, picked, row)
            continue
        race = row[:2]
        if nameless:
            _blame(nameless, {before or race, race}, series, findings)
            nameless = []
        before = race
        if mended:
            _tell(mended, race_name(series, *race), row.season, findings)
        if good:
            yield line, row
            continue
        with findings.of(race_name(series, *race), row.season):
            if _is_placeholder(row):
                findings.warn(f"line {line}", "", "the row has no car: not run yet, so it is skipped", "not-run")
            else:
                for wrong in _wrong(line, picked, row):
                    findings.error(*wrong)
    if nameless:
        _blame(nameless, {before} if before else set(), series, findings)


def _blame(nameless: list[Wrong], races: set[tuple[int, int]], series: str, findings: Findings) -> None:
    """Tell what is wrong with rows that name no race, of each race that they may be of; without any, of the file."""
    if not races:
        for wrong in nameless:
            findings.error(*wrong)
    for season, race in sorted(races):
        with findings.of(race_name(series, season, race), season):
            for wrong in nameless:
                findings.error(*wrong)


def _lines(data: bytes, findings: Findings) -> Iterator[tuple[int, list[str] | Reason]]:
    """(line, cells) of the header and then of each row; of one that is no row, the value, why, and the code.

    Bytes that are no text stay recognisable.
    """
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
            if "end of data" in str(error) or not header:
                told = "a quoted text never ends" if header else "the quotes or the text are damaged"
                findings.error(f"line {begins}", "", told, "csv")
            else:
                yield begins, ("", "the quotes or the text are damaged", "csv")
            continue
        if not cells:
            continue
        if not header:
            header = cells
        elif cells == header:
            findings.error(f"line {begins}", cells[0], "the header stands here again", "header")
            continue
        elif len(cells) != len(header):
            yield begins, (cells[0], f"the row has {len(cells)} columns, the header {len(header)}", "columns")
            continue
        yield begins, cells


def _columns(
    first: tuple[int, list[str] | Reason] | None, findings: Findings
) -> Callable[[list[str]], tuple[str, ...]] | None:
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


def _mend(cells: tuple[str, ...], errors: list[Erratum]) -> tuple[tuple[str, ...], list[Erratum]]:
    """A row's cells without what is known to be wrong in them, and what that was."""
    named, mended = dict(zip(COLUMNS, cells)), []
    driver = named["Driver"]
    for erratum in errors:
        if erratum.driver in ("", driver) and named[erratum.column] == erratum.was:
            named[erratum.column] = erratum.right
            mended.append(erratum)
    return tuple(named.values()), mended


def _tell(mended: list[Erratum], race: str, season: int, findings: Findings) -> None:
    """Once for each race, though its rows repeat it."""
    with findings.of(race, season):
        for erratum in mended:
            place = f"{erratum.column} of {erratum.driver}" if erratum.driver else erratum.column
            findings.warn(place, erratum.was, f"mended to {erratum.right}", "mended")


def _is_placeholder(row: FileRow) -> bool:
    """Whether a row stands for a race to come: it has a season and a race, and nothing of a car."""
    return not any(value is not None for value in row[RACE_COLUMNS:])


def _names_a_race(row: FileRow) -> bool:
    season, race = row[:2]
    return is_year(season) and isinstance(race, int) and 0 < race <= MOST_ROUNDS


def _named(row: FileRow) -> bool:
    named = row.track and row.name and (row.position or row.has_no_finish) and row.driver
    return bool(named) and _names_a_race(row)


def _wrong(line: int, cells: tuple[str, ...], row: FileRow) -> Iterator[Wrong]:
    """What is wrong with a row, column by column."""
    for (column, (_, reason)), cell, value in zip(COLUMNS.items(), cells, row):
        told = ""
        if value is BAD:
            told = reason
        elif column in NEEDED and not value and not (column == "Finish" and row.has_no_finish):
            told = "is missing" if value is None else "must be 1 or more"
        elif column == "Season" and not is_year(row.season):
            told = "must be a year"
        elif column == "Race" and row.race > MOST_ROUNDS:
            told = f"must be {MOST_ROUNDS} or less"
        if told:
            yield f"line {line}, {column}", cell, told, "invalid"
