"""The rows of drivers, teams and makes."""

from __future__ import annotations

from pydantic import Field

from ..shapes import Figure, Reference
from .row import Row


class DriverRow(Row):
    """A driver's career, in one series if one is asked for."""

    driver: Reference
    hometown: str | None
    active: bool | None
    starts: Figure
    wins: Figure
    top_fives: Figure
    laps_led: Figure
    held: int | None = Field(description="Points races with a result on file.")
    first: int | None = Field(description="First season.")
    last: int | None = Field(description="Latest season.")


class DriverSeasonRow(Row):
    """A season of a driver."""

    season: int
    series: Reference
    champion: bool | None = Field(description="Won the title of the season.")
    held: int | None = Field(description="Points races of the season with a result on file.")
    starts: Figure
    wins: Figure
    top_fives: Figure
    top_tens: Figure
    poles: Figure
    laps_led: Figure
    stage_wins: Figure
    average_start: Figure
    average_finish: Figure
    points: Figure


class RaceLogRow(Row):
    """A points race of a driver."""

    race: Reference
    date: str | None
    series: str
    track: Reference
    car: str | None
    team: Reference | None
    manufacturer: Reference | None
    start: int | None
    finish: int | None
    laps: int | None
    laps_led: int | None
    stage_wins: int | None
    points: int | None
    pole: bool | None
    status: str | None


class CarLogRow(RaceLogRow):
    """A car of a team or a make in a points race."""

    driver: Reference


class CarFigures(Row):
    """The figures of a team or a make, car by car."""

    starts: Figure
    wins: Figure
    top_fives: Figure
    poles: Figure
    laps_led: Figure


class TeamRow(CarFigures):
    """A team."""

    team: Reference
    first: int | None
    last: int | None


class ManufacturerRow(CarFigures):
    """A make."""

    manufacturer: Reference
    first: int | None
    last: int | None


class CarSeasonRow(CarFigures):
    """A season of a team or a make."""

    season: int
    top_tens: Figure
    stage_wins: Figure


class DriverStreakRow(Row):
    """A driver's longest streak of a kind, and the one that can still go on."""

    streak: Reference
    length: Figure
    track: Reference | None
    first: Reference | None
    last: Reference | None
    active: Figure
    active_track: Reference | None
