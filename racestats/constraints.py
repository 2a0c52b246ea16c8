"""The models' constraints in words: the columns one speaks of, and the one that a database error names."""

from __future__ import annotations

import re

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Model, UniqueConstraint
from django.db.models.constraints import BaseConstraint


def columns_of(constraint: BaseConstraint) -> list[str]:
    """The columns that a constraint speaks of, those that make a row unique first."""
    named = list(getattr(constraint, "fields", ()))
    condition = constraint.condition.referenced_base_fields if constraint.condition else set()
    return named + sorted(condition - set(named))


def broken_by(error: IntegrityError) -> tuple[type[Model], list[str], str] | None:
    """The model, the columns and the message of the constraint that a database error names; None for any other error.

    PostgreSQL names the constraint; SQLite does for a check, and for a unique one lists its columns.
    """
    text = str(error)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            named = re.search(rf"\b{constraint.name}\b", text)
            if named or (isinstance(constraint, UniqueConstraint) and text.endswith(_listed(model, constraint.fields))):
                return model, columns_of(constraint), constraint.get_violation_error_message()
        for field in model._meta.concrete_fields:
            named = re.search(rf"\b{model._meta.db_table}_{field.column}_(key|\w+_uniq)\b", text)
            if field.unique and (named or text.endswith(_listed(model, [field.name]))):
                return model, [field.name], f"Another {model._meta.verbose_name} has this {field.verbose_name}."
    return None


def _listed(model: type[Model], names) -> str:
    """How SQLite lists columns: “races_entry.race_id, races_entry.number”."""
    opts = model._meta
    columns = ", ".join(f"{opts.db_table}.{opts.get_field(name).column}" for name in names)
    return f"UNIQUE constraint failed: {columns}"
