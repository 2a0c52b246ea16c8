"""The rows of series, seasons, races and tracks, of the sources of the book, and of what a search finds."""

from __future__ import annotations

from pydantic import Field

from ..shapes import Figure, Reference
from .row import Row


class SeriesRow(Row):
    """A series, and how much of it is on file."""

    series: Reference
    races: int = Field(description="Points races on file.")
    first: int = Field(description="Season of the first of them.")
    last: int
    whole: int = Field(description="Races with the result of every car.")
    dates: int = Field(description="Races whose date is known.")
    poles: int = Field(description="Races of which the pole award is known.")
    laps_led: int = Field(description="Races of which every lap leader is known.")
    margins: int = Field(description="Races whose margin is known, or that ended under caution.")


class SeasonRow(Row):
    """A season of a series."""

    season: Reference
    series: Reference
    year: int
    rounds: int | None = Field(description="How many points races it had.")
    races: int = Field(description="Of these, so many are on file and had been run.")


class RaceRow(Row):
    """A points race that has been run."""

    race: Reference
    round: int | None
    date: str | None
    series: Reference
    name: str
    track: Reference
    winner: Reference | None
    runner_up: Reference | None
    margin: str | None = Field(description="Seconds, a decimal; null where it was not measured in them.")
    laps: int | None
    results: int = Field(description="Cars whose results are on file.")


class SessionRow(Row):
    """A car in a session."""

    position: int | None
    car: str | None
    driver: Reference
    team: Reference | None
    manufacturer: Reference | None
    note: str | None


class RaceResultRow(SessionRow):
    """A car in a race."""

    start: int | None
    gained: int | None = Field(description="Places gained from start to finish, where both are known.")
    laps: int | None
    laps_led: int | None
    points: int | None
    status: str | None
    crossed_line: int | None = Field(description="Position at the line, where a ruling changed it.")


class LapResultRow(SessionRow):
    """The best lap of a car in practice or qualifying."""

    lap_speed: str | None = Field(description="Miles per hour, a decimal.")
    lap_time: str | None = Field(description="Seconds, a decimal.")
    gap: str | None = Field(description="Seconds behind the first, a decimal.")


class StageResultRow(SessionRow):
    """A car in a stage."""

    points: int | None


class StandingsRow(Row):
    """A place in the points of a season, as they add up race by race."""

    rank: str
    movement: int | None = Field(description="Places gained since the round before.")
    car: str | None
    driver: Reference
    make: str | None
    points: Figure
    behind: int | float | None = Field(description="Points behind the first.")
    gap: int | float | None = Field(description="Points behind the place before.")
    starts: Figure
    wins: Figure
    top_fives: Figure
    top_tens: Figure
    stage_wins: Figure
    laps_led: Figure
    penalties: int | float | None = Field(description="Points of the season that rulings took.")


class ChampionRow(Row):
    """A title, as it was awarded."""

    season: int
    driver: Reference
    nth: int | None = Field(description="Which title of the driver's in the series.")
    team: Reference | None
    manufacturer: Reference | None
    wins: Figure
    points: int | float | None
    margin: int | float | None = Field(description="In points, over the second.")
    source: str
    note: str | None


class RulingRow(Row):
    """A ruling that changed the book."""

    announced: str | None
    race: Reference
    date: str | None
    kind: str
    ruling: str
    reason: str | None
    results: int = Field(description="Results changed.")
    changes: str | None
    sources: str | None


class TrackRow(Row):
    """A track."""

    track: Reference
    place: str | None
    length: str | None = Field(description="Miles of the longest layout, a decimal.")
    races: int = Field(description="Points races on file.")
    first: int | None = Field(description="Season of the first of them.")
    last: int | None


class LayoutRow(Row):
    """A layout of a track."""

    name: str
    length: str | None = Field(description="Miles, a decimal.")
    type: str | None
    surface: str | None
    first_season: int | None
    last_season: int | None
    races: int
    note: str | None


class TrackWinnerRow(Row):
    """A driver who won at a track."""

    rank: str
    driver: Reference
    count: Figure


class SourceRow(Row):
    """A source."""

    source: Reference
    publisher: str | None
    published: str | None
    races: int = Field(description="Races that cite it; some are of champions, totals, points or rulings instead.")


class SearchRow(Row):
    """What a text finds."""

    name: Reference = Field(description="Its id is what the addresses of its kind take.")
    kind: str
    detail: str | None
