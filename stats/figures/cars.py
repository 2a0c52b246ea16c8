"""The figures of teams and makes: their cars, counted in the lines of a scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Min

from races.derived.season_totals import listed_count, sums_of
from races.derived.tallies import Asked, Tally
from races.statistics import Statistic

from .ground import Ground


def car_tallies(ground: Ground, statistics: Iterable[Statistic], by: str, years: bool) -> dict[Any, Tally]:
    """By team or make, or by another column of lines, what its cars add up to; cars of an unknown one stand under None.

    In doubt are lines that lack a value, and the races between the first season and the last that are not on file
    whole: more of its cars may have been in them. Of wins, poles and stage wins only those whose winner is unknown.
    """
    asked = Asked.of(statistics)
    partly = bool(ground.in_doubt)
    spans = {"first": Min("year"), "last": Max("year")} if years or partly else {}
    rows = ground.scope.lines().order_by().values(by)
    found = {}
    for row in rows.annotate(**spans, **sums_of(asked.keys, partly, bool(asked.parts))):
        tally = Tally(
            {name: listed_count(name, row) for name in asked.keys},
            {part: row[part] or 0 for part in asked.parts},
            row["sum_starts"],
            **{name: row[name] for name in spans},
        )
        for each in ground.in_doubt:
            if tally.first <= each.year <= tally.last:
                tally.doubt(each)
        found[row[by]] = tally
    return found
