"""The index of drivers: the active first, and among them and the others those who have won most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Value, When

from drivers.models import Driver
from races.models import GivenTotals, SeasonTotals, Series
from races.statistics import STATISTICS, Statistic
from racestats.lazy_rows import READ_WHOLE, LazyRows
from stats.evidence import evidence_of, race_log_url
from stats.figures.basis import Basis, given_of_careers
from stats.figures.figure import Figure
from stats.figures.reading import Figures, figures
from stats.scope import Scope, last_whole_year

from .active import active_drivers

SHOWN = tuple(STATISTICS[key] for key in ("starts", "wins", "top_fives", "laps_led"))


@dataclass(frozen=True)
class IndexRow:
    """A driver's figures in the series of the scope, or None where there are none."""

    driver: Driver
    scope: Scope
    figures: Figures | None
    active: bool

    @property
    def held(self) -> int:
        """The races listed one by one."""
        return self.figures.lines if self.figures else 0

    @property
    def first(self) -> int | None:
        return self.figures.first if self.figures else None

    @property
    def last(self) -> int | None:
        return self.figures.last if self.figures else None

    @property
    def held_url(self) -> str | None:
        return race_log_url(self.driver) + self.scope.query() if self.held else None

    def __getitem__(self, key: str) -> Figure | None:
        return self.figures[key] if self.figures else None

    @cached_property
    def evidence(self) -> Callable[[Statistic], str]:
        """The address of the races behind a figure."""
        return evidence_of(self.scope, self.driver)


class DriverIndex(LazyRows[IndexRow]):
    """The drivers that match, with their figures in the scope's series or else in the top one.

    Only rows that are looked at are counted. The active come first, and among them and the others who has most wins,
    then most starts; on another day, of which no careers are kept, the order is by name.
    """

    def __init__(self, scope: Scope, text: str, active: bool | None):
        self.scope = scope.narrowed(series=scope.series or Series.objects.first())
        # Today's careers are kept, one in a series.
        career = FilteredRelation("career_totals", condition=Q(career_totals__series=self.scope.series))
        columns = ("name", "suffix", "slug", "hometown")
        self.drivers = Driver.objects.matching(text).annotate(career=career).only(*columns)
        if scope.series or scope.as_of:
            of_driver = {"driver": OuterRef("pk"), "series": self.scope.series}
            seasons = SeasonTotals.objects.filter(**of_driver)
            if scope.as_of:
                by_then = (
                    Exists(self.scope.lines().filter(driver=OuterRef("pk")))
                    | Exists(seasons.filter(year__lte=last_whole_year(scope.as_of.day)))
                    | Q(pk__in={each.driver_id for each in given_of_careers(self.basis)})
                )
                # Who has never started a race of the series is in the list of all, on any day.
                self.drivers = self.drivers.filter(by_then if scope.series else by_then | ~Exists(seasons))
            else:
                self.drivers = self.drivers.filter(
                    Exists(seasons) | Exists(GivenTotals.objects.filter(**of_driver, season=None))
                )
        self.active = active_drivers(self.scope)
        is_active = Q(pk__in=self.active)
        if active is not None:
            self.drivers = self.drivers.filter(is_active if active else ~is_active)
        most = [] if scope.as_of else [F(f"career__{key}").desc(nulls_last=True) for key in ("wins", "starts")]
        self.drivers = self.drivers.order_by(
            Case(When(is_active, then=Value(0)), default=Value(1)), *most, "name", "suffix", "slug"
        )

    @property
    def notes(self) -> list[str]:
        if not self.scope.series:
            return []
        return [f"Figures are of the {self.scope.series}; a plus means at least so many, a dash that it is unknown."]

    @cached_property
    def basis(self) -> Basis:
        return Basis(self.scope)

    @cached_property
    def _length(self) -> int:
        return self.drivers.count()

    def __len__(self) -> int:
        return self._length

    def rows(self, first: int, end: int) -> list[IndexRow]:
        drivers = list(self.drivers[first:end])
        who = {driver.pk for driver in drivers} if len(drivers) <= READ_WHOLE else None
        found = figures(self.scope, SHOWN, who=who, basis=self.basis)
        return [IndexRow(driver, self.scope, found.get(driver.pk), driver.pk in self.active) for driver in drivers]
