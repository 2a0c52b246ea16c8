"""Streaks of drivers: the longest of a kind over a scope, and those of one driver."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db.models import Max, Min, QuerySet

from drivers.models import Driver
from races.models import Race, StatLine, Track
from races.order import race_order, year_and_round
from racestats import formatting
from racestats.addresses import address_of
from stats.careers.active import latest_lines
from stats.completeness import Completeness, completeness
from stats.evidence import evidence_url
from stats.figures.drivers import career_spans
from stats.figures.figure import Figure
from stats.scope import AtRace, Scope

from .gathered import Gathered
from .runs import KINDS, Calendar, CareerLines, RaceHeld, Streak, StreakKind, gaps, ongoing, streaks

LISTED = 100
"""A board lists at most so many, and is not cut inside a tie; a first tie of more is listed whole."""


@dataclass(frozen=True)
class StreakRow:
    """A streak as a board shows it; `url` leads to the races that make it up."""

    rank: str
    driver: Driver
    track: Track | None
    length: Figure
    url: str
    first: Race
    last: Race
    active: bool


@dataclass(frozen=True)
class StreakBoard:
    """The longest streaks of one kind over a scope, and what they rest on."""

    kind: StreakKind
    rows: list[StreakRow]
    active: list[StreakRow]
    """The longest that can still go on: several where they are as long."""
    found: int
    doubtful: int
    complete: Completeness
    gaps: int

    @property
    def notes(self) -> list[str]:
        notes = [
            self.kind.rule,
            "Two or more make a streak; an unknown result ends it; a disqualification counts as ruled.",
            self.complete.in_words(self.kind.statistic),
        ]
        if self.doubtful:
            longer = formatting.plural(self.doubtful, "streak")
            notes.append(f"{longer} may have been longer (+): what came before or after is not fully known.")
        if self.gaps:
            missing = f"Races are missing from our records in {formatting.plural(self.gaps, 'place')}"
            notes.append(
                f"{missing}: one at the track among them would not be seen here."
                if self.kind.at_track
                else f"{missing}: no streak runs across, so one may be longer than it shows."
            )
        if self.found > len(self.rows):
            notes.append(f"The longest {len(self.rows):,} of {self.found:,} streaks: no tie is cut.")
        return notes


def streak_board(kind: StreakKind, scope: Scope, active: bool | None = None) -> StreakBoard:
    """Rank the streaks of a scope, which belongs to one series, the longest first; ties share a rank.

    A narrower scope is a narrower sequence: of a season, or of one track. Eight queries, and one more where the scope
    cuts out a stretch.
    """
    calendar = read_calendar(scope)
    lines = scope.lines().filter(kind.extends)
    if kind.of_starts:
        lines = scope.lines().filter(driver__in=lines.order_by().values("driver"))
    found = list(streaks(kind, calendar, careers_of(scope, lines, [kind])[kind.key]))
    going_on = ongoing(kind, calendar, found, _latest_starts(scope))
    if active is not None:
        found = [streak for streak in found if (streak in going_on) == active]
    found.sort(key=lambda streak: (-streak.length, -streak.last))
    ranks = dict(zip(found, formatting.ranks(streak.length for streak in found)))
    listed, current = _at_most(LISTED, found), [streak for streak in found if streak in going_on]
    longest = [streak for streak in current if streak.length == current[0].length]

    shown = {*listed, *longest}
    drivers = Driver.objects.filter(pk__in={streak.driver for streak in shown}).in_bulk()
    races = _races_by_order(scope, shown)

    def row(streak: Streak) -> StreakRow:
        first, last = races[streak.first], races[streak.last]
        return StreakRow(
            ranks[streak],
            drivers[streak.driver],
            first.layout.track if kind.at_track else None,
            length_of(streak),
            _evidence(kind, drivers[streak.driver], scope, first, last),
            first,
            last,
            streak in going_on,
        )

    doubtful = sum(not streak.exact for streak in found)
    return StreakBoard(
        kind,
        [row(streak) for streak in listed],
        [row(streak) for streak in longest],
        len(found),
        doubtful,
        completeness(scope),
        len(calendar.gaps),
    )


@dataclass(frozen=True)
class Longest:
    """The longest streaks of some: how long, whose, and, of one alone, in which years."""

    length: Figure
    drivers: list[Driver]
    years: str | None

    @property
    def holders(self) -> str:
        """Their names; of more than a few, how many they are."""
        return formatting.named([str(driver) for driver in self.drivers], "driver")

    @property
    def holder(self) -> Driver | None:
        return self.drivers[0] if len(self.drivers) == 1 else None


@dataclass(frozen=True)
class LongestOfKind:
    """The longest streak of a kind that can still go on, and the longest ever; none where nobody has one."""

    kind: StreakKind
    url: str
    active: Longest | None
    record: Longest | None


def longest_of_each_kind(scope: Scope) -> list[LongestOfKind]:
    """In the series of the scope: kinds of which somebody has an active streak come first. Six queries."""
    calendar, latest_starts = read_calendar(scope), _latest_starts(scope)
    best = []
    for key, careers in careers_of(scope, scope.lines(), KINDS.values()).items():
        found = list(streaks(KINDS[key], calendar, careers))
        going_on = ongoing(KINDS[key], calendar, found, latest_starts)
        best.append((KINDS[key], _all_longest(going_on), _all_longest(found)))
    best.sort(key=lambda each: not each[1])
    drivers = Driver.objects.in_bulk({streak.driver for _, *both in best for some in both for streak in some})

    def told(longest: list[Streak]) -> Longest | None:
        if not longest:
            return None
        # Where one of them may have been longer, so may the longest.
        length = min(map(length_of, longest), key=attrgetter("exact"))
        first, last = (year_and_round(order)[0] for order in (longest[0].first, longest[0].last))
        years = formatting.years(first, last) if len(longest) == 1 else None
        return Longest(length, sorted({drivers[streak.driver] for streak in longest}, key=str), years)

    return [LongestOfKind(kind, _board_url(kind, scope), told(active), told(ever)) for kind, active, ever in best]


def _all_longest(found: Iterable[Streak]) -> list[Streak]:
    """Those of streaks that are as long as the longest."""
    found = list(found)
    length = max((streak.length for streak in found), default=None)
    return [streak for streak in found if streak.length == length]


@dataclass(frozen=True)
class OwnStreak:
    """A driver's longest streak of a kind, the latest where several are as long, and the active one."""

    kind: StreakKind
    board_url: str
    length: Figure
    url: str
    track: Track | None
    first: Race
    last: Race
    active_length: Figure | None
    active_url: str | None
    active_track: Track | None


def driver_streaks(scope: Scope) -> list[OwnStreak]:
    """The streaks of the scope's driver in its series, for each kind that has one. Six queries."""
    by_kind = careers_of(scope, scope.lines(), KINDS.values())
    career = next(chain.from_iterable(by_kind.values()), None)
    if career is None:
        return []
    driver, latest_start = scope.the_driver, career.orders[-1]
    calendar = read_calendar(scope, since=race_order(career.years[0], 0))
    is_active = latest_lines(scope).filter(driver=driver).exists()
    best = []
    for key, careers in by_kind.items():
        kind, found = KINDS[key], list(streaks(KINDS[key], calendar, careers))
        going_on = ongoing(kind, calendar, found, {driver.pk: latest_start} if is_active else {})
        if found:
            best.append((kind, max(found, key=_longest), max(going_on, key=_longest, default=None)))
    races = _races_by_order(scope, [streak for _, *pair in best for streak in pair if streak])
    made = []
    for kind, longest, current in best:
        first, last = races[longest.first], races[longest.last]
        made.append(
            OwnStreak(
                kind,
                _board_url(kind, scope),
                length_of(longest),
                _evidence(kind, driver, scope, first, last),
                first.layout.track if kind.at_track else None,
                first,
                last,
                current and length_of(current),
                current and _evidence(kind, driver, scope, races[current.first], races[current.last]),
                races[current.first].layout.track if current and kind.at_track else None,
            )
        )
    return made


def longest_by_kind(scope: Scope, drivers: Collection[int]) -> dict[tuple[int, str], Figure]:
    """By the id of a driver and the key of a kind, his longest streak in the scope's series. Six queries."""
    by_kind = careers_of(scope, scope.lines().filter(driver__in=drivers), KINDS.values())
    since = min((career.years[0] for career in chain.from_iterable(by_kind.values())), default=None)
    if since is None:
        return {}
    calendar = read_calendar(scope, since=race_order(since, 0))
    longest: dict[tuple[int, str], Streak] = {}
    for key, careers in by_kind.items():
        for streak in streaks(KINDS[key], calendar, careers):
            known = longest.get((streak.driver, key))
            longest[streak.driver, key] = streak if known is None else max(known, streak, key=_longest)
    return {of: length_of(streak) for of, streak in longest.items()}


def length_of(streak: Streak) -> Figure:
    """Its length, in doubt by the one stretch at its end that may belong to it."""
    return Figure(streak.length, 0 if streak.exact else 1)


def read_calendar(scope: Scope, since: int = 0) -> Calendar:
    """The races that the streaks of a scope run over, whichever years it asks for, from one on. Two queries, and one
    more where the scope cuts out a stretch."""
    whole_scope = _all_years(scope)
    held = whole_scope.denominator().filter(coverage__race_order__gte=since).order_by("coverage__race_order")
    known = ("coverage__whole", "coverage__winner", "coverage__pole")
    races = [
        RaceHeld(order, track, whole, winner, pole_known, pole_known and pole is None)
        for order, track, whole, winner, pole_known, pole in held.values_list(
            "coverage__race_order", "layout__track", *known, "pole"
        )
    ]
    span = Calendar.span if scope == whole_scope else _span(scope)
    if scope.track or scope.type:
        # Where a missing race was run is not known either.
        return Calendar(races, span=span)
    rounds, orders = {}, []
    in_book = Race.objects.points().filter(season__series=scope.series, season__year__gte=year_and_round(since)[0])
    of_season = ("season__year", "round", "season__rounds")
    for year, round_, length in in_book.order_by("season__year", "round").values_list(*of_season):
        rounds[year] = length
        orders.append(race_order(year, round_))
    return Calendar(races, gaps(orders, rounds), span)


def _span(scope: Scope) -> tuple[int, int]:
    """The orders of the first and the last race of a scope."""
    orders = (
        scope.denominator().order_by().aggregate(first=Min("coverage__race_order"), last=Max("coverage__race_order"))
    )
    return orders["first"] or 0, orders["last"] or 0


def _races_by_order(scope: Scope, found: Iterable[Streak]) -> dict[int, Race]:
    """The first and last races of streaks, with their labels. One query."""
    orders = {order for streak in found for order in (streak.first, streak.last)}
    races = Race.objects.with_label().select_related("coverage")
    of_series = races.filter(season__series=scope.series, coverage__race_order__in=orders)
    return {race.coverage.order: race for race in of_series}


def _evidence(kind: StreakKind, driver: Driver, scope: Scope, first: Race, last: Race) -> str:
    """The address of the races that make up a streak."""
    stretch = _all_years(scope).narrowed(from_=AtRace.of(first), to=AtRace.of(last))
    if kind.at_track:
        stretch = stretch.narrowed(track=first.layout.track)
    return evidence_url(stretch, kind.statistic, driver)


def _board_url(kind: StreakKind, scope: Scope) -> str:
    return address_of("drivers:streak", kind.key) + scope.query()


def _all_years(scope: Scope) -> Scope:
    return scope.narrowed(season=None, from_=None, to=None, era=None)


def _at_most(most: int, found: list[Streak]) -> list[Streak]:
    """Of streaks in ranking order the first so many, without the tie that would be cut."""
    if len(found) <= most:
        return found
    first, cut = found[0].length, found[most].length
    return [streak for streak in found if streak.length > cut or streak.length == first]


def _longest(streak: Streak) -> tuple[int, int]:
    return streak.length, streak.last


def _latest_starts(scope: Scope) -> dict[int, int]:
    """By active driver, the order of the latest start among the races that the scope's sequences run over."""
    active = latest_lines(scope).values("driver")
    starts = _all_years(scope).lines().filter(driver__in=active).order_by()
    return dict(starts.values_list("driver").annotate(latest=Max("race_order")))


def careers_of(scope: Scope, lines: QuerySet[StatLine], kinds: Iterable[StreakKind]) -> dict[str, list[CareerLines]]:
    """By key of the kind, the careers that its streaks are found in. Two queries."""
    found: dict[str, list[CareerLines]] = {kind.key: [] for kind in kinds}
    picked: dict[str, Gathered] = {}
    for key in found:
        if KINDS[key].extends:
            picked[key] = Gathered("race_order", filter=KINDS[key].extends)
        if lacking := KINDS[key].statistic.unknown:
            picked[f"{key}_unknown"] = Gathered("race_order", filter=lacking)
    spans = career_spans(scope)
    rows: Iterable[Mapping[str, Any]] = (
        lines.order_by().values("driver").annotate(orders=Gathered("race_order"), **picked)
    )
    for row in rows:
        row["orders"].sort()
        for key, careers in found.items():
            extending = sorted(row[key] or ()) if key in picked else row["orders"]
            unknown = row.get(f"{key}_unknown") or ()
            careers.append(
                CareerLines(row["driver"], row["orders"], extending, unknown, spans[row["driver"], scope.the_series.pk])
            )
    return found
