"""Tells `recording` what a plain `.save()` or `.delete()` does, whoever calls it; of a fixture's raw rows nothing."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from django.db.models import SET_NULL, Model, Q, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from .recording import RowStep, added, changed, note
from .subjects import RECORDED, RowKey, above
from .values import columns_of, values_of

_before_save: WeakKeyDictionary[object, Model] = WeakKeyDictionary()
"""Rows that are being saved as they are stored, by the state of the instance: one without an id has no hash."""


class DeletionCall:
    """The rows that go with one call of `delete`: all are announced before the first is reported gone."""

    def __init__(self) -> None:
        self.announced = 0
        self.steps: list[RowStep] = []


_deletions: WeakKeyDictionary[object, DeletionCall] = WeakKeyDictionary()
"""By the row or queryset that is deleted from."""


def connect() -> None:
    for model in RECORDED:
        for signal, receiver in (
            (pre_save, _about_to_save),
            (post_save, _saved),
            (pre_delete, _about_to_delete),
            (post_delete, _deleted),
        ):
            signal.connect(receiver, sender=model, dispatch_uid=f"changes {receiver.__name__} {model.__name__}")


def _about_to_save(sender, instance, raw=False, **kwargs):
    if not raw and instance.pk is not None and (stored := sender._base_manager.filter(pk=instance.pk).first()):
        _before_save[instance._state] = stored


def _saved(sender, instance, raw=False, update_fields=None, **kwargs):
    before = _before_save.pop(instance._state, None)
    if raw:
        return
    row = instance
    if any(hasattr(value, "resolve_expression") for value in instance.__dict__.values()):
        row = sender._base_manager.get(pk=instance.pk)
    if before is None:
        added([row])
    else:
        names = columns_of(sender).keys() - instance.get_deferred_fields()
        if update_fields is not None:
            names = [name for name, field in columns_of(sender).items() if {name, field.attname} & set(update_fields)]
        changed({row.pk: before}, [row], [name for name in columns_of(sender) if name in names])


def _about_to_delete(sender, instance, origin=None, **kwargs):
    deletion = _deletions.setdefault(_key(instance if origin is None else origin), DeletionCall())
    if isinstance(origin, QuerySet) and not deletion.announced:
        deletion.steps += _emptied(origin.model, list(origin.values_list("pk", flat=True)))
    elif origin is None or origin is instance:
        deletion.steps += _emptied(sender, [instance.pk])
    deletion.announced += 1
    stored = instance
    if origin is instance:  # Whose delete() is called may have been changed, and not saved.
        stored = sender._base_manager.filter(pk=instance.pk).first() or instance
    deletion.steps.append(RowStep(RowKey(sender, instance.pk), above(stored), values_of(stored), None))


def _emptied(model: type[Model], going: list[int]) -> Iterator[RowStep]:
    """The columns of others that a deletion empties by itself, such as the pole of a race whose car goes."""
    pointing: dict[type[Model], list[str]] = {}
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.one_to_many and relation.on_delete is SET_NULL and relation.related_model in RECORDED:
            pointing.setdefault(relation.related_model, []).append(relation.field.name)
    for other, names in pointing.items():
        any_of = Q()
        for name in names:
            any_of |= Q(**{f"{name}__in": going})
        for row in other._base_manager.filter(any_of):
            said = {name: value for name, value in values_of(row, names).items() if value in going}
            yield RowStep(RowKey(other, row.pk), above(row), said, dict.fromkeys(said))


def _deleted(sender, instance, origin=None, **kwargs):
    key = _key(instance if origin is None else origin)
    deletion = _deletions[key]
    deletion.announced -= 1
    if not deletion.announced:
        del _deletions[key]
        note(deletion.steps, origin if isinstance(origin, Model) else instance)


def _key(origin: Model | QuerySet) -> object:
    return origin._state if isinstance(origin, Model) else origin
