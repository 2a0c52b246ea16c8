"""Reading and writing very many rows.

Written, they are one prepared statement for each table, with ids taken beforehand: `bulk_create` needs about five times
as long, because it builds a new statement for every few dozen rows.

Not public in Django, and used here because of that time: a row's `ModelState` with its `fields_cache`, which holds what
the row points to; and `get_db_prep_save` outside a query.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    Field,
    FileField,
    ForeignKey,
    JSONField,
    Model,
    QuerySet,
)
from django.db.models.base import ModelState

ModelT = TypeVar("ModelT", bound=Model)
NEED_PREPARING = (DateField, DateTimeField, DecimalField, DurationField, FileField, JSONField)


def read(rows: QuerySet[ModelT], *columns: str) -> Iterator[ModelT]:
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


def make(model: type[ModelT], **columns: object) -> ModelT:
    """An unsaved row, in a fifth of the time: past `__init__` too. What it points to may be unsaved as well; columns
    of which nothing is said, or None, stay at their defaults."""
    row = model.__new__(model)
    row.__dict__ = cells = dict(_blank(model))
    state = cells["_state"] = ModelState()
    pointed = state.fields_cache = {}
    relations = _relations(model)
    for name, value in columns.items():
        if value is None:
            continue
        if name in relations:
            pointed[name] = value
            name, value = relations[name], value.id  # `pk` looks up each time that this is what it means.
        cells[name] = value
    return row


@cache
def _blank(model: type[Model]) -> dict[str, object]:
    """What the columns of a row are that nothing is said of."""
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


@cache
def _relations(model: type[Model]) -> dict[str, str]:
    """The column of each relation, by its name."""
    return {field.name: field.attname for field in model._meta.concrete_fields if isinstance(field, ForeignKey)}


def insert(model: type[Model], rows: Sequence[Model]) -> None:
    """Insert unsaved rows, as `bulk_create` does: they have their ids afterwards. Call it inside a transaction."""
    if not rows:
        return
    # The connection itself: what stands for the one in use is looked up at each attribute.
    connection = connections[DEFAULT_DB_ALIAS]
    fields = model._meta.concrete_fields
    relations = list(_relations(model).items())
    for row, pk in zip(rows, _free_ids(model, len(rows))):
        state, cells = row._state, row.__dict__
        state.adding = False
        state.db = connection.alias
        cells["id"] = pk
        pointed = state.fields_cache
        for name, column in relations:
            # What a row points to may have been written after the row was made.
            if (target := pointed.get(name)) is not None:
                cells[column] = target.id
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
            if values[place] is not None:
                values[place] = field.get_db_prep_save(values[place], connection)
        prepared.append(values)
    return prepared


def _free_ids(model: type[Model], count: int) -> Sequence[int]:
    """Ids that nobody else will take: from PostgreSQL's sequence; on SQLite, which has one writer, the next ones
    after the last that any row had, be it gone."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [model._meta.db_table, model._meta.pk.column, count],
            )
            return [pk for (pk,) in cursor.fetchall()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        (last,) = cursor.fetchone() or (0,)
    return range(last + 1, last + 1 + count)
