"""Whose history a row's is: that of the race, driver, team, track, series or season on whose page it is edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from django.db.models import ForeignKey, Model

from drivers.models import Driver, DriverAlias, Manufacturer, Team, TeamName
from races.models import (
    CautionSegment,
    Champion,
    Citation,
    Entry,
    Era,
    Event,
    FinalPlace,
    FormerSlug,
    GivenTotals,
    LeadSegment,
    Milestone,
    Penalty,
    PlayOffRound,
    PointsFormat,
    Race,
    ReliefDriver,
    Result,
    RevokedRuling,
    Ruling,
    RulingChange,
    Season,
    Series,
    SeriesName,
    Session,
    Source,
    Track,
    TrackLayout,
    TrackName,
)

PARENTS: Mapping[type[Model], tuple[str, ...]] = {
    **dict.fromkeys((Driver, Team, Manufacturer, Series, Season, Event, Source, Track, Race), ()),
    DriverAlias: ("driver",),
    GivenTotals: ("driver",),
    TeamName: ("team",),
    TrackName: ("track",),
    TrackLayout: ("track",),
    SeriesName: ("series",),
    Era: ("series",),
    PointsFormat: ("series",),
    Milestone: ("series",),
    Champion: ("season",),
    FinalPlace: ("season",),
    PlayOffRound: ("season",),
    Session: ("race",),
    Entry: ("race",),
    ReliefDriver: ("entry",),
    Result: ("session",),
    CautionSegment: ("race",),
    LeadSegment: ("race",),
    Ruling: ("race",),
    RulingChange: ("ruling",),
    RevokedRuling: ("race",),
    Penalty: ("ruling",),
    Citation: ("race", "result", "ruling"),
    FormerSlug: ("driver", "team", "manufacturer", "track"),
}
"""Every table of truth, parents before children, and by which of its columns a row is part of another."""
RECORDED = tuple(PARENTS)
BY_LABEL: Mapping[str, type[Model]] = {model._meta.label_lower: model for model in RECORDED}


class RowKey(NamedTuple):
    """A row by its model and id."""

    model: type[Model]
    pk: int


@cache
def is_part_of(model: type[Model], subject: type[Model]) -> bool:
    """Whether rows of a model are edited with one of the other: entries, results, rulings and the like with a race."""
    if model not in PARENTS:
        return False
    higher = [field.related_model for field in _parents(model)]
    return subject in higher or any(is_part_of(parent, subject) for parent in higher)


@cache
def _parents(model: type[Model]) -> list[ForeignKey]:
    return [model._meta.get_field(name) for name in PARENTS[model]]


@cache
def parents_of(model: type[Model]) -> Callable[[Model], object]:
    """What tells rows of one parent, or of the same parents, from others: the ids of these, else a row's own."""
    return attrgetter(*[field.attname for field in _parents(model)] or ["pk"])


def above(row: Model) -> RowKey:
    """The subject of a row, as far as the row knows it without reading more of the book."""
    for field in _parents(type(row)):
        if (pk := getattr(row, field.attname)) is not None:
            # `get_cached_value` is not public; `getattr` would read what the row points to.
            parent = field.get_cached_value(row, default=None)
            return RowKey(field.related_model, pk) if parent is None else above(parent)
    return RowKey(type(row), row.pk)


def subjects_of(rows: Iterable[RowKey], known: Callable[[RowKey], RowKey | None]) -> dict[RowKey, RowKey]:
    """The subject of each of these rows; of one that is gone by what is `known` to be above it. What is nowhere any
    more is its own subject. A query for each model that has parents."""
    found = {key: key for key in rows}
    lost: set[RowKey] = set()
    while climbing := {key for key in found.values() if PARENTS[key.model]} - lost:
        higher = {key: up for key in climbing if (up := known(key)) is not None}
        for model in {key.model for key in climbing - higher.keys()}:
            keys = [key.pk for key in climbing - higher.keys() if key.model is model]
            stored = model._base_manager.filter(pk__in=keys).only("pk", *PARENTS[model]).order_by()
            higher |= {RowKey(model, row.pk): above(row) for row in stored}
        lost |= {key for key in climbing if higher.get(key, key) == key}
        found = {key: higher.get(up, up) for key, up in found.items()}
    return found
