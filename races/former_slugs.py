"""Keeps the slug that a driver, a team, a make or a track leaves, whoever saves the row, so that its addresses lead on.

Like the derived rows it hangs on the signals of `.save()`. A fixture sets no slug but the one by which it finds the
row, and bulk writers (`update`) change none.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from django.db.models import Model
from django.db.models.signals import post_save, pre_save

from races.models import FormerSlug
from races.models.former_slugs import HOLDERS

_slug_before: WeakKeyDictionary[object, str] = WeakKeyDictionary()
"""The slug in the book of a row that is being saved, by its state: a row without an id has no hash of its own."""


def connect() -> None:
    for model in HOLDERS:
        name = model.__name__
        pre_save.connect(_about_to_save, sender=model, dispatch_uid=f"former slug about to save {name}")
        post_save.connect(_saved, sender=model, dispatch_uid=f"former slug saved {name}")


def keep(row: Model, slug: str) -> None:
    """Let the addresses under a slug that is nobody's any more lead to this row."""
    holder = HOLDERS[type(row)]
    FormerSlug.objects.update_or_create(slug=slug, **{f"{holder}__isnull": False}, defaults={holder: row})


def _about_to_save(sender, instance, raw, **kwargs):
    if instance.pk is None or raw:
        return
    stored = sender._base_manager.filter(pk=instance.pk).values_list("slug", flat=True).first()
    if stored is not None:
        _slug_before[instance._state] = stored


def _saved(sender, instance, raw, **kwargs):
    before = _slug_before.pop(instance._state, None)
    if raw or before == instance.slug:
        return
    FormerSlug.objects.of_kind(sender).filter(slug=instance.slug).delete()
    if before:
        keep(instance, before)
