"""Undoes a change set as it was planned."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CASCADE, ForeignKey, Model

from changes.models import ChangeSet
from changes.recording import describe
from changes.subjects import RowKey
from changes.values import columns_of
from desk.plan import PlanChanged
from drivers.models import Driver
from importing.health import look_again
from newsroom.models import Story
from races.admin.forms.rows import delete_rows, write_rows
from races.derived.refresh import deferred, wait_for_other_writers
from races.models import FormerSlug, Race, Track

from .obstacles import obstacles
from .plan import UndoPlan, models_of, plan_of, rows_in


def undo(change_set: ChangeSet, fingerprint: str, reason: str = "") -> ChangeSet:
    """Undo it in one transaction, and return the change set that this is, with a reason where official races change;
    raise PlanChanged where that would do other than what was shown, or something is in the way."""
    with deferred() as touched:
        wait_for_other_writers()  # What is read now is what is written over.
        describe(kind=ChangeSet.Kind.UNDO, title=change_set.title, undoes=change_set, reason=reason)
        plan = plan_of(change_set)
        if plan.fingerprint != fingerprint or obstacles(plan):
            raise PlanChanged
        moved = set(_addresses(plan))
        write(plan)
        Story.objects.note_again(moved)
        look_again(touched.races)
    return ChangeSet.objects.filter(undoes=change_set)[0]


def write(plan: UndoPlan) -> None:
    """Take out what came, put back what was changed, bring back what is gone.

    What points to a row that goes must point elsewhere first; what else is put back may be what such a row has.
    """
    for model in models_of(plan.changed):
        write_rows(model, [row for row in plan.changed[model] if _leaves(row, plan)], ())
    for model in reversed(models_of(plan.taken)):
        delete_rows(model, [row for row in rows_in(model, plan.taken[model]) if not _goes_along(row, plan)])
    for model in models_of(plan.changed):
        write_rows(model, [row for row in plan.changed[model] if not _leaves(row, plan)], ())
    for model in models_of(plan.new):
        write_rows(model, (), plan.new[model])


def _addresses(plan: UndoPlan) -> Iterator[str]:
    """Parts of the addresses at which another driver, track or race is afterwards, or none any more."""
    for model in (Driver, Track, FormerSlug):
        for row in (*rows_in(model, plan.taken[model]), *plan.new[model]):
            yield f"/{row.slug}/"
    if plan.new[Race]:
        yield "/races/"


def _leaves(row: Model, plan: UndoPlan) -> bool:
    """Whether a row that is put back points to one that goes, as the book has it now."""
    key = RowKey(type(row), row.pk)
    return any(_points(plan.stored[key], name, plan) for name in plan.cells[key])


def _goes_along(row: Model, plan: UndoPlan) -> bool:
    """Whether a row is deleted with one that goes too."""
    return any(
        _points(row, name, plan)
        for name, field in columns_of(type(row)).items()
        if isinstance(field, ForeignKey) and field.remote_field.on_delete is CASCADE
    )


def _points(row: Model, name: str, plan: UndoPlan) -> bool:
    """Whether a row points to one that goes by this column."""
    field = columns_of(type(row))[name]
    return isinstance(field, ForeignKey) and getattr(row, field.attname) in plan.taken.get(field.related_model, ())
