"""Head to head: two drivers in the races that both started, counted race by race.

A `Comparison` says once what is counted of the one against the other; the counts and the lists of races behind them
both come from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple, TypeVar

from drivers.models import Driver
from races.derived.counts import Count
from races.models import Race, Result, Season, StatLine, Track
from races.statistics import STATISTICS, TITLES
from racestats import formatting
from racestats.addresses import address_of
from stats.scope import Scope
from stats.titles import Titles, is_of_seasons, titles, titles_url

LISTED = 100
"""Of a driver's rivals, those met most often are listed, and all that were met as often as the last of them."""
RIVAL = "rival-"
"""Before a figure's key: the same of the rival."""


Of = TypeVar("Of", Season, Track)


class Side(NamedTuple):
    """One of the two in a race: the line, and the place in qualifying."""

    driver: Driver
    line: StatLine
    qualified: int | None = None


class Meeting(NamedTuple):
    """A race that both started."""

    race: Race
    own: Side
    rival: Side

    @property
    def ahead(self) -> Driver | None:
        """Who finished ahead; nobody where a finish is unknown or shared."""
        return self._first(COMPARISONS["ahead"])

    @property
    def pole(self) -> Driver | None:
        """Which of the two won the pole award, if either did."""
        return self._first(COMPARISONS["poles"])

    @property
    def winner(self) -> Driver | None:
        """Which of the two won, if either did."""
        return self._first(COMPARISONS["wins"])

    @property
    def margin(self) -> Decimal | None:
        """Seconds between the two, where they were first and second."""
        return self.own.line.margin if self._first(COMPARISONS["first-of-two"]) else None

    def _first(self, comparison: Comparison) -> Driver | None:
        if comparison.holds(self.own, self.rival):
            return self.own.driver
        return self.rival.driver if comparison.holds(self.rival, self.own) else None


class Comparison(NamedTuple):
    """What is counted of one driver against another; unknown where a part of it is."""

    label: str
    title: str
    holds: Callable[[Side, Side], bool | None]


def is_before(place: int | None, other: int | None) -> bool | None:
    """Whether one place is better than another; unknown where one of them is."""
    return None if place is None or other is None else place < other


def _first_of_two(own: Side, other: Side) -> bool | None:
    if own.line.finish is None or other.line.finish is None:
        return None
    return (own.line.finish, other.line.finish) == (1, 2)


def _close(own: Side, other: Side) -> bool | None:
    """Unknown, too, of a race in which the two were not first and second: that has no margin between them."""
    if {own.line.finish, other.line.finish} != {1, 2} or own.line.margin is None:
        return None
    return _adds("close_wins", own)


def _adds(key: str, side: Side) -> bool | None:
    """Whether a line adds to a statistic."""
    added = STATISTICS[key].of_line(side.line)
    return None if added is None else added > 0


def _of_statistic(key: str) -> Comparison:
    """What each line adds one to."""
    return Comparison(STATISTICS[key].label, STATISTICS[key].tooltip, lambda own, other: _adds(key, own))


COMPARISONS = {
    "ahead": Comparison(
        "Ahead at the finish", "Official finishes", lambda own, other: is_before(own.line.finish, other.line.finish)
    ),
    "ahead-at-start": Comparison(
        "Ahead at the start", "Grid positions", lambda own, other: is_before(own.line.start, other.line.start)
    ),
    "ahead-in-qualifying": Comparison(
        "Ahead in qualifying",
        "Places in qualifying, where qualifying results are on file",
        lambda own, other: is_before(own.qualified, other.qualified),
    ),
    "wins": _of_statistic("wins"),
    "top-fives": _of_statistic("top_fives"),
    "top-tens": _of_statistic("top_tens"),
    "poles": _of_statistic("poles"),
    "led": _of_statistic("races_led"),
    "first-of-two": Comparison("Won, the other second", "First and second in one race", _first_of_two),
    "close": Comparison(
        STATISTICS["close_wins"].tooltip, "Of those where the other was second, measured in time", _close
    ),
}


class ComparisonRow(NamedTuple):
    """A figure of both, known of both in so many `races`, or of seasons; the addresses lead to what is behind it. The
    larger one is the better one, unless the `lowest` is."""

    label: str
    title: str
    value: int | float | None
    rival_value: int | float | None
    races: int | None
    url: str
    rival_url: str
    lowest: bool = False

    def share(self, of_rival: bool = False) -> float | None:
        """How much of both figures together one of them is."""
        if not self.value and not self.rival_value:
            return None
        own, rival = self.value or 0, self.rival_value or 0
        return (rival if of_rival else own) / (own + rival)

    def is_better(self, of_rival: bool = False) -> bool:
        """Whether one of the figures is better than the other."""
        if self.value is None or self.rival_value is None or self.value == self.rival_value:
            return False
        return ((self.value > self.rival_value) is not self.lowest) is not of_rival


class Share(NamedTuple):
    """The races together in one season or at one track."""

    of: Season | Track
    together: int
    ahead: int
    rival_ahead: int
    wins: int
    rival_wins: int
    urls: dict[str, str]


@dataclass(frozen=True)
class HeadToHead:
    """The races of a scope that both started, the latest first."""

    driver: Driver
    rival: Driver
    scope: Scope
    meetings: list[Meeting]
    titles: Titles | None

    @property
    def notes(self) -> list[str]:
        if not self.meetings:
            return ["No race on file names both of them: where whole fields are not on file, they may have met."]
        ahead, behind, known = _count(COMPARISONS["ahead"], self.meetings)
        notes = [
            f"{formatting.plural(len(self.meetings), 'race')} together on file: both started. "
            f"{self.driver} finished ahead in {ahead:,}, {self.rival} in {behind:,}."
        ]
        if unknown := len(self.meetings) - known:
            notes.append(f"A finish is unknown in {formatting.plural(unknown, 'race')}, counted for neither.")
        if shared := known - ahead - behind:
            notes.append(f"They shared a finish in {formatting.plural(shared, 'race')}, counted for neither.")
        return notes

    def first_twos(self) -> list[Meeting]:
        """Those in which they were first and second."""
        return [*self.narrowed("first-of-two"), *self.narrowed(f"{RIVAL}first-of-two")]

    def in_words(self, only: str) -> str:
        """“Wins (Chris Buescher)”."""
        whose = self.rival if only.startswith(RIVAL) else self.driver
        return f"{COMPARISONS[only.removeprefix(RIVAL)].label} ({whose})"

    def narrowed(self, only: str) -> list[Meeting]:
        """The races behind a figure: `wins`, or `rival-wins`."""
        comparison = COMPARISONS[only.removeprefix(RIVAL)]
        if only.startswith(RIVAL):
            return [meeting for meeting in self.meetings if comparison.holds(meeting.rival, meeting.own)]
        return [meeting for meeting in self.meetings if comparison.holds(meeting.own, meeting.rival)]

    def comparisons(self) -> list[ComparisonRow]:
        found = [self._compared(key, comparison) for key, comparison in COMPARISONS.items()]
        found += [self._laps_led(), self._average_finish()]
        if self.titles:
            found.append(
                ComparisonRow(
                    TITLES.label,
                    TITLES.tooltip,
                    self.titles.figure(self.driver.pk).value,
                    self.titles.figure(self.rival.pk).value,
                    None,
                    titles_url(self.driver, self.scope),
                    titles_url(self.rival, self.scope),
                )
            )
        return found

    def _compared(self, key: str, comparison: Comparison) -> ComparisonRow:
        own, rival, known = _count(comparison, self.meetings)
        return _row(
            comparison.label, comparison.title, own, rival, known, self._evidence(key), self._evidence(RIVAL + key)
        )

    def _laps_led(self) -> ComparisonRow:
        """Of each driver where his are known, in the races where both are."""
        led = STATISTICS["laps_led"]
        own = rival = Count(0)
        known = 0
        for meeting in self.meetings:
            of_own, of_rival = led.of_line(meeting.own.line), led.of_line(meeting.rival.line)
            own, rival = own.adding(of_own), rival.adding(of_rival)
            known += of_own is not None and of_rival is not None
        return _row(
            led.label,
            led.tooltip,
            own.value,
            rival.value,
            known,
            self._evidence("led"),
            self._evidence(f"{RIVAL}led"),
        )

    def _average_finish(self) -> ComparisonRow:
        """Over the races where the finishes of both are known."""
        finish = STATISTICS["average_finish"]
        pairs = [(finish.of_line(own.line), finish.of_line(rival.line)) for _, own, rival in self.meetings]
        known = [pair for pair in pairs if None not in pair]
        every = self._urls(self.scope)["together"]
        own, rival = (sum(each) / len(known) for each in zip(*known)) if known else (0, 0)
        return _row(finish.label, finish.tooltip, own, rival, len(known), every, every)._replace(lowest=True)

    def by_season(self) -> list[Share]:
        return [
            self._share(season, meetings, self.scope.narrowed(season=season.year))
            for season, meetings in _grouped(self.meetings, lambda meeting: meeting.race.season)
        ]

    def by_track(self) -> list[Share]:
        """The track with most races together first."""
        by_track = _grouped(self.meetings, lambda meeting: meeting.race.layout.track)
        return [
            self._share(track, meetings, self.scope.narrowed(track=track))
            for track, meetings in sorted(by_track, key=lambda group: (-len(group[1]), group[0].name))
        ]

    def _share(self, of: Season | Track, meetings: list[Meeting], scope: Scope) -> Share:
        ahead, wins = _count(COMPARISONS["ahead"], meetings), _count(COMPARISONS["wins"], meetings)
        return Share(of, len(meetings), ahead.own, ahead.rival, wins.own, wins.rival, self._urls(scope))

    def _evidence(self, only: str) -> str:
        return f"{versus_url(self.driver, self.rival)}{self.scope.query(only=only)}#table"

    def _urls(self, scope: Scope) -> dict[str, str]:
        return meeting_urls(self.driver, self.rival, scope)


class PairCount(NamedTuple):
    """How often a comparison holds of the driver, and of the rival, and in how many races it is known of both."""

    own: int
    rival: int
    known: int


def _count(comparison: Comparison, meetings: Iterable[Meeting]) -> PairCount:
    own = rival = known = 0
    for meeting in meetings:
        of_own, of_rival = comparison.holds(meeting.own, meeting.rival), comparison.holds(meeting.rival, meeting.own)
        own += of_own is True
        rival += of_rival is True
        known += of_own is not None and of_rival is not None
    return PairCount(own, rival, known)


def meeting_urls(driver: Driver, rival: Driver, scope: Scope) -> dict[str, str]:
    """For how often they met, who was ahead and who won, the addresses of the races behind it."""
    met = versus_url(driver, rival) + scope.query()
    joint = "&" if "?" in met else "?"
    found = {key: f"{met}{joint}only={key}#table" for key in ("ahead", "wins")}
    found |= {f"rival_{key}": f"{met}{joint}only={RIVAL}{key}#table" for key in ("ahead", "wins")}
    return {"together": f"{met}#table", **found}


def _row(
    label: str, title: str, value: float | None, rival_value: float | None, races: int, url: str, rival_url: str
) -> ComparisonRow:
    """A figure of both; known of neither where there is no race in which it is known of both."""
    if not races:
        return ComparisonRow(label, title, None, None, 0, url, rival_url)
    return ComparisonRow(label, title, value, rival_value, races, url, rival_url)


def _grouped(meetings: Iterable[Meeting], key: Callable[[Meeting], Of]) -> Iterable[tuple[Of, list[Meeting]]]:
    groups: dict[Of, list[Meeting]] = {}
    for meeting in meetings:
        groups.setdefault(key(meeting), []).append(meeting)
    return groups.items()


def head_to_head(driver: Driver, rival: Driver, scope: Scope) -> HeadToHead:
    """Read the races of a scope that both started, and their titles. Five queries."""
    of_rival = scope.narrowed(driver=rival).lines().order_by()
    lines = {line.race_id: line for line in of_rival}
    own = scope.narrowed(driver=driver).lines().filter(race__in=of_rival.values("race"))
    qualified = _qualified(driver, rival)
    meetings = [
        Meeting(
            line.race,
            Side(driver, line, qualified.get((line.race_id, driver.pk))),
            Side(rival, lines[line.race_id], qualified.get((line.race_id, rival.pk))),
        )
        for line in own.for_log().order_by("-race_order", "pk")
    ]
    won = titles(scope, [driver.pk, rival.pk]) if is_of_seasons(scope) else None
    return HeadToHead(driver, rival, scope, meetings, won)


def _qualified(*drivers: Driver) -> dict[tuple[int, int], int | None]:
    """By race and driver, the place in qualifying."""
    overall = Result.objects.of_qualifying().filter(entry__driver__in=drivers, position__isnull=False)
    return {
        (race, who): place for race, who, place in overall.values_list("session__race", "entry__driver", "position")
    }


class Rivalry(NamedTuple):
    """How often a driver met another, and who finished ahead."""

    rival: Driver
    together: int
    ahead: int
    rival_ahead: int
    urls: dict[str, str]


def rivalries(driver: Driver, scope: Scope) -> list[Rivalry]:
    """The drivers met in most races of a scope. Three queries."""
    own = scope.narrowed(driver=driver).lines().order_by()
    finishes = dict(own.values_list("race", "finish"))
    met: Counter[int] = Counter()
    ahead: Counter[int] = Counter()
    behind: Counter[int] = Counter()
    others = scope.lines().filter(race__in=own.values("race")).exclude(driver=driver).order_by()
    for rival, race, finish in others.values_list("driver", "race", "finish"):
        met[rival] += 1
        ahead[rival] += bool(is_before(finishes[race], finish))
        behind[rival] += bool(is_before(finish, finishes[race]))
    most = formatting.first_and_tied(met.most_common(), LISTED, itemgetter(1))
    rivals = Driver.objects.filter(pk__in=[rival for rival, _ in most])
    found = [
        Rivalry(rival, met[rival.pk], ahead[rival.pk], behind[rival.pk], meeting_urls(driver, rival, scope))
        for rival in rivals
    ]
    return sorted(found, key=lambda rivalry: -rivalry.together)


def versus_url(driver: Driver, rival: Driver) -> str:
    return address_of("drivers:versus", driver.slug, rival.slug)
