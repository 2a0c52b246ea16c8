"""The line of filters above a page: what is set, each with a link that takes it off, and quick ways to other years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.http import QueryDict

from races.models import Era
from racestats import formatting

from .filters import ScopeFilterSet

YEARS = ("season", "from", "to", "era")
"""The filters that the pills set or take off."""


class Chip(NamedTuple):
    """A filter that is set, and the address without it."""

    label: str
    text: str
    url: str


class Pill(NamedTuple):
    """A quick choice of years."""

    text: str
    url: str
    current: bool


@dataclass(frozen=True)
class FilterBar:
    """The filters of one page, as its address has them."""

    filters: ScopeFilterSet
    query: QueryDict
    path: str
    paging: tuple[str, ...] = ()
    """The parameters that choose a part of a table: rows of other years are others."""

    @property
    def only_day(self) -> bool:
        """Whether the page can be asked for as of a day, and in no other way."""
        return list(self.filters.form.fields) == ["as_of"]

    @property
    def chips(self) -> list[Chip]:
        """What is set, but for the day, which the page says itself, and the years that a pill says."""
        by_pill = {"era"} if any(pill.current for pill in self.pills[1:]) else set()
        return [
            Chip(str(field.label), self._text(name), self._address(drop=(name,)))
            for name, field in self.filters.form.fields.items()
            if self.query.get(name) and name != "as_of" and name not in by_pill
        ]

    def _text(self, name: str) -> str:
        """What a filter is set to, as people say it."""
        field, asked = self.filters.form.fields[name], self.query[name]
        if choices := getattr(field, "choices", None):
            return str(dict(choices).get(asked, asked))
        value = self.filters.form.cleaned_data.get(name)
        if isinstance(value, bool):
            return formatting.yes_no(value)
        return str(value) if hasattr(value, "get_absolute_url") else asked

    @cached_property
    def pills(self) -> list[Pill]:
        """All years, then each era, latest first; none where the page takes no era."""
        return list(self._pills()) if "era" in self.filters.form.fields else []

    def _pills(self) -> Iterator[Pill]:
        asked = {name: self.query.get(name) for name in YEARS if self.query.get(name)}
        yield Pill("All years", self._address(drop=YEARS), not asked)
        for slug, name in {era.slug: era.name for era in self.filters.reference.rows(Era)}.items():
            yield Pill(name, self._address(drop=YEARS, era=slug), asked == {"era": slug})

    def _address(self, drop: tuple[str, ...], **values: str) -> str:
        query = self.query.copy()
        for name in (*drop, *self.paging):
            query.pop(name, None)
        query.update(values)
        return f"?{query.urlencode()}" if query else self.path
