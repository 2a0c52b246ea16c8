"""What applying a plan writes: rows to create, to update and to delete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Model


@dataclass
class Work:
    """What applying a plan writes: rows by model, and the columns of each row that changes."""

    create: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    update: dict[int, tuple[Model, set[str]]] = field(default_factory=dict)
    """By the `id()` of the row: all its columns are written at once, for the rules hold of them together."""
    delete: dict[type[Model], list[int]] = field(default_factory=lambda: defaultdict(list))
    later: list[tuple[Model, dict[str, Model]]] = field(default_factory=list)
    """Columns of new races that point to their own entries: they wait until those are written."""

    def add(self, row: Model) -> Model:
        self.create[type(row)].append(row)
        return row

    def change(self, row: Model, columns: Iterable[str]) -> None:
        self.update.setdefault(id(row), (row, set()))[1].update(columns)

    def rows(self) -> Iterator[Model]:
        """Every row that is written."""
        for rows in self.create.values():
            yield from rows
        yield from (row for row, _ in self.update.values())

    @property
    def counts(self) -> tuple[int, int]:
        """Rows to create, and rows to change or replace."""
        created = sum(len(rows) for rows in self.create.values())
        return created, len(self.update) + sum(map(len, self.delete.values()))
