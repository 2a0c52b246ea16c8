"""The page of the API, drawn of its schema: each address with what it takes and answers, and an example that runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from racestats.formatting import listed

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column
from ..kit.tables.table_page import TablePage
from .facts import FACTS
from .promises import CHANGES, PROMISES
from .resources import RESOURCES
from .shapes import Answer, Career, Denominator, Figure, Margin, Problem, Reference, SessionFacts, Source
from .version_one import ADDRESSES, schema

WRITTEN_OUT = 8
"""So many values of a parameter are listed; the schema has all."""
SHAPES = (Answer, Denominator, Reference, Figure, Problem, Career, Margin, SessionFacts, Source)
"""The shapes that several answers are made of."""
OF_ROWS = "rows"


class Said(NamedTuple):
    """A parameter or a field: its name, what it is, and what there is to say of it."""

    name: str
    kind: str
    says: str


class Operation(NamedTuple):
    """An address, and what it answers: of a list the fields of a row, in each of the shapes that it may have."""

    name: str
    path: str
    says: str
    group: str
    example: str
    parameters: list[Said]
    shapes: list[list[Said]]


class Shape(NamedTuple):
    """What answers are made of."""

    name: str
    says: str
    fields: list[Said]


class PathColumn(Column):
    """A path, which may go on in the next line behind a slash."""

    def html(self, record) -> SafeString:
        # Only what is ours is added to what is escaped.
        return mark_safe(super().html(record).replace("/", "<wbr>/"))  # nosec B308


class OperationTable(BaseTable):
    caption = "Addresses"
    heads_rows = "path"

    path = PathColumn("Address", url="example", title="Behind /api/v1; it leads to an example", orderable=False)
    says = Column("What it gives", orderable=False)
    group = Column("About", orderable=False, priority=3)


class ApiView(TablePageView):
    template_name = "pages/api.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters: ScopeFilterSet) -> TablePage:
        found = operations()
        return TablePage(
            "For programs",
            {"operations": OperationTable(found, rows_shown=len(found))},
            total=len(found),
            matching=len(found),
            context={
                "promises": PROMISES,
                "changes": CHANGES,
                "groups": [(name, list(each)) for name, each in groupby(found, lambda each: each.group)],
                "shapes": shapes(),
                "sections": [
                    ("table", "Addresses"),
                    ("operations", "What they take and answer"),
                    ("shapes", "Shapes"),
                    ("changes", "Changes"),
                ],
            },
        )


@cache
def operations() -> list[Operation]:
    """All, those about the same together."""
    whole = schema()
    made = []
    for each in sorted((*FACTS, *RESOURCES), key=lambda each: each.group):
        operation = whole["paths"][ADDRESSES[each.name]]["get"]
        asked = f"?{each.example}" if each.example else ""
        example = f"{ADDRESSES[each.name].removesuffix(each.path)}{each.example_path}{asked}"
        parameters = [Said(one["name"], "", words_of(one)) for one in operation["parameters"]]
        answer = operation["responses"][200]["content"]["application/json"]["schema"]
        told = [list(fields_of(whole, shape)) for shape in row_shapes(whole, answer)]
        made.append(Operation(each.name, each.path, each.says, each.group, example, parameters, told))
    return made


@cache
def shapes() -> list[Shape]:
    known = schema()["components"]["schemas"] | {Answer.__name__: Answer.model_json_schema()}
    named = [(each.__name__, known[each.__name__]) for each in SHAPES]
    return [Shape(name, each["description"], list(fields_of({}, each))) for name, each in named]


def words_of(parameter: dict[str, Any]) -> str:
    """What a parameter is, with the first values of a list that it is one of."""
    values = parameter["schema"].get("enum", [])
    if not values:
        return parameter["description"]
    further = len(values) - WRITTEN_OUT
    told = [*values[:WRITTEN_OUT], f"{further} more"] if further > 0 else values
    return f"{parameter['description']} One of {listed(told)}."


def row_shapes(whole: dict[str, Any], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The shapes of the rows of an answer; of what is no list its own."""
    shape = resolved(whole, answer)
    if OF_ROWS not in shape["properties"]:
        return [shape]
    items = shape["properties"][OF_ROWS]["items"]
    return [resolved(whole, each) for each in items.get("anyOf", [items])]


def resolved(whole: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    return whole["components"]["schemas"][name_in(shape)] if "$ref" in shape else shape


def name_in(shape: dict[str, Any]) -> str:
    return shape["$ref"].rpartition("/")[2]


def fields_of(whole: dict[str, Any], shape: dict[str, Any]) -> Iterator[Said]:
    for name, each in shape.get("properties", {}).items():
        yield Said(name, kind_of(each), each.get("description", ""))


KINDS = {"integer": "whole number", "string": "text", "boolean": "true or false", "null": "null", "object": "object"}


def kind_of(shape: dict[str, Any]) -> str:
    """“text or null”, “Figure”, “list of Source”."""
    if "$ref" in shape:
        return name_in(shape)
    if "anyOf" in shape:
        return " or ".join(kind_of(each) for each in shape["anyOf"])
    if shape.get("type") == "array":
        return f"list of {kind_of(shape['items'])}"
    if isinstance(shape.get("additionalProperties"), dict):
        return f"{kind_of(shape['additionalProperties'])} by name"
    return KINDS.get(shape.get("type", ""), shape.get("type", "any"))
