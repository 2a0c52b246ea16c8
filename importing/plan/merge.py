"""Merging what a source says into rows of the book: what is unknown is filled in, what disagrees is a change.

Nothing is written here: `Work` collects the rows to write, and `Change` says what differs in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from importing.text.spelling import plain
from importing.write.work import Work

TEXTS_ALIKE = {"name", "status_text", "title", "end_reason", "reason", "comment", "note"}
"""Columns in which another spelling of the same words is no change."""


@dataclass(frozen=True)
class Change:
    """One cell that a source says otherwise. `kept` is true where the book's own value stays."""

    path: str
    before: object
    after: object
    kept: bool = False


class Merger:
    """Merges values into the rows of one race, noting every change. Official values stay unless told otherwise."""

    def __init__(self, work: Work, replace: bool):
        self.work = work
        self.replace = replace
        self.changes: list[Change] = []

    def merge(self, row: Model, path: str, columns: dict) -> None:
        """Take over what the source has."""
        taken = []
        for name, value in columns.items():
            if value is None:
                continue
            current = getattr(row, name)
            if current is value or same(name, current, value):
                continue
            known = current is not None and current != "" and current is not False
            kept = known and not self.replace
            self.changes.append(Change(f"{path}.{name}", current, value, kept))
            if not kept:
                setattr(row, name, value)
                taken.append(name)
        if taken and row.pk:
            self.work.change(row, taken)

    def keep(self, path: str, before, after) -> None:
        """Note a disagreement in which the book's value stays, whatever the race's status."""
        self.changes.append(Change(path, before, after, True))

    def put(self, row: Model, path: str, **values) -> None:
        """Set columns whatever the book says: what the source says of others requires it."""
        for name, value in values.items():
            current = getattr(row, name)
            if current == value:
                continue
            self.changes = [change for change in self.changes if change.path != f"{path}.{name}"]
            self.changes.append(Change(f"{path}.{name}", current, value))
            setattr(row, name, value)
            if row.pk:
                self.work.change(row, [name])


def same(name: str, current, value) -> bool:
    """Whether the book already says so; a row not yet written is only the same as itself."""
    if isinstance(value, Model):
        return current is not None and (current is value or (value.pk is not None and current.pk == value.pk))
    if current == value:
        return True
    return isinstance(value, str) and name in TEXTS_ALIKE and bool(current) and plain(current) == plain(value)


def known(columns: dict) -> dict:
    """Those that the source has: of a new row, the others stay at their defaults."""
    return {name: value for name, value in columns.items() if value is not None}
