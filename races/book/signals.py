"""Tells `refresh` what a plain `.save()` or `.delete()` has touched, whoever called it.

Bulk writers (`bulk_create`, `update`) send no signals: they call `refresh` themselves.
"""

from __future__ import annotations

from django.db.models.signals import post_delete, post_save, pre_delete

from ..models import (
    Entry,
    Milestone,
    OpeningTotals,
    Race,
    Result,
    Ruling,
    RulingChange,
    Season,
    Session,
    StatLine,
    TrackLayout,
)
from .refresh import touch

RACES_OF = {
    Race: lambda race: [race.pk],
    Entry: lambda entry: [entry.race_id],
    Session: lambda session: [session.race_id],
    Ruling: lambda ruling: [ruling.race_id],
    Result: lambda result: _ids(Race.objects.filter(sessions=result.session_id)),
    RulingChange: lambda change: _ids(Race.objects.filter(rulings=change.ruling_id)),
    Season: lambda season: _ids(Race.objects.filter(season=season.pk)),
    TrackLayout: lambda layout: _ids(Race.objects.filter(layout=layout.pk)),
}
"""For each table of truth, the races whose lines a changed row of it can change."""


def connect() -> None:
    for model in RACES_OF:
        post_save.connect(_races_touched, sender=model, dispatch_uid=f"book {model.__name__} saved")
        post_delete.connect(_races_touched, sender=model, dispatch_uid=f"book {model.__name__} deleted")
    pre_delete.connect(_remember_drivers, sender=Race, dispatch_uid="book Race about to go")
    post_delete.connect(_drivers_touched, sender=Race, dispatch_uid="book Race gone")
    for signal in (post_save, post_delete):
        signal.connect(_opening_touched, sender=OpeningTotals, dispatch_uid=f"book opening {id(signal)}")
    post_save.connect(_milestone_touched, sender=Milestone, dispatch_uid="book milestone saved")


def _ids(races) -> list[int]:
    return list(races.order_by().values_list("pk", flat=True))


def _races_touched(sender, instance, created=False, **kwargs):
    if created and sender in (Season, TrackLayout):
        return
    touch(races=RACES_OF[sender](instance))


def _remember_drivers(instance, **kwargs):
    """The lines go with their race; whose counts they fed must be known before they do."""
    instance.drivers_to_refresh = set(
        StatLine.objects.filter(race=instance.pk).order_by().values_list("driver", flat=True)
    )
    instance.neighbours_to_refresh = _ids(Race.objects.filter(season=instance.season_id).exclude(pk=instance.pk))[:1]


def _drivers_touched(instance, **kwargs):
    touch(drivers=instance.drivers_to_refresh, races=instance.neighbours_to_refresh)


def _opening_touched(instance, **kwargs):
    touch(drivers=[instance.driver_id])


def _milestone_touched(instance, **kwargs):
    touch(milestones=[instance.pk])
