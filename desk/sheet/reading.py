"""Text into rows of cells: what a spreadsheet or a results page copies, CSV, or the text of a PDF. Pure."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from racestats.formatting import plural

MOST_ROWS, MOST_COLUMNS = 250, 30
LONGEST_CELL = 200
HIGHEST_HEADING = 5
"""The headings are looked for in so many lines: a title may stand above them."""

Rows = list[list[str]]
HTML = re.compile(r"\s*<(!doctype|html|head|body|div|table|thead|tbody|tr|\?xml)\b", re.IGNORECASE)


class NoSheet(Exception):
    """What was given is no sheet; says in a sentence what it is, or what is wanted."""


@dataclass(frozen=True)
class Cells:
    """What was read: the headings, empty where there are none, the rows below them, and what an editor should know."""

    headings: list[str]
    rows: Rows
    told: list[str] = field(default_factory=list)


def read_text(text: str, recognises: Callable[[list[str]], list[str]]) -> Cells:
    """Cells of pasted text; `recognises` tells which cells of a row are headings. Raise Unreadable."""
    lines = [line for line in text.replace("\ufeff", "").splitlines() if line.strip(" \t,;")]
    if not lines:
        raise NoSheet("There is nothing to read: paste the rows of a sheet, or choose a file.")
    if HTML.match(text):
        raise NoSheet("This is HTML, what a page is written in: copy the table itself as the browser shows it.")
    if text.lstrip()[:1] in ("{", "["):
        raise NoSheet("This looks like JSON: save it as a file, and choose it below the box.")
    if len(lines) > MOST_ROWS + HIGHEST_HEADING:
        raise NoSheet(_too_many(len(lines)))
    rows, told = _split(lines)
    return arrange(rows, recognises, told)


def arrange(rows: Rows, recognises: Callable[[list[str]], list[str]], told: list[str] | None = None) -> Cells:
    """Rows of cells as headings and what stands below them. Raise Unreadable where they are too many."""
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    told = told or []
    if not rows:
        raise NoSheet("There is nothing to read: every cell is empty.")
    above = next((n for n, row in enumerate(rows[:HIGHEST_HEADING]) if _are_headings(row, recognises(row))), None)
    headings, below = ([], rows) if above is None else (rows[above], rows[above + 1 :])
    if above is None:
        told.append("No headings were found: say above each column what it is.")
    elif above:
        told.append(f"What stands above the headings is left out: {' '.join(' '.join(filter(None, rows[0])).split())}.")
    if not below:
        raise NoSheet("There are headings, and no rows below them.")
    if len(below) > MOST_ROWS:
        raise NoSheet(_too_many(len(below)))
    width = max(map(len, [headings, *below]))
    if width > MOST_COLUMNS:
        raise NoSheet(f"These are {width} columns: a sheet has at most {MOST_COLUMNS}.")
    for number, row in enumerate(below, 1):
        for column, cell in enumerate(row, 1):
            if len(cell) > LONGEST_CELL:
                raise NoSheet(f"Row {number}, column {column} has {len(cell):,} characters: that is no cell.")
    return Cells(_padded(headings, width), [_padded(row, width) for row in below], told)


def _too_many(count: int) -> str:
    return f"These are {count:,} rows: a sheet has at most {MOST_ROWS}. Nothing was read."


def _padded(row: list[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _are_headings(row: list[str], recognised: list[str]) -> bool:
    """At least two are known, or one where nothing is a figure."""
    known = sum(map(bool, recognised))
    return known >= 2 or (known == 1 and not any(re.search(r"\d", cell) for cell in row))


def _split(lines: list[str]) -> tuple[Rows, list[str]]:
    """Lines into cells, by what tells them apart; and what an editor should know."""
    if sum("\t" in line for line in lines) * 2 >= len(lines):
        return _separated(lines, "\t"), []
    for separator in ";,":
        rows = _separated(lines, separator)
        if _agree(rows):
            return rows, []
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines]
    if _agree(rows):
        return rows, _uneven(rows)
    if not any(re.search(r"\d.*\s|\s.*\d", line.strip()) for line in lines):
        return [[line.strip()] for line in lines], []  # One column, of car numbers or of names.
    raise NoSheet(
        "The columns cannot be told apart. Between two cells a tab is wanted, a comma, a semicolon, or two blanks and "
        "more: copy the table from a spreadsheet or from the page itself."
    )


def _separated(lines: list[str], separator: str) -> Rows:
    try:
        return list(csv.reader(lines, delimiter=separator, skipinitialspace=separator != "\t"))
    except csv.Error as error:
        raise NoSheet(f"This cannot be read as a sheet: {error}.") from error


def _agree(rows: Rows) -> bool:
    """Whether most rows have the same number of cells, and more than one."""
    (width, count), *_ = Counter(map(len, rows)).most_common(1)
    return width > 1 and count * 2 > len(rows)


def _uneven(rows: Rows) -> list[str]:
    """Of rows whose cells only blanks tell apart: those of which nobody can tell which cell is empty."""
    (width, _), *_ = Counter(map(len, rows)).most_common(1)
    uneven = [number for number, row in enumerate(rows, 1) if 1 < len(row) != width]
    if not uneven:
        return []
    shown = ", ".join(map(str, uneven[:10])) + (" …" if len(uneven) > 10 else "")
    return [
        f"{plural(len(uneven), 'line')} of what was pasted (line {shown}) have fewer or more cells than the {width} of "
        "the others: blanks do not tell which is empty. See that each stands in its column."
    ]
