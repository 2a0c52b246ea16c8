"""What a sheet is made of: lines under titles. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SheetLine:
    """One line, which can be read by itself, and the address of its evidence; it is `exact`, or at least so much."""

    text: str
    url: str
    exact: bool = True


@dataclass(frozen=True)
class SheetSection:
    """Lines of one kind; `counted` says in sentences what they count."""

    title: str
    lines: Sequence[SheetLine]
    counted: str = ""


@dataclass(frozen=True)
class WeekendSheet:
    """The sheet of one race: `said` are sentences on what it has and has not."""

    sections: Sequence[SheetSection]
    said: Sequence[str] = ()

    @classmethod
    def of(cls, sections: Iterable[SheetSection], said: Iterable[str] = ()) -> WeekendSheet:
        """With the sections that have lines, or say why they have none."""
        return cls([each for each in sections if each.lines or each.counted], list(said))
