"""The line of filters above a page: what is set, each with a link that takes it off, and quick ways to other years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.forms import Field
from django.forms.boundfield import BoundField
from django.http import QueryDict

from races.models import Era, Series
from racestats import formatting
from racestats.errors import ShownProblem
from stats.finding import find
from stats.scope import AtRace, Eras

from .fields import SUGGESTED, SearchField
from .filter_sets import ScopeFilterSet

YEARS = ("season", "from", "to", "era")
"""The filters that the pills set or take off."""


class Chip(NamedTuple):
    """A filter that is set, and the address without it; none where the others need it."""

    label: str
    text: str
    url: str


class Pill(NamedTuple):
    """A quick choice of years."""

    text: str
    url: str
    current: bool


def first_choice(field: Field) -> str | None:
    """What a list of choices stands at where nothing is asked; None of a field that is no list."""
    return next((str(value) for value, _ in getattr(field, "choices", ())), None)


@dataclass(frozen=True)
class FilterBar:
    """The filters of one page, as its address has them."""

    filters: ScopeFilterSet
    query: QueryDict
    path: str
    paging: tuple[str, ...] = ()
    """The parameters that choose a part of a table: links to other filters drop them, for their rows are others."""
    problems: dict[str, list[ShownProblem]] = field(default_factory=dict)
    """What is wrong with each filter that is."""

    @property
    def fields(self) -> list[tuple[BoundField, list[ShownProblem]]]:
        """The fields of the form, each with what is wrong with it: those first, to be seen at once."""
        fields = [(bound, self.problems.get(bound.name, [])) for bound in self.filters.form]
        return sorted(fields, key=lambda each: not each[1])

    @property
    def groups(self) -> list[tuple[str, list[tuple[BoundField, list[ShownProblem]]]]]:
        """The same under the headings that the filters have, if they have any."""
        fields = {bound.name: (bound, found) for bound, found in self.fields}
        groups = getattr(self.filters, "groups", None) or {"": list(fields)}
        return [(heading, [fields[name] for name in names]) for heading, names in groups.items()]

    @property
    def only_day(self) -> bool:
        """Whether the page can be asked for as of a day, and in no other way."""
        return list(self.filters.form.fields) == ["as_of"]

    @property
    def near(self) -> list[tuple[str, str]]:
        """Where nothing has the name that is looked for: the names and addresses of what is called nearly so."""
        field, text = self.filters.form.fields.get("q"), self.query.get("q")
        if not (text and isinstance(field, SearchField)):
            return []
        found = find(field.model, text, SUGGESTED)
        return [] if found.fitting else [(str(row), row.get_absolute_url()) for row in found.rows]

    @property
    def chips(self) -> list[Chip]:
        """What is set, but for the day, which the page says itself, and the years that a pill says."""
        pill = next((pill for pill in self.pills if pill.current), None)
        return [
            Chip(str(field.label), self._text(name), "" if self.filters.needs(name) else self._address(drop=(name,)))
            for name, field in self.filters.form.fields.items()
            if self.query.get(name) not in ("", None, first_choice(field))
            and name != "as_of"
            and not (pill and name in YEARS)
        ]

    def _text(self, name: str) -> str:
        """What a filter is set to, as people say it."""
        field, asked = self.filters.form.fields[name], self.query[name]
        if choices := getattr(field, "choices", None):
            return str(dict(choices).get(asked, asked))
        value = self.filters.form.cleaned_data.get(name)
        if isinstance(value, bool):
            return formatting.yes_no(value)
        if isinstance(value, date):
            return formatting.short_day(value)
        if isinstance(value, AtRace):
            return value.label
        if isinstance(value, Eras):
            return value.eras[0].name
        return asked if value is None else str(value)

    @cached_property
    def pills(self) -> list[Pill]:
        """Quick choices of years; none where the page takes no era."""
        if "era" not in self.filters.form.fields:
            return []
        asked = {name: self.query[name] for name in YEARS if self.query.get(name)}
        return [Pill(text, self._address(drop=YEARS, **years), asked == years) for text, years in self._years()]

    def _years(self) -> Iterator[tuple[str, dict[str, str]]]:
        """All, the first and the last of the eras, and the latest season, which may lie after the day asked for."""
        yield "All time", {}
        eras = {era.slug: era.name for era in reversed(self.filters.reference.rows(Era))}
        for slug in dict.fromkeys([*list(eras)[:1], *list(eras)[-1:]]):
            yield eras[slug], {"era": slug}
        if not self.query.get("as_of") and (season := self._latest_season()):
            year = str(season)
            yield year, {"season": year} if "season" in self.filters.form.fields else {"from": year, "to": year}

    def _latest_season(self) -> int | None:
        """Of the series that is asked for or, where one could be, of the top one."""
        form, reference = self.filters.form, self.filters.reference
        top = reference.first(Series) if "series" in form.fields else None
        return reference.latest_season(form.cleaned_data.get("series") or top)

    def _address(self, drop: tuple[str, ...], **values: str) -> str:
        query = self.query.copy()
        for name in (*drop, *self.paging):
            query.pop(name, None)
        query.update(values)
        return f"?{query.urlencode()}" if query else self.path
