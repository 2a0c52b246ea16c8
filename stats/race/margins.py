"""A margin made visible: how far apart the cars were, at the speed of the track."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from races.laps import distance_in_inches
from races.margins import seconds_of
from races.models import Race, Result
from racestats import formatting


@dataclass(frozen=True)
class Distance:
    """How far a car goes in the margin's time, at a stated speed and from where that speed comes."""

    inches: Decimal
    speed: Decimal
    source: str

    @property
    def in_words(self) -> str:
        """“about three inches”."""
        return formatting.about(self.inches)

    @property
    def exactly(self) -> str:
        """“3.2 inches at 183.730 mph, the 2025 Kansas I pole speed”."""
        return f"{formatting.distance(self.inches)} at {self.speed} mph, {self.source}"


class Gap(NamedTuple):
    """A race with its margin as a distance."""

    race: Race
    distance: Distance


def distance_of(race: Race) -> Distance | None:
    """The margin as a distance at the pole speed: this race's, or else the nearest season's on the same layout.

    Where no pole speed is known the race's own average speed serves. One query.
    """
    return next((gap.distance for gap in gaps_of([race])), None)


def gaps_of(races: Iterable[Race]) -> list[Gap]:
    """Those of the races whose margin can be told as a distance, each with it, as `distance_of` says. One query."""
    measured = [(race, seconds) for race in races if (seconds := seconds_of(race.margin_kind, race.margin))]
    if not measured:
        return []
    layouts = {race.layout_id for race, _ in measured}
    of_layouts = Result.objects.fastest_in_qualifying().filter(session__race__layout__in=layouts)
    poles: dict[int, list[Result]] = defaultdict(list)
    for pole in of_layouts.select_related(
        "session__race__season", "session__race__event", "session__race__layout__track"
    ):
        poles[pole.session.race.layout_id].append(pole)
    found = [(race, _distance(race, seconds, poles[race.layout_id])) for race, seconds in measured]
    return [Gap(race, distance) for race, distance in found if distance]


def _distance(race: Race, seconds: Decimal, poles: Iterable[Result]) -> Distance | None:
    nearest = min(poles, key=lambda result: _apart(result.session.race, race), default=None)
    if nearest is not None and nearest.lap_speed is not None:
        of = nearest.session.race
        source = "its own pole speed" if of.pk == race.pk else f"the {of.label} pole speed"
        return Distance(distance_in_inches(seconds, nearest.lap_speed), nearest.lap_speed, source)
    if race.average_speed:
        return Distance(distance_in_inches(seconds, race.average_speed), race.average_speed, "its average speed")
    return None


def _apart(other: Race, race: Race) -> tuple[int, int, int]:
    """How far another race is from this one: itself first, then by seasons and rounds."""
    return abs(other.season.year - race.season.year), abs((other.round or 0) - (race.round or 0)), other.pk
