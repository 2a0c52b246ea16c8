"""Careers: a driver's totals, counted on from his opening totals where there are any, and his seasons.

A total is the opening total plus the lines after it. Without an opening total it is all the lines, provided that the
book is complete enough to make them a total; else it is unknown, and only the races held here are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from races.completeness import Completeness, completeness_by_season
from races.models import OpeningTotals, RaceCoverage, Series, StatLine
from races.scope import Scope
from races.statistics import STATISTICS, Statistic
from racestats.formatting import number

from .models import Driver

CAREER = tuple(
    STATISTICS[key] for key in ("starts", "wins", "top_fives", "top_tens", "poles", "laps_led", "stage_wins")
)
SEASON = (*CAREER, STATISTICS["average_start"], STATISTICS["average_finish"], STATISTICS["points"])
LAST_RACES = 10
"""A driver is active who started one of his series' last so many races in the book."""


@dataclass(frozen=True)
class Total:
    """One statistic of one driver: the total where it is supported, and what the races held here add up to."""

    statistic: Statistic
    value: int | None
    held: int | None


@dataclass(frozen=True)
class Career:
    """A driver's totals in one series, and what they rest on."""

    series: Series
    totals: list[Total]
    opening: OpeningTotals | None
    complete: dict[int, Completeness]
    lines: int
    lines_after: int

    @property
    def opening_counts(self) -> list[tuple[str, int | None]]:
        """What the opening totals say, by label."""
        return [(STATISTICS[key].label, getattr(self.opening, key)) for key in OpeningTotals.COUNTS]

    @property
    def is_partial(self) -> bool:
        return any(total.value is None for total in self.totals)

    @property
    def held_counts(self) -> list[str]:
        """What the races held here add up to, in words, where that makes no total."""
        return [
            f"{total.statistic.label.lower()} {number(total.held)}"
            for total in self.totals
            if total.value is None and total.held is not None
        ]


def applicable_openings(scope: Scope) -> dict[int, OpeningTotals]:
    """By driver, the opening totals that this scope can be counted on from.

    They hold whole careers and whole seasons of a series, so a scope that is narrower has none; nor has the book
    as it stood before they were taken.
    """
    if not scope.series or any((scope.from_, scope.to, scope.era, scope.track, scope.type)):
        return {}
    if scope.manufacturer or scope.team:
        return {}
    openings = OpeningTotals.objects.filter(series=scope.series).select_related("source", "season")
    openings = openings.filter(season__year=scope.season) if scope.season else openings.filter(season=None)
    if scope.driver:
        openings = openings.filter(driver=scope.driver)
    found = list(openings)
    if scope.as_of:
        last = _last_order(scope)
        found = [opening for opening in found if opening.through_order <= last]
    return {opening.driver_id: opening for opening in found}


def _last_order(scope: Scope) -> int:
    """The order of the last race of the series that had been run by the scope's `as of`."""
    covered = Scope(series=scope.series, as_of=scope.as_of).coverage()
    return covered.aggregate(last=Max("race_order"))["last"] or 0


def after_openings(openings: Iterable[OpeningTotals]) -> Q:
    """Of all lines, those that count on top of opening totals: the lines after them, or of drivers without any."""
    drivers = defaultdict(list)
    for opening in openings:
        drivers[opening.through_order].append(opening.driver_id)
    condition = ~Q(driver__in=[driver for group in drivers.values() for driver in group])
    for through, group in drivers.items():
        condition |= Q(driver__in=group, race_order__gt=through)
    return condition


def careers(driver: Driver) -> list[Career]:
    """The driver's career in every series he has lines or opening totals in, the top series first.

    Five queries for each series.
    """
    mine = Q(pk__in=driver.stat_lines.order_by().values("series")) | Q(opening_totals__driver=driver)
    return [career_in(driver, series) for series in Series.objects.filter(mine).distinct()]


def career_in(driver: Driver, series: Series) -> Career:
    scope = Scope(series=series, driver=driver)
    opening = applicable_openings(scope).get(driver.pk)
    by_season = completeness_by_season(Scope(series=series))
    complete = sum(by_season.values(), Completeness.empty())
    lines = scope.lines().order_by()
    columns = {statistic.key: statistic.total() for statistic in CAREER}
    held = lines.aggregate(**columns)
    after = lines.filter(race_order__gt=opening.through_order).aggregate(**columns) if opening else held
    totals = [
        Total(statistic, total_of(statistic, opening, after[statistic.key], complete), held[statistic.key])
        for statistic in CAREER
    ]
    return Career(series, totals, opening, by_season, held["starts"], after["starts"])


def total_of(statistic: Statistic, opening: OpeningTotals | None, counted, complete: Completeness):
    """The opening total and what was counted after it; or what was counted, where the book is complete enough."""
    if opening is not None and statistic.opening:
        official = getattr(opening, statistic.key)
        return None if official is None else official + (counted or 0)
    return counted if complete.supports(statistic) else None


@dataclass(frozen=True)
class SeasonLine:
    """One season of one driver; a figure is None where too few of the season's races are known to give it."""

    season: int
    season_url: str
    series: Series
    races_held: int
    starts: int | None
    wins: int | None
    top_fives: int | None
    top_tens: int | None
    poles: int | None
    laps_led: int | None
    stage_wins: int | None
    average_start: object | None
    average_finish: object | None
    points: int | None


def seasons(driver: Driver, careers: list[Career]) -> list[SeasonLine]:
    """A driver's careers by season, latest first; one row for each season he has lines or opening totals in.

    Three queries.
    """
    lines = Scope(driver=driver).lines().order_by()
    columns = {statistic.key: statistic.total() for statistic in SEASON}
    rows = {
        row["season"]: row
        for row in lines.values("season", "season__year", "season__series").annotate(held=Count("pk"), **columns)
    }
    openings = {
        opening.season_id: opening for opening in driver.opening_totals.exclude(season=None).select_related("season")
    }
    series, complete = {}, {}
    for career in careers:
        series[career.series.pk] = career.series
        complete |= career.complete
    after = _after_season_openings(lines, openings, columns)
    made = []
    for season in rows.keys() | openings.keys():
        row, opening = rows.get(season), openings.get(season)
        of_series = series[row["season__series"] if row else opening.series_id]
        year = row["season__year"] if row else opening.season.year
        made.append(
            SeasonLine(
                year,
                f"{of_series.get_absolute_url()}{year}/",
                of_series,
                row["held"] if row else 0,
                **{
                    statistic.key: total_of(
                        statistic,
                        opening,
                        (after if opening and statistic.opening else rows).get(season, {}).get(statistic.key),
                        complete.get(season, Completeness.empty()),
                    )
                    for statistic in SEASON
                },
            )
        )
    return sorted(made, key=lambda line: (line.series.level, line.series.name, -line.season))


def _after_season_openings(lines: QuerySet[StatLine], openings: dict[int, OpeningTotals], columns: dict) -> dict:
    """By season, what the lines after its opening totals add up to."""
    if not openings:
        return {}
    after = Q()
    for season, opening in openings.items():
        after |= Q(season=season, race_order__gt=opening.through_order)
    return {row["season"]: row for row in lines.filter(after).values("season").annotate(**columns)}


def active_drivers(series: Series | None, scope: Scope) -> set[int]:
    """The drivers who started one of the last ten races of the series in the book, by the scope's `as of`."""
    of_series = Scope(series=series, as_of=scope.as_of)
    last = RaceCoverage.objects.filter(race__in=of_series.races()).order_by("-race_order")[:LAST_RACES]
    lines = StatLine.objects.standing(scope.as_of.day if scope.as_of else None)
    return set(lines.filter(race__in=last.values("race")).order_by().values_list("driver", flat=True))
