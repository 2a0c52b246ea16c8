"""What teams and makes have done: their cars counted line by line, in the races held here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Max, Min, Q

from drivers.models import Driver, Manufacturer, Team
from races.derived.counts import ENOUGH
from races.models import Race, StatLine, Track
from races.statistics import STATISTICS, WIN, Statistic
from racestats import formatting
from racestats.searching import words_of
from stats.completeness import Completeness, completeness, completeness_by_season
from stats.evidence import COUNTED, evidence_url
from stats.scope import Scope

from .totals import CAREER, active_drivers

Maker = Team | Manufacturer
LATEST = 10
"""How many of the latest wins and results a page shows."""


@dataclass(frozen=True)
class Figures:
    """The statistics of a maker in a scope, by key. `of` is what tells the row from others: a season, driver, track."""

    maker: Maker
    scope: Scope
    of: Any
    values: dict[str, Any]
    rank: str = ""

    def evidence(self, statistic: Statistic) -> str:
        return evidence_url(self.scope, statistic, self.maker)

    @property
    def season_url(self) -> str:
        return f"{self.scope.series.get_absolute_url()}{self.of}/"


@dataclass(frozen=True)
class MakerRecord:
    """One record: what, how much, by or in or at what, and in which race where it is of a single one."""

    record: str
    value: str
    value_url: str | None
    holder: str
    holder_url: str
    race: Race | None = None


@dataclass(frozen=True)
class MakerPage:
    """All that the page of a team or a make shows; the scope names the maker and one series."""

    complete: Completeness
    totals: Figures
    seasons: list[Figures]
    winners: list[Figures]
    tracks: list[Figures]
    records: list[MakerRecord]
    latest_wins: list[StatLine]
    latest: list[StatLine]


def maker_page(maker: Maker, scope: Scope) -> MakerPage:
    """Read the page. Eight queries."""
    by_season = completeness_by_season(scope)
    complete = sum(by_season.values(), Completeness.empty())
    rows = list(_grouped(scope, "season", "year", led=Max("laps_led"), closest=Min("margin", filter=WIN)))
    seasons = [
        Figures(maker, scope.narrowed(season=row["year"]), row["year"], _known(row, by_season[row["season"]]))
        for row in sorted(rows, key=lambda row: -row["year"])
    ]
    totals = Figures(maker, scope, None, _known(_sum(rows), complete))
    winners = _winners(maker, scope, complete)
    tracks = [replace(totals, of=scope.track)] if scope.track and rows else _tracks(maker, scope, complete)
    most_led, closest = (_best(rows, "led", max), _best(rows, "closest", min))
    lines = _lines(scope, most_led, closest)
    wins = [line for line in lines if line.finish == 1]
    records = [
        *_race_records("Most laps led in a race", most_led, "laps_led", formatting.number, lines),
        *_race_records("Closest win", closest, "margin", lambda value: f"{formatting.margin(value)} s", wins),
        *_most_wins("Most wins in a season", seasons, lambda figures: (str(figures.of), figures.season_url)),
        *_most_wins("Most wins at a track", tracks, lambda figures: (str(figures.of), figures.of.get_absolute_url())),
        *_most_wins("Most wins by a driver", winners, lambda figures: (str(figures.of), figures.of.get_absolute_url())),
    ]
    return MakerPage(complete, totals, seasons, winners, tracks, records, wins[:LATEST], lines[:LATEST])


def makers_index(
    model: type[Maker], scope: Scope, text: str, active: bool | None
) -> tuple[list[Figures], Completeness]:
    """The teams or makes that match and have a start in the scope, most wins first. Four queries at most."""
    by = model._meta.model_name
    named = COUNTED[by].objects.all()
    for word in words_of(text):
        named = named.filter(name__icontains=word)
    names = {maker.pk: maker for maker in named.order_by()}
    complete = completeness(scope)
    now = None if active is None else active_drivers(scope, by)
    found = [
        Figures(
            names[row[by]], scope, names[row[by]], _known(row, complete) | {key: row[key] for key in ("first", "last")}
        )
        for row in _grouped(scope, by, first=Min("year"), last=Max("year"))
        if row[by] in names and (now is None or (row[by] in now) == active)
    ]
    return sorted(found, key=lambda figures: (-figures.values["wins"], str(figures.of))), complete


def incomplete(complete: Completeness) -> str:
    """“Not fully known: poles for 2,772 races, stage wins for 40.”; empty where everything is."""
    parts = [
        f"{statistic.in_text} for {formatting.plural(missing, 'race')}"
        for statistic in CAREER
        if (missing := complete.held - complete.of(statistic))
    ]
    return f"Not fully known: {formatting.listed(parts)}." if parts else ""


def _grouped(scope: Scope, *by: str, **more):
    columns = {f"of_{statistic.key}": statistic.total() for statistic in CAREER}
    return scope.lines().order_by().values(*by).annotate(**columns, **more)


def _known(row: dict, complete: Completeness) -> dict[str, Any]:
    """A row's statistics by key, as counted in the races held; a none that these cannot vouch for is unknown."""
    return {
        statistic.key: row[f"of_{statistic.key}"] or (0 if complete.of(statistic) >= ENOUGH * complete.held else None)
        for statistic in CAREER
    }


def _sum(rows: list[dict]) -> dict[str, Any]:
    """The rows of parts as the row of the whole."""
    return {key: sum(row[key] or 0 for row in rows) for key in (f"of_{statistic.key}" for statistic in CAREER)}


def _winners(maker: Maker, scope: Scope, complete: Completeness) -> list[Figures]:
    """The drivers who won for the maker, most wins first. Two queries."""
    rows = {row["driver"]: row for row in _grouped(scope, "driver").filter(of_wins__gte=1)}
    drivers = Driver.objects.filter(pk__in=rows)
    ordered = sorted(drivers, key=lambda driver: (-rows[driver.pk]["of_wins"], str(driver)))
    ranks = formatting.ranks(rows[driver.pk]["of_wins"] for driver in ordered)
    return [
        Figures(
            maker,
            scope.narrowed(driver=driver),
            driver,
            _known(rows[driver.pk], complete),
            rank,
        )
        for rank, driver in zip(ranks, ordered)
    ]


def _tracks(maker: Maker, scope: Scope, complete: Completeness) -> list[Figures]:
    """The tracks raced at, most wins first. Two queries."""
    rows = {row["track"]: row for row in _grouped(scope, "track")}
    tracks = Track.objects.filter(pk__in=rows)
    return [
        Figures(maker, scope.narrowed(track=track), track, _known(rows[track.pk], complete))
        for track in sorted(tracks, key=lambda track: (-rows[track.pk]["of_wins"], track.name))
    ]


def _best(rows: Iterable[dict], key: str, best) -> Any:
    return best((row[key] for row in rows if row[key] is not None), default=None)


def _lines(scope: Scope, most_led: int | None, closest) -> list[StatLine]:
    """The latest results and wins, and those that hold a record of a single race; latest first. Two queries."""
    lines = scope.lines().latest_first()
    wanted = Q(pk__in=lines.values("pk")[:LATEST]) | Q(pk__in=lines.filter(WIN).values("pk")[:LATEST])
    if most_led:
        wanted |= Q(laps_led=most_led)
    if closest is not None:
        wanted |= WIN & Q(margin=closest)
    return list(lines.filter(wanted).for_log().select_related("driver"))


def _race_records(record: str, best, column: str, show, lines: list[StatLine]) -> list[MakerRecord]:
    return [
        MakerRecord(record, show(best), None, str(line.driver), line.driver.get_absolute_url(), line.race)
        for line in reversed(lines)
        if best and getattr(line, column) == best
    ]


def _most_wins(record: str, rows: list[Figures], holder) -> list[MakerRecord]:
    most = max((row.values["wins"] or 0 for row in rows), default=0)
    return [
        MakerRecord(record, formatting.number(most), row.evidence(STATISTICS["wins"]), *holder(row))
        for row in rows
        if most and row.values["wins"] == most
    ]
