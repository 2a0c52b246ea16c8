"""Known errors of nascaR.data's files: what a cell says and what is right. A cell that says something else stays.

Rounds and tracks that were swapped are told by the season tables; lengths, places and laps by NASCAR's result feeds.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple


class Erratum(NamedTuple):
    """One error: what `was` in a column, and what is `right`. Without a driver it is in every row of the race."""

    driver: str
    column: str
    was: str
    right: str


def known_errors() -> dict[tuple[str, str, str], list[Erratum]]:
    """By series, season and race as the file has them."""
    found: dict[tuple[str, str, str], list[Erratum]] = defaultdict(list)
    with Path(__file__).with_suffix(".csv").open(newline="", encoding="utf-8") as rows:
        for series, season, race, *erratum in list(csv.reader(rows))[1:]:
            found[series, season, race].append(Erratum(*erratum))
    return dict(found)


ERRORS = known_errors()
