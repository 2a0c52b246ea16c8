"""The filters of the driver pages: those of a scope (`races.filters`), and a name to look for."""

from __future__ import annotations

from django import forms
from django_filters import Filter

from races.filters import ScopeFilterSet
from races.models import Series
from races.scope import Scope


class DriverFilter(ScopeFilterSet):
    keys = ("series", "active", "as_of")

    @classmethod
    def get_filters(cls):
        name = Filter(label="Name")
        name.field_class = forms.CharField
        return {"q": name, **super().get_filters()}


class InSeries:
    """A page of totals: they belong to one series, the top one unless another is asked for."""

    @property
    def scope(self) -> Scope:
        scope = super().scope
        return scope.narrowed(series=scope.series or Series.objects.first())


class RaceLogFilter(ScopeFilterSet):
    keys = ("series", "season", "from", "to", "era", "track", "type", "manufacturer", "team", "as_of")


class DriverPageFilter(ScopeFilterSet):
    keys = ()


class LeaderboardIndexFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "as_of")


class LeaderboardFilter(InSeries, ScopeFilterSet):
    keys = (
        "series",
        "season",
        "from",
        "to",
        "era",
        "track",
        "type",
        "manufacturer",
        "team",
        "active",
        "min_starts",
        "as_of",
    )


class ClubFilter(ScopeFilterSet):
    keys = ("as_of",)
