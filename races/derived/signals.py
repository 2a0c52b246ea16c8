"""Tells `refresh` what a plain `.save()` or `.delete()` has touched, whoever called it.

What a row belonged to before the write is read from the database, not from the instance: a result moved to another
session touches both races. Bulk writers (`bulk_create`, `update`) send no signals: they call `refresh` themselves.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from drivers.models import Driver, DriverAlias, Manufacturer, Team, TeamName
from races.models import (
    CareerTotals,
    CautionSegment,
    Champion,
    Entry,
    Event,
    Findable,
    GivenTotals,
    LeadSegment,
    Milestone,
    MilestoneReached,
    Race,
    RaceCoverage,
    Result,
    Ruling,
    RulingChange,
    Season,
    SeasonTotals,
    Series,
    SeriesName,
    Session,
    StatLine,
    Track,
    TrackLayout,
    TrackName,
)

from .findable import Kind
from .refresh import Dirty, touch

RACES_OF = {
    Race: ["pk"],
    Entry: ["sessions__results__entry", "pole"],
    Session: ["sessions"],
    Result: ["sessions__results"],
    Ruling: ["rulings"],
    RulingChange: ["rulings__changes"],
    CautionSegment: ["caution_segments"],
    LeadSegment: ["lead_segments"],
    Season: ["season"],
    TrackLayout: ["layout"],
}
"""For each table of truth, how to look up the races that a row of it tells of."""

NAMED: dict[type[Model], dict[Kind, tuple[type[Model], str]]] = {
    Driver: {Kind.DRIVER: (Driver, "pk")},
    DriverAlias: {Kind.DRIVER: (Driver, "aliases")},
    Team: {Kind.TEAM: (Team, "pk")},
    TeamName: {Kind.TEAM: (Team, "names")},
    Manufacturer: {Kind.MAKE: (Manufacturer, "pk")},
    Track: {Kind.TRACK: (Track, "pk"), Kind.RACE: (Race, "layout__track")},
    TrackName: {Kind.TRACK: (Track, "names"), Kind.RACE: (Race, "layout__track__names")},
    TrackLayout: {Kind.TRACK: (Track, "layouts"), Kind.RACE: (Race, "layout")},
    Event: {Kind.RACE: (Race, "event")},
    Race: {Kind.RACE: (Race, "pk"), Kind.TRACK: (Track, "layouts__races")},
    Season: {
        Kind.SEASON: (Season, "pk"),
        Kind.STANDINGS: (Season, "pk"),
        Kind.RACE: (Race, "season"),
    },
    Series: {
        Kind.SERIES: (Series, "pk"),
        Kind.SEASON: (Season, "series"),
        Kind.STANDINGS: (Season, "series"),
        Kind.RACE: (Race, "season__series"),
        Kind.MILESTONE: (Milestone, "series"),
        Kind.DRIVER: (Driver, "career_totals__series"),
    },
    SeriesName: {
        Kind.SERIES: (Series, "names"),
        Kind.SEASON: (Season, "series__names"),
        Kind.STANDINGS: (Season, "series__names"),
        Kind.RACE: (Race, "season__series__names"),
    },
    Champion: {Kind.DRIVER: (Driver, "titles")},
    Milestone: {Kind.MILESTONE: (Milestone, "pk")},
}
"""For each model whose rows have names, or make known, how to look up what is found by them, by kind."""

DERIVED = (StatLine, RaceCoverage, SeasonTotals, CareerTotals, MilestoneReached, Findable)
"""Rows that only `refresh` writes, without signals: one saved by other means, as by a fixture, is made right again."""


_before_save: WeakKeyDictionary[object, Dirty] = WeakKeyDictionary()
"""What a row that is being saved touched before, by its state: a row without an id has no hash of its own."""
_before_delete: WeakKeyDictionary[object, dict[type[Model], Dirty]] = WeakKeyDictionary()
"""What the rows that are being deleted touched, by model, for each row or queryset that is deleted from."""


def connect() -> None:
    for model in {*RACES_OF, *NAMED, GivenTotals}:
        for signal, receiver in (
            (pre_save, _about_to_save),
            (post_save, _saved),
            (pre_delete, _about_to_delete),
            (post_delete, _deleted),
        ):
            signal.connect(receiver, sender=model, dispatch_uid=f"book {receiver.__name__} {model.__name__}")
    for model in DERIVED:
        post_save.connect(_saved, sender=model, dispatch_uid=f"book _saved {model.__name__}")


def touched_by(model, *pks: int) -> Dirty:
    """What the rows of these ids can change, as they are stored at this moment."""
    dirty = Dirty()
    if not pks:
        return dirty
    for kind, (of, lookup) in NAMED.get(model, {}).items():
        keys = pks if lookup == "pk" else _ids(of._default_manager.filter(**{f"{lookup}__in": pks}), "pk")
        dirty.named.update((kind.value, key) for key in keys)
    for lookup in RACES_OF.get(model, ()):
        found = pks if lookup == "pk" else _ids(Race.objects.filter(**{f"{lookup}__in": pks}), "pk")
        dirty.races.update(found)
    rows = model.objects.filter(pk__in=pks)
    if model is Race:
        dirty.seasons.update(_ids(rows, "season"))
    elif model is Season:
        dirty.seasons.update(pks)
    elif model in (GivenTotals, SeasonTotals):
        dirty.drivers.update(_ids(rows, "driver"))
        dirty.seasons.update(_ids(rows.exclude(season=None), "season"))
    elif model is Milestone:
        dirty.milestones.update(pks)
    elif model is Findable:
        dirty.named.update(rows.order_by().values_list("kind", "key"))
    elif model in (StatLine, RaceCoverage):
        dirty.races.update(_ids(rows, "race"))
    if model in (StatLine, CareerTotals, MilestoneReached):
        dirty.drivers.update(_ids(rows, "driver"))
    return dirty


def _ids(rows, column: str) -> list[int]:
    return list(rows.order_by().values_list(column, flat=True))


def _about_to_save(sender, instance, **kwargs):
    _before_save[instance._state] = Dirty() if instance.pk is None else touched_by(sender, instance.pk)


def _saved(sender, instance, **kwargs):
    dirty, before = touched_by(sender, instance.pk), _before_save.pop(instance._state, Dirty())
    if sender is Race and dirty.seasons == before.seasons:
        # What else it may change in its season, its coverage tells.
        dirty.seasons = before.seasons = set()
    dirty |= before
    touch(dirty)


def _about_to_delete(sender, instance, origin=None, **kwargs):
    """Collect on what `delete` was called on: all rows of a queryset go before the first is reported gone."""
    origin = instance if origin is None else origin
    if _goes_with_its_parent(sender, origin):
        return
    dirty = _before_delete.setdefault(_key(origin), {}).setdefault(sender, Dirty())
    dirty |= touched_by(sender, instance.pk)
    if sender is Race:
        # Its lines and entries go with it; whose counts, and which other races, they fed must be known before they do.
        lines = StatLine.objects.filter(race=instance.pk)
        dirty.drivers.update(_ids(lines, "driver"))
        for kind, of in ((Kind.TEAM, "team"), (Kind.MAKE, "manufacturer")):
            dirty.named.update((kind.value, key) for key in _ids(lines, of) if key is not None)
        for lookup in RACES_OF[Entry]:
            dirty.races.update(_ids(Race.objects.filter(**{f"{lookup}__race": instance.pk}), "pk"))


def _deleted(sender, instance, origin=None, **kwargs):
    by_model = _before_delete.get(_key(instance if origin is None else origin), {})
    touch(by_model.pop(sender, Dirty()))


def _key(origin: Model | QuerySet) -> object:
    return origin._state if isinstance(origin, Model) else origin


def _goes_with_its_parent(sender, origin) -> bool:
    """Whether a row is deleted because one above it is, which touches the same races."""
    model = type(origin) if isinstance(origin, Model) else origin.model
    return model is not sender and model in RACES_OF
