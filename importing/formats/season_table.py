"""A season table of Racing-Reference as racing-data-repository collects them, `YEAR_schedule.csv`: one row a race.

A row names neither the race nor who had the pole, and the seasons are numbered without exhibitions. Lengths, surfaces,
miles and purses are passed over.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from importing.problems import Findings
from races.laps import FASTEST_RACE, round_half_up
from races.order import MOST_ROUNDS

from .fields import figure
from .parsed import Parsed, TableRow
from .season_table_names import DRIVERS, TRACKS
from .sheets import Texts, has_columns, name_of, race_in, rows_of, whole, year_of

KEY = "season-table"
NEEDED = (
    *("season", "series_id", "race_num", "race_date", "race_track_name", "race_track_id"),
    *("race_winner_name", "race_pole_time", "race_cautions", "race_speed", "race_lead_changes"),
)
OPTIONAL = (
    *("race_car_count", "race_winner_starting_pos"),
    # Nobody reads these.
    *("race_short_id", "race_winner_real_id", "race_winner_make", "race_lap_len", "race_track_surface"),
    *("race_miles_completed", "race_purse_completed", "race_url", "race_track_url", "race_winner_url"),
)
SERIES = {"W": "cup", "B": "national", "C": "trucks"}
COLUMNS = {
    "date": "race_date",
    "start": "race_winner_starting_pos",
    "pole": "race_pole_time",
    "cautions": "race_cautions",
    "lead_changes": "race_lead_changes",
    "average_speed": "race_speed",
    "field_size": "race_car_count",
}
"""By what it tells, the column of the table."""
NO_POLE = {"MQ": "formula", "DFP": "draw", "NTT": ""}
"""What may stand in place of a pole's speed, with how the lineup was set then: metric qualifying, draw for position, or
no time trials, of which it is unknown how."""
LARGEST = 999
"""A larger count is an error."""


def recognises(head: str) -> bool:
    return has_columns(head, ("season", "series_id", "race_num", "race_winner_name"))


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    """A row with an error is left out, and so is every row of a race that has several."""

    def label(line: int, texts: Texts) -> str:
        letter, year, number = (texts.get(column, "") for column in ("series_id", "season", "race_num"))
        return race_in(line, SERIES.get(letter, ""), year, number)

    findings = Findings(file)
    rows = rows_of(data, findings, NEEDED, OPTIONAL, "season tables", label)
    table = [found for line, texts in rows if (found := _read(findings, line, texts))]
    if not table and not findings.errors:
        findings.error("the rows", "", "no race of the table was run yet", "empty")
    for _, same in groupby(sorted(table, key=attrgetter("race")), key=attrgetter("race")):
        first, *others = same
        for other in others:
            with findings.of(other.label):
                findings.error(other.place, other.winners[0], f"the race stands on line {first.line} too")
    return Parsed.of(findings, KEY, table=[row for row in table if row.label not in findings.left_out])


def _read(findings: Findings, line: int, texts: Texts) -> TableRow | None:
    errors = findings.error_count
    letter, pole = texts.get("series_id", ""), texts.get("race_pole_time", "")
    year = year_of(findings, line, texts)
    if letter not in SERIES:
        known = ", ".join(f"{each} ({slug})" for each, slug in SERIES.items())
        findings.error(f"line {line}, series_id", letter, f"is no known series; known are {known}")
    number = whole(findings, line, "race_num", texts, MOST_ROUNDS)
    if not number:
        findings.error(f"line {line}, race_num", texts.get("race_num", ""), "must be 1 or more")
    if not texts.get("race_winner_name"):
        findings.warn(f"line {line}", "", "names no winner: not run yet, and skipped", "not-run")
        return None
    row = TableRow(
        line=line,
        race=(SERIES.get(letter, ""), year, number or 0),
        date=_date(findings, line, texts, year),
        tracks=_known_as(name_of(findings, line, "race_track_id", texts).replace("_", " "), TRACKS),
        town=re.sub(r"\s*(\(.*\)|G\.P\.)$", "", name_of(findings, line, "race_track_name", texts)),
        winners=_known_as(name_of(findings, line, "race_winner_name", texts), DRIVERS),
        start=whole(findings, line, "race_winner_starting_pos", texts, LARGEST) or None,
        pole_speed=None if pole in NO_POLE else _speed(findings, line, "race_pole_time", texts),
        lineup=NO_POLE.get(pole, ""),
        figures={
            "cautions": whole(findings, line, "race_cautions", texts, LARGEST),
            "lead_changes": whole(findings, line, "race_lead_changes", texts, LARGEST),
            "average_speed": _speed(findings, line, "race_speed", texts),
            "field_size": whole(findings, line, "race_car_count", texts, LARGEST) or None,
        },
    )
    return row if findings.error_count == errors else None


def _known_as(name: str, others: dict[str, str]) -> tuple[str, ...]:
    return (name, others[name]) if name in others else (name,)


def _date(findings: Findings, line: int, texts: Texts, season: int) -> dt.date | None:
    """“11/07/54” of the season 1955: a season may begin in the year before its own."""
    text = texts.get("race_date", "")
    if not text:
        return None
    found = re.fullmatch(r"(\d\d?)/(\d\d?)/(\d\d)", text, re.ASCII)
    year = next((year for year in (season, season - 1) if found and year % 100 == int(found[3])), None)
    try:
        if found and year:
            return dt.date(year, int(found[1]), int(found[2]))
    except ValueError:
        pass
    reason = f"must be a day of {season} or of the year before, as month/day/year: 02/16/25"
    findings.error(f"line {line}, race_date", text, reason)
    return None


def _speed(findings: Findings, line: int, column: str, texts: Texts) -> Decimal | None:
    text = texts.get(column, "")
    if not text:
        return None
    speed = figure(text)
    if speed is None or not 0 < speed < FASTEST_RACE:
        words = f", or {', '.join(NO_POLE)}" if column == "race_pole_time" else ""
        findings.error(
            f"line {line}, {column}", text, f"must be miles an hour, more than 0 and below {FASTEST_RACE}{words}"
        )
        return None
    return round_half_up(speed)
