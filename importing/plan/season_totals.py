"""From a sheet of season totals to rows of `GivenTotals`: those new, those changed, and those that stay."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from importing.document.schema import SourcePart
from importing.formats.parsed import SeasonSum
from importing.names.names import BookNames
from importing.names.new_rows import RowsByModel, Unknown
from importing.problems import Problem
from races.models import GivenTotals


@dataclass
class TotalsPlan:
    """What a sheet would write."""

    new: list[GivenTotals] = field(default_factory=list)
    changed: list[GivenTotals] = field(default_factory=list)
    """Copies of the stored rows, as they will be."""
    unchanged: int = 0
    made: RowsByModel = field(default_factory=dict)
    """The drivers, seasons and the like that they need and the book lacks."""
    errors: list[Problem] = field(default_factory=list)


def plan_totals(totals: Sequence[SeasonSum], file: str, names: BookNames, fill_in: bool = False) -> TotalsPlan:
    """Compare a sheet with the book. One query; names are found, or made where that is asked for.

    A row in the book becomes what the sheet says; with `fill_in` it only learns what it did not know.
    """
    plan = TotalsPlan()
    rounds = _rounds(totals)
    stored = {
        (row.driver_id, row.season_id): row
        for row in GivenTotals.objects.filter(season__isnull=False).select_related("source")
    }
    for each in totals:
        try:
            driver = names.drivers.find_in(each.season, each.label, each.driver, None)
            season = names.season(names.series(each.series), each.season)
            source = names.source(SourcePart(title=each.source))
        except Unknown as problem:
            plan.errors.append(
                Problem(file, each.place, each.driver, str(problem), problem.code, each.label, each.season)
            )
            continue
        row = stored.get((driver.pk, season.pk)) if driver.pk and season.pk else None
        last = each.through_round or season.rounds or rounds[each.series, each.season]
        values = {**each.counts, "through_season": each.season, "through_round": last}
        if row is not None and fill_in:
            source = row.source
            values = {name: value for name, value in values.items() if getattr(row, name) is None}
        if row is None:
            plan.new.append(GivenTotals(driver=driver, series=season.series, season=season, source=source, **values))
        elif row.source != source or any(getattr(row, name) != value for name, value in values.items()):
            row = copy.copy(row)
            row.source = source
            for name, value in values.items():
                setattr(row, name, value)
            plan.changed.append(row)
        else:
            plan.unchanged += 1
    plan.made = names.new_rows.take_used([*plan.new, *plan.changed])
    return plan


def _rounds(totals: Sequence[SeasonSum]) -> Counter[tuple[str, int]]:
    """How many races the seasons of a whole sheet had: each has one winner."""
    found: Counter[tuple[str, int]] = Counter()
    for each in totals:
        found[each.series, each.season] += each.counts["wins"] or 0
    return found
