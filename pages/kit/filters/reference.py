"""The small tables that filters name and that their lists offer: series, eras, tracks and makes."""

from __future__ import annotations

from django.db import models
from django.db.models import Max
from django.utils.functional import cached_property

from races.models import Era, Race, Series
from races.order import latest_years

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

    @cached_property
    def last_raced(self) -> dict[tuple[int, int], int]:
        """The season in which each series last raced at each track, by both. One query."""
        races = Race.objects.points().run().order_by().values_list("layout__track", "season__series")
        return {(track, series): year for track, series, year in races.annotate(Max("season__year"))}

    @cached_property
    def tracks_in_use(self) -> set[int]:
        """Those at which a series raced in its latest season or the one before."""
        latest = latest_years((series, year) for (_, series), year in self.last_raced.items())
        return {track for (track, series), year in self.last_raced.items() if year >= latest[series] - 1}

    def latest_season(self, series: Series | None) -> int | None:
        """The last season in which a series, or any, had a race."""
        years = (year for (_, of), year in self.last_raced.items() if series is None or of == series.pk)
        return max(years, default=None)
