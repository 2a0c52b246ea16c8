"""A history read back as tables have it: row by row what was added, changed and removed, from what to what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Field, JSONField
from django.urls import reverse
from django.utils.text import capfirst

from racestats.formatting import plural

from .labels import Labels
from .models import Change
from .subjects import BY_LABEL, RowKey
from .values import Plain, Values, columns_of, value_of

LONGEST = 200
"""So much is shown of a long text."""
NOTHING = "–"


class ColumnChange(NamedTuple):
    """A column that was changed."""

    name: str
    before: str
    after: str


class RowChange(NamedTuple):
    """What was done to a row: `added`, `changed` or `removed`; where it was added or removed, all that it said."""

    row: str
    url: str
    """Of its page; none of rows of which only their number is told, and of those that the book has no more."""
    what: str
    cells: Sequence[ColumnChange] = ()


class SubjectChange(NamedTuple):
    """What a change set did to one subject."""

    change: Change
    subject: str
    url: str
    lines: Sequence[RowChange]
    more: int


class RowsOf(NamedTuple):
    """The rows of one model in a `Change`, by id."""

    model: type
    added: Mapping[int, Values]
    came: Sequence[Sequence[int]]
    """Of those that came in with an import, the first and the last id of each run."""
    left: Sequence[Sequence[int]]
    """The same of those that would go again with them."""
    changed: Mapping[int, Mapping[str, Sequence[Plain]]]
    removed: Mapping[int, Values]

    @property
    def count(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed) + self.count_came

    @property
    def count_came(self) -> int:
        return count_of(self.came)

    @property
    def arrived(self) -> set[int]:
        """The ids of all rows that the book did not have before."""
        return {*self.added, *(pk for first, last in self.came for pk in range(first, last + 1))}


def count_of(runs: Sequence[Sequence[int]]) -> int:
    return sum(last - first + 1 for first, last in runs)


def rows_of(change: Change) -> Iterator[RowsOf]:
    """What a change says by model, parents first; what it says of models that there are no more is left out."""
    for name, model in BY_LABEL.items():
        if said := change.rows.get(name):
            by_id = {what: _by_id(said.get(what, {})) for what in ("added", "changed", "removed")}
            yield RowsOf(model, came=said.get("came", ()), left=said.get("left", ()), **by_id)


def _by_id(rows: Mapping[str, Values]) -> dict[int, Values]:
    return {int(pk): values for pk, values in rows.items()}


def parts_of(changes: Iterable[Change], most: int, only: RowKey | None = None) -> list[SubjectChange]:
    """The tables of these changes, each with so many lines at most; with `only` those of one row alone. A query for
    each model that they speak of."""
    found = [(change, list(_only(rows_of(change), only))) for change in changes]
    read = Labels(_keys(found, most), _gone(found, most))
    parts = []
    for change, rows in found:
        key = RowKey(BY_LABEL[change.subject], change.subject_id)
        lines, more = _first_lines(rows, read, most)
        parts.append(SubjectChange(change, read.of(key), _url(key, read), lines, more))
    return parts


def _only(rows: Iterable[RowsOf], key: RowKey | None) -> Iterator[RowsOf]:
    for each in rows:
        if key is None:
            yield each
        elif each.model is key.model:
            mine = [
                {pk: values for pk, values in of.items() if pk == key.pk}
                for of in (each.added, each.changed, each.removed)
            ]
            came = [[key.pk, key.pk]] if any(first <= key.pk <= last for first, last in each.came) else []
            yield RowsOf(each.model, mine[0], came, (), mine[1], mine[2])


def _keys(found: Iterable[tuple[Change, Sequence[RowsOf]]], most: int) -> Iterator[RowKey]:
    """All rows that the lines will name."""
    for change, rows in found:
        yield RowKey(BY_LABEL[change.subject], change.subject_id)
        for of_model in rows:
            columns = columns_of(of_model.model)
            for pk, cells in list(of_model.changed.items())[:most]:
                yield RowKey(of_model.model, pk)
                for name, both in cells.items():
                    yield from _pointed(columns.get(name), both)
            for pk, values in (*list(of_model.added.items())[:most], *list(of_model.removed.items())[:most]):
                yield RowKey(of_model.model, pk)
                for name, value in values.items():
                    yield from _pointed(columns.get(name), [value])


def _pointed(field: Field | None, values: Iterable[Plain]) -> Iterator[RowKey]:
    if field is not None and field.is_relation:
        yield from (RowKey(field.related_model, pk) for pk in values if isinstance(pk, int))


def _gone(found: Iterable[tuple[Change, Sequence[RowsOf]]], most: int) -> dict[RowKey, Values]:
    """What rows said that were added or removed: the book may have them no more."""
    gone: dict[RowKey, Values] = {}
    for _, rows in found:
        for of_model in rows:
            for values_by_id in (of_model.added, of_model.removed):
                first = list(values_by_id.items())[:most]
                gone |= {RowKey(of_model.model, pk): values for pk, values in first}
    return gone


def _first_lines(rows: Sequence[RowsOf], read: Labels, most: int) -> tuple[list[RowChange], int]:
    lines = []
    for line in _lines(rows, read):
        lines.append(line)
        if len(lines) == most:
            break
    told = sum(
        len(each.added) + len(each.changed) + len(each.removed) + bool(each.came) + bool(each.left) for each in rows
    )
    return lines, told - len(lines)


def _lines(rows: Sequence[RowsOf], read: Labels) -> Iterator[RowChange]:
    for of_model in rows:
        model, opts = of_model.model, of_model.model._meta
        for pk, cells in of_model.changed.items():
            said = [
                ColumnChange(name_of(model, name), *(words_of(model, name, value, read) for value in both))
                for name, both in cells.items()
            ]
            yield _line(RowKey(model, pk), "changed", said, read)
        for what, runs in (("added", of_model.came), ("removed", of_model.left)):
            if runs:
                counted = plural(count_of(runs), opts.verbose_name, opts.verbose_name_plural)
                yield RowChange(capfirst(counted), "", what)
        for what, by_id in (("added", of_model.added), ("removed", of_model.removed)):
            for pk, values in by_id.items():
                said = []
                for name, value in values.items():
                    if value not in (None, "", False):
                        words = words_of(model, name, value, read)
                        both = (NOTHING, words) if what == "added" else (words, NOTHING)
                        said.append(ColumnChange(name_of(model, name), *both))
                yield _line(RowKey(model, pk), what, said, read)


def _line(key: RowKey, what: str, cells: Sequence[ColumnChange], read: Labels) -> RowChange:
    kind = capfirst(key.model._meta.verbose_name)
    called = read.of(key)
    named = called if called.startswith(kind) else f"{kind}: {called}"
    return RowChange(named, _url(key, read), what, cells)


def _url(key: RowKey, read: Labels) -> str:
    opts = key.model._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[key.pk]) if key in read.in_the_book else ""


def name_of(model: type, name: str) -> str:
    field = columns_of(model).get(name)
    return capfirst(field.verbose_name if field else name.replace("_", " "))


def words_of(model: type, name: str, value: Plain, read: Labels) -> str:
    """A value as people read it; one of a column that there is no more as it was kept."""
    field = columns_of(model).get(name)
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field is not None and field.is_relation and isinstance(value, int):
        return read.of(RowKey(field.related_model, value))
    if field is None or isinstance(field, JSONField) or isinstance(value, list | dict):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(said := value_of(field, value), timedelta):
        text = str(said)
    else:
        text = str(dict(field.flatchoices).get(value, value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
