"""Records what is written to the book: by a plain `.save()` or `.delete()` from signals, by bulk writers as they say.

What is written inside `change_set` is one change set, kept at its end in two statements; `deferred()` opens one, and so
does an import. Bulk writers tell `added`, `came`, `changed`, `changed_to` or `removed`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst

from races.models import ImportRun

from .models import Change, ChangeSet
from .subjects import RowKey, above, parents_of, subjects_of
from .values import Values, columns_of, plain, values_of


class RowStep(NamedTuple):
    """What was done to one row: its values before and after, None where there was no row; of one that was changed only
    the columns that were written."""

    row: RowKey
    above: RowKey
    before: Values | None
    after: Values | None


class ImportedRows(NamedTuple):
    """Rows of one model and subject that came in with an import, by id; their values are not kept."""

    model: type[Model]
    above: RowKey
    pks: Sequence[int]


@dataclass
class Open:
    """A change set that is being written."""

    steps: list[RowStep | ImportedRows] = field(default_factory=list)
    about: Model | None = None
    """A row that it is called after where nobody says what it is."""
    said: dict[str, object] = field(default_factory=dict)
    """What is known of it, by column of `ChangeSet`."""


_open: ContextVar[Open | None] = ContextVar("open change set", default=None)
_user: ContextVar[object] = ContextVar("who writes", default=None)
_kept: ContextVar[list[ChangeSet] | None] = ContextVar("change sets of this user", default=None)


@contextmanager
def by(user: object) -> Iterator[list[ChangeSet]]:
    """Whatever is written inside, this user writes. What was kept of it is in the list."""
    found: list[ChangeSet] = []
    who, kept = _user.set(user), _kept.set(found)
    try:
        yield found
    finally:
        _user.reset(who)
        _kept.reset(kept)


@contextmanager
def change_set(**said: object) -> Iterator[None]:
    """Record what is written inside as one change set; within another one as a part of it, of which nothing is kept
    where it fails. It belongs inside the transaction of the write. `said` is as for `describe`."""
    if (outer := _open.get()) is not None:
        mark = len(outer.steps)
        describe(**said)
        try:
            yield
        except BaseException:
            del outer.steps[mark:]
            raise
        return
    written = Open()
    token = _open.set(written)
    try:
        describe(**said)
        yield
    finally:
        _open.reset(token)
    if not (transaction.get_connection().in_atomic_block and transaction.get_rollback()):
        keep(written)


def describe(
    kind: ChangeSet.Kind | None = None,
    title: str = "",
    user: object = None,
    run: ImportRun | None = None,
    undoes: ChangeSet | None = None,
    reason: str = "",
) -> None:
    """Say what the open change set is. Whoever says it first is heard: it is the outermost who knows."""
    if (written := _open.get()) is not None:
        said = {"kind": kind, "title": title, "user": user, "run": run, "undoes": undoes, "reason": reason}
        written.said = {name: value for name, value in said.items() if value} | written.said


def added(rows: Iterable[Model]) -> None:
    """Rows were written that the book did not have."""
    _note([RowStep(_key(row), above(row), None, values_of(row)) for row in rows], rows)


def came(model: type[Model], rows: Iterable[Model]) -> None:
    """Rows came in with an import, perhaps very many: only which they are is kept."""
    under: dict[RowKey, list[int]] = defaultdict(list)
    for _, (first, *others) in groupby(rows, parents_of(model)):
        under[above(first)] += [row.pk for row in (first, *others)]
    _note([ImportedRows(model, key, pks) for key, pks in under.items()])


def changed(before: Mapping[int, Model], rows: Iterable[Model], names: Iterable[str] | None = None) -> None:
    """Rows were written over: what they were by id, and in which columns they may differ, else in any."""
    rows = list(rows)
    names = None if names is None else list(names)
    steps = [RowStep(_key(row), above(row), values_of(before[row.pk], names), values_of(row, names)) for row in rows]
    _note(steps, rows)


def changed_to(rows: Iterable[tuple[Model, Mapping[str, object]]]) -> None:
    """Rows were written over; with each comes what some of its columns said before, of a relation the id."""
    steps = []
    for row, before in rows:
        columns = columns_of(type(row))
        said = {name: plain(columns[name], value) for name, value in before.items()}
        steps.append(RowStep(_key(row), above(row), said, values_of(row, said)))
    note(steps)


def removed(rows: Iterable[Model]) -> None:
    """Rows that the book had are gone, or about to go."""
    _note([RowStep(_key(row), above(row), values_of(row), None) for row in rows], rows)


def _key(row: Model) -> RowKey:
    return RowKey(type(row), row.pk)


def _note(steps: Sequence[RowStep | ImportedRows], rows: Iterable[Model] = ()) -> None:
    note(steps, next(iter(rows), None))


def note(steps: Sequence[RowStep | ImportedRows], about: Model | None = None) -> None:
    """Record steps in the open change set, or else in one of their own."""
    if not steps:
        return
    if (written := _open.get()) is None:
        keep(Open(list(steps), about))
    else:
        written.steps += steps
        written.about = written.about or about


@transaction.atomic(savepoint=False)
def keep(written: Open) -> None:
    """Write a change set, if anything came of its steps in the end."""
    steps = in_sum(step for step in written.steps if isinstance(step, RowStep))
    arrivals = [step for step in written.steps if isinstance(step, ImportedRows)]
    rows = _rows_by_subject(steps, arrivals)
    if not rows:
        return
    said = {"user": _user.get(), "title": _called(written), "kind": _kind(steps, arrivals), **written.said}
    kept = ChangeSet.objects.create(**{**said, "title": str(said["title"])[:200]}, at=timezone.now())
    Change.objects.bulk_create(
        [
            Change(change_set=kept, subject=key.model._meta.label_lower, subject_id=key.pk, rows=of_subject)
            for key, of_subject in rows.items()
        ],
        batch_size=500,
    )
    kept.mark_what_it_undoes()
    if (of_user := _kept.get()) is not None:
        of_user.append(kept)


def in_sum(steps: Iterable[RowStep]) -> dict[RowKey, RowStep]:
    """What the steps come to for each row: one that was added and removed again is none."""
    found: dict[RowKey, RowStep] = {}
    for step in steps:
        earlier = found.get(step.row)
        if earlier is None:
            found[step.row] = step
        elif (both := _after_each_other(earlier, step)) is None:
            del found[step.row]
        else:
            found[step.row] = both
    return {row: step for row, step in found.items() if step.before != step.after}


def _after_each_other(first: RowStep, second: RowStep) -> RowStep | None:
    if first.before is None and second.after is None:
        return None
    before = None if first.before is None else {**(second.before or {}), **first.before}
    after = None if second.after is None else {**(first.after or {}), **second.after}
    return RowStep(first.row, first.above if second.after is None else second.above, before, after)


def _rows_by_subject(
    steps: Mapping[RowKey, RowStep], arrivals: Sequence[ImportedRows]
) -> dict[RowKey, dict[str, dict]]:
    """By subject, what `Change.rows` says of each model's rows."""
    highest = {step.above for step in steps.values()} | {arrival.above for arrival in arrivals}
    known = {row: step.above for row, step in steps.items()}
    subjects = subjects_of(highest, known.get)
    found: dict[RowKey, dict[str, dict]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    here: dict[type[Model], set[int]] = defaultdict(set)
    for arrival in arrivals:
        of_model = found[subjects[arrival.above]][arrival.model._meta.label_lower]
        of_model["came"] = [*of_model["came"], *runs_of(arrival.pks)]
        here[arrival.model].update(arrival.pks)
    for (model, pk), step in steps.items():
        if pk in here[model] and step.after is not None:
            continue  # Its values are not kept, whatever was written into it since it came.
        of_model = found[subjects[step.above]][model._meta.label_lower]
        if step.before is None:
            of_model["added"][str(pk)] = step.after
        elif step.after is None:
            of_model["removed"][str(pk)] = step.before
        elif cells := {
            name: [old, step.after[name]] for name, old in step.before.items() if old != step.after.get(name)
        }:
            of_model["changed"][str(pk)] = cells
    return found


def runs_of(pks: Iterable[int]) -> list[list[int]]:
    """Ids as runs of neighbours: 4, 5, 6 and 9 are [[4, 6], [9, 9]]."""
    runs = groupby(enumerate(sorted(pks)), key=lambda placed: placed[1] - placed[0])
    found = [[pk for _, pk in run] for _, run in runs]
    return [[run[0], run[-1]] for run in found]


def _called(written: Open) -> str:
    """What it is called after the first row that it wrote, where nobody has said more."""
    if written.about is None or "title" in written.said:
        return ""
    what = capfirst(written.about._meta.verbose_name)
    # As it is stored: an instance may hold a length as the text that somebody gave it.
    stored = type(written.about)._base_manager.filter(pk=written.about.pk).first()
    try:
        return f"{what}: {stored or written.about}"
    except ObjectDoesNotExist:  # What it would be called after is gone too.
        return what


def _kind(steps: Mapping[RowKey, RowStep], arrivals: Sequence[ImportedRows]) -> ChangeSet.Kind:
    """A deletion may empty columns of others too."""
    afters = [step.after for step in steps.values()]
    only_less = None in afters and not any(any(after.values()) for after in afters if after)
    return ChangeSet.Kind.DELETION if only_less and not arrivals else ChangeSet.Kind.SAVE
