"""The rows of leaderboards and other lists of records."""

from __future__ import annotations

from pydantic import Field

from ..shapes import Figure, Reference
from .row import Row

WHO = ("driver", "team", "manufacturer")
"""The columns that may name whoever is ranked."""


class BoardIndexRow(Row):
    """A leaderboard, and who leads it."""

    statistic: Reference
    leader: Reference | None = Field(description="Of several who share the lead the names, without an id.")
    value: Figure
    counts: str = Field(description="What it counts.")


class BoardRow(Row):
    """A place on a leaderboard."""

    called = {"who": WHO}

    rank: str | None = Field(description="“4”, or “T2” of those who share it.")
    who: Reference = Field(description="The driver, the team or the make.")
    value: Figure
    starts: Figure | None = Field(description="Null on the board of starts: they are the value.")
    active: bool


class TitleBoardRow(Row):
    """A place on the board of titles."""

    called = {"who": WHO}

    rank: str
    who: Reference
    value: Figure
    years: str
    active: bool


class ClosestFinishRow(Row):
    """A race by its margin."""

    rank: str | None = Field(description="Null where races whose margin is unknown may be closer.")
    margin: str = Field(description="Seconds, a decimal.")
    race: Reference
    date: str | None
    track: Reference
    winner: Reference | None
    runner_up: Reference | None
    note: str | None


class InvolvedRow(Row):
    """A driver in the closest finishes."""

    rank: str
    driver: Reference
    involved: int = Field(description="First or second in one of these races.")
    share: float = Field(description="Of the races listed.")
    won: int
    runner_up: int = Field(description="Second places.")


class MilestoneRow(Row):
    """A milestone, and how many have reached it."""

    milestone: Reference
    series: str
    threshold: int
    members: int


class MemberRow(Row):
    """A driver who reached a milestone."""

    order: int | None = Field(description="Place in the club, where that is known.")
    driver: Reference
    race: Reference | None = Field(description="The race in which it was reached, or a season without an id.")
    date: str | None
    start_number: int | None = Field(description="Which start of the career it was.")
    count_after: int | None
    total: Figure
    active: bool


class WatchRow(Row):
    """A driver near a milestone, or near whoever is next on the list."""

    driver: Reference
    watch: Reference = Field(description="How far it is and to what: a milestone, or a driver.")
    total: Figure
    to_go: int
    statistic: str
    rate: float | None = Field(description="Per start, this season and the last.")
    starts: int | None = Field(description="The starts that the pace is of.")
    races_away: int | None = Field(description="At this pace, with a start in each.")
    race: Reference | None = Field(description="The race it would be in, on the schedule on file.")


class StreakIndexRow(Row):
    """A kind of streak: the longest that can still go on, and the longest ever."""

    streak: Reference
    active: Figure
    drivers: Reference | None
    record: Figure
    holders: Reference | None
    years: str | None
    rule: str = Field(description="What it counts.")


class StreakRow(Row):
    """A streak."""

    rank: str
    driver: Reference
    track: Reference | None = Field(description="Of a streak at one track.")
    length: Figure
    active: bool = Field(description="It can go on in the next race, and the driver is active.")
    first: Reference
    last: Reference
