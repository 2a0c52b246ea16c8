"""What teams and makes have done: their cars counted line by line, in the races on file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Max, Min, Q

from drivers.models import Driver, Manufacturer, Team
from races.models import Race, Season, StatLine, Track
from races.statistics import CAREER_STATISTICS, STATISTICS, WIN, Statistic
from racestats import formatting
from stats.completeness import Completeness, completeness
from stats.evidence import evidence_of
from stats.figures.basis import Basis
from stats.figures.figure import Figure
from stats.figures.reading import Figures
from stats.figures.reading import figures as figures_of
from stats.scope import Scope
from stats.subjects import Subject, subject_of

from .active import active_drivers
from .profile import Total

TeamOrMake = Team | Manufacturer
FURTHER = tuple(
    STATISTICS[key]
    for key in (
        *("runner_ups", "pole_wins", "races_led", "races_led_most", "races_led_and_lost", "stage_sweeps"),
        *("close_wins", "close_runner_ups"),
    )
)
"""What else is counted of the whole."""
LATEST = 10
"""How many of the latest wins and results a page shows."""


@dataclass(frozen=True)
class TeamOrMakeFigures:
    """The statistics of a team or a make in a scope, by key, each a `Figure`; and further values. `of` is what tells
    the row from others: a season, driver, track."""

    who: TeamOrMake
    scope: Scope
    of: Any
    values: dict[str, Any]
    rank: str = ""

    @cached_property
    def evidence(self) -> Callable[[Statistic], str]:
        """The address of the races behind a figure."""
        return evidence_of(self.scope, self.who)

    @property
    def season_url(self) -> str:
        return Season(series=self.scope.the_series, year=self.of).get_absolute_url()


@dataclass(frozen=True)
class TeamOrMakeRecord:
    """One record: what, how much, by or in or at what, and in which race where it is of a single one."""

    record: str
    value: str
    value_url: str | None
    holder: str
    holder_url: str
    race: Race | None = None


@dataclass(frozen=True)
class TeamOrMakePage:
    """All that the page of a team or a make shows; the scope names it and one series."""

    complete: Completeness
    totals: TeamOrMakeFigures
    further: list[Total]
    seasons: list[TeamOrMakeFigures]
    winners: list[TeamOrMakeFigures]
    tracks: list[TeamOrMakeFigures]
    records: list[TeamOrMakeRecord]
    latest_wins: list[StatLine]
    latest: list[StatLine]


def team_or_make_page(who: TeamOrMake, scope: Scope) -> TeamOrMakePage:
    """Read the page."""
    complete, basis = completeness(scope), Basis(scope)
    by_season = _grouped(scope, basis, "year")
    seasons = [
        TeamOrMakeFigures(who, scope.narrowed(season=year), year, figures)
        for year, figures in sorted(by_season.items(), reverse=True)
    ]
    key = subject_of(who).key
    whole = figures_of(scope, (*CAREER_STATISTICS, *FURTHER), key, basis=basis).get(who.pk)
    totals = TeamOrMakeFigures(who, scope, None, _values(whole) if whole else NONE)
    winners = _winners(who, scope, basis)
    tracks = [replace(totals, of=scope.track)] if scope.track and seasons else _tracks(who, scope, basis)
    best = scope.lines().aggregate(led=Max("laps_led"), closest=Min("margin", filter=WIN))
    lines = _lines(scope, best["led"], best["closest"])
    wins = [line for line in lines if line.finish == 1]
    records = [
        *_race_records("Most laps led in a race", best["led"], "laps_led", formatting.number, lines),
        *_race_records("Closest win", best["closest"], "margin", lambda value: f"{formatting.margin(value)} s", wins),
        *_most_wins("Most wins in a season", seasons, lambda figures: (str(figures.of), figures.season_url)),
        *_most_wins("Most wins at a track", tracks, lambda figures: (str(figures.of), figures.of.get_absolute_url())),
        *_most_wins("Most wins by a driver", winners, lambda figures: (str(figures.of), figures.of.get_absolute_url())),
    ]
    further = _further(totals, whole) if whole else []
    return TeamOrMakePage(complete, totals, further, seasons, winners, tracks, records, wins[:LATEST], lines[:LATEST])


def teams_or_makes_index(
    subject: Subject, scope: Scope, text: str, active: bool | None
) -> tuple[list[TeamOrMakeFigures], Completeness]:
    """The teams or makes that match and have a start in the scope, most wins first. Four queries at most."""
    matching = subject.model.objects.matching(text).order_by()
    names = {who.pk: who for who in matching if isinstance(who, TeamOrMake)}
    complete = completeness(scope)
    now = None if active is None else active_drivers(scope, subject.key)
    found = [
        TeamOrMakeFigures(
            names[pk],
            scope,
            names[pk],
            _values(found_figures) | {"first": found_figures.first, "last": found_figures.last},
        )
        for pk, found_figures in figures_of(scope, CAREER_STATISTICS, subject.key).items()
        if pk in names and (now is None or (pk in now) == active)
    ]
    return sorted(found, key=lambda figures: (-(figures.values["wins"].value or 0), str(figures.of))), complete


def incomplete(complete: Completeness) -> str:
    """“Not fully on file: poles for 2,772 races, stage wins for 40.”; empty where everything is."""
    parts = [
        f"{statistic.in_text} for {formatting.plural(missing, 'race')}"
        for statistic in CAREER_STATISTICS
        if (missing := complete.held - complete.of(statistic))
    ]
    return f"Not fully on file: {formatting.listed(parts)}." if parts else ""


NONE: dict[str, Figure] = {statistic.key: Figure(0) for statistic in CAREER_STATISTICS}


def _further(totals: TeamOrMakeFigures, whole: Figures) -> list[Total]:
    """What is known of it."""
    return [
        Total(each, figure, figure.in_words(each), totals.evidence(each) if figure.value else None)
        for each in FURTHER
        if (figure := whole[each.key]).value is not None
    ]


def _values(found: Figures) -> dict[str, Figure]:
    return {statistic.key: found[statistic.key] for statistic in CAREER_STATISTICS}


def _grouped(scope: Scope, basis: Basis, by: str) -> dict[Any, dict[str, Figure]]:
    """The figures of cars in a scope, by a column of lines. One query."""
    return {pk: _values(found) for pk, found in figures_of(scope, CAREER_STATISTICS, by, basis=basis).items()}


def _winners(who: TeamOrMake, scope: Scope, basis: Basis) -> list[TeamOrMakeFigures]:
    """The drivers who won for it, most wins first. Two queries."""
    found = {pk: figures for pk, figures in _grouped(scope, basis, "driver").items() if figures["wins"].value}
    drivers = Driver.objects.in_bulk(found).values()
    ordered = sorted(drivers, key=lambda driver: (-found[driver.pk]["wins"].value, str(driver)))
    ranks = formatting.ranks(found[driver.pk]["wins"].value for driver in ordered)
    return [
        TeamOrMakeFigures(who, scope.narrowed(driver=driver), driver, found[driver.pk], rank)
        for rank, driver in zip(ranks, ordered)
    ]


def _tracks(who: TeamOrMake, scope: Scope, basis: Basis) -> list[TeamOrMakeFigures]:
    """The tracks raced at, most wins first. Two queries."""
    found = _grouped(scope, basis, "track")
    tracks = Track.objects.filter(pk__in=found)
    return [
        TeamOrMakeFigures(who, scope.narrowed(track=track), track, found[track.pk])
        for track in sorted(tracks, key=lambda track: (-(found[track.pk]["wins"].value or 0), track.name))
    ]


def _lines(scope: Scope, most_led: int | None, closest: Decimal | None) -> list[StatLine]:
    """The latest results and wins, and those that hold a record of a single race; latest first. Two queries."""
    lines = scope.lines().latest_first()
    wanted = Q(pk__in=lines.values("pk")[:LATEST]) | Q(pk__in=lines.filter(WIN).values("pk")[:LATEST])
    if most_led:
        wanted |= Q(laps_led=most_led)
    if closest is not None:
        wanted |= WIN & Q(margin=closest)
    return list(lines.filter(wanted).for_log().select_related("driver"))


def _race_records(
    record: str, best: Decimal | int | None, column: str, show: Callable[[Any], str], lines: list[StatLine]
) -> list[TeamOrMakeRecord]:
    return [
        TeamOrMakeRecord(record, show(best), None, str(line.driver), line.driver.get_absolute_url(), line.race)
        for line in reversed(lines)
        if best and getattr(line, column) == best
    ]


def _most_wins(
    record: str, rows: list[TeamOrMakeFigures], holder: Callable[[TeamOrMakeFigures], tuple[str, str]]
) -> list[TeamOrMakeRecord]:
    most = max((row.values["wins"].value or 0 for row in rows), default=0)
    return [
        TeamOrMakeRecord(
            record, row.values["wins"].in_words(STATISTICS["wins"]), row.evidence(STATISTICS["wins"]), *holder(row)
        )
        for row in rows
        if most and row.values["wins"].value == most
    ]
