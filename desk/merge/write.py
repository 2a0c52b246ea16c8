"""A merge, carried out: one transaction, in as many queries for a thousand entries as for one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from changes.models import ChangeSet
from changes.recording import change_set
from drivers.models import Driver, DriverAlias
from importing.health import look_again
from newsroom.models import Story
from races.admin.forms.kept_names import DATED_NAMES, Days
from races.admin.forms.rows import delete_rows, write_rows
from races.derived.refresh import deferred
from races.former_slugs import keep
from races.models import Entry, RaceCheck
from racestats.names.dated_names import DatedName

from .plan import MergePlan, moved, moved_slugs


@transaction.atomic
def merge(plan: MergePlan, days: Days = (None, None), reason: str = "") -> None:
    """Write the plan, with the name of a team or a track that goes kept for the days of it, or for none, and with a
    reason where official races change.

    Raise ValidationError where two names would be of one day.
    """
    goes, stays = plan.goes, plan.stays
    with change_set(kind=ChangeSet.Kind.MERGE, title=f"{goes} into {stays}", reason=reason):
        _write(plan, days)
    Story.objects.note_again(f"/{slug}/" for slug in moved_slugs(plan))
    if isinstance(goes, Driver):
        of_checks = RaceCheck.objects.filter(race__in=[entry.race_id for entry in moved(plan, Entry)]).order_by()
        look_again(plan.meetings | set(of_checks.values_list("race", flat=True)))


def _write(plan: MergePlan, days: Days) -> None:
    goes, stays = plan.goes, plan.stays
    with deferred():
        for move in plan.moves:
            write_rows(move.model, move.rows, ())
        for pair in plan.pairs[1:]:
            write_rows(type(pair.after), [pair.after], ())
        if _differ(plan.main.after, stays):
            plan.main.after.save()
        for row in _names(plan, days):
            row.save()
    with deferred():
        for model, rows in _in_turn(plan):
            delete_rows(model, rows)
    # What was derived of the one that goes is gone by now, and all that hung on it is right.
    with deferred():
        goes.delete()
        keep(stays, goes.slug)
    _see_that_names_agree(plan)


def _differ(after: Model, stays: Model) -> bool:
    return any(getattr(after, each.attname) != getattr(stays, each.attname) for each in stays._meta.concrete_fields)


def _in_turn(plan: MergePlan) -> list[tuple[type[Model], list[Model]]]:
    """The rows that go with others, the deepest first."""
    by_model: dict[type[Model], list[Model]] = {}
    for pair in plan.pairs[1:]:
        by_model.setdefault(type(pair.goes), []).append(pair.goes)
    return list(by_model.items())[::-1]


def _names(plan: MergePlan, days: Days) -> Iterable[Model]:
    """A row for each further name of the one that stays."""
    if isinstance(plan.goes, Driver):
        return [DriverAlias(driver=plan.stays, alias=name) for name in plan.names]
    model, column = DATED_NAMES[type(plan.goes)]
    rows = [model(name=name, **{column: plan.stays}) for name in plan.names]
    for row in rows:
        if row.name == plan.goes.name:
            row.first_day, row.last_day = days
    return rows


def _see_that_names_agree(plan: MergePlan) -> None:
    """Nothing has two names on a day."""
    if type(plan.goes) not in DATED_NAMES:
        return
    own: list[DatedName] = list(plan.stays.names.all())
    for one, other in combinations(own, 2):
        if one.overlaps(other):
            raise ValidationError(
                f"It would have been called “{one}” and “{other}” on the same days. Correct the days of one first, "
                "or choose other years for the name that goes."
            )
    for row in own:
        row.full_clean()
