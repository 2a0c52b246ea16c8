"""Writes derived rows by plain statements: for a whole book `bulk_create` and `bulk_update` need two minutes, these
three seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter

from django.db import connection
from django.db.models import Model, QuerySet

AT_ONCE = 500
"""Races, or drivers, refreshed at once: bounds the memory and the length of an SQL list, whatever the history."""


def batches(ids: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def write_differences(stored: QuerySet, columns: Sequence[str], made: Mapping[tuple, tuple]) -> set[tuple]:
    """Make the stored rows those that are made; return the keys of those that changed, came or went.

    The first two of the columns are the key, which tells a row from others.
    """
    gone, changed, touched, new = [], [], set(), dict(made)
    for pk, *values in stored.values_list("pk", *columns):
        key = tuple(values[:2])
        row = new.pop(key, None)
        if row is None:
            gone.append(pk)
        elif row != tuple(values):
            changed.append((*row[2:], pk))
        else:
            continue
        touched.add(key)
    delete(stored.model, gone)
    update(stored.model, columns[2:], changed)
    insert(stored.model, columns, new.values())
    return touched | new.keys()


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    values = ", ".join(["%s"] * len(columns))
    _write(f"INSERT INTO {_table(model)} ({names}) VALUES ({values})", list(rows))


def update(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence]) -> None:
    """Set these columns; each row holds their values and then the id. In the order of these each part of the table is
    written once."""
    settings = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in columns)
    _write(f"UPDATE {_table(model)} SET {settings} WHERE id = %s", sorted(rows, key=itemgetter(-1)))


def delete(model: type[Model], ids: Iterable[int]) -> None:
    for some in batches(ids):
        rows = model._default_manager.filter(pk__in=some)
        # Private to Django, and without its signals and cascades: no row refers to a derived one.
        rows._raw_delete(rows.db)


@contextmanager
def indexes_made_after(model: type[Model]) -> Iterator[None]:
    """Take the indexes of an empty table away while it is filled, and make them of all its rows at once: that takes a
    third less than row by row. On SQLite alone: PostgreSQL would let nobody read the table meanwhile."""
    if connection.vendor != "sqlite" or model._default_manager.exists():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s",
            [model._meta.db_table],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, made_by in indexes:
            cursor.execute(made_by)


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _write(statement: str, rows: Sequence[Sequence]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
