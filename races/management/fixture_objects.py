"""What one object of a fixture says, and what is wrong with it as far as it shows without the database."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from difflib import get_close_matches

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

OUR_APPS = {"drivers", "races"}


def model_of(node: dict) -> type[models.Model] | None:
    try:
        return apps.get_model(node["model"])
    except (LookupError, ValueError):
        return None


def problems_of(node: dict, ignore_unknown: bool) -> Iterator[str]:
    """What is wrong with one object of a fixture, as far as it shows without the database."""
    model = model_of(node)
    if model is None:
        yield f"there is no model “{node['model']}”."
        return
    said = node.get("fields")
    if not isinstance(said, dict):
        yield "its “fields” are missing, or are not an object."
        return
    fields = {field.name: field for field in model._meta.get_fields() if field.concrete or field.many_to_many}
    for name in said if not ignore_unknown else ():
        if name not in fields:
            close = get_close_matches(name, fields, 1)
            yield f"“{name}” is not a field of {model._meta.label_lower}" + (f": “{close[0]}”?" if close else ".")
    if model._meta.app_label not in OUR_APPS:
        return
    if node.get("pk") is not None and (problem := problem_of_value(model._meta.pk, node["pk"])):
        yield f"pk {as_written(node['pk'])}: {problem}"
    for name, field in fields.items():
        if name in said:
            problem = (problem_of_key if field.remote_field else problem_of_value)(field, said[name])
            if problem:
                yield f"{name} {as_written(said[name])}: {problem}"
        elif is_needed(field):
            yield f"{name} is missing."


def is_needed(field) -> bool:
    """Whether an object must name a column: an unknown reference or an empty name would say nothing."""
    if field.primary_key or field.null or field.has_default():
        return False
    return bool(field.remote_field) or not field.blank


def problem_of_value(field: models.Field, value) -> str | None:
    if value is None and field.null:
        return None
    if isinstance(value, (list, dict)) and not isinstance(field, models.JSONField):
        return "expected one value."
    if isinstance(value, bool) and not isinstance(field, (models.BooleanField, models.JSONField)):
        return "expected a text or a number, not true or false."
    if isinstance(value, str) and "\0" in value:
        return "a text cannot hold a null character."
    if isinstance(value, float) and isinstance(field, models.IntegerField) and not value.is_integer():
        return "expected a whole number."
    if isinstance(value, float) and isinstance(field, models.DecimalField):
        value = str(value)
    try:
        field.clean(value, None)
    except ValidationError as error:
        told = " ".join(error.messages)
        choices = ", ".join(str(key) for key, _ in field.flatchoices if key) if field.choices else ""
        return f"{told} There are {choices}." if choices else told
    except Exception as error:
        return f"{error}."
    return None


def problem_of_key(field: models.Field, value) -> str | None:
    """What is wrong with the shape of a reference; whether the book has it shows when it is looked up."""
    if value is None:
        return None if field.null else "this reference cannot be empty."
    if type(value) is int or (isinstance(value, str) and value.isdecimal()):
        return None
    parts = key_parts(field.related_model)
    plain = isinstance(value, list) and all(part is None or type(part) in (int, str) for part in value)
    if plain and (parts is None or len(value) == len(parts)):
        return None
    return f"write the natural key as a list, [{', '.join(parts or ())}]."


def key_parts(model: type[models.Model]) -> list[str] | None:
    """What a model's natural key is made of; None where that varies."""
    if lookups := getattr(model, "natural_lookups", None):
        return [lookup.replace("__", " ") for lookup in lookups]
    reader = getattr(model._default_manager, "get_by_natural_key", None)
    parameters = inspect.signature(reader).parameters.values() if reader else ()
    if not parameters or any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    return [parameter.name for parameter in parameters]


def as_written(value) -> str:
    """A value as a fixture writes it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}…"
