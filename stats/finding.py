"""Finding a driver, team, make or track by what a reader calls it; of several the best known come first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Model, Q, Sum

from drivers.models import Driver, Manufacturer, Team
from races.models import CareerTotals, StatLine, Track
from races.statistics import WIN
from racestats.searching import Names

COUNTED_ALONE = 500
"""Of so many rows the figures are read for them alone; of more, for all."""
KINDS: dict[str, type[Any]] = {"drivers": Driver, "teams": Team, "manufacturers": Manufacturer, "tracks": Track}
"""What can be found by name, by the word for it in addresses."""


class Found(NamedTuple):
    """The best known of the rows that a text may mean, and how many it fits: if none, they are those near it."""

    rows: list[Any]
    fitting: int


def find(model: type[Any], text: str, most: int) -> Found:
    """The rows that a text may mean, at most so many. Three queries at most."""
    names: Names = model.objects.names()
    meant = names.meant(text)
    return Found(best_known(model, meant or names.near(text), most), len(meant))


def suggest(model: type[Any], begun: str, most: int) -> list[Any]:
    """The rows whose names a text may become: those with words that begin so, else what `find` finds."""
    names: Names = model.objects.names()
    return best_known(model, names.beginning(begun) or names.meant(begun) or names.near(begun), most)


def near(model: type[Any], text: str, most: int) -> list[Any]:
    """The rows that are called nearly so."""
    return best_known(model, model.objects.names().near(text), most)


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
