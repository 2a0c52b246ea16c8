"""The filters of every page of statistics. `SCOPE_FILTERS` defines each once; a page's filter set names those it takes.

The filter sets read and check; what a value selects is the scope's business (`stats.scope`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.text import slugify

from drivers.models import Driver, Manufacturer, Team, TeamName
from races.as_of import AsOf
from races.models import Era, Race, Ruling, Series, Track, TrackLayout
from races.order import FIRST_YEAR, LAST_YEAR
from races.statistics import STATISTICS
from racestats.searching import TextField
from stats.scope import AtRace, Eras, Scope
from stats.subjects import SUBJECTS

from .reference import Reference

RACE = re.compile(r"(?P<series>[a-z0-9-]+?)-(?P<year>[0-9]{4})-(?P<round>[0-9]{1,3})")


class NamedRaces:
    """The races that an address names as “cup-2025-12”, read in one query when the first of them is needed."""

    def __init__(self, texts: Iterable[str]):
        self.named = [match for text in texts if (match := RACE.fullmatch(text.strip()))]

    def get(self, named: re.Match) -> Race:
        found = self._by_key.get(self._key(named))
        if found is None:
            raise ValidationError(f"“{named.group()}” is not a race that this book holds.")
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


class RaceTextField(TextField):
    """A text that may name a race. The filter set gives it the `races` when the form is made."""

    races: NamedRaces


class BoundField(RaceTextField):
    """“2024”, “2024-05-06” or, exact where races have no date, “cup-2024-12”."""

    def clean(self, value) -> int | date | AtRace | None:
        text = super().clean(value)
        if not text:
            return None
        if re.fullmatch(r"[0-9]{4}", text) and FIRST_YEAR <= int(text) <= LAST_YEAR:
            return int(text)
        if race := RACE.fullmatch(text):
            return AtRace.of(self.races.get(race))
        return _day(text, f"“{text}” is neither a year, nor a day such as 2024-05-06, nor a race such as cup-2025-12.")


class AsOfField(RaceTextField):
    """“2024-05-06”: the end of that day; or “cup-2025-12”: through that race."""

    def clean(self, value) -> AsOf | None:
        text = super().clean(value)
        if not text:
            return None
        if race := RACE.fullmatch(text):
            return replace(AsOf.after(self.races.get(race)), text=text)
        return AsOf.on(_day(text, f"“{text}” is neither a day such as 2024-05-06 nor a race such as cup-2025-12."))


class RowSelect(forms.Select):
    """A list of a table's rows to pick one from. The filter set gives it the `reference` when the form is made."""

    reference: Reference

    def __init__(self, model):
        super().__init__()
        self.model = model

    def optgroups(self, name, value, attrs=None):
        names = {row.slug: row.name for row in self.reference.rows(self.model)}
        self.choices = [("", "Any"), *names.items()]
        return super().optgroups(name, value, attrs)


class YesNoField(TextField):
    """Yes or no, in the spellings that addresses use; anything else is an error, not a silent “any”."""

    widget = forms.Select(choices=[("", "Any"), ("yes", "Yes"), ("no", "No")])
    SPELLINGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

    def clean(self, value) -> bool | None:
        text = super().clean(value).lower()
        if text and text not in self.SPELLINGS:
            raise ValidationError(f"“{text}” is neither yes nor no.")
        return self.SPELLINGS.get(text)


def _day(text: str, problem: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValidationError(problem)


class SlugOrNameField(TextField):
    """A row by its slug, or by a name that makes its slug."""

    def __init__(self, *, model, **options):
        self.model = model
        options.setdefault("widget", forms.TextInput(attrs={"placeholder": "name"}))
        super().__init__(**options)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = self.find(slugify(text))
        if not found:
            article = "an" if self.label[0] in "AEIOU" else "a"
            raise ValidationError(f"“{text}” is not {article} {self.label.lower()} of this book.")
        return found

    def find(self, slug: str):
        return self.model.objects.filter(slug=slug).first()


class TeamField(SlugOrNameField):
    """A team by a former name too."""

    def find(self, slug: str) -> Team | None:
        former = TeamName.objects.select_related("team")
        return super().find(slug) or next((dated.team for dated in former if slugify(dated.name) == slug), None)


class PickField(SlugOrNameField):
    """A row of one of the small tables, from a list."""

    def __init__(self, *, model, **options):
        super().__init__(model=model, widget=RowSelect(model), **options)

    def find(self, slug: str):
        return next(iter(self.widget.reference.by_slug(self.model, slug)), None)


class EraField(PickField):
    def find(self, slug: str) -> Eras | None:
        eras = tuple(self.widget.reference.by_slug(Era, slug))
        return Eras(slug, eras) if eras else None


def _of(field_class, label: str, **options) -> filters.Filter:
    made = filters.Filter(label=label, **options)
    made.field_class = field_class
    return made


def _picked(model, label: str) -> filters.Filter:
    return _of(PickField, label, model=model)


SCOPE_FILTERS = {
    "series": lambda: _picked(Series, "Series"),
    "season": lambda: _of(forms.IntegerField, "Season", min_value=FIRST_YEAR, max_value=LAST_YEAR),
    "from": lambda: _of(BoundField, "From"),
    "to": lambda: _of(BoundField, "To"),
    "era": lambda: _of(EraField, "Era", model=Era),
    "track": lambda: _picked(Track, "Track"),
    "type": lambda: filters.ChoiceFilter(choices=TrackLayout.Type.choices, label="Track type", empty_label="Any"),
    "driver": lambda: _of(SlugOrNameField, "Driver", model=Driver),
    "team": lambda: _of(TeamField, "Team", model=Team),
    "manufacturer": lambda: _picked(Manufacturer, "Make"),
    "by": lambda: filters.ChoiceFilter(
        choices=[(key, each.many.capitalize()) for key, each in SUBJECTS.items()], label="Of", empty_label=None
    ),
    "stat": lambda: filters.ChoiceFilter(
        choices=[(each.key, each.label) for each in STATISTICS.values()], label="Statistic", empty_label="All races"
    ),
    "active": lambda: _of(YesNoField, "Active"),
    "min_starts": lambda: _of(forms.IntegerField, "Starts, at least", min_value=0, max_value=5000),
    "max_margin": lambda: _of(
        forms.DecimalField, "Margin at most (s)", min_value=Decimal(0), max_value=Decimal(1000), decimal_places=3
    ),
    "kind": lambda: filters.ChoiceFilter(choices=Ruling.Kind.choices, label="Kind", empty_label="Any"),
    "as_of": lambda: _of(AsOfField, "As of"),
}


class ScopeFilterSet(filters.FilterSet):
    """Reads a page's filters into a scope. `keys` names the filters the page takes, in the order shown."""

    keys: tuple[str, ...] = ()

    class Meta:
        model = Race
        fields: list[str] = []

    @classmethod
    def get_filters(cls):
        return {key: SCOPE_FILTERS[key]() for key in cls.keys}

    def __init__(self, data=None, **kwargs):
        super().__init__(data, queryset=Race.objects.none(), **kwargs)
        self.reference = Reference()
        may_name_races = {name: field for name, field in self.form.fields.items() if isinstance(field, RaceTextField)}
        races = NamedRaces(self.form.data.get(name, "") for name in may_name_races)
        for field in may_name_races.values():
            field.races = races
        for field in self.form.fields.values():
            if isinstance(field.widget, RowSelect):
                field.widget.reference = self.reference

    @property
    def scope(self) -> Scope:
        return Scope.from_filters(self.form.cleaned_data)

    def value(self, key: str):
        return self.form.cleaned_data.get(key)


class AsOfFilter(ScopeFilterSet):
    """Of a page that can be asked for as of a day, and in no other way."""

    keys = ("as_of",)


def name_filter() -> filters.Filter:
    """A name to look for."""
    name = filters.Filter(label="Name")
    name.field_class = TextField
    return name


class InSeries:
    """A page of totals: they belong to one series, the top one unless another is asked for."""

    @property
    def scope(self) -> Scope:
        scope = super().scope
        return scope.narrowed(series=scope.series or self.reference.first(Series))
