"""What the fields of filters are drawn as. The HTML is written out here: a template for every option of every list took
longer than all of the page around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from races.models import Track

from ..html import escaped
from .reference import Reference


class TextInput(forms.TextInput):
    """A line of text."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        shown = self.format_value(value)
        typed = "" if shown is None else format_html(' value="{}"', shown)
        rest = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<input type="{}" name="{}"{}{}>', self.input_type, name, typed, rest)


class Select(forms.Select):
    """A list to pick one from; it may be in groups."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        chosen = "" if value is None else str(value)
        parts = [
            format_html('<optgroup label="{}">{}</optgroup>', key, _options(text, chosen))
            if isinstance(text, list)
            else _options([(key, text)], chosen)
            for key, text in self.choices
        ]
        rest = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, rest, SafeString("".join(parts)))


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    return SafeString("".join(_option(str(key), str(text), str(key) == chosen) for key, text in choices))


def _option(key: str, text: str, is_chosen: bool) -> str:
    return f'<option value="{escaped(key)}"{" selected" if is_chosen else ""}>{escaped(text)}</option>'


class RowSelect(Select):
    """A list of a table's rows to pick one from. The filter set gives it the `reference` when the form is made.

    Tracks come in two groups: those in use, and those of other days.
    """

    reference: Reference

    def __init__(self, model: type[Model], empty: str):
        super().__init__()
        self.model = model
        self.empty = empty

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        rows = self.reference.rows(self.model)
        self.choices = [("", self.empty), *(self._tracks(rows) if self.model is Track else self._names(rows))]
        return super().render(name, value, attrs, renderer)

    def _names(self, rows: Iterable[Model]) -> list[tuple[str, str]]:
        return list({row.slug: row.name for row in rows}.items())

    def _tracks(self, rows: list[Model]) -> list[tuple[str, list[tuple[str, str]]]]:
        now = self.reference.tracks_in_use
        groups = {
            "Current tracks": [row for row in rows if row.pk in now],
            "Former tracks": [row for row in rows if row.pk not in now],
        }
        return [(group, self._names(tracks)) for group, tracks in groups.items() if tracks]
