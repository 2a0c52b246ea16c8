"""The figures of teams and makes: their cars, counted in the lines of a scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, Min

from races.derived.counts import seasons_within
from races.derived.season_totals import sums_of
from races.derived.tallies import SummedColumns, Tally
from races.statistics import LineStatistic

from .basis import Basis


def car_tallies(basis: Basis, statistics: Iterable[LineStatistic], by: str, to_rank: bool) -> dict[Any, Tally]:
    """By team or make, or by another column of lines, what its cars add up to; cars of an unknown one stand under None.

    In doubt are lines that lack a value, and the races between the first season and the last that are not on file
    whole: more of its cars may have been in them. Of wins, poles and stage wins only those whose winner is unknown.
    """
    statistics = tuple(statistics)
    summed = SummedColumns.of(statistics)
    partly = bool(basis.in_doubt)
    spans = {"first": Min("year"), "last": Max("year")} if partly or not to_rank else {}
    sums = sums_of(summed.keys, partly, summed.parts)
    telling = [] if partly or not to_rank else _telling(statistics, sums)
    # A season in doubt is one of its series: whoever ran only in another was not missing in it.
    of_each = [by] if basis.scope.series or not partly else [by, "series"]
    found: dict[Any, Tally] = {}
    for row in basis.scope.lines().order_by().values(*of_each).annotate(**spans, **sums):
        if telling and row[by] and not any(row[name] for name in telling):
            continue
        tally = Tally.of_lines(summed, row, **{name: row[name] for name in spans})
        for each in seasons_within(basis.in_doubt, row.get("series"), tally.first, tally.last):
            tally.doubt(each)
        if row[by] in found:
            found[row[by]].add(tally)
        else:
            found[row[by]] = tally
    return found


def _telling(statistics: Sequence[LineStatistic], sums: Mapping[str, Any]) -> list[str]:
    """The sums of which one is not none for whoever may be ranked; where a rate is ranked no sum tells."""
    if any(each.is_rate for each in statistics):
        return []
    return [name for each in statistics for name in (f"sum_{each.key}", f"lacking_{each.key}") if name in sums]
