"""What a sheet showed of the book goes along with its cells: so it writes nothing over that others have changed since.
Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .columns import SheetColumn
from .grid import Grid

Texts = Mapping[str, str]
"""The cells of one row that say something, by column."""


class ShownRow(NamedTuple):
    """A row as it was shown: of which entry, by its id, and its cells."""

    entry: int
    texts: Texts


def written(shown: Sequence[ShownRow]) -> str:
    """As a hidden box has it."""
    return json.dumps(shown, separators=(",", ":"))


def read(text: str) -> list[ShownRow]:
    """What the hidden box brought back; nothing, where it is not what a page would have sent."""
    try:
        rows = [ShownRow(entry, texts) for entry, texts in json.loads(text)]
    except (ValueError, TypeError, RecursionError):
        return []
    return rows if all(isinstance(row.entry, int) and _are_texts(row.texts) for row in rows) else []


def _are_texts(texts: object) -> bool:
    return isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values())


class Settled(NamedTuple):
    """A grid with what the book has by now in the cells that nobody touched, and what there is to say of the others."""

    grid: Grid
    shown: list[ShownRow]
    told: list[str]


def settle(
    grid: Grid, shown: Sequence[ShownRow], held: Mapping[int, Texts], columns: Mapping[str, SheetColumn]
) -> Settled:
    """Compare what was shown with what is `held` by now, by entry. What the editor typed stays."""
    rows, told, shows = [list(row) for row in grid.rows], [], []
    for number, (row, (entry, texts)) in enumerate(zip(rows, shown), 1):
        now = held.get(entry, {})
        shows.append(ShownRow(entry, now))
        if texts and not now:
            told.append(f"row {number} is no longer in the book, and saving would enter it again")
            continue
        for place, key in enumerate(grid.keys):
            was, is_now = texts.get(key, ""), now.get(key, "")
            if not key or was == is_now or row[place] == is_now:
                continue
            where = f"{columns[key].label}, row {number}, is “{is_now}” by now"
            if row[place] == was:
                row[place] = is_now
                told.append(where)
            else:
                told.append(f"{where}, where you have “{row[place]}”")
    return Settled(Grid(grid.keys, grid.headings, rows), shows, told)
