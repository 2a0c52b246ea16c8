"""Points of a season that no line holds: of cars that did not start, and of races that are no points races."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Prefetch, Q

from races.as_of import AsOf, stood
from races.models import Race, Result, RulingChange, Season

RACE = "session__race"


class PointsBeside(NamedTuple):
    """Points that were printed for a driver, and the days between which they stood in the book."""

    driver: int
    race: Race
    points: int
    valid_from: date
    valid_to: date | None

    @property
    def order(self) -> int | None:
        """The order of a points race, in which the car did not start; none of another race."""
        return self.race.coverage.race_order

    def counted(self, as_of: AsOf | None) -> bool:
        """Whether they stood in the book then, of a race that had been run."""
        if not stood(self, as_of):
            return False
        return as_of is None or as_of.takes_in(self.race.season.series_id, self.valid_from, self.order)


def points_beside(season: Season) -> list[PointsBeside]:
    """Of a season, in the order of the races. Two queries.

    Who started another car of that race has a line of it, and only that car's points count: such a row says nothing.
    """
    others = ~Q(**{f"{RACE}__kind": Race.Kind.POINTS})
    changed = Q(points__isnull=False) & ~Q(points=0) | Q(ruling_changes__isnull=False)
    results = Result.objects.filter(others | Q(status__in=Result.NOT_STARTED), changed)
    results = results.filter(**{f"{RACE}__season": season, f"{RACE}__coverage__isnull": False, "session__kind": "race"})
    named = [f"{RACE}__{of}" for of in ("season__series", "event", "layout__track", "coverage")]
    changes = RulingChange.objects.filter(before__has_key="points").select_related("ruling")
    rows = results.select_related("entry", *named).prefetch_related(Prefetch("ruling_changes", changes)).distinct()
    found = [each for result in rows.order_by("pk") for each in _versions(result)]
    return sorted(found, key=lambda each: (each.race.coverage.known_on, each.order or 0, each.race.pk))


def _versions(result: Result) -> Iterator[PointsBeside]:
    """The points of a result as the book gave them, latest first; those that did not outlast their day are left out."""
    race, points, until = result.session.race, result.points, None
    known_on = race.coverage.known_on
    changes = result.ruling_changes.all()
    for change in sorted(changes, key=lambda change: (change.ruling.announced, change.ruling.number), reverse=True):
        since, before = max(change.ruling.announced, known_on), change.before["points"]
        if points and since != until:
            yield PointsBeside(result.entry.driver_id, race, points, since, until)
        points, until = before if isinstance(before, int) else None, since
    if points and known_on != until:
        yield PointsBeside(result.entry.driver_id, race, points, known_on, until)
