"""The filters of the driver pages: those of a scope (`races.filters`), and a name to look for."""

from __future__ import annotations

from django import forms
from django_filters import ChoiceFilter, Filter

from races.filters import ScopeFilterSet
from races.models import Series
from races.scope import Scope
from racestats.searching import TextField

from .head_to_head import FIGURES, RIVAL
from .milestones import MILESTONE_STATISTICS


def _name() -> Filter:
    """A name to look for."""
    name = Filter(label="Name")
    name.field_class = TextField
    return name


class DriverFilter(ScopeFilterSet):
    keys = ("series", "active", "as_of")

    @classmethod
    def get_filters(cls):
        return {"q": _name(), **super().get_filters()}


class InSeries:
    """A page of totals: they belong to one series, the top one unless another is asked for."""

    @property
    def scope(self) -> Scope:
        scope = super().scope
        return scope.narrowed(series=scope.series or self.reference.first(Series))


class RaceLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "manufacturer", "team", "as_of")


class TeamLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "manufacturer", "driver", "as_of")


class ManufacturerLogFilter(ScopeFilterSet):
    keys = ("stat", "series", "season", "from", "to", "era", "track", "type", "team", "driver", "as_of")


class MakerFilter(InSeries, ScopeFilterSet):
    keys = ("series", "from", "to", "era", "track", "type", "as_of")


class MakerListFilter(InSeries, ScopeFilterSet):
    keys = ("series", "from", "to", "era", "track", "type", "active", "as_of")

    @classmethod
    def get_filters(cls):
        return {"q": _name(), **super().get_filters()}


class LeaderboardIndexFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "as_of")


class LeaderboardFilter(InSeries, ScopeFilterSet):
    keys = (
        "by",
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


class StreakIndexFilter(InSeries, ScopeFilterSet):
    keys = ("series", "as_of")


class StreakFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "from", "to", "era", "track", "type", "driver", "active", "as_of")


class RivalsFilter(InSeries, ScopeFilterSet):
    keys = ("series", "season", "from", "to", "era", "track", "type", "as_of")


class VersusFilter(RivalsFilter):
    @classmethod
    def get_filters(cls):
        choices = [
            choice
            for key, figure in FIGURES.items()
            for choice in ((key, figure.label), (f"{RIVAL}{key}", f"{figure.label}: the rival"))
        ]
        return {"only": ChoiceFilter(choices=choices, label="Races", empty_label="All"), **super().get_filters()}


class WatchFilter(InSeries, ScopeFilterSet):
    keys = ("series", "driver", "as_of")

    @classmethod
    def get_filters(cls):
        stat = ChoiceFilter(
            choices=[(each.key, each.label) for each in MILESTONE_STATISTICS], label="Statistic", empty_label="Any"
        )
        within = Filter(label="Races away, at most", min_value=1, max_value=1000)
        within.field_class = forms.IntegerField
        series, driver, as_of = super().get_filters().values()
        return {"series": series, "stat": stat, "driver": driver, "within": within, "as_of": as_of}
