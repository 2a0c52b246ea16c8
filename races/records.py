"""The records of a track: the best single races and careers on it, each with the record it replaced."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from drivers.models import Driver
from racestats import formatting

from .models import Race, Result, Session, StatLine
from .scope import Scope


@dataclass(frozen=True)
class TrackRecord:
    """One record: what, how much, whose, and in which race where it is of a single one."""

    record: str
    value: str
    holder: Driver
    race: Race | None = None


@dataclass(frozen=True)
class Tally:
    rank: str
    driver: Driver
    count: int


def tally(lines: QuerySet[StatLine]) -> list[Tally]:
    """The drivers of these lines by how many they have, ties kept. One query."""
    of_lines = Driver.objects.filter(stat_lines__in=lines.order_by().values("pk"))
    drivers = sorted(of_lines.annotate(count=Count("stat_lines")), key=lambda driver: (-driver.count, str(driver)))
    return [
        Tally(rank, driver, driver.count)
        for rank, driver in zip(formatting.ranks(driver.count for driver in drivers), drivers)
    ]


def track_records(scope: Scope, winners: list[Tally], poles: list[Tally]) -> list[TrackRecord]:
    """The records of a scope that names a track, out of what the book holds. Four queries."""
    records = [
        TrackRecord(label, f"{entry.count:,}", entry.driver)
        for label, tallied in (("Most wins", winners), ("Most poles", poles))
        for entry in tallied
        if entry.count == tallied[0].count
    ]
    return records + _most_laps_led(scope) + _closest_finish(scope) + _fastest_qualifying(scope)


def _lines(scope: Scope) -> QuerySet[StatLine]:
    """The scope's lines with their drivers and races, whose labels need no dated names."""
    return scope.lines().for_log().select_related("driver").prefetch_related(None)


def _most_laps_led(scope: Scope) -> list[TrackRecord]:
    """The race with the most laps led, and the record it replaced."""
    led = _lines(scope).filter(laps_led__gte=1).order_by("-laps_led", "race_order", "pk")
    best = led.first()
    if best is None:
        return []
    records = [TrackRecord("Most laps led in a race", f"{best.laps_led:,}", best.driver, best.race)]
    before = led.filter(race_order__lt=best.race_order, laps_led__lt=best.laps_led).first()
    if before:
        records.append(TrackRecord("… the record before", f"{before.laps_led:,}", before.driver, before.race))
    return records


def _closest_finish(scope: Scope) -> list[TrackRecord]:
    won = _lines(scope).filter(finish=1, margin__isnull=False)
    closest = won.order_by("margin", "race_order", "pk").first()
    if closest is None:
        return []
    return [TrackRecord("Closest finish", f"{formatting.margin(closest.margin)} s", closest.driver, closest.race)]


def _fastest_qualifying(scope: Scope) -> list[TrackRecord]:
    """The fastest qualifying lap on each layout: speeds on two layouts do not compare."""
    laps = (
        Result.objects.filter(
            session__kind=Session.Kind.QUALIFYING, lap_speed__isnull=False, session__race__in=scope.races()
        )
        .select_related(
            "entry__driver", "session__race__season__series", "session__race__event", "session__race__layout__track"
        )
        .order_by(F("lap_speed").desc(), "pk")
    )
    fastest: dict[int, Result] = {}
    for result in laps:
        fastest.setdefault(result.session.race.layout_id, result)
    return [
        TrackRecord(
            f"Fastest qualifying lap, {result.session.race.layout.name.lower()}",
            f"{result.lap_speed} mph",
            result.entry.driver,
            result.session.race,
        )
        for result in fastest.values()
    ]
