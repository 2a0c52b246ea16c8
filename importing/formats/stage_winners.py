"""A sheet of stage winners: one row a stage, of races that the book has already.

The source's title may stand in a column of its own; else the sheet's name stands for it.
"""

from __future__ import annotations

from importing.problems import Findings
from races.order import MOST_ROUNDS

from .parsed import Parsed, StageWin
from .sheets import Texts, has_columns, name_of, race_in, rows_of, series_in, series_of, source_of, whole, year_of

KEY = "stage-winners"
NEEDED = ("season", "round", "stage", "winner")
MOST = {"round": MOST_ROUNDS, "stage": 9}
"""The highest number that a column may have."""


def recognises(head: str) -> bool:
    return has_columns(head, NEEDED)


def parse(data: bytes, file: str, series: str | None = None) -> Parsed:
    """A race with an error is left out whole; a row that names no race stands for itself."""

    def label(line: int, texts: Texts) -> str:
        return race_in(line, series_in(texts, series), texts.get("season", ""), texts.get("round", ""))

    findings = Findings(file)
    rows = rows_of(data, findings, NEEDED, ("series", "source"), "stage winners", label)
    wins = [found for line, texts in rows if (found := _read(findings, line, texts, series))]
    seen: dict[tuple[str, int, int, int], int] = {}
    for each in wins:
        if (first := seen.setdefault((*each.race, each.stage), each.line)) != each.line:
            with findings.of(each.label):
                findings.error(each.place, each.winner, f"the stage has a winner on line {first} too")
    return Parsed.of(findings, KEY, stage_wins=[each for each in wins if each.label not in findings.left_out])


def _read(findings: Findings, line: int, texts: Texts, series: str | None) -> StageWin | None:
    errors = findings.error_count
    slug, year = series_of(findings, line, texts, series), year_of(findings, line, texts)
    numbers = {column: whole(findings, line, column, texts, most) for column, most in MOST.items()}
    for column, number in numbers.items():
        if not number:
            findings.error(f"line {line}, {column}", texts.get(column, ""), "must be 1 or more")
    winner, source = name_of(findings, line, "winner", texts), source_of(findings, line, texts)
    if findings.error_count > errors:
        return None
    race = (slug, year, numbers["round"] or 0)
    return StageWin(line, race, numbers["stage"] or 0, winner, source)
