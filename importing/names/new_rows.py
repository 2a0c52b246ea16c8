"""Rows that an import makes for its results to point to, such as a driver whom the book lacks.

They are made unsaved and listed; `save` writes those that a plan uses, before the results that point to them.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Container, Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model

from changes.recording import came
from drivers.models import Driver, DriverAlias, Manufacturer, Team
from importing.write.bulk import insert
from races.models import Event, FormerSlug, Milestone, Season, Series, Source, Track, TrackLayout

NAMED_ROWS = (Driver, DriverAlias, Team, Manufacturer, Series, Season, Event, Track, TrackLayout, Source)
"""What results point to, those pointed to first."""

RowT = TypeVar("RowT", bound=Model)
RowsByModel = Mapping[type[Model], list[Model]]
Key = tuple[type[Model], tuple[object, ...]]
"""A row's model and natural key: a new row has no id."""


class Unknown(LookupError):
    """A name that the book does not know; says what may have been meant."""

    def __init__(self, reason: str, code: str = "unknown-name"):
        super().__init__(reason)
        self.code = code


def no_series(known: Iterable[str]) -> Unknown:
    """A series that none of the book's slugs names."""
    return Unknown(
        f"no series of the book has that slug; it has {', '.join(sorted(known)) or 'none'}", "unknown-series"
    )


def lacks(what: str, meant: str, option: str) -> Unknown:
    """That the book has none of that name: which may have been meant, and what makes a new one."""
    return Unknown(f"no {what} of the book is called that{meant or ';'} {option} makes a new one")


class NewRows:
    """The rows made that no plan has taken yet, by model and natural key, and the slugs that are taken."""

    def __init__(self) -> None:
        self.waiting: dict[type[Model], dict[tuple[object, ...], Model]] = {}
        self.slugs: dict[type[Model], dict[str, None]] = {}

    @cached_property
    def former_slugs(self) -> Mapping[type[Model], Mapping[str, str]]:
        """The slugs that drivers, teams, makes and tracks had, each with that of today: no new row gets one. Read when
        the first is made or looked for by a slug that nobody has."""
        return FormerSlug.objects.todays()

    def taken(self, model: type[Model]) -> Container[str]:
        """The slugs that no new row of a model may get."""
        return ChainMap[str, Any](self.slugs[model], dict(self.former_slugs.get(model, {})))

    def add(self, row: RowT) -> RowT:
        """List a row as made; raise Unknown where a text is longer than the book has room for."""
        for field in row._meta.concrete_fields:
            text = getattr(row, field.attname)
            if field.max_length and isinstance(text, str) and len(text) > field.max_length:
                most = f"the {field.max_length} characters of a {row._meta.verbose_name}'s name"
                raise Unknown(f"is longer than {most}", "invalid")
        self.waiting.setdefault(type(row), {})[row.natural_key()] = row
        if type(row) in self.slugs:
            self.slugs[type(row)][row.slug] = None
        return row

    def take_used(self, rows: Iterable[Model]) -> RowsByModel:
        """The rows made for these to point to, taken off the list. The others wait: a later race may use them."""
        used: set[Key] = set()
        seen: set[int] = set()
        if self.waiting:
            for row in rows:
                self._mark(row, used, seen)
        taken = {}
        for model, waiting in self.waiting.items():
            if model is DriverAlias:
                chosen = _of_drivers(waiting.values(), used)
            else:
                chosen = [row for key, row in waiting.items() if (model, key) in used]
            if chosen:
                taken[model] = chosen
        for model, chosen in taken.items():
            for row in chosen:
                del self.waiting[model][row.natural_key()]
        self.waiting = {model: waiting for model, waiting in self.waiting.items() if waiting}
        return taken

    def _mark(self, row: Model, used: set[Key], seen: set[int]) -> None:
        """Mark what a row points to, and what that points to, as far as it is not written yet. A driver, a team or a
        make is `seen` a hundred times over."""
        # Not public, but the only list of what a row has been given to point to: `getattr` would read what it was not.
        for target in row._state.fields_cache.values():
            if id(target) in seen:
                continue
            seen.add(id(target))
            if type(target) in self.waiting and target.pk is None:
                used.add((type(target), target.natural_key()))
                self._mark(target, used, seen)


def _of_drivers(aliases: Iterable[DriverAlias], used: set[Key]) -> list[DriverAlias]:
    """The aliases of new drivers who are used, and of all whom the book has."""
    of_new = [alias for alias in aliases if (Driver, alias.driver.natural_key()) in used]
    return of_new + [alias for alias in aliases if alias.driver.pk]


def save(made: RowsByModel) -> list[Model]:
    """Write rows that were made, those pointed to first, and return them. A series comes with the usual milestones."""
    for model in NAMED_ROWS:
        rows = made.get(model, [])
        insert(model, rows)
        came(model, rows)
    for series in made.get(Series, ()):
        came(Milestone, Milestone.make_usual(series))
    return [row for rows in made.values() for row in rows]
