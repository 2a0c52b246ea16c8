"""How the schema describes what an address takes: made of the fields of the page's filters."""

from __future__ import annotations

from typing import Any

from django import forms

from ..kit.filters.fields import DayField, FromField, NameField, YesNoField
from ..kit.filters.finder_fields import RangeField
from ..kit.forms import TablePageView
from ..kit.tables.base import SENT_AT_ONCE
from .asking import FORMS, MOST, USUAL, takes
from .resources import Resource

Described = dict[str, Any]

OWN: dict[str, tuple[str, Described]] = {
    "sort": ("A column to sort by; with a minus before it the other way round.", {"type": "string"}),
    "limit": (
        f"Rows of an answer. In lines there are up to {SENT_AT_ONCE:,} without it.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    ),
    "cursor": ("Where to go on: “next” has it, and so has the header Link.", {"type": "string"}),
    "format": (
        "jsonl gives the rows alone, one a line, for long lists.",
        {"type": "string", "enum": list(FORMS), "default": FORMS[0]},
    ),
}
"""What is said of the parameters that every list takes, and of which type each is."""
DAY = "A day, 2024-05-06, or a race, cup-2024-12, at its finish"


def parameters_of(resource: Resource) -> list[Described]:
    filters = filters_in(resource.view)
    return [
        parameter(name, *OWN[name]) if name not in filters else parameter(name, *words_of(filters[name]))
        for name in takes(resource)
    ]


def filters_in(view: type[TablePageView]) -> dict[str, forms.Field]:
    """The fields of a page's filters, by name."""
    return {name: made.field for name, made in view.filterset_class.get_filters().items()}


def parameter(name: str, says: str, schema: Described) -> Described:
    return {"name": name, "in": "query", "required": False, "description": says, "schema": schema}


def words_of(field: forms.Field) -> tuple[str, Described]:
    """What a field is, and the type of what it takes."""
    label = str(field.label or "")
    if isinstance(field, DayField):
        return f"{label}: {DAY}{', or a year' if isinstance(field, FromField) else ''}.", {"type": "string"}
    if isinstance(field, NameField):
        return f"{label}: an id, or any part of a name that no other has.", {"type": "string"}
    if isinstance(field, YesNoField):
        return f"{label}: yes or no.", {"type": "string", "enum": ["yes", "no"]}
    if isinstance(field, RangeField):
        return f"{label}: a number, or a range such as {type(field).example}.", {"type": "string"}
    if isinstance(field, forms.ChoiceField):
        return f"{label}.", {"type": "string", "enum": [str(key) for key, _ in field.choices if key]}
    if isinstance(field, (forms.IntegerField, forms.DecimalField)):
        kind = "integer" if isinstance(field, forms.IntegerField) else "number"
        limits = {"minimum": field.min_value, "maximum": field.max_value}
        return f"{label}.", {"type": kind, **{name: int(value) for name, value in limits.items() if value is not None}}
    return f"{label}.", {"type": "string"}
