"""What applying a plan writes: rows to create, to change and to delete."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar, cast

from django.db.models import Model

from changes.values import columns_of

RowT = TypeVar("RowT", bound=Model)


class ChangedRow(NamedTuple):
    """A stored row as it will be, a copy, which of its columns that changes, and what those say now."""

    row: Model
    columns: set[str]
    before: dict[str, object]


@dataclass
class Work:
    """What applying a plan writes. Stored rows stay as they are stored: those that change are copies."""

    create: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    update: dict[tuple[type[Model], int], ChangedRow] = field(default_factory=dict)
    """By model and id, a row of that model: all its columns are written at once, for rules hold of several together."""
    delete: dict[type[Model], list[int]] = field(default_factory=lambda: defaultdict(list))
    later: list[tuple[Model, Mapping[str, Model]]] = field(default_factory=list)
    """Columns of new races that point to their own entries: they wait until those are written."""

    def add(self, row: RowT) -> RowT:
        self.create[type(row)].append(row)
        return row

    def as_planned(self, row: RowT) -> RowT:
        """A stored row as it will be: the row itself where nothing of it changes."""
        changed = self.update.get((type(row), row.pk))
        return row if changed is None else cast(RowT, changed.row)

    def change(self, row: RowT, values: Mapping[str, object]) -> RowT:
        """Plan new values of a stored row; return it as it will be."""
        key = (type(row), row.pk)
        if key not in self.update:
            self.update[key] = ChangedRow(copy.copy(row), set(), {})
        planned, columns, before = self.update[key]
        for name, value in values.items():
            before.setdefault(name, getattr(planned, columns_of(type(row))[name].attname))
            setattr(planned, name, value)
        columns.update(values)
        return cast(RowT, planned)

    def rows(self) -> Iterator[Model]:
        """Every row that is written."""
        for rows in self.create.values():
            yield from rows
        yield from (changed.row for changed in self.update.values())

    def before(self) -> Iterator[tuple[Model, Mapping[str, object]]]:
        """Every row that is changed, with what its columns said before; of a relation the id."""
        yield from ((changed.row, changed.before) for changed in self.update.values())

    @property
    def counts(self) -> tuple[int, int]:
        """Rows to create, and rows to change or replace."""
        created = sum(len(rows) for rows in self.create.values())
        return created, len(self.update) + sum(map(len, self.delete.values()))
