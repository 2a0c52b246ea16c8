"""The index of drivers: everyone in the book, by name, with what it holds of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from drivers.models import Driver
from races.models import Series
from races.statistics import STATISTICS, Statistic
from racestats.lazy_rows import READ_WHOLE, LazyRows
from stats.completeness import completeness
from stats.evidence import evidence_url, race_log_url
from stats.scope import Scope

from .totals import active_drivers, after_openings, applicable_openings, is_whole, total_of

SHOWN = tuple(STATISTICS[key] for key in ("starts", "wins", "top_fives", "laps_led"))


@dataclass(frozen=True)
class IndexRow:
    """A driver's totals in the series of the scope; `held` are his races in the book, `first` and `last` seasons."""

    driver: Driver
    scope: Scope
    held: int
    first: int | None
    last: int | None
    starts: int | None
    wins: int | None
    top_fives: int | None
    laps_led: int | None

    @property
    def held_url(self) -> str | None:
        return race_log_url(self.driver) + self.scope.query() if self.held else None

    def evidence(self, statistic: Statistic) -> str:
        return evidence_url(self.scope, statistic, self.driver)


class DriverIndex(LazyRows[IndexRow]):
    """The drivers that match, with their totals in the scope's series or else in the top one.

    Counted are those that are looked at, and no more.
    """

    def __init__(self, scope: Scope, text: str, active: bool | None):
        self.scope = scope.narrowed(series=scope.series or Series.objects.first())
        self.openings = applicable_openings(self.scope)
        self.drivers = Driver.objects.matching(text).only("name", "suffix", "slug", "hometown")
        if scope.series:
            lines = self.scope.lines().filter(driver=OuterRef("pk"))
            self.drivers = self.drivers.filter(Exists(lines) | Q(pk__in=list(self.openings)))
        if active is not None:
            now = Q(pk__in=active_drivers(self.scope))
            self.drivers = self.drivers.filter(now if active else ~now)

    @property
    def notes(self) -> list[str]:
        if not self.scope.series:
            return []
        return [f"Totals are of the {self.scope.series}; a dash means that the book cannot support one."]

    @cached_property
    def complete(self):
        return completeness(self.scope)

    @cached_property
    def _length(self) -> int:
        return self.drivers.count()

    def __len__(self) -> int:
        return self._length

    def rows(self, first: int, end: int) -> list[IndexRow]:
        drivers = list(self.drivers[first:end])
        lines = self.scope.lines().order_by().values("driver")
        if len(drivers) <= READ_WHOLE:
            lines = lines.filter(driver__in=drivers)
        totals = {statistic.key: statistic.total() for statistic in SHOWN}
        rows = lines.annotate(held=Count("pk"), first=Min("year"), last=Max("year"), **totals)
        held = {row["driver"]: row for row in rows}
        after = self._after_openings(lines)
        return [self._row(driver, held.get(driver.pk, {}), after.get(driver.pk, {})) for driver in drivers]

    def _after_openings(self, lines) -> dict[int, dict]:
        if not self.openings:
            return {}
        added = {statistic.key: statistic.exact() for statistic in SHOWN}
        rows = lines.filter(after_openings(self.openings.values())).annotate(**added)
        return {row["driver"]: row for row in rows}

    def _row(self, driver: Driver, held: dict, after: dict) -> IndexRow:
        opening = self.openings.get(driver.pk)
        whole = is_whole(opening, held.get("held", 0), after.get("starts", 0))
        totals = {
            each.key: total_of(each, opening, held.get(each.key, 0), after.get(each.key, 0), whole, self.complete)
            for each in SHOWN
        }
        return IndexRow(driver, self.scope, held.get("held", 0), held.get("first"), held.get("last"), **totals)
