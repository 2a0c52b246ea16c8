"""The fields of filters: what each takes from an address, and what it says of what it cannot use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import django_filters.fields
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.text import slugify

from races.as_of import AsOf
from races.models import Era, Race
from races.order import as_year
from racestats.errors import MeantParameter, ProblemText
from racestats.formatting import listed
from racestats.names.searching import Names, TextField
from stats.finding import KINDS, FoundRows, find
from stats.scope import AtRace, Eras

from ..moved import follow
from .days import read_days
from .widgets import RowSelect, Select, TextInput

RACE = re.compile(r"(?P<series>[a-z0-9-]+?)-(?P<year>[0-9]{4})-(?P<round>[0-9]{1,3})")
SUGGESTED = 6
"""As many as can be looked over at once."""
DAYS = "2024, 5/6/2024"
"""Texts that the fields of days take, to show how."""


def unclear(problem: str, meant: Iterable[MeantParameter]) -> ValidationError:
    """The error of a field that cannot use its text, with what it may mean."""
    meant = list(meant)
    suggestion = f" Did you mean {listed([each.text for each in meant], 'or')}?" if meant else ""
    return ValidationError(ProblemText(problem + suggestion, problem, meant))


def told(error: ValidationError) -> str:
    """What a field said of its text; from `unclear`, with what it may mean."""
    return error.message if isinstance(error.message, ProblemText) else error.messages[0]


class NamedRaces:
    """The races that an address names as “cup-2025-12”, read in one query when the first of them is needed."""

    def __init__(self, texts: Iterable[str]):
        self.named = [match for text in texts if (match := RACE.fullmatch(text.strip()))]

    def get(self, named: re.Match) -> Race:
        found = self._by_key.get(self._key(named))
        if found is None:
            raise ValidationError(f"We have no race “{named.group()}”.")
        return found

    @staticmethod
    def _key(named: re.Match) -> tuple[str, int, int]:
        return named["series"], int(named["year"]), int(named["round"])

    @cached_property
    def _by_key(self) -> dict[tuple[str, int, int], Race]:
        named = Q()
        for series, year, round_ in map(self._key, self.named):
            named |= Q(season__series__slug=series, season__year=year, round=round_)
        races = Race.objects.with_label().select_related("coverage")
        found = races.filter(named, coverage__isnull=False)
        return {(race.season.series.slug, race.season.year, race.round): race for race in found}


class DayField(TextField):
    """A day, as people write it, or a race. The filter set gives it the `races` when the form is made."""

    widget = TextInput
    races: NamedRaces
    takes_last = False
    """Of several days, as a month has, the last one and not the first."""

    def plainly(self, text: str) -> str:
        """A day as addresses have it, 2024-05-06; every other text as it is."""
        days = read_days(text)
        return str(days[self.takes_last]) if days else text

    def clean(self, value: str) -> Any:
        text = self.plainly(super().clean(value))
        if not text:
            return None
        if race := RACE.fullmatch(text):
            return self.of_race(self.races.get(race), text)
        try:
            return self.of_day(date.fromisoformat(text))
        except ValueError:
            problem = f"“{text}” is no day and no race that we know."
            raise ValidationError(ProblemText(f"{problem} It takes {DAYS}.", problem, [])) from None

    def of_race(self, race: Race, text: str) -> Any:
        return AtRace.of(race)

    def of_day(self, day: date) -> Any:
        return day


class FromField(DayField):
    """From where on: a year too, which takes in races without a date."""

    def clean(self, value: str) -> int | date | AtRace | None:
        text = (value or "").strip()
        return super().clean(value) if (year := as_year(text)) is None else year


class ToField(FromField):
    takes_last = True


class AsOfField(DayField):
    """As of the end of a day, or through a race."""

    takes_last = True

    def plainly(self, text: str) -> str:
        return f"{text}-12-31" if as_year(text) else super().plainly(text)

    def of_race(self, race: Race, text: str) -> AsOf:
        return replace(AsOf.after(race), text=text)

    def of_day(self, day: date) -> AsOf:
        return AsOf.on(day)


class YesNoField(TextField):
    """Yes or no, in the spellings that addresses use; anything else is an error, not a silent “any”."""

    widget = Select(choices=[("", "Active or not"), ("yes", "Active"), ("no", "Not active")])
    SPELLINGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

    def clean(self, value) -> bool | None:
        text = super().clean(value).lower()
        if text and text not in self.SPELLINGS:
            raise unclear(f"“{text}” is neither yes nor no.", [])
        return self.SPELLINGS.get(text)


class ChoiceField(django_filters.fields.ChoiceField):
    """One of a list; what is not on it may mean one that is spelt nearly so."""

    widget = Select

    def validate(self, value: str) -> None:
        choices = [(str(key), str(text)) for key, text in self.choices if key]
        if not value or value in dict(choices):
            return
        names = Names((place, name) for place, choice in enumerate(choices) for name in choice)
        found = names.meant(value) or names.near(value)
        meant = [MeantParameter(text, key) for place, (key, text) in enumerate(choices) if place in found]
        raise unclear(f"“{value}” is not on this list.", meant[:SUGGESTED])


class ToldAlike:
    """A number of which every wrong one is told the same. A browser keeps what is typed, number or not."""

    def __init__(self, *, problem: str, **options: Any):
        codes = ("invalid", "min_value", "max_value", "max_decimal_places")
        widget = TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(error_messages=dict.fromkeys(codes, problem), widget=widget, **options)


class WholeNumberField(ToldAlike, forms.IntegerField):
    pass


class DecimalField(ToldAlike, forms.DecimalField):
    pass


def offering(model: type[Model]) -> dict[str, Any]:
    """The attributes of a field that names of these rows are offered for while somebody types."""
    kind = next(kind for kind, each in KINDS.items() if each is model)
    return {"autocomplete": "off", "spellcheck": "false", "data-suggest": reverse_lazy("suggestions", args=[kind])}


class SearchField(TextField):
    """A part of a name, to look for."""

    def __init__(self, *, model: type[Model], **options: Any):
        self.model = model
        super().__init__(widget=TextInput(attrs=offering(model)), **options)


class NameField(TextField):
    """A driver or a team by a slug, or by any part of a name that no other has."""

    found: Any = None
    """What the text that the field has cleaned names."""

    def __init__(self, *, model: type[Model], **options: Any):
        self.model = model
        if "widget" not in options:
            any_ = {"placeholder": f"Any {model._meta.verbose_name}"}
            options["widget"] = TextInput(attrs=offering(model) | any_)
        super().__init__(**options)

    def clean(self, value: str) -> Any:
        text = super().clean(value)
        if not text:
            return None
        slug = slugify(text)
        found = self.of_slug(slug)
        if found is None:
            follow(self.model, slug)
            rows, fitting = self.named(text)
            if fitting != 1:
                fits = f"“{text}” fits {fitting} {self.model._meta.verbose_name_plural}."
                none = f"We know no {self.label.lower()} called “{text}”."
                raise unclear(fits if fitting else none, [MeantParameter(str(row), row.slug) for row in rows])
            found = self.taken(rows[0])
        self.found = found
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form shows: once a row is found its name, with the slug that a script may send for it."""
        if self.found is None or slugify(str(self.found)) != self.found.slug:
            return data
        self.widget.attrs["data-slug"] = self.found.slug
        return str(self.found)

    def of_slug(self, slug: str) -> Any:
        return self.model.objects.filter(slug=slug).first()

    def named(self, text: str) -> FoundRows:
        return find(self.model, text, SUGGESTED)

    def taken(self, row: Any) -> Any:
        """What a row that was found by its name comes to."""
        return row


class PickField(NameField):
    """A row of one of the small tables, from a list."""

    widget: RowSelect

    def __init__(self, *, model: type[Model], label: str, **options: Any):
        super().__init__(model=model, widget=RowSelect(model, f"Any {label.lower()}"), label=label, **options)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return self.found.slug if self.found else data

    def of_slug(self, slug: str) -> Any:
        return next(iter(self.widget.reference.by_slug(self.model, slug)), None)

    def named(self, text: str) -> FoundRows:
        if self.model in KINDS.values():
            return super().named(text)
        rows = {row.slug: row for row in self.widget.reference.rows(self.model)}
        found = Names((place, row.name) for place, row in enumerate(rows.values()))
        meant = found.meant(text)
        return FoundRows([list(rows.values())[place] for place in sorted(meant or found.near(text))], len(meant))


class EraField(PickField):
    def of_slug(self, slug: str) -> Eras | None:
        eras = tuple(self.widget.reference.by_slug(Era, slug))
        return Eras(slug, eras) if eras else None

    def taken(self, row: Any) -> Eras | None:
        return self.of_slug(row.slug)
