"""What an address of the API is asked, beside the filters of its page: the part of the list, its order and its form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.http import QueryDict

from ..kit.filters.parameters import wrong_parameters
from ..kit.links import filters_of
from .resources import Resource

USUAL, MOST = 100, 1000
"""Rows of an answer."""
FORMS = ("json", "jsonl")
CURSOR = re.compile(r"([1-9][0-9]{0,8})\.([0-9a-f]{12})")
OWN = ("sort", "limit", "cursor", "format")
CHANGED = "The list has changed since, or this is of another: begin again without a cursor."


@dataclass(frozen=True)
class Asked:
    """`filters` are what the page is asked. The part begins behind `position` rows, the last of which was `last`."""

    filters: dict[str, str]
    sort: str
    limit: int | None
    position: int
    last: str
    form: str
    wrong: dict[str, list[str]]

    @property
    def before(self) -> int:
        """How many rows are read that were told before: the last one, to see that the list is still the same."""
        return 1 if self.position else 0

    @property
    def begins(self) -> int:
        return self.position - self.before

    @classmethod
    def of(cls, query: QueryDict, resource: Resource) -> Asked:
        taken = takes(resource)
        wrong = wrong_parameters(query, taken)
        known = {name: str(query[name]) for name in taken if name in query}
        limit, cursor, form = (known.pop(name, "") for name in ("limit", "cursor", "format"))
        if limit and not (re.fullmatch("[0-9]{1,4}", limit) and 1 <= int(limit) <= MOST):
            wrong.setdefault("limit", [f"“{limit}” is not a whole number from 1 to {MOST:,}."])
        found = CURSOR.fullmatch(cursor)
        if cursor and not found:
            wrong.setdefault("cursor", [f"“{cursor}” is no cursor: take it from “next”."])
        if form and form not in FORMS:
            wrong.setdefault("format", [f"“{form}” is not one of {', '.join(FORMS)}."])
        return cls(
            filters=known,
            sort=known.pop("sort", ""),
            limit=int(limit) if limit and "limit" not in wrong else None,
            position=int(found[1]) if found else 0,
            last=found[2] if found else "",
            form=form or "json",
            wrong=wrong,
        )


def takes(resource: Resource) -> list[str]:
    """The parameters of a list. What is not the main table of its page has one order."""
    return [*filters_of(resource.view), *(name for name in OWN if name != "sort" or not resource.table)]


def mark_of(text: str) -> str:
    """What a cursor knows a row again by."""
    return blake2b(text.encode(), digest_size=6).hexdigest()


def query_of(asked: Asked, table: str) -> QueryDict:
    """What the page is asked: for all rows of the one table."""
    query: Any = QueryDict(mutable=True)
    query.update({**asked.filters, "format": "json", **({"table": table} if table else {})})
    if asked.sort:
        query["sort"] = asked.sort
    return query
