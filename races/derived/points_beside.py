"""Points of a season that no line holds: of cars that did not start, and of races that are no points races."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from races.as_of import AsOf, stood
from races.finishes import NOT_STARTED, has_started
from races.models import Race, Result, Season
from races.models.races import label_of

from .lines import RulingRecord, values_before, version_days
from .race_records import rulings_of

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
    had_points = Q(points__isnull=False) & ~Q(points=0) | Q(ruling_changes__isnull=False)
    results = Result.objects.filter(
        (others | Q(status__in=NOT_STARTED)) & had_points | Q(ruling_changes__before__has_key="status"),
        **{f"{RACE}__season": season, f"{RACE}__coverage__isnull": False, "session__kind": "race"},
    )
    rows = list(results.select_related("entry", *label_of(RACE), f"{RACE}__coverage").distinct().order_by("pk"))
    rulings = rulings_of({result.session.race_id for result in rows})
    found = [each for result in rows for each in _versions(result, rulings.get(result.session.race_id, []))]
    return sorted(found, key=lambda each: (each.race.coverage.known_on, each.order or 0, each.race.pk))


def _versions(result: Result, rulings: Sequence[RulingRecord]) -> Iterator[PointsBeside]:
    """The points of a result as the book gave them, oldest first, where they were of no start of a round."""
    race, now = result.session.race, {name: getattr(result, name) for name in ("points", "status", "laps")}
    since, points = None, None
    for day, later in version_days(race.coverage.known_on, rulings):
        then = now | values_before(later).get(result.pk, {})
        is_beside = race.kind != Race.Kind.POINTS or not has_started(then["status"], then["laps"])
        found = then["points"] if is_beside else None
        if found == points:
            continue
        if points and since:
            yield PointsBeside(result.entry.driver_id, race, points, since, day)
        since, points = day, found
    if points and since:
        yield PointsBeside(result.entry.driver_id, race, points, since, None)
