"""Sheets, as CSV: one row a thing, its columns under their names."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import PurePath

from importing.problems import Findings, printable, race_name
from importing.text.spelling import UNPRINTABLE
from races.order import as_year

Texts = dict[str, str]
"""One row's cells by column, without blanks around them."""


def has_columns(head: str, columns: Collection[str]) -> bool:
    """Whether a text begins with a header that names these columns."""
    return set(columns) <= {cell.strip('" \r') for cell in head.split("\n", 1)[0].split(",")}


def rows_of(
    data: bytes,
    findings: Findings,
    needed: Collection[str],
    optional: Collection[str],
    what: str,
    label: Callable[[int, Texts], str],
) -> Iterator[tuple[int, Texts]]:
    """(line, cells) of each row; `what` the rows are is how a message calls them.

    What is found while a row is used is of the race or season that `label` names, or of the file where it names none.
    """
    if findings.is_utf_16(data, "line 1"):
        return
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        read = [(rows.line_num, row) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        findings.error("the file", "", f"cannot be read as CSV in UTF-8: {error}", "encoding")
        return
    headings = Counter(rows.fieldnames or ())
    if missing := [column for column in needed if column not in headings]:
        findings.error("line 1", ", ".join(headings), f"{what} need the columns {', '.join(missing)} too", "no-column")
        return
    for column, count in headings.items():
        if column not in needed and column not in optional:
            findings.warn("line 1", column, f"is no column of {what}, and not read", "unknown-column")
        if count > 1:
            findings.error("line 1", column, "stands twice among the headings")
    if not read:
        findings.error("line 1", "", f"the file holds no {what}, only its header", "empty")
    for line, row in read:
        texts = {key: text.strip() for key, text in row.items() if key and isinstance(text, str)}
        with findings.of(label(line, texts)):
            if None in row:
                findings.error(f"line {line}", "", "has more cells than there are headings")
            else:
                yield line, texts


def race_in(line: int, series: str, year: str, number: str) -> str:
    """How a message names the race of a row, by the texts that may be wrong; the row, where they name none."""
    if not (series and year.isdecimal() and number.isdecimal()):
        return f"the row of line {line}"
    return printable(race_name(series, year, int(number[:9])))


def series_in(texts: Texts, meant: str | None) -> str:
    """The row's series, or the one that is meant where the sheet does not say."""
    return texts.get("series") or meant or "cup"


def series_of(findings: Findings, line: int, texts: Texts, meant: str | None) -> str:
    """The same, told as wrong where it is no slug."""
    slug = series_in(texts, meant)
    is_slug(slug, f"line {line}, series", findings)
    return slug


def is_slug(series: str, place: str, findings: Findings) -> bool:
    """Whether a series is a slug; told as wrong where it is not."""
    found = re.fullmatch(r"[-a-zA-Z0-9_]{1,80}", series) is not None
    if not found:
        findings.error(place, series, "the series must be a slug: letters, digits and hyphens only")
    return found


def year_of(findings: Findings, line: int, texts: Texts) -> int:
    """The row's season; 0 where it has none, which is told."""
    text = texts.get("season", "")
    year = as_year(text)
    if year is None:
        findings.error(f"line {line}, season", text, "must be a year")
    return year or 0


def name_of(findings: Findings, line: int, column: str, texts: Texts) -> str:
    text = texts.get(column, "")
    if not text:
        findings.error(f"line {line}, {column}", "", "is missing")
    return _check_length(findings, line, column, text, 120)


def source_of(findings: Findings, line: int, texts: Texts) -> str:
    """The title of the row's source: where the sheet names none, its own."""
    return _check_length(findings, line, "source", texts.get("source", ""), 200) or PurePath(findings.file).name[:200]


def _check_length(findings: Findings, line: int, column: str, text: str, most: int) -> str:
    if len(text) > most or UNPRINTABLE.search(text):
        findings.error(
            f"line {line}, {column}", text, f"is longer than {most} characters, or holds one that is no text"
        )
    return text


def whole(findings: Findings, line: int, column: str, texts: Texts, most: int, signed: bool = False) -> int | None:
    """A whole number, zero or more, or None where the cell is empty: unknown."""
    text = texts.get(column, "")
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or (text[0] == "-" and not signed) or int(text) > most:
        findings.error(f"line {line}, {column}", text, f"must be a whole number up to {most:,}")
        return None
    return int(text)
