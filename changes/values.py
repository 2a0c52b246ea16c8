"""Columns of rows as a history keeps them: in JSON, of equal values the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Field, FileField, JSONField, Model
from django.utils.duration import duration_iso_string

Plain = object
"""What JSON holds."""
Values = dict[str, Plain]
"""Values of a row, by the names of its columns; of a relation, the id."""


@cache
def columns_of(model: type[Model]) -> dict[str, Field]:
    """The columns of a model without its id, by name."""
    return {field.name: field for field in model._meta.concrete_fields if not field.primary_key}


def values_of(row: Model, names: Iterable[str] | None = None) -> Values:
    """What a row says in these columns, or in all."""
    columns = columns_of(type(row))
    return {name: plain(columns[name], getattr(row, columns[name].attname)) for name in names or columns}


def plain(field: Field, value: object) -> Plain:
    """A value of a column as JSON holds it."""
    if value is None or isinstance(value, bool) or isinstance(field, JSONField):
        return value
    if field.is_relation:
        return int(value)
    if isinstance(field, FileField):
        return str(value)
    try:
        value = field.to_python(value)
    except ValidationError:
        return str(value)
    if isinstance(field, DecimalField) and isinstance(value, Decimal):
        return f"{value:.{field.decimal_places}f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return duration_iso_string(value) if isinstance(value, timedelta) else value


def value_of(field: Field, kept: Plain) -> object:
    """The value that was kept."""
    return kept if kept is None or field.is_relation or isinstance(field, JSONField) else field.to_python(kept)


def as_row(model: type[Model], pk: int, values: Values) -> Model:
    """The row that said this, unsaved; columns that were not kept have their defaults. Raise ValueError where a column
    is none of the model's any more, or can no longer hold what was kept."""
    columns = columns_of(model)
    if gone := values.keys() - columns.keys():
        raise ValueError(f"“{min(gone)}” is no column of {model._meta.verbose_name_plural} any more.")
    row = model(pk=pk)
    for name, kept in values.items():
        try:
            setattr(row, columns[name].attname, value_of(columns[name], kept))
        except ValidationError as error:
            raise ValueError(f"“{name}” of the {model._meta.verbose_name}: {' '.join(error.messages)}") from error
    return row
