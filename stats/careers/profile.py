"""One driver's record: the career in each series, and the seasons."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q

from drivers.models import Driver
from races.models import GivenTotals, Series
from races.statistics import STATISTICS, Statistic
from racestats.formatting import number
from stats.completeness import Completeness, completeness_by_series
from stats.evidence import evidence_url
from stats.scope import AsOf, Scope

from .totals import CAREER, is_whole, total_of

SEASON = (*CAREER, STATISTICS["average_start"], STATISTICS["average_finish"], STATISTICS["points"])
OPENED = tuple(statistic for statistic in SEASON if statistic.opening)


@dataclass(frozen=True)
class Total:
    """One statistic of one driver: the total where it is supported, what the races held here add up to, and the
    address of those races."""

    statistic: Statistic
    value: int | None
    held: int | None
    evidence: str


@dataclass(frozen=True)
class Career:
    """A driver's totals in one series, and what they rest on."""

    series: Series
    totals: list[Total]
    opening: GivenTotals | None
    lines: int
    lines_after: int

    @property
    def opening_counts(self) -> list[tuple[str, int | None]]:
        """What the given totals say, by label."""
        return [(STATISTICS[key].label, getattr(self.opening, key)) for key in GivenTotals.COUNTS]

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


@dataclass(frozen=True)
class SeasonLine:
    """One season of one driver; a figure is None where too few of the season's races are known to give it."""

    scope: Scope
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

    def evidence(self, statistic: Statistic) -> str:
        """The address of the races behind a figure."""
        return evidence_url(self.scope, statistic, self.scope.driver)


@dataclass(frozen=True)
class Record:
    """A driver's careers, the top series first, and seasons, the latest first."""

    careers: list[Career]
    seasons: list[SeasonLine]

    @property
    def lines(self) -> int:
        return sum(career.lines for career in self.careers)


def record_of(driver: Driver, as_of: AsOf | None = None) -> Record:
    """What the book makes of a driver, as it stands or stood. Four queries, five for another day."""
    scope = Scope(driver=driver, as_of=as_of)
    complete = completeness_by_series(scope.narrowed(driver=None))
    openings = _openings(scope)
    rows = _by_season(scope, openings)
    found = Series.objects.in_bulk({row["series"] for row in rows} | {opening.series_id for opening in openings})
    careers = [
        _career(
            scope.narrowed(series=series),
            [row for row in rows if row["series"] == series.pk],
            next((opening for opening in openings if opening.series_id == series.pk and not opening.season_id), None),
            sum(complete.get(series.pk, {}).values(), Completeness.empty()),
        )
        for series in sorted(found.values(), key=lambda series: (series.level, series.name))
    ]
    by_season = {row["season"]: row for row in rows}
    of_season = {opening.season_id: opening for opening in openings if opening.season_id}
    seasons = []
    for season in by_season.keys() | of_season.keys():
        row, opening = by_season.get(season), of_season.get(season)
        narrowed = scope.narrowed(
            series=found[row["series"] if row else opening.series_id],
            season=row["year"] if row else opening.season.year,
        )
        whole = complete.get(narrowed.series.pk, {}).get(season, Completeness.empty())
        seasons.append(_season(narrowed, row, opening, whole))
    seasons.sort(key=lambda line: (line.series.level, line.series.name, -line.season))
    return Record(careers, seasons)


def _openings(scope: Scope) -> list[GivenTotals]:
    """The driver's given totals; as of a day before they were taken there are none."""
    openings = list(scope.driver.given_totals.select_related("series", "season", "source"))
    if not scope.as_of or not openings:
        return openings
    run = Scope(as_of=scope.as_of).coverage().order_by().values_list("race__season__series")
    last = dict(run.annotate(last=Max("race_order")))
    return [opening for opening in openings if opening.through_order <= (last.get(opening.series_id) or 0)]


def _by_season(scope: Scope, openings: list[GivenTotals]) -> list[dict]:
    """The driver's lines by season: each statistic over all of them, and over those after each opening."""
    after_career, after_season = Q(pk__in=[]), Q(pk__in=[])
    for opening in openings:
        later = Q(race_order__gt=opening.through_order)
        if opening.season_id:
            after_season |= Q(season=opening.season_id) & later
        else:
            after_career |= Q(series=opening.series_id) & later
    columns = {f"{statistic.key}_after_career": statistic.exact(after_career) for statistic in OPENED}
    columns |= {f"{statistic.key}_after_season": statistic.exact(after_season) for statistic in OPENED}
    # Last, for some have the name of the column they are made from.
    columns |= {statistic.key: statistic.total() for statistic in SEASON}
    lines = scope.lines().order_by().values("series", "season", "year")
    return list(lines.annotate(held=Count("pk"), **columns))


def _career(scope: Scope, rows: list[dict], opening: GivenTotals | None, complete: Completeness) -> Career:
    held, after = {}, {}
    for statistic in CAREER:
        known = [row[statistic.key] for row in rows if row[statistic.key] is not None]
        held[statistic.key] = sum(known) if known or not rows else None
        added = [row[f"{statistic.key}_after_career"] for row in rows]
        after[statistic.key] = None if None in added else sum(added)
    if not opening:
        after = held
    whole = is_whole(opening, held["starts"] or 0, after["starts"] or 0)
    totals = [
        Total(
            statistic,
            total_of(statistic, opening, held[statistic.key], after[statistic.key], whole, complete),
            held[statistic.key],
            evidence_url(scope, statistic, scope.driver),
        )
        for statistic in CAREER
    ]
    return Career(scope.series, totals, opening, held["starts"] or 0, after["starts"] or 0)


def _season(scope: Scope, row: dict | None, opening: GivenTotals | None, complete: Completeness) -> SeasonLine:
    whole = is_whole(opening, row["held"], row["starts_after_season"]) if row else opening is None

    def figure(statistic: Statistic):
        held = row and row[statistic.key]
        after = (row[f"{statistic.key}_after_season"] if row else 0) if statistic.opening else None
        return total_of(statistic, opening, held, after, whole, complete)

    figures = {statistic.key: figure(statistic) for statistic in SEASON}
    url = f"{scope.series.get_absolute_url()}{scope.season}/"
    return SeasonLine(scope, scope.season, url, scope.series, row["held"] if row else 0, **figures)
