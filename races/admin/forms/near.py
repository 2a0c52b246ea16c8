"""Rows that are called nearly so: whether a new driver, team or track is one that the book has already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Min, Sum
from rapidfuzz import fuzz

from drivers.models import Driver, Manufacturer, Team
from importing.names.drivers import NEAR
from importing.names.near_tracks import are_near
from racestats.formatting import plural, years
from racestats.names.spelling import plain

from ...models import CareerTotals, Race, StatLine, Track

MOST = 8
"""So many are asked about."""


def near_rows(model: type[Any], *names: str) -> list[Any]:
    """The rows of which any name is one of these, or nearly; those alike most first. Three queries at most."""
    likeness: dict[int, float] = {}
    for key, name in model.objects.names().pairs():
        for wanted in map(plain, names):
            if wanted and (alike := _likeness(model, wanted, name)):
                likeness[key] = max(alike, likeness.get(key, 0))
    keys = sorted(likeness, key=lambda key: (-likeness[key], key))[:MOST]
    rows = model.objects.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _likeness(model: type[Any], one: str, other: str) -> float:
    """Of 100, where it is enough to ask; else 0. Words in another order are the same."""
    if model is Track and not are_near(one, other):
        return 0
    alike = max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))
    return alike if model is Track or alike >= NEAR else 0


def known_by(model: type[Any], rows: Iterable[Any]) -> dict[int, str]:
    """By id, what tells each from others: “700 starts, 2018–2025”. One query."""
    keys = [row.pk for row in rows]
    found: dict[int, tuple[str, Any, Any]] = {}
    if model is Driver:
        careers = CareerTotals.objects.filter(driver__in=keys).order_by().values_list("driver")
        for key, count, first, last in careers.annotate(Sum("starts"), Min("first_season"), Max("last_season")):
            found[key] = (plural(count or 0, "start"), first, last)
    elif model is Track:
        races = Race.objects.filter(layout__track__in=keys).order_by().values_list("layout__track")
        for key, count, first, last in races.annotate(Count("pk"), Min("season__year"), Max("season__year")):
            found[key] = (plural(count, "race"), first, last)
    elif model in (Team, Manufacturer):
        lines = StatLine.objects.as_of(None).order_by()
        column = model._meta.model_name
        of_each = lines.filter(**{f"{column}__in": keys}).values_list(column)
        for key, count, first, last in of_each.annotate(Count("pk"), Min("year"), Max("year")):
            found[key] = (plural(count, "start"), first, last)
    nothing = "no race" if model is Track else "no start"
    return {key: _in_words(*found[key]) if key in found else nothing for key in keys}


def _in_words(count: str, first: int | None, last: int | None) -> str:
    return f"{count}, {years(first, last)}" if first and last else count
