"""A row of a page's table as the API tells it: figures with how far they are known, references by their ids."""

from __future__ import annotations

from copy import copy
from typing import Any

from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column
from ..kit.tables.racing_columns import FigureColumn
from ..kit.writers import plain
from .shapes import id_of

Columns = list[tuple[str, Column]]


def cell(table: BaseTable, column: Column, record: Any) -> Any:
    """The value of a cell. A number stays one, whatever it leads to."""
    value = plain(column.raw(record))
    if isinstance(column, FigureColumn):
        figure = column.read_figure(record)
        return {
            "value": value,
            "exact": column.exact(record) if column.holds_counts else None,
            "unknown": figure.unknown,
            "over": figure.over,
            "url": table.href(column, record),
        }
    if value is None or column.numeric or not column.has_link:
        return value
    url = table.href(column, record)
    return {"id": id_of(url) if url else None, "name": str(value), "url": url}


def columns_named(table: BaseTable, names: dict[str, tuple[str, ...]]) -> Columns:
    """A column for each name that rows have, under the first of these names that the table has a column of. A page
    leaves some out where all rows say the same; here they are told."""
    shown = dict(table.shown_columns())
    found = []
    for name, called in names.items():
        mine = next((each for each in called if each in shown), None)
        found.append((name, shown[mine] if mine else left_out(table, called[0])))
    return [(name, column) for name, column in found if column]


def left_out(table: BaseTable, name: str) -> Column | None:
    """A column that the table's class declares and this table does not show."""
    column = copy(type(table).base_columns.get(name))
    if column is not None and column.accessor is None:
        column.accessor = name
    return column


def row_of(table: BaseTable, columns: Columns, names: tuple[str, ...], record: Any) -> dict[str, Any]:
    """The row; what the table cannot tell is null."""
    return dict.fromkeys(names) | {name: cell(table, column, record) for name, column in columns}
