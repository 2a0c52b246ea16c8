"""The filters of every page of statistics. `SCOPE_FILTERS` defines each once; a page's filter set names those it takes.

The filter sets read and check; what a value selects is the scope's business (`stats.scope`).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import django_filters as filters
from django import forms
from django.db.models import Model

from drivers.models import Driver, Manufacturer, Team
from races.models import Era, Race, Ruling, Series, Track, TrackLayout
from races.order import FIRST_YEAR, LAST_YEAR
from races.statistics import CAREER_STATISTICS, STATISTICS
from racestats.names.searching import TextField
from stats.scope import Scope
from stats.subjects import SUBJECTS

from .fields import (
    DAYS,
    AsOfField,
    ChoiceField,
    DayField,
    DecimalField,
    EraField,
    FromField,
    NamedRaces,
    NameField,
    PickField,
    SearchField,
    ToField,
    WholeNumberField,
    YesNoField,
)
from .reference import Reference
from .widgets import RowSelect


def filter_of(field_class: type[forms.Field], label: str, **options) -> filters.Filter:
    """A filter whose field is of this class."""
    made = filters.Filter(label=label, **options)
    made.field_class = field_class
    return made


def _picked(model: type[Model], label: str) -> filters.Filter:
    return filter_of(PickField, label, model=model)


def choice(label: str, choices: Iterable[tuple[str, str]], empty: str | None) -> filters.Filter:
    """A filter by one of a list; where nothing is asked it stands at `empty` or, without one, at the first."""
    return filter_of(ChoiceField, label, choices=list(choices), empty_label=empty)


NEVER_HAD = tuple(each for each in CAREER_STATISTICS if each.key != "starts")
"""What a board may be narrowed to those without."""

SCOPE_FILTERS = {
    "series": lambda: _picked(Series, "Series"),
    "season": lambda: filter_of(
        WholeNumberField,
        "Season",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        problem="Say a year with four digits, such as 2024.",
    ),
    "from": lambda: filter_of(FromField, "From", help_text=DAYS),
    "to": lambda: filter_of(ToField, "Through", help_text=DAYS),
    "era": lambda: filter_of(EraField, "Era", model=Era),
    "track": lambda: _picked(Track, "Track"),
    "type": lambda: choice("Track type", TrackLayout.Type.choices, "Any track type"),
    "driver": lambda: filter_of(NameField, "Driver", model=Driver),
    "team": lambda: filter_of(NameField, "Team", model=Team),
    "manufacturer": lambda: _picked(Manufacturer, "Make"),
    "by": lambda: choice("Rank", [(key, each.many.capitalize()) for key, each in SUBJECTS.items()], None),
    "stat": lambda: choice("Statistic", [(each.key, each.label) for each in STATISTICS.values()], "All races"),
    "active": lambda: filter_of(YesNoField, "Active"),
    "without": lambda: choice("Without", [(each.key, f"a {each.one}") for each in NEVER_HAD], "All"),
    "min_starts": lambda: filter_of(
        WholeNumberField,
        "Starts, at least",
        min_value=0,
        max_value=5000,
        problem="Say a whole number of starts, from 0 to 5,000.",
    ),
    "max_margin": lambda: filter_of(
        DecimalField,
        "Margin at most (s)",
        min_value=Decimal(0),
        max_value=Decimal(1000),
        decimal_places=3,
        problem="Say seconds from 0 to 1,000, such as 0.5 or 0.125.",
    ),
    "kind": lambda: choice("Kind", Ruling.Kind.choices, "Any kind"),
    "as_of": lambda: filter_of(AsOfField, "As of", help_text="May 6, 2024"),
}


class ScopeFilterSet(filters.FilterSet):
    """Reads a page's filters into a scope. `keys` names the filters the page takes, in the order shown."""

    keys: tuple[str, ...] = ()
    summary = "Filters"
    """What opens the form."""

    class Meta:
        model = Race
        fields: list[str] = []

    @classmethod
    def get_filters(cls):
        return {key: SCOPE_FILTERS[key]() for key in cls.keys}

    def __init__(self, data=None, **kwargs):
        super().__init__(data, queryset=Race.objects.none(), **kwargs)
        self.reference = Reference()
        self.data = self._plainly(self.data)
        self.form.label_suffix = ""
        may_name_races = {name: field for name, field in self.form.fields.items() if isinstance(field, DayField)}
        races = NamedRaces(self.form.data.get(name, "") for name in may_name_races)
        for field in may_name_races.values():
            field.races = races
        for field in self.form.fields.values():
            if isinstance(field.widget, RowSelect):
                field.widget.reference = self.reference

    def _plainly(self, data):
        """What is asked, with its days as addresses have them, so that no link carries another way to write them on."""
        fields = {name: made.field for name, made in self.filters.items() if isinstance(made.field, DayField)}
        asked = {name: data[name] for name in fields if name in data}
        plainly = {name: fields[name].plainly(text) for name, text in asked.items()}
        if plainly == asked:
            return data
        data = data.copy()
        for name, text in plainly.items():
            data[name] = text
        return data

    @property
    def scope(self) -> Scope:
        return Scope.from_filters(self.form.cleaned_data)

    def needs(self, name: str) -> bool:
        """Whether what else is asked means nothing without this filter."""
        return False

    def value(self, key: str):
        return self.form.cleaned_data.get(key)


class AsOfFilter(ScopeFilterSet):
    """Of a page that can be asked for as of a day, and in no other way."""

    keys = ("as_of",)


def name_filter(model: type[Model] | None = None) -> filters.Filter:
    """A name, or a part of one, to look for; of a model that can be found by name also with suggestions."""
    return filter_of(SearchField, "Name", model=model) if model else filter_of(TextField, "Name")


def search_filter() -> filters.Filter:
    """Any text, of which whatever it finds is shown."""
    return filter_of(TextField, "Search")


class InSeries:
    """A page of totals: they belong to one series, the top one unless another is asked for."""

    @property
    def scope(self) -> Scope:
        scope = super().scope
        return scope.narrowed(series=scope.series or self.reference.first(Series))
