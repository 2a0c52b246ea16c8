"""Rows that are made when they are looked at: a page of a long table takes no longer than one of a short table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

Row = TypeVar("Row")
READ_WHOLE = 1000
"""Of more rows than this all are read: to name each would be a query of thousands of values."""


class LazyRows(Sequence[Row]):
    """Subclasses say how many rows there are, and make those from one place up to another."""

    @abstractmethod
    def rows(self, first: int, end: int) -> list[Row]:
        """The rows from the first place up to the end, which is not among them; never none."""

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if not isinstance(at, slice):
            place = range(len(self))[at]
            return self.rows(place, place + 1)[0]
        places = range(len(self))[at]
        if not places:
            return []
        first, last = min(places), max(places)
        rows = self.rows(first, last + 1)
        return [rows[place - first] for place in places]

    def __iter__(self) -> Iterator[Row]:
        return iter(self[:])
