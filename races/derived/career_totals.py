"""Keeps what each career comes to today: one row of totals for a driver and a series."""

from __future__ import annotations

from collections.abc import Mapping

from races.models import CareerTotals, GivenTotals, SeasonTotals, StatLine
from races.models.totals import SUMMED

from .counts import SeasonRaces
from .rows import write_differences
from .season_totals import PARTS
from .tallies import Asked, Key, Tally, carry_on, doubt_gaps

ASKED = Asked(SUMMED, PARTS)
COLUMNS = (
    *("driver_id", "series_id"),
    *("first_season", "last_season", "lines"),
    *(name for key in SUMMED for name in (key, f"{key}_unknown")),
    *PARTS,
)
"""Of `CareerTotals`, in one fixed order; the first two tell a row from others."""


def refresh_career_totals(drivers: list[int], races: Mapping[int, SeasonRaces]) -> int:
    """Write the differences in the career totals of these drivers; return how many. `races` has all seasons by id."""
    made = {key: (*key, *_values(tally)) for key, tally in _careers(drivers, races).items()}
    stored = CareerTotals.objects.filter(driver__in=drivers).order_by()
    return len(write_differences(stored, COLUMNS, made))


def _values(tally: Tally) -> tuple:
    counts = [of for key in SUMMED for of in (tally.counts[key].known, tally.counts[key].unknown)]
    span = (tally.first, tally.last) if tally.last else (None, None)
    return (*span, tally.lines, *counts, *(tally.parts[part] for part in PARTS))


def _careers(drivers: list[int], races: Mapping[int, SeasonRaces]) -> dict[Key, Tally]:
    """Two queries, one more where a source gives the total of a career."""
    totals = SeasonTotals.objects.filter(driver__in=drivers).order_by()
    rows = list(totals.values("driver", "series", "season", "year", *ASKED.columns))
    found: dict[Key, Tally] = {}
    for row in rows:
        of_season = Tally.of_row(ASKED, row, row["year"], row["year"])
        found.setdefault((row["driver"], row["series"]), Tally.of(ASKED)).add(of_season)
    gaps = [each for each in races.values() if each.is_gap]
    doubt_gaps(found, gaps, {(row["driver"], row["season"]) for row in rows} if gaps else ())
    given = {
        (each.driver_id, each.series_id): each for each in GivenTotals.objects.filter(driver__in=drivers, season=None)
    }
    if given:
        through = {key: each.through_season for key, each in given.items()}
        later = [row for row in rows if row["year"] > through.get((row["driver"], row["series"]), 9999)]
        lines = StatLine.objects.as_of().filter(driver__in={driver for driver, _ in given})
        carry_on(found, given, [(row["driver"], row["season"], row) for row in later], lines, races, ASKED)
    return found
