"""The grid of a sheet as its form posts it: what each column says, and the cells. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from racestats.names.spelling import plain

from .columns import SheetColumn, recognise
from .reading import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Cells, Rows

NEW, OUT = "new", "out"
"""What an editor may choose for a name that the book lacks, beside one that it has."""


@dataclass(frozen=True)
class Grid:
    """Cells under the keys of columns; under an empty key they are not read."""

    keys: list[str]
    headings: list[str]
    """As they were pasted."""
    rows: Rows

    @classmethod
    def of_cells(cls, cells: Cells, columns: Mapping[str, SheetColumn]) -> Grid:
        return cls(recognise(cells.headings, dict(columns)), cells.headings, cells.rows)

    @classmethod
    def typed(cls, keys: list[str], rows: Rows) -> Grid:
        """A grid to be typed into: rows begin with their known cells."""
        return cls(keys, [""] * len(keys), [[*row, *[""] * (len(keys) - len(row))] for row in rows])

    @classmethod
    def posted(cls, data: Mapping[str, str], columns: Mapping[str, SheetColumn]) -> Grid:
        """What a form sent, whatever it sent: of a cell or column that is not there, an empty one."""
        height, width = _count(data, "rows", MOST_ROWS), _count(data, "columns", MOST_COLUMNS)
        keys = [data.get(f"column-{n}", "") for n in range(width)]
        headings = [data.get(f"heading-{n}", "")[:LONGEST_CELL] for n in range(width)]
        rows = [[data.get(f"cell-{row}-{n}", "")[:LONGEST_CELL].strip() for n in range(width)] for row in range(height)]
        return cls([key if key in columns else "" for key in keys], headings, rows)

    def said(self, row: int) -> dict[str, str]:
        """What a row says, by column, without what is empty or not read."""
        return {key: text for key, text in zip(self.keys, self.rows[row]) if key and not is_blank(text)}

    def place(self, key: str) -> int | None:
        """Where the column stands."""
        return self.keys.index(key) if key in self.keys else None

    def doubled(self) -> list[int]:
        """The columns that say what another before them says already."""
        return [n for n, key in enumerate(self.keys) if key and key in self.keys[:n]]

    def below(self, first: Grid) -> Grid:
        """These rows below those of another grid that say something, in one grid: its columns, and what else there is.

        Columns that are not read go along.
        """
        new = [n for n, key in enumerate(self.keys) if not key or key not in first.keys]
        keys = [*first.keys, *(self.keys[n] for n in new)]
        headings = [*first.headings, *(self.headings[n] for n in new)]
        kept = [[*row, *[""] * len(new)] for n, row in enumerate(first.rows) if first.says_something(n)]
        added = []
        for row in self.rows:
            known = [row[self.keys.index(key)] if key and key in self.keys else "" for key in first.keys]
            added.append([*known, *(row[n] for n in new)])
        return Grid(keys, headings, [*kept, *added])

    def says_something(self, row: int) -> bool:
        """Whether a row says more than its place, which stands there before anybody types."""
        return bool(self.said(row).keys() - {"position"})


def is_blank(text: str) -> bool:
    return text in ("", "-", "–", "—", "--", "---")


def _count(data: Mapping[str, str], name: str, most: int) -> int:
    text = data.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def choice_name(kind: str, text: str) -> str:
    """The name of the field in which an editor says who or what is meant by a name: for all cells that have it."""
    return f"meant-{kind}-{plain(text)}"
