"""The small tables that filters name and that their lists offer: series, eras, tracks and makes."""

from __future__ import annotations

from functools import cached_property

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import CharField, DateField, F, IntegerField, Value
from django.db.models.functions import Cast, ExtractYear

from drivers.models import Manufacturer
from races.models import Era, Series, Track

COLUMNS = {
    "slug": CharField(),
    "name": CharField(),
    "short_name": CharField(),
    "level": IntegerField(),
    "series_id": IntegerField(),
    "starts": DateField(),
    "ends": DateField(),
}
"""What is read of them, where they have it."""
IN_ORDER = {Series: F("level"), Era: -ExtractYear("starts"), Track: Value(0), Manufacturer: Value(0)}
"""What each is listed by, before its name."""


class Reference:
    """The rows of these tables, all read in one query when the first of them is needed."""

    def by_slug(self, model: type[models.Model], slug: str) -> list[models.Model]:
        """Those with this slug: of eras, there may be one in each series."""
        return [row for row in self.rows[model] if row.slug == slug]

    def first(self, model: type[models.Model]) -> models.Model | None:
        return next(iter(self.rows[model]), None)

    @cached_property
    def rows(self) -> dict[type[models.Model], list[models.Model]]:
        """By table, in order. What was not read of a row is fetched if somebody asks for it."""
        models_in_order = list(IN_ORDER)
        found: dict[type, list] = {model: [] for model in models_in_order}
        read = {model: [name for name in _columns(model) if name in ("id", *COLUMNS)] for model in models_in_order}
        first, *others = (self._of(place, model) for place, model in enumerate(models_in_order))
        for place, _, pk, *values in sorted(first.union(*others, all=True), key=lambda row: (row[0], row[1], row[4])):
            model = models_in_order[place]
            row = {"id": pk} | dict(zip(COLUMNS, values))
            found[model].append(model.from_db(DEFAULT_DB_ALIAS, read[model], [row[name] for name in read[model]]))
        return found

    @staticmethod
    def _of(place: int, model: type[models.Model]) -> models.QuerySet:
        columns = {
            f"its_{name}": F(name) if name in _columns(model) else Cast(Value(None), field)
            for name, field in COLUMNS.items()
        }
        ranked = model.objects.order_by().annotate(place=Value(place), rank=IN_ORDER[model], **columns)
        return ranked.values_list("place", "rank", "pk", *columns)


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
