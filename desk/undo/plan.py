"""What undoing a change set would do: which values are put back, which rows go and which come back.

It is planned as a whole, and nothing of it is done where anything later depends on what it would undo.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model, QuerySet

from changes.models import Change, ChangeSet
from changes.reading import RowsOf, rows_of
from changes.subjects import RECORDED, RowKey
from changes.values import Plain, Values, as_row, columns_of, value_of, values_of
from races.models import Race, RevokedRuling
from races.permissions import MAY_CHANGE_OFFICIAL

MOST_ROWS = 20_000
"""More rows are not undone on a page: a season with its sessions has some eight thousand."""


@dataclass
class UndoPlan:
    """What undoing would write, and how the rows that it writes would be."""

    change_set: ChangeSet
    parts: Sequence[tuple[Change, Sequence[RowsOf]]] = ()
    cells: dict[RowKey, dict[str, tuple[Plain, Plain]]] = field(default_factory=dict)
    """The cells to be put back: what the change set left in them, and what was there before."""
    restored: dict[RowKey, Values] = field(default_factory=dict)
    """The rows that come back, under their ids."""
    taken: dict[type[Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    """The rows that go, for the book did not have them."""
    stored: dict[RowKey, Model] = field(default_factory=dict)
    """Rows of `cells` as the book has them."""
    changed: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    """The same as they would be."""
    new: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    """Those of `restored`."""
    impossible: list[str] = field(default_factory=list)
    """Why it cannot be planned at all."""

    @property
    def permissions(self) -> set[str]:
        """What somebody may do who may do this by hand."""
        wanted = {("delete", model) for model, keys in self.taken.items() if keys}
        wanted |= {("change", key.model) for key in self.cells}
        wanted |= {("add", key.model) for key in self.restored}
        # The record of a revoked ruling nobody writes by hand: it comes and goes with the ruling.
        wanted = {_permission(what, model) for what, model in wanted if model is not RevokedRuling}
        return wanted | {MAY_CHANGE_OFFICIAL} if self.is_of_official_races else wanted

    @property
    def is_of_official_races(self) -> bool:
        """Whether it changes a race that is official, or makes one official."""
        races = {change.subject_id for change, _ in self.parts if change.subject == Race._meta.label_lower}
        makes = (cells.get("status", ("", ""))[1] for key, cells in self.cells.items() if key.model is Race)
        official = Race.Status.OFFICIAL
        return official in makes or Race.objects.filter(pk__in=races, status=official).exists()

    @property
    def fingerprint(self) -> str:
        """Of the same plan the same."""
        said = [
            self.change_set.pk,
            sorted((key.model._meta.label, key.pk, values) for key, values in self.cells.items()),
            sorted((key.model._meta.label, key.pk) for key in self.restored),
            sorted((model._meta.label, sorted(keys)) for model, keys in self.taken.items()),
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    @property
    def inverted(self) -> Iterator[Change]:
        """The changes that undoing would be, unsaved."""
        for change, rows in self.parts:
            by_model = {
                of_model.model._meta.label_lower: {
                    "added": of_model.removed,
                    "removed": of_model.added,
                    "left": of_model.came,
                    "changed": {
                        pk: {name: [after, before] for name, (before, after) in cells.items()}
                        for pk, cells in of_model.changed.items()
                    },
                }
                for of_model in rows
            }
            yield Change(subject=change.subject, subject_id=change.subject_id, rows=by_model)


def _permission(what: str, model: type[Model]) -> str:
    return f"{model._meta.app_label}.{what}_{model._meta.model_name}"


def plan_of(change_set: ChangeSet) -> UndoPlan:
    """Read what a change set did, and the rows of it that are still there. A query for each model."""
    plan = UndoPlan(change_set)
    if change_set.changes.count() > MOST_ROWS:
        plan.impossible.append(TOO_LARGE)
        return plan
    plan.parts = [(change, list(rows_of(change))) for change in change_set.changes.all()]
    if sum(rows.count for _, of_change in plan.parts for rows in of_change) > MOST_ROWS:
        plan.impossible.append(TOO_LARGE)
        return plan
    for _, of_change in plan.parts:
        for rows in of_change:
            plan.taken[rows.model] |= rows.arrived
            plan.restored |= {RowKey(rows.model, pk): values for pk, values in rows.removed.items()}
            for pk, cells in rows.changed.items():
                plan.cells[RowKey(rows.model, pk)] = {name: (after, before) for name, (before, after) in cells.items()}
    try:
        _imagine(plan)
    except ValueError as problem:
        plan.impossible.append(f"The book has changed its columns since: {problem}")
    return plan


TOO_LARGE = "This brought or changed more rows than a page can take back. Restore the backup that was made before it."


def _imagine(plan: UndoPlan) -> None:
    """Make the rows as they would be; raise ValueError where the models have changed too much."""
    wanted: dict[type[Model], list[int]] = defaultdict(list)
    for key in plan.cells:
        wanted[key.model].append(key.pk)
    for model, keys in wanted.items():
        plan.stored |= {RowKey(model, row.pk): row for row in rows_in(model, keys)}
    for key, row in plan.stored.items():
        columns = columns_of(key.model)
        if gone := plan.cells[key].keys() - columns.keys():
            raise ValueError(f"“{min(gone)}” is no column of {key.model._meta.verbose_name_plural} any more.")
        would_be = copy.copy(row)
        # A copy shares what it points to, which is of the values that it had.
        would_be._state = copy.copy(row._state)
        would_be._state.fields_cache = {}
        for name, (_, before) in plan.cells[key].items():
            setattr(would_be, columns[name].attname, value_of(columns[name], before))
        plan.changed[key.model].append(would_be)
    for key, values in plan.restored.items():
        plan.new[key.model].append(as_row(key.model, key.pk, values))


def rows_in(model: type[Model], keys: Sequence[int] | set[int]) -> QuerySet[Model]:
    """The rows of these ids that the book has."""
    return model._base_manager.filter(pk__in=keys).order_by("pk")


def held(plan: UndoPlan, key: RowKey) -> Mapping[str, Plain] | None:
    """What the book says in the cells that are to be put back; None of a row that is gone."""
    row = plan.stored.get(key)
    return None if row is None else values_of(row, plan.cells[key])


def models_of(rows: Mapping[type[Model], object]) -> list[type[Model]]:
    """Parents before children."""
    return [model for model in RECORDED if rows.get(model)]
