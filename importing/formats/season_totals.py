"""A sheet of season totals: what a source sums of each driver's season, one row a driver and season.

Its columns are the counts of `GivenTotals`; and in how many races the laps, the laps led, the status or the points are
unknown. The source's title may stand in a column of its own; else the sheet's name stands for it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from importing.problems import Findings, printable

from .parsed import Parsed, SeasonSum
from .sheets import Texts, has_columns, name_of, rows_of, series_in, series_of, source_of, whole, year_of

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
"""By column, the counts that are in doubt for so many races."""
LARGEST = {"points": 100_000, "laps": 40_000, "laps_led": 40_000, "start_sum": 40_000, "finish_sum": 40_000}
MOST_RACES = 100
"""No season has so many races."""


NEEDED = (*NAMED, "starts", "wins")
OPTIONAL = (*COUNTS, *UNKNOWN, "through_round", "source")


def recognises(head: str) -> bool:
    return has_columns(head, NEEDED)


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    """A season with an error is left out whole, for its sums count on every row."""

    def label(line: int, texts: Texts) -> str:
        year = texts.get("season", "")
        return printable(f"{series_in(texts, series)} {year}") if re.fullmatch("[0-9]{4}", year) else ""

    findings = Findings(file)
    rows = rows_of(data, findings, NEEDED, OPTIONAL, "totals", label)
    totals = [found for line, texts in rows if (found := _read(findings, line, texts, series))]
    seen: dict[tuple[str, str, int], int] = {}
    for each in totals:
        if (first := seen.setdefault((each.driver, each.series, each.season), each.line)) != each.line:
            with findings.of(each.label):
                findings.error(each.place, each.driver, f"has totals of {each.season} on line {first} too")
    return Parsed.of(findings, KEY, totals=[each for each in totals if each.label not in findings.left_out])


def _read(findings: Findings, line: int, texts: Texts, series: str | None) -> SeasonSum | None:
    errors = findings.error_count
    driver, source = name_of(findings, line, "driver", texts), source_of(findings, line, texts)
    slug, year = series_of(findings, line, texts, series), year_of(findings, line, texts)
    counts = {
        column: whole(findings, line, column, texts, LARGEST.get(column, MOST_RACES), signed=column == "points")
        for column in COUNTS
    }
    for column in ("start_known", "finish_known"):
        counts[column] = counts[column] or 0
    for column, keys in UNKNOWN.items():
        races = whole(findings, line, column, texts, MOST_RACES) or 0
        counts |= {f"{key}_unknown": races for key in keys}
    through = whole(findings, line, "through_round", texts, MOST_RACES)
    nested = [(name, value) for name in NESTED if (value := counts[name]) is not None]
    for (low, fewer), (high, more) in pairwise(nested):
        if fewer > more:
            findings.error(f"line {line}, {low}", str(fewer), f"is more than the {more} of {high}")
    if findings.error_count > errors:
        return None
    return SeasonSum(line, driver, slug, year, through, counts, source)
