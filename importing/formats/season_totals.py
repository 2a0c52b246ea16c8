"""A sheet of season totals: what a source sums of each driver's season, one row a driver and season.

Its columns are the counts of `GivenTotals`, and of how many races laps, laps led, status or points are unknown. The
source's title may stand in a column of its own; else the sheet's name stands for it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import pairwise
from pathlib import PurePath

from importing.problems import Findings

from .parsed import Parsed, SeasonSum

KEY = "season-totals"
NAMED = ("driver", "series", "season")
COUNTS = (
    *("starts", "wins", "top_fives", "top_tens", "poles", "laps", "laps_led", "races_led", "stage_wins"),
    *("lead_lap_finishes", "dnfs", "points", "start_sum", "start_known", "finish_sum", "finish_known"),
)
NESTED = ("wins", "top_fives", "top_tens", "starts")
"""Each is among the next."""
UNKNOWN = {
    "laps_unknown": ("laps", "lead_lap_finishes"),
    "laps_led_unknown": ("laps_led", "races_led"),
    "status_unknown": ("dnfs",),
    "points_unknown": ("points",),
}
"""By column, the counts to which it is unknown what so many races add."""
LARGEST = {"points": 100_000, "laps": 40_000, "laps_led": 40_000, "start_sum": 40_000, "finish_sum": 40_000}
MOST_RACES = 100
"""No season has so many races."""


def recognises(head: str) -> bool:
    cells = {cell.strip('" \r') for cell in head.split("\n", 1)[0].split(",")}
    return {*NAMED, "starts", "wins"} <= cells


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    findings = Findings(file)
    if findings.is_utf_16(data, "line 1"):
        return Parsed.of(findings, KEY)
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        read = [(rows.line_num, row) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        findings.error("the file", "", f"cannot be read as CSV in UTF-8: {error}", "encoding")
        return Parsed.of(findings, KEY)
    header = rows.fieldnames or ()
    for column in header:
        if column not in {*NAMED, *COUNTS, *UNKNOWN, "through_round", "source"}:
            findings.warn("line 1", column, "is no column of season totals, and not read", "unknown-column")
    for column, count in Counter(header).items():
        if count > 1:
            findings.error("line 1", column, "stands twice among the headings")
    title = PurePath(file).name or file
    totals = [found for line, row in read if (found := _read(findings, line, row, title, series))]
    if not totals and not findings.errors:
        findings.error("line 1", "", "the file holds no totals, only its header", "empty")
    seen: dict[tuple[str, str, int], int] = {}
    for each in totals:
        if (first := seen.setdefault((each.driver, each.series, each.season), each.line)) != each.line:
            findings.error(f"line {each.line}", each.driver, f"has totals of {each.season} on line {first} too")
    return Parsed.of(findings, KEY, totals=totals)


def _read(findings: Findings, line: int, row: dict[str, str], title: str, series: str | None) -> SeasonSum | None:
    errors = findings.error_count
    texts = {key: value.strip() for key, value in row.items() if key and isinstance(value, str)}
    if None in row:
        findings.error(f"line {line}", "", "has more cells than there are headings")
    if not texts.get("driver"):
        findings.error(f"line {line}, driver", "", "is missing")
    slug = texts.get("series") or series or "cup"
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,80}", slug):
        findings.error(f"line {line}, series", slug, "the series must be a slug: letters, digits and hyphens only")
    year = _number(findings, line, "season", texts, 3000)
    if year is None or year < 1900:
        findings.error(f"line {line}, season", texts.get("season", ""), "must be a year")
    counts = {column: _number(findings, line, column, texts, LARGEST.get(column, MOST_RACES)) for column in COUNTS}
    for column in ("start_known", "finish_known"):
        counts[column] = counts[column] or 0
    for column, keys in UNKNOWN.items():
        races = _number(findings, line, column, texts, MOST_RACES) or 0
        counts |= {f"{key}_unknown": races for key in keys}
    through = _number(findings, line, "through_round", texts, MOST_RACES)
    nested = [(name, value) for name in NESTED if (value := counts[name]) is not None]
    for (low, fewer), (high, more) in pairwise(nested):
        if fewer > more:
            findings.error(f"line {line}, {low}", str(fewer), f"is more than the {more} of {high}")
    if findings.error_count > errors:
        return None
    return SeasonSum(line, texts["driver"], slug, year or 0, through, counts, texts.get("source") or title)


def _number(findings: Findings, line: int, column: str, texts: dict[str, str], most: int) -> int | None:
    """A whole number from none on, or None where the cell is empty: unknown."""
    text = texts.get(column, "")
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or (text[0] == "-" and column != "points") or int(text) > most:
        findings.error(f"line {line}, {column}", text, f"must be a whole number up to {most:,}")
        return None
    return int(text)
