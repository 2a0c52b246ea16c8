"""Texts of a column found by any part of them, through the database's own index of three letters each: FTS5 on SQLite,
pg_trgm on PostgreSQL.

On SQLite the index is a table beside the model's, which triggers keep: whoever writes a row writes it too. Whatever is
asked for is a text in small letters without marks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connections
from django.db.models import BooleanField, F, FloatField, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

LETTERS = 3


def make_index(model: type[Model], column: str, using: str = "default") -> None:
    """Make the index of a column where it is not there, or not whole; what is in the table is taken in."""
    connection = connections[using]
    table, index = model._meta.db_table, index_of(model)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" USING gin ("{column}" gin_trgm_ops)')
    elif connection.vendor == "sqlite":
        new, old = f"(new.id, new.{column})", f"('delete', old.id, old.{column})"
        add, take = f'INSERT INTO "{index}"(rowid, {column}) VALUES {new}', _take(index, column, old)
        triggers = {
            f"{index}_insert": f"AFTER INSERT ON {table} BEGIN {add}; END",
            f"{index}_delete": f"AFTER DELETE ON {table} BEGIN {take}; END",
            f"{index}_update": f"AFTER UPDATE OF {column} ON {table} BEGIN {take}; {add}; END",
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{index}%"])
            there = {name for (name,) in cursor.fetchall()}
            if {index, *triggers} <= there:
                return
            # A table that was made anew for a migration has lost its triggers.
            if index not in there:
                source = f"content='{table}', content_rowid='id'"
                cursor.execute(f"CREATE VIRTUAL TABLE \"{index}\" USING fts5({column}, {source}, tokenize='trigram')")
            for name, trigger in triggers.items():
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
                cursor.execute(f'CREATE TRIGGER "{name}" {trigger}')
            cursor.execute(f'INSERT INTO "{index}"("{index}") VALUES (\'rebuild\')')


def _take(index: str, column: str, old: str) -> str:
    return f'INSERT INTO "{index}"("{index}", rowid, {column}) VALUES {old}'


def index_of(model: type[Model]) -> str:
    return f"trigrams_{model._meta.model_name}"


def holding(rows: QuerySet[Any], column: str, asked: Iterable[Collection[str]]) -> QuerySet[Any]:
    """The rows whose text has, of each of these groups, any of its texts."""
    is_sqlite = connections[rows.db].vendor == "sqlite"
    indexed = []
    for group in asked:
        if is_sqlite and all(len(text) >= LETTERS for text in group):
            indexed.append(" OR ".join(_phrase(text) for text in group))
        else:
            any_of = Q()
            for text in group:
                any_of |= Q(**{f"{column}__contains": text})
            rows = rows.filter(any_of)
    if indexed:
        rows = rows.filter(pk__in=_matching(rows, " AND ".join(f"({group})" for group in indexed)))
    return rows


def sharing(rows: QuerySet[Any], column: str, text: str, most: int) -> QuerySet[Any]:
    """The rows whose texts have a text inside or share the most trigrams with it: at most so many."""
    if connections[rows.db].vendor == "sqlite":
        parts = {text[at : at + LETTERS] for at in range(len(text) - LETTERS + 1)}
        if not parts:
            return rows.none()
        match = " OR ".join(_phrase(part) for part in sorted(parts))
        return rows.filter(pk__in=_matching(rows, match, f"ORDER BY rank LIMIT {most:d}"))
    name = f'"{rows.model._meta.db_table}"."{column}"'
    is_alike = RawSQL(f"{name} %% %s OR {name} LIKE '%%' || %s || '%%'", [text, text], output_field=BooleanField())
    distance = RawSQL(f"{name} <-> %s", [text], output_field=FloatField())
    nearest: QuerySet[Any] = rows.filter(is_alike).annotate(distance=distance).order_by(F("distance"))
    return nearest[:most]


def _phrase(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"'


def _matching(rows: QuerySet[Any], match: str, order: str = "") -> RawSQL:
    index = index_of(rows.model)
    return RawSQL(f'SELECT rowid FROM "{index}" WHERE "{index}" MATCH %s {order}', [match])
