"""Finding a driver, team, make or track by what a reader calls it; of several the best known come first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Model, Q, Sum

from drivers.models import Driver, Manufacturer, Team
from races.models import CareerTotals, Findable, StatLine, Track
from races.statistics import WIN
from racestats.names.searching import Names

from .search import FoundThing, search

COUNTED_ALONE = 500
"""Of so many rows the figures are read for them alone; of more, for all."""
FOUND_AS = {
    Driver: Findable.Kind.DRIVER,
    Team: Findable.Kind.TEAM,
    Manufacturer: Findable.Kind.MAKE,
    Track: Findable.Kind.TRACK,
}
"""The kinds under which search finds them."""
KINDS: dict[str, type[Any]] = {"drivers": Driver, "teams": Team, "manufacturers": Manufacturer, "tracks": Track}
"""What can be found by name, by the word for it in addresses."""


class FoundRows(NamedTuple):
    """The best known of the rows that a text may mean, and how many it fits: if none, they are those near it."""

    rows: list[Any]
    fitting: int


def find(model: type[Any], text: str, most: int) -> FoundRows:
    """The rows that a text may mean, at most so many."""
    names: Names = model.objects.names()
    if meant := names.meant(text):
        return FoundRows(best_known(model, meant, most), len(meant))
    slugs = [each.slug for each in suggest(model, text, most)]
    rows = model.objects.in_bulk(slugs, field_name="slug")
    return FoundRows([rows[slug] for slug in slugs if slug in rows], 0)


def suggest(model: type[Any], text: str, most: int) -> list[FoundThing]:
    """What search finds of this model alone: names that the text may become, or nearly is."""
    return search(text, most, {FOUND_AS[model]})


def best_known(model: type[Any], keys: Collection[int], most: int) -> list[Any]:
    """The rows with these keys, most wins first, then most starts, in all series; at most so many. Two queries."""
    if not keys:
        return []
    counts = dict(_counts(model, keys)) if len(keys) > 1 else {}
    ordered = sorted(keys, key=lambda key: (*(-count for count in counts.get(key, (0, 0))), key))[:most]
    rows: dict[int, Model] = model.objects.in_bulk(ordered)
    return [rows[key] for key in ordered if key in rows]


def _counts(model: type[Any], keys: Collection[int]) -> Iterable[tuple[int, tuple[int, int]]]:
    """Wins and starts by key; of tracks the races that were won there."""
    of = str(model._meta.model_name)
    alone = Q(**{f"{of}__in": keys}) if len(keys) <= COUNTED_ALONE else Q()
    if model is Driver:
        careers = CareerTotals.objects.filter(alone).order_by()
        rows: Iterable[tuple[int, int, int]] = careers.values_list(of).annotate(wins=Sum("wins"), all=Sum("starts"))
    else:
        lines = StatLine.objects.as_of(None).filter(alone).order_by()
        rows = lines.values_list(of).annotate(won=Count("pk", filter=WIN), all=Count("pk"))
    return ((key, (wins or 0, starts or 0)) for key, wins, starts in rows)
