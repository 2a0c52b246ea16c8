"""Reading and writing very many rows.

Written, they are one prepared statement for each table, with ids taken beforehand: `bulk_create` needs about five times
as long, because it builds a new statement for every few dozen rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    Field,
    ForeignKey,
    JSONField,
    Max,
    Model,
    QuerySet,
)
from django.db.models.base import ModelState

NEED_PREPARING = (DateField, DateTimeField, DecimalField, DurationField, JSONField)


def read(rows: QuerySet, *columns: str) -> Iterator[Model]:
    """The rows of a queryset, in half the time: past `__init__` and its signals, which no model here needs.

    With `columns` only those are read; the others come when they are asked for, as after `only`.
    """
    model, database = rows.model, rows.db
    columns = columns or tuple(field.attname for field in model._meta.concrete_fields)
    for values in rows.values_list(*columns):
        row = model.__new__(model)
        row._state = ModelState()
        row._state.adding = False
        row._state.db = database
        row.__dict__.update(zip(columns, values))
        yield row


def insert(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert unsaved rows, as `bulk_create` does: they have their ids afterwards. Call it inside a transaction."""
    if not rows:
        return
    # The connection itself: what stands for the one in use is looked up at each attribute.
    connection = connections[DEFAULT_DB_ALIAS]
    fields = model._meta.concrete_fields
    relations = [field for field in fields if isinstance(field, ForeignKey)]
    for row, pk in zip(rows, _free_ids(model, len(rows))):
        row.pk = pk
        row._state.adding = False
        row._state.db = connection.alias
        for field in relations:
            # What a row points to may have been written after the row was made.
            if field.is_cached(row) and (target := field.get_cached_value(row)) is not None:
                setattr(row, field.attname, target.pk)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({values})",
            _prepared(fields, rows, connection),
        )


def _prepared(fields: Sequence[Field], rows: Sequence[Model], connection: BaseDatabaseWrapper) -> list[list]:
    """The rows' values as the database takes them."""
    read_row = attrgetter(*[field.attname for field in fields])
    special = [(place, field) for place, field in enumerate(fields) if isinstance(field, NEED_PREPARING)]
    prepared = []
    for row in rows:
        values = list(read_row(row))
        for place, field in special:
            values[place] = field.get_db_prep_save(values[place], connection)
        prepared.append(values)
    return prepared


def _free_ids(model: type[Model], count: int) -> Sequence[int]:
    """Ids that nobody else will take: from PostgreSQL's sequence; on SQLite, which has one writer, the next ones."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [model._meta.db_table, model._meta.pk.column, count],
            )
            return [pk for (pk,) in cursor.fetchall()]
    last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
    return range(last + 1, last + 1 + count)
