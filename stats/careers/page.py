"""All that the page of one driver tells, as the book stands or stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from operator import itemgetter

from django.db.models import F, Q, QuerySet

from drivers.models import Driver
from races.models import Race, Result, Series, Session, StatLine
from races.models.races import label_of
from races.statistics import STATISTICS
from racestats.serving.kept_values import kept
from stats.figures.basis import Basis
from stats.figures.reading import SeasonFigures, seasons_of
from stats.scope import Scope
from stats.titles import Honours, Titles, honours_in, titles

from .firsts import Age, First, age_on, ends_of, firsts
from .profile import SEASON, DriverRecord, SeriesCareer, record_on
from .splits import Splits, lines_of_career, splits
from .teammates import Teammate, teammates
from .waits import CareerCourse, Wait, waits

CLOSE_WINS, CLOSE_SECONDS = STATISTICS["close_wins"], STATISTICS["close_runner_ups"]
LATEST = 10
"""How many races a driver's page shows of the log."""


@dataclass(frozen=True)
class CloseFinish:
    """A close finish of the driver: won, or second to the `other`."""

    race: Race
    race_order: int
    finish: int
    margin: Decimal
    other: Driver | None

    @property
    def result(self) -> str:
        return "won" if self.finish == 1 else "second"


@dataclass(frozen=True)
class MainCareer:
    """More of the career in the top series: its parts, its firsts and lasts, how long it has gone without, and who
    drove for the same teams."""

    splits: Splits = field(default_factory=Splits)
    firsts: Sequence[First] = ()
    waits: Sequence[Wait] = ()
    teammates: Sequence[Teammate] = ()

    def first(self, what: str) -> First | None:
        """“first win”, where there is one on file."""
        return next((each for each in self.firsts if each.what == what), None)


@dataclass(frozen=True)
class DriverPage:
    """A driver's record, more of the career in the top series, the `latest` lines of that, those of poles, close
    finishes, practice and qualifying, and titles."""

    driver: Driver
    record: DriverRecord
    main: MainCareer
    latest: Sequence[StatLine]
    poles: Sequence[StatLine]
    close_finishes: Sequence[CloseFinish]
    timed: QuerySet[Result]
    honours: Sequence[Honours]

    @property
    def age(self) -> Age | None:
        """When he died, or else at the latest start: what the record tells, whenever it is read."""
        last = self.main.first("last start") or self.main.first("first start")
        return age_on(self.driver.born, self.driver.died or (last.race.date if last else None))


def driver_page(scope: Scope) -> DriverPage:
    """The page of the driver whom the scope names."""
    driver = scope.the_driver
    basis = Basis(Scope(driver=driver, as_of=scope.as_of))
    seasons = seasons_of(basis, SEASON)
    found = titles(scope)
    record = _with_titles(record_on(basis, seasons), found)
    lines = _notable_lines(scope, record.main)
    main = _main_career(record.main, basis, seasons) if record.main else MainCareer()
    return DriverPage(
        driver=driver,
        record=record,
        main=main,
        latest=[line for line in lines if record.main and line.series_id == record.main.series.pk][:LATEST],
        poles=[line for line in lines if line.pole],
        close_finishes=_close_finishes(lines, scope),
        timed=_timed_sessions(scope),
        honours=honours_in(found, driver),
    )


def _main_career(career: SeriesCareer, basis: Basis, seasons: Sequence[SeasonFigures]) -> MainCareer:
    scope, figures = career.scope, career.figures
    lines = lines_of_career(scope)
    ends, stretches = ends_of(lines, figures), list(CareerCourse.of(scope, basis, lines, figures).stretches(figures))
    wanted = {end.line.race_id for end in ends} | {race for stretch in stretches for race in stretch.races}
    races = Race.objects.with_label().in_bulk(wanted)
    latest = _latest_day(scope) if scope.as_of else _latest_day_now(scope.the_series)
    return MainCareer(
        splits(scope, lines, basis, seasons),
        firsts(scope.the_driver, lines, ends, races),
        waits(scope, stretches, seasons, races, basis, latest),
        teammates(scope, lines),
    )


@kept
def _latest_day_now(series: Series) -> date | None:
    return _latest_day(Scope(series=series))


def _latest_day(scope: Scope) -> date | None:
    """The day of the latest race of the series of a scope. One query."""
    run = Scope(series=scope.series, as_of=scope.as_of).coverage().order_by("-race_order")
    return run.values_list("race__date", flat=True).first()


def record_of(scope: Scope) -> DriverRecord:
    """The record of the driver whom the scope names, alone."""
    basis = Basis(Scope(driver=scope.the_driver, as_of=scope.as_of))
    return _with_titles(record_on(basis, seasons_of(basis, SEASON)), titles(scope))


def latest_of(career: SeriesCareer) -> list[StatLine]:
    """The latest lines of a career, the last race first."""
    return list(career.scope.lines().for_log().order_by("-race_order", "pk")[:LATEST])


def _with_titles(record: DriverRecord, found: Titles) -> DriverRecord:
    """The record with the seasons told whose title was the driver's."""
    won = {(title.series, title.year) for title in found.won}
    return replace(
        record, seasons=[replace(each, champion=(each.series.pk, each.season) in won) for each in record.seasons]
    )


def _notable_lines(scope: Scope, main: SeriesCareer | None) -> list[StatLine]:
    """The latest lines of the main career and, however old, those of poles and close finishes; the latest first."""
    lines = scope.lines()
    latest = (main.scope if main else scope).lines().order_by("-race_order").values("pk")[:LATEST]
    notable = Q(pk__in=latest) | Q(pole=True) | CLOSE_WINS.evidence | CLOSE_SECONDS.evidence
    return list(lines.filter(notable).for_log().order_by("-race_order", "pk"))


def _close_finishes(lines: Sequence[StatLine], scope: Scope) -> list[CloseFinish]:
    """Those lines that are close finishes, the closest first, each with the other of the first two."""
    close = [
        (line, line.finish, line.margin)
        for line in lines
        if line.finish and line.margin is not None and (CLOSE_WINS.of_line(line) or CLOSE_SECONDS.of_line(line))
    ]
    first_two = StatLine.objects.first_two(scope.as_of).filter(race__in=[line.race_id for line, *_ in close])
    others = {line.race_id: line.driver for line in first_two.exclude(driver=scope.driver).select_related("driver")}
    return [
        CloseFinish(line.race, line.race_order, finish, margin, others.get(line.race_id))
        for line, finish, margin in sorted(close, key=itemgetter(2))
    ]


def _timed_sessions(scope: Scope) -> QuerySet[Result]:
    """The driver's practice and qualifying, the latest first; as of a day, of the races run by then."""
    results = Result.objects.filter(
        entry__driver=scope.driver, session__kind__in=[Session.Kind.PRACTICE, Session.Kind.QUALIFYING]
    )
    return (
        results.of_races_run_by(scope.as_of)
        .select_related(*label_of("session__race"))
        .order_by(
            "-session__race__season__year",
            F("session__race__round").desc(nulls_last=True),
            "session__kind",
            "session__number",
            "pk",
        )
    )
