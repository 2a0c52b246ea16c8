"""By what the results or races that a question finds are grouped: each grouping is declared here, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import Combinable

from drivers.models import Driver, Manufacturer, Team
from races.models import Event, Race, Series, Track, TrackLayout
from racestats.formatting import ordinal
from stats.scope import Scope

from .field import OF_RACE
from .homes import state_of_driver


def _as_it_is(values: Iterable[Any]) -> dict[Any, Any]:
    return {value: value for value in values}


def _rows(model: Any, *columns: str) -> Callable[[Iterable[Any]], dict[Any, Any]]:
    """Reads the rows with these ids: of many all, for so many values would be a query of thousands."""

    def named(keys: Iterable[Any]) -> dict[Any, Any]:
        ids = set(keys)
        rows = model.objects.only(*columns).order_by()
        found: dict[Any, Any] = (rows if len(ids) > MANY else rows.filter(pk__in=ids)).in_bulk()
        return found

    return named


MANY = 1000


def _races(keys: Iterable[Any]) -> dict[Any, Any]:
    ids = set(keys)
    races = Race.objects.with_label()
    return (races if len(ids) > MANY else races.filter(pk__in=ids)).in_bulk()


@dataclass(frozen=True)
class Grouping:
    """One way to group: what a line and a race have it under, what it is called, and how its values are named.

    What is no column of a race groups results alone. `query` writes a value of it for an address.
    """

    key: str
    one: str
    many: str
    line: str
    race: str = ""
    named: Callable[[Iterable[Any]], dict[Any, Any]] = _as_it_is
    show: Callable[[Any], str] = str
    field: str = ""
    """The parameter that asks for a value of it, where that is another."""
    expression: Callable[[Scope], Combinable] | None = None
    """What no column of a line has is this, of the scope, under that name."""

    @property
    def heading(self) -> str:
        return self.one.capitalize()

    def query(self, value: Any) -> dict[str, str]:
        """The parameters that ask for what has this value."""
        if self.key == "race":
            return dict.fromkeys(("from", "to"), f"{value.season.series.slug}-{value.season.year}-{value.round}")
        return {self.field or self.key: str(getattr(value, "slug", value))}

    @property
    def links(self) -> bool:
        """Whether what it groups by has pages."""
        return self.key in ("driver", "team", "manufacturer", "track", "race", "series")


TYPES: dict[str, str] = dict(TrackLayout.Type.choices)

GROUPINGS: dict[str, Grouping] = {
    each.key: each
    for each in (
        Grouping("driver", "driver", "drivers", "driver", named=_rows(Driver, "name", "suffix", "slug")),
        Grouping("team", "team", "teams", "team", named=_rows(Team, "name", "slug")),
        Grouping("manufacturer", "make", "makes", "manufacturer", named=_rows(Manufacturer, "name", "slug")),
        Grouping("state", "home state or country", "home states and countries", "state", expression=state_of_driver),
        Grouping("number", "car number", "car numbers", "number"),
        Grouping("season", "season", "seasons", "year", "season__year"),
        Grouping("track", "track", "tracks", "track", "layout__track", _rows(Track, "name", "short_name", "slug")),
        Grouping(
            "type", "track type", "track types", "layout_type", "layout__type", show=lambda key: TYPES.get(key, key)
        ),
        Grouping("event", "event", "events", f"{OF_RACE}event", "event", _rows(Event, "name", "slug")),
        Grouping("race", "race", "races", "race", "pk", _races),
        Grouping("series", "series", "series", "series", "season__series", _rows(Series, "name", "slug")),
        Grouping("start", "start", "starts", "start", show=ordinal),
        Grouping("finish", "finish", "finishes", "finish", show=ordinal),
    )
}
FOUND: dict[str, str] = {
    "results": "",
    "races": "",
    "drivers": "driver",
    "teams": "team",
    "makes": "manufacturer",
    "seasons": "season",
    "tracks": "track",
    "events": "event",
}
"""What can be looked for, and by what that groups."""
