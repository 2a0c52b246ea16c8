"""The small tables that filters name and that their lists offer: series, eras, tracks and makes."""

from __future__ import annotations

from django.db import models

from races.models import Era

IN_ORDER = {Era: ("-starts__year", "name")}
"""What each is listed by, where that is not its own order."""


class Reference:
    """The rows of these tables, each read when the first of it is needed."""

    def __init__(self):
        self._rows: dict[type[models.Model], list[models.Model]] = {}

    def rows(self, model: type[models.Model]) -> list[models.Model]:
        """In order."""
        if model not in self._rows:
            self._rows[model] = list(model.objects.order_by(*IN_ORDER.get(model, model._meta.ordering)))
        return self._rows[model]

    def by_slug(self, model: type[models.Model], slug: str) -> list[models.Model]:
        """Those with this slug: of eras, there may be one in each series."""
        return [row for row in self.rows(model) if row.slug == slug]

    def first(self, model: type[models.Model]) -> models.Model | None:
        return next(iter(self.rows(model)), None)
