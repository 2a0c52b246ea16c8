"""Keeps what each career comes to today: one row of totals for a driver and a series."""

from __future__ import annotations

from races.models import CareerTotals, StatLine
from races.models.totals import SUMMED
from races.order import LAST_YEAR

from .careers_on_file import KEPT_COLUMNS, CareersOnFile
from .rows import write_differences
from .season_totals import PARTS
from .tallies import Key, Tally, carry_on, doubt_gaps

COLUMNS = (
    *("driver_id", "series_id"),
    *("first_season", "last_season", "lines"),
    *(name for key in SUMMED for name in (key, f"{key}_unknown")),
    *PARTS,
)
"""Of `CareerTotals`, in one fixed order; the first two tell a row from others."""


def refresh_career_totals(careers: CareersOnFile) -> int:
    """Write the differences in the totals of these careers; return how many."""
    made = {key: (*key, *_values(tally)) for key, tally in _tallies(careers).items()}
    stored = CareerTotals.objects.filter(driver__in=careers.drivers).order_by()
    return len(write_differences(stored, COLUMNS, made))


def _values(tally: Tally) -> tuple:
    counts = [of for key in SUMMED for of in (tally[key].known, tally[key].unknown)]
    span = (tally.first, tally.last) if tally.last else (None, None)
    return (*span, tally.lines, *counts, *(tally.part(part) for part in PARTS))


def _tallies(careers: CareersOnFile) -> dict[Key, Tally]:
    """One query where a source gives the total of a career."""
    rows = careers.seasons
    found: dict[Key, Tally] = {}
    for row in rows:
        of_season = Tally.of_row(KEPT_COLUMNS, row, row["year"], row["year"])
        found.setdefault((row["driver"], row["series"]), Tally.of(KEPT_COLUMNS)).add(of_season)
    gaps = careers.gaps
    doubt_gaps(found, gaps, {(row["driver"], row["season"]) for row in rows} if gaps else ())
    given = {(each.driver_id, each.series_id): each for each in careers.given if each.season_id is None}
    if given:
        through = {key: each.through_season for key, each in given.items()}
        later = [row for row in rows if row["year"] > through.get((row["driver"], row["series"]), LAST_YEAR)]
        lines = StatLine.objects.as_of().filter(driver__in={driver for driver, _ in given})
        carry_on(
            found, given, [(row["driver"], row["season"], row) for row in later], lines, careers.races, KEPT_COLUMNS
        )
    return found
