"""Merging what a source says into rows of the book: what is unknown is filled in, what disagrees is a change.

Nothing is written here, and no stored row changes: `Work` collects the rows as they will be, and `CellChange` says what
differs in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from importing.document.schema import Columns
from importing.write.work import RowT, Work
from racestats.names.spelling import plain

TEXTS_ALIKE = {"name", "status_text", "title", "end_reason", "reason", "comment", "note"}
"""Columns in which another spelling of the same words is no change."""


@dataclass(frozen=True)
class CellChange:
    """One cell that a source says otherwise. `kept` is true where the book's own value stays."""

    path: str
    before: object
    after: object
    kept: bool = False
    at: str = ""
    """Where in the document it stands, with the book's name of the column, if it is of one row of it."""


class Merger:
    """Merges values into the rows of one race, noting every change. Official values stay unless told otherwise."""

    def __init__(self, work: Work, replace: bool):
        self.work = work
        self.replace = replace
        self.changes: list[CellChange] = []

    def merge(self, row: RowT, path: str, columns: Columns, at: str = "") -> RowT:
        """A stored row with what the source has, and where in its document that stands."""
        row = self.work.as_planned(row)
        taken = {}
        for name, value in columns.items():
            if value is None:
                continue
            current = getattr(row, name)
            if current is value or same(name, current, value):
                continue
            known = current is not None and current != "" and current is not False
            kept = known and not self.replace
            self.changes.append(CellChange(f"{path}.{name}", current, value, kept, f"{at}.{name}" if at else ""))
            if not kept:
                taken[name] = value
        return self.work.change(row, taken) if taken else row

    def keep(self, path: str, before: object, after: object) -> None:
        """Note a disagreement in which the book's value stays, whatever the race's status."""
        self.changes.append(CellChange(path, before, after, True))

    def put(self, row: RowT, path: str, columns: Columns) -> RowT:
        """A stored row with these values, whatever the book says: what the source says of others requires it."""
        row = self.work.as_planned(row)
        for name, value in columns.items():
            current = getattr(row, name)
            if current == value:
                continue
            self.changes = [change for change in self.changes if change.path != f"{path}.{name}"]
            self.changes.append(CellChange(f"{path}.{name}", current, value))
            row = self.work.change(row, {name: value})
        return row


def same(name: str, current: object, value: object) -> bool:
    """Whether the book already says so; a row not yet written is only the same as itself."""
    if isinstance(value, Model):
        return isinstance(current, Model) and (current is value or (value.pk is not None and current.pk == value.pk))
    if current == value:
        return True
    texts = isinstance(value, str) and isinstance(current, str) and current != ""
    return texts and name in TEXTS_ALIKE and plain(current) == plain(value)


def known(columns: Columns) -> Columns:
    """Those that the source has: of a new row, the others stay at their defaults."""
    return {name: value for name, value in columns.items() if value is not None}
