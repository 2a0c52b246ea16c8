"""What the rules read: one race and the book up to it, as plain values. Pure; no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, TypeVar

from races.derived.counts import Count
from races.statistics import STATISTICS
from stats.race.known_ranks import LookedUp

Made = TypeVar("Made")
FeatCounts = Counter[tuple[int | None, ...]]
"""How many there have been by each value of some columns."""


class NoteLine(NamedTuple):
    """One driver in one race."""

    order: int
    year: int
    driver: int
    team: int | None
    manufacturer: int | None
    track: int
    finish: int | None
    pole: bool | None
    laps_led: int | None
    stage_wins: int | None

    def adds(self, key: str) -> int | None:
        """What this race added to a career count."""
        return STATISTICS[key].of_line(self)


@dataclass(frozen=True)
class Feat:
    """What is counted one by one: a win, a pole, a stage win."""

    key: str
    noun: str

    def of(self, line: NoteLine) -> int:
        return line.adds(self.key) or 0

    def nouns(self, count: int) -> str:
        return self.noun if count == 1 else f"{self.noun}s"


WIN, POLE, STAGE_WIN = Feat("wins", "win"), Feat("poles", "pole"), Feat("stage_wins", "stage win")
FEATS = (WIN, POLE, STAGE_WIN)


class NameAndLog(NamedTuple):
    """A driver, team or make: the name, and the address of its races."""

    name: str
    log: str


class CoverageSoFar(NamedTuple):
    """Of the races run so far in a season or at a track: how many there were (None: unknown), how many the book holds,
    and of how many it knows each count. `summed`: a source's totals reach to the season's end."""

    expected: int | None
    held: int
    known: dict[str, int]
    summed: bool = False


NOTHING = CoverageSoFar(None, 0, {})


Counts = Mapping[str, Count]
"""By statistic."""


class Finish(NamedTuple):
    """How close a race was: the margin in seconds, None where there is none in seconds, and whether that is known."""

    order: int
    day: date
    margin: Decimal | None
    known: bool = True


class SeasonTitle(NamedTuple):
    """The title of the season that ended with this race: whose it was, how many everybody has with it, and the list of
    them. `decided` says that the play-offs left it to this race; `exact` that no season is without a champion
    on file."""

    driver: int
    totals: Mapping[int, int]
    exact: bool
    decided: bool
    url: str

    @property
    def tied(self) -> list[int]:
        """Who else has as many as the champion."""
        return [
            each for each, total in self.totals.items() if total == self.totals[self.driver] and each != self.driver
        ]


class Threshold(NamedTuple):
    """A milestone's threshold, and how many have reached it."""

    threshold: int
    members: int
    url: str


class Period(NamedTuple):
    """An era by name and days."""

    name: str
    slug: str
    first: date
    last: date


@dataclass(frozen=True)
class RaceStory:
    """One points race, and the book of its series up to and with it.

    `lines` are the race's own lines, by finish. `history` holds, oldest first, the lines of earlier races that rules
    look back at: every win, pole and stage win of the series, every lap leader at this track, and all races from
    the season `since` on of those who ran here. `careers` are the counts of everybody's career after this race, and
    `in_the_season` those of the season so far of those who ran. `stayed_alone` are those of whom the win of this race
    is the only one in the book as it is asked for, and whose career is over.
    """

    order: int
    year: int
    track: int
    track_name: str
    day: date
    lines: tuple[NoteLine, ...]
    since: int = 0
    history: tuple[NoteLine, ...] = ()
    drivers: dict[int, NameAndLog] = field(default_factory=dict)
    teams: dict[int, NameAndLog] = field(default_factory=dict)
    manufacturers: dict[int, NameAndLog] = field(default_factory=dict)
    careers: Mapping[int, Counts] = field(default_factory=dict)
    in_the_season: Mapping[int, Counts] = field(default_factory=dict)
    seasons: dict[int, CoverageSoFar] = field(default_factory=dict)
    stayed_alone: frozenset[int] = frozenset()
    title: SeasonTitle | None = None
    milestones: dict[str, tuple[Threshold, ...]] = field(default_factory=dict)
    stages: int | None = None
    margin: Decimal | None = None
    here: CoverageSoFar = NOTHING
    finishes: tuple[Finish, ...] = ()
    eras: tuple[Period, ...] = ()
    looked_up: tuple[LookedUp, ...] = ()
    evidence: Callable[..., str] = lambda log, **narrowing: ""
    closest: Callable[..., str] = lambda **narrowing: ""

    @cached_property
    def all_lines(self) -> tuple[NoteLine, ...]:
        return self.history + self.lines

    @property
    def winner(self) -> NoteLine | None:
        return next((line for line in self.lines if line.finish == 1), None)

    def achievers(self, feat: Feat) -> Iterator[NoteLine]:
        """Those who did it in this race."""
        return (line for line in self.lines if feat.of(line))

    def tally(self, feat: Feat, *by: str) -> FeatCounts:
        """How many there have been of a feat by each value of some columns: (driver,), (make, year) and so on."""
        return _once(self, ("tally", feat, by), lambda: self._tally(feat, by))

    def _tally(self, feat: Feat, by: tuple[str, ...]) -> FeatCounts:
        columns = attrgetter("driver", *by)
        found: FeatCounts = Counter()
        for line, count in self._counted(feat):
            found[columns(line)[1:]] += count
        return found

    def of_feat(self, feat: Feat) -> list[NoteLine]:
        """Every line with the feat, oldest first."""
        return [line for line, _ in self._counted(feat)]

    def _counted(self, feat: Feat) -> list[tuple[NoteLine, int]]:
        """Every line with the feat, and how many it adds."""
        return _once(
            self, ("feat", feat), lambda: [(line, count) for line in self.all_lines if (count := feat.of(line))]
        )

    def season_known(self, feat: Feat) -> bool:
        """Whether the book holds the feat of every race of this season so far."""
        return self._season_holds(self.year, feat.key)

    def starts_known(self, year: int) -> bool:
        """Whether the book holds every start of a season so far."""
        return self._season_holds(year, "starts")

    def _season_holds(self, year: int, key: str) -> bool:
        season = self.seasons.get(year)
        return bool(season and season.expected and season.known.get(key, 0) >= season.expected)

    def track_known(self, feat: Feat) -> bool:
        """Whether the book knows the feat of every race that it holds of this track."""
        return bool(self.here.held) and self.here.known.get(feat.key, 0) >= self.here.held

    @property
    def holds_every_race(self) -> bool:
        """Whether the book holds every race of the series so far."""
        return bool(self.seasons) and all(
            season.expected is not None and season.held >= season.expected for season in self.seasons.values()
        )

    def careers_known(self, key: str) -> bool:
        """Whether nobody's count is in doubt and nobody can be missing, so that a place among all can be told."""
        return _once(self, ("careers", key), lambda: self._careers_known(key))

    def _careers_known(self, key: str) -> bool:
        found = [counts[key] for counts in self.careers.values() if key in counts]
        nobody_missing = all(season.summed or self._season_holds(year, key) for year, season in self.seasons.items())
        return bool(found) and nobody_missing and all(count.exact for count in found)

    def career(self, line: NoteLine, key: str) -> int | None:
        """A career count after this race, or None where the book cannot tell it exactly."""
        return _exact(self.careers, line.driver, key)

    def totals(self, feat: Feat) -> dict[int, int]:
        """The career count of every driver of whom it is exact: after this race, by driver."""
        return _once(self, ("totals", feat), lambda: self._totals(feat))

    def _totals(self, feat: Feat) -> dict[int, int]:
        found = ((driver, _exact(self.careers, driver, feat.key)) for driver in self.careers)
        return {driver: count for driver, count in found if count}

    def company(self, line: NoteLine, feat: Feat) -> dict[str, list[int]]:
        """Whom the career count after this race ties and passes, of those whose counts are exact."""
        after = self.career(line, feat.key)
        if after is None:
            return {}
        others = {driver: total for driver, total in self.totals(feat).items() if driver != line.driver}
        return {
            "tying": [driver for driver, total in others.items() if total == after],
            "passing": [driver for driver, total in others.items() if after - feat.of(line) <= total < after],
        }

    def in_season(self, line: NoteLine, feat: Feat) -> int | None:
        """A driver's count in this season so far, or None where the book cannot tell it exactly."""
        return _exact(self.in_the_season, line.driver, feat.key)


def _exact(counts: Mapping[int, Counts], driver: int, key: str) -> int | None:
    count = counts.get(driver, {}).get(key)
    return count.value if count and count.exact else None


def _once(story: RaceStory, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """What several rules ask for is worked out once for each story."""
    kept: dict[tuple[object, ...], Made] = vars(story).setdefault("_kept", {})
    if key not in kept:
        kept[key] = make()
    return kept[key]
