"""Known errors of nascaR.data's files: what a cell says and what is right. A cell that says something else stays.

Rounds and tracks that stand crosswise are told by the season tables; lengths, places and laps by NASCAR's result feeds.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path


def known_errors() -> dict[tuple[str, str, str], list[tuple[str, str, str, str]]]:
    """By series, season and race as the file has them, the (driver, column, was, is) of its errors.

    Without a driver an error is of every row of the race.
    """
    found: dict[tuple[str, str, str], list[tuple[str, str, str, str]]] = defaultdict(list)
    with Path(__file__).with_suffix(".csv").open(newline="", encoding="utf-8") as rows:
        for series, season, race, driver, column, was, now in list(csv.reader(rows))[1:]:
            found[series, season, race].append((driver, column, was, now))
    return dict(found)


ERRORS = known_errors()
