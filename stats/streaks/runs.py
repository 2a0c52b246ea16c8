"""Streaks: unbroken runs over an ordered sequence of races. Lines and races come in as plain values.

What is unknown ends a streak, and so does a race that the book lacks or holds in part; it is then at least so long.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

from django.db.models import Q

from races.derived.counts import tells_of_absent, told_by
from races.order import LAST_YEAR, is_next, race_order, season_length, year_and_round
from races.statistics import STATISTICS, LineStatistic

SHORTEST = 2
"""One alone is no streak."""
DOUBT = 0
"""Stands among race orders for a start that may be missing: the order of no race."""


class Run(NamedTuple):
    """A stretch of a sequence: the places of its first and its last element, both counted."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def runs(flags: Iterable[bool | None]) -> list[Run]:
    """The maximal runs of True; False ends a run, and so does None, the unknown."""
    found, place = [], 0
    for flag, group in groupby(flags, bool):
        length = len(list(group))
        if flag:
            found.append(Run(place, place + length - 1))
        place += length
    return found


def consecutive(places: Sequence[int]) -> list[Run]:
    """The maximal runs of consecutive whole numbers among ascending ones: [1, 2, 5] → [Run(0, 1), Run(2, 2)]."""
    if not places:
        return []
    starts = [0, *(at for at, (before, place) in enumerate(pairwise(places), start=1) if place != before + 1)]
    return [Run(first, after - 1) for first, after in pairwise([*starts, len(places)])]


@dataclass(frozen=True)
class StreakKind:
    """One kind of streak: what extends it, over which sequence.

    It runs over the driver's own starts, or over all races of the series (`every_race`), or over the races at one
    track (`at_track`): of those, where `awarded` is set, the ones that gave a pole award.
    """

    key: str
    label: str
    rule: str
    statistic: LineStatistic
    every_race: bool = False
    at_track: bool = False
    awarded: bool = False

    @property
    def title(self) -> str:
        return f"Consecutive {self.label.lower()}"

    @property
    def extends(self) -> Q:
        """The lines that extend it."""
        return self.statistic.evidence

    @property
    def of_starts(self) -> bool:
        """Whether its sequence is the driver's own starts, so that a missed race does not end it."""
        return not (self.every_race or self.at_track)


def _of_starts(key: str, label: str, ending: str) -> StreakKind:
    rule = f"{label} in consecutive starts of the driver: {ending} ends it; a race the driver missed does not."
    return StreakKind(key, label, rule, STATISTICS[key])


KINDS = {
    kind.key: kind
    for kind in (
        _of_starts("wins", "Wins", "any other finish"),
        StreakKind(
            "wins_of_series",
            "Wins, race by race",
            "Wins in consecutive races of the series, as most lists count them: a missed race ends it.",
            STATISTICS["wins"],
            every_race=True,
        ),
        _of_starts("top_fives", "Top fives", "a finish below 5th"),
        _of_starts("top_tens", "Top tens", "a finish below 10th"),
        _of_starts("lead_lap_finishes", "Lead-lap finishes", "a finish laps behind"),
        StreakKind(
            "starts",
            "Starts",
            "Starts in consecutive races of the series: a missed race ends it.",
            STATISTICS["starts"],
            every_race=True,
        ),
        StreakKind(
            "wins_at_track",
            "Wins at a track",
            "Wins in consecutive races at one track: a missed race ends it.",
            STATISTICS["wins"],
            at_track=True,
        ),
        StreakKind(
            "poles_at_track",
            "Poles at a track",
            "Pole awards in consecutive races at one track: a missed race ends it; a race that gave no award "
            "neither extends nor ends it.",
            STATISTICS["poles"],
            at_track=True,
            awarded=True,
        ),
    )
}


class RaceHeld(NamedTuple):
    """A race of a sequence, by its `race_order`: whether all who started it are known, who won it, and who was given
    the pole."""

    order: int
    track: int
    whole: bool = True
    winner: bool = True
    pole: bool = True
    no_award: bool = False

    def tells(self, kind: StreakKind) -> bool:
        """Whether it is known of a driver without a line in it that he extended no streak."""
        return tells_of_absent(self, told_by(kind.statistic.key))


class Streak(NamedTuple):
    """A streak of a driver, from one `race_order` to another; at a track where its kind is of one.

    It is `exact` where the races before and after it are known to be none of it; else it is at least so long.
    """

    driver: int
    track: int | None
    first: int
    last: int
    length: int
    exact: bool = True


class CareerLines(NamedTuple):
    """A driver's lines in the sequence, those of them that extend a streak, and those of which that is not known, by
    their ascending race orders; with the years of the first and the last season."""

    driver: int
    orders: Sequence[int]
    extending: Sequence[int]
    unknown: Sequence[int] = ()
    years: tuple[int, int] = (0, LAST_YEAR)

    def reaches(self, order: int) -> bool:
        """Whether a race is of the seasons of the career: of others nothing is in doubt."""
        return self.years[0] <= year_and_round(order)[0] <= self.years[1]


class Wait(NamedTuple):
    """How many starts a driver has had since the last that extends a streak, of the race order `since`; the first of
    them is of the order `first`. At least so many where it is not `exact`."""

    driver: int
    since: int
    first: int
    starts: int
    exact: bool = True


def gaps(orders: Sequence[int], rounds: Mapping[int, int | None]) -> list[int]:
    """Of the rounds a book has, as ascending race orders, those before which it lacks some.

    `rounds` says of a season how many it had; where that is unknown, the last one held is taken for its last.
    """
    found = []
    for before, order in pairwise(orders):
        year, round_ = year_and_round(before)
        if not is_next(order, before, season_length(rounds.get(year), round_, going_on=False)):
            found.append(order)
    return found


@dataclass(frozen=True)
class Calendar:
    """The races of one series that streaks run over, in order, and the orders before which some are missing.

    `span` has the first and the last order of what is asked for: what lies outside does not belong to a streak.
    """

    races: Sequence[RaceHeld]
    gaps: Sequence[int] = ()
    span: tuple[int, int] = (0, race_order(LAST_YEAR, 0))

    @cached_property
    def doubts(self) -> list[int]:
        """In order, the races in which a start may be missing: those not whole, and for a gap the one before it."""
        partial = [race.order for race in self.races if not race.whole]
        return sorted(order for order in (*partial, *(order - 1 for order in self.gaps)) if self.asks_for(order))

    def asks_for(self, order: int) -> bool:
        return self.span[0] <= order <= self.span[1]

    def places(self, kind: StreakKind) -> dict[int, tuple[int | None, int]]:
        """By race order, where a race stands in the sequence of its kind: the track, if it is of one, and the place.

        A gap in the series takes up a place. One at a track cannot be seen, so there it takes none.
        """
        found: dict[int, tuple[int | None, int]] = {}
        at_track: dict[int, int] = defaultdict(int)
        for number, race in enumerate(self.races):
            if kind.every_race:
                found[race.order] = (None, number + bisect_right(self.gaps, race.order))
            elif not (kind.awarded and race.no_award):
                at_track[race.track] += 1
                found[race.order] = (race.track, at_track[race.track])
        return found

    def doubtful(self, kind: StreakKind) -> dict[tuple[int | None, int], int]:
        """By track and place in the sequence of its kind, the orders of the races that may have extended a streak of
        a driver who has no line in them: of those held, and of those that are missing."""
        places = self.places(kind)
        found = {places[race.order]: race.order for race in self.races if race.order in places and not race.tells(kind)}
        if kind.every_race:
            found |= {(None, places[order][1] - 1): order - 1 for order in self.gaps if order in places}
        return {place: order for place, order in found.items() if self.asks_for(order)}


def streaks(kind: StreakKind, calendar: Calendar, careers: Iterable[CareerLines]) -> Iterator[Streak]:
    """The streaks of two and more. One over the driver's own starts needs all of them; one over races does not."""
    found = _over_starts(calendar, careers) if kind.of_starts else _over_races(kind, calendar, careers)
    return (streak for streak in found if streak.length >= SHORTEST)


def ongoing(
    kind: StreakKind, calendar: Calendar, found: Iterable[Streak], latest_starts: Mapping[int, int]
) -> set[Streak]:
    """Of streaks, those that can go on: the latest start or race of their sequence is in them.

    `latest_starts` has the order of the latest start of every active driver, and of no other.
    """
    if kind.of_starts:
        return {streak for streak in found if latest_starts.get(streak.driver) == streak.last}
    latest = {track: order for order, (track, _) in calendar.places(kind).items()}
    return {streak for streak in found if streak.driver in latest_starts and latest[streak.track] == streak.last}


def waits(calendar: Calendar, careers: Iterable[CareerLines]) -> Iterator[Wait]:
    """How long each has waited, over own starts, since the last that extends a streak; of those who have."""
    for career in careers:
        if not career.extending or career.extending[-1] == career.orders[-1]:
            continue
        since = career.extending[-1]
        starts = _with_doubts(calendar.doubts, career) if calendar.doubts else career.orders
        after = starts[starts.index(since) + 1 :]
        known = [order for order in after if order != DOUBT]
        exact = len(known) == len(after) and not set(career.unknown).intersection(known)
        yield Wait(career.driver, since, known[0], len(known), exact)


def _over_starts(calendar: Calendar, careers: Iterable[CareerLines]) -> Iterator[Streak]:
    for career in careers:
        extends, unknown = set(career.extending), set(career.unknown)
        starts = _with_doubts(calendar.doubts, career) if calendar.doubts else career.orders
        flags = [None if order == DOUBT or order in unknown else order in extends for order in starts]
        for first, last in runs(flags):
            exact = None not in (*flags[max(first - 1, 0) : first], *flags[last + 1 : last + 2])
            yield Streak(career.driver, None, starts[first], starts[last], last - first + 1, exact)


def _with_doubts(doubts: Sequence[int], career: CareerLines) -> list[int]:
    """A driver's starts, with a doubt wherever one may be missing: before the first, between two, after the last."""
    first, last = career.years
    ends = race_order(first, 0) - 1, race_order(last + 1, 0)
    found: list[int] = []
    for before, order in pairwise((ends[0], *career.orders, ends[1])):
        if bisect_left(doubts, order) > bisect_right(doubts, before):
            found.append(DOUBT)
        found.append(order)
    return found[:-1]


def _over_races(kind: StreakKind, calendar: Calendar, careers: Iterable[CareerLines]) -> Iterator[Streak]:
    places, doubtful = calendar.places(kind), calendar.doubtful(kind)
    for career in careers:
        orders = [order for order in career.extending if order in places]
        for track, of_track in _by_track(places, orders).items() if kind.at_track else ((None, orders),):
            for run in consecutive([places[order][1] for order in of_track]):
                first, last = of_track[run.first], of_track[run.last]
                beside = (track, places[first][1] - 1), (track, places[last][1] + 1)
                exact = not any(place in doubtful and career.reaches(doubtful[place]) for place in beside)
                yield Streak(career.driver, track, first, last, run.length, exact)


def _by_track(places: Mapping[int, tuple[int | None, int]], orders: Iterable[int]) -> dict[int | None, list[int]]:
    found: dict[int | None, list[int]] = defaultdict(list)
    for order in orders:
        found[places[order][0]].append(order)
    return found
