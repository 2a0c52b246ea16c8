"""Rows that an import makes for its results to point to, such as a driver whom the book lacks.

They are made unsaved and listed; `save` writes those that are used, before the results that point to them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model

from drivers.models import Driver, DriverAlias, Manufacturer, Team
from races.models import Event, Milestone, Season, Series, Source, Track, TrackLayout


class Unknown(LookupError):
    """A name that the book does not know; says what may have been meant."""

    def __init__(self, reason: str, code: str = "unknown-name"):
        super().__init__(reason)
        self.code = code


def lacks(what: str, meant: str, option: str) -> Unknown:
    """That the book has none of that name: which may have been meant, and what makes a new one."""
    return Unknown(f"no {what} of the book is called that{meant or ';'} {option} makes a new one")


class Made:
    """The rows made and not yet written, by model, and the slugs that are taken."""

    def __init__(self):
        self.new: dict[type[Model], list] = {}
        self.slugs: dict[type[Model], set[str]] = {}

    def _add(self, row):
        """List a row as made; raise Unknown where a text is longer than the book has room for."""
        for field in row._meta.concrete_fields:
            text = getattr(row, field.attname)
            if field.max_length and isinstance(text, str) and len(text) > field.max_length:
                most = f"the {field.max_length} characters of a {row._meta.verbose_name}'s name"
                raise Unknown(f"is longer than {most}", "invalid")
        self.new.setdefault(type(row), []).append(row)
        if type(row) in self.slugs:
            self.slugs[type(row)].add(row.slug)
        return row

    def take_made(self, rows: Iterable[Model]) -> dict[type, list]:
        """The rows made for these to point to, taken off the list. The others wait: a later race may use them."""
        if not self.new:
            return {}
        used: set[int] = set()
        for row in rows:
            self._use(row, used)
        taken = {}
        for model, made in list(self.new.items()):
            chosen = [row for row in made if id(row.driver if model is DriverAlias else row) in used]
            if model is DriverAlias:
                chosen += [row for row in made if row.driver.pk]
            if chosen:
                taken[model] = chosen
                ids = set(map(id, chosen))
                self.new[model] = [row for row in made if id(row) not in ids]
        return taken

    def _use(self, row: Model, used: set[int]) -> None:
        """Mark what a row points to, and what that points to, as far as it is not written yet."""
        for target in row._state.fields_cache.values():
            if type(target) in self.new and target.pk is None and id(target) not in used:
                used.add(id(target))
                self._use(target, used)


def save(made: dict[type, list]) -> None:
    """Write rows that were made, those pointed to first. A series comes with the usual milestones."""
    for model in (Driver, DriverAlias, Team, Manufacturer, Series, Season, Event, Track, TrackLayout, Source):
        model.objects.bulk_create(made.get(model, ()), batch_size=500)
    for series in made.get(Series, ()):
        Milestone.make_usual(series)
