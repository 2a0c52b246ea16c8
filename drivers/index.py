"""The index of drivers: everyone in the book, with what it holds of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Min

from races.completeness import completeness
from races.models import Series
from races.scope import Scope
from races.statistics import STATISTICS

from .careers import active_drivers, after_openings, applicable_openings, total_of
from .models import Driver

SHOWN = tuple(STATISTICS[key] for key in ("starts", "wins", "top_fives", "laps_led"))


@dataclass(frozen=True)
class IndexRow:
    driver: Driver
    held: int
    first: int | None
    last: int | None
    starts: int | None
    wins: int | None
    top_fives: int | None
    laps_led: int | None


def driver_index(scope: Scope, text: str, active: bool | None) -> tuple[list[IndexRow], list[str]]:
    """The drivers that match, by name, with their totals in the scope's series or else in the top one."""
    series = scope.series or Series.objects.first()
    counted_in = scope.narrowed(series=series)
    drivers = Driver.objects.matching(text).only("name", "suffix", "slug", "hometown")
    openings = applicable_openings(counted_in)
    complete = completeness(counted_in)
    lines = counted_in.lines().order_by().values("driver")
    totals = {statistic.key: statistic.total() for statistic in SHOWN}
    rows = lines.annotate(held=Count("pk"), first=Min("year"), last=Max("year"), **totals)
    held = {row["driver"]: row for row in rows}
    counted = {driver: row for driver, row in held.items() if driver not in openings}
    added = {statistic.key: statistic.exact() for statistic in SHOWN}
    after = lines.filter(after_openings(openings.values()))
    counted |= {row["driver"]: row for row in after.annotate(**added)}
    if scope.series:
        drivers = drivers.filter(pk__in=held.keys() | openings.keys())
    if active is not None:
        now = active_drivers(series, scope)
        drivers = drivers.filter(pk__in=now) if active else drivers.exclude(pk__in=now)
    rows = []
    none = dict.fromkeys((statistic.key for statistic in SHOWN), 0)
    for driver in drivers:
        line = held.get(driver.pk, {})
        totals = counted.get(driver.pk, none)
        rows.append(
            IndexRow(
                driver,
                line.get("held", 0),
                line.get("first"),
                line.get("last"),
                **{
                    statistic.key: total_of(statistic, openings.get(driver.pk), totals[statistic.key], complete)
                    for statistic in SHOWN
                },
            )
        )
    notes = [f"Totals are of the {series}; a dash means that the book cannot support one."] if series else []
    return rows, notes
