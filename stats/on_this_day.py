"""What happened on a day of the year in one series: races and what they meant, and who was born or died.

Of each race is told what is rare for a person and can be read for all races of a day at once: a title, a first win, a
record, a round number, a close finish. The page of the race has all its notes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from drivers.models import Driver
from races.margins import seconds_of
from races.models import MilestoneReached, Race, StatLine
from races.statistics import STATISTICS, TITLES, WIN, Statistic
from racestats.clock import YearDay
from racestats.formatting import margin, number, possessive

from .evidence import evidence_url
from .figures.figure import Figure
from .figures.reading import Figures, figures
from .milestones.clubs import changed_since
from .notes import News, Note
from .notes.note import ranked
from .notes.rules.counts import round_number, which_one
from .notes.rules.records import CLOSE_ENOUGH, closest_in_words, news_of_closest
from .race.closest_finishes import closest, with_first_two
from .race.known_ranks import KnownRanks
from .race.known_ranks_of_scope import known_ranks_of
from .race.sentence import in_a_sentence, outcome_for
from .scope import Scope
from .titles import Titles, champions_url, titles, titles_url
from .tracks.lineage import Mark, holders_in_turn, lineage, running_totals

MANY_WINS = 5
"""A record of fewer wins was everybody's once."""


@dataclass(frozen=True)
class Anniversary:
    """A race of the day: its winners' lines, and what there is to tell of it, the rarest first."""

    race: Race
    won: Sequence[StatLine]
    notes: Sequence[Note]

    @property
    def worth(self) -> tuple[int, int, int]:
        """What sorts the day's races: the rarest news first, then a crown jewel, then the latest."""
        news = min([News.WINNER, *(note.news for note in self.notes)])
        jewel = bool(self.race.event and self.race.event.crown_jewel)
        return (news, not jewel, -self.race.season.year)

    @property
    def winner(self) -> Driver | None:
        return self.won[0].driver if self.won else None

    @property
    def margin(self) -> Decimal | None:
        """In seconds; None where it was not measured in them."""
        return seconds_of(self.race.margin_kind, self.race.margin)

    @property
    def told(self) -> str:
        """How the race ended in one sentence; empty where nobody is known to have won."""
        if not self.won:
            return ""
        first_win = any(note.news is News.FIRST_WIN for note in self.notes)
        line, winners = self.won[0], [str(line.driver) for line in self.won]
        return in_a_sentence(
            outcome_for(self.race, line, winners, had_pole=bool(line.pole), first_win=first_win and len(winners) == 1)
        )

    @property
    def meant(self) -> list[Note]:
        """The notes beside that sentence, which tells a first win itself."""
        return [note for note in self.notes if note.news is not News.FIRST_WIN or len(self.won) > 1]

    @property
    def in_words(self) -> str | None:
        """What it meant, in sentences."""
        return " ".join(note.text for note in self.notes) or None


class Person(NamedTuple):
    """A driver who was born, or died, on the day, with figures in the series, None where there are none."""

    what: str
    day: date
    driver: Driver
    figures: Figures | None
    titles: Figure
    scope: Scope

    def evidence(self, statistic: Statistic) -> str:
        scope = self.scope.narrowed(driver=None)
        return titles_url(self.driver, scope) if statistic is TITLES else evidence_url(scope, statistic, self.driver)

    def value(self, key: str) -> int:
        return self.figures[key].value or 0 if self.figures else 0

    @property
    def worth(self) -> tuple[int, int, int, str]:
        return (-(self.titles.value or 0), -self.value("wins"), -self.value("starts"), str(self.driver))


@dataclass(frozen=True)
class OnThisDay:
    """The races of a day of the year and its people, each by worth."""

    day: YearDay
    races: list[Anniversary]
    people: list[Person]


class CloseFinishes(NamedTuple):
    """The closest finishes of a scope, and down to where they are known."""

    known_ranks: KnownRanks
    races: list[Any]


def close_finishes(scope: Scope) -> CloseFinishes:
    """Down to the place of the last that is told. Six queries."""
    known_ranks = known_ranks_of(scope)
    among_closest: QuerySet[Any] = closest(scope, known_ranks=known_ranks)
    return CloseFinishes(known_ranks, list(among_closest.filter(place__lte=CLOSE_ENOUGH)))


def on_this_day(day: YearDay, scope: Scope, close: CloseFinishes | None = None) -> OnThisDay:
    """Read it for the series that the scope names; its close finishes, where the caller has not. A fixed number of
    queries."""
    dates = [each for each in day.dates() if not scope.as_of or each <= scope.as_of.day]
    races = {race.pk: race for race in with_first_two(scope.races().for_list(), scope).filter(date__in=dates)}
    born, died = Q(born__in=dates), Q(died__in=dates)
    drivers = list(Driver.objects.filter(born | died).only("name", "suffix", "slug", "born", "died"))
    won = titles(scope, [driver.pk for driver in drivers])
    told: dict[int, list[Note]] = {pk: [] for pk in races}
    for race, note in _notes(races, won, scope, close) if races else ():
        told[race].append(note)
    anniversaries = [Anniversary(race, _winners(race), ranked(told[pk])) for pk, race in races.items()]
    return OnThisDay(
        day,
        sorted(anniversaries, key=lambda each: each.worth),
        sorted(_people(drivers, set(dates), won, scope), key=lambda each: each.worth),
    )


def _winners(race: Any) -> list[StatLine]:
    return [line for line in race.first_two if line.finish == 1]


def _people(drivers: Sequence[Driver], dates: Collection[date], won: Titles, scope: Scope) -> Iterator[Person]:
    of_them = [STATISTICS[key] for key in ("starts", "wins")]
    found = figures(scope, of_them, who={driver.pk for driver in drivers}) if drivers else {}
    for driver in drivers:
        for what, day in (("Born", driver.born), ("Died", driver.died)):
            if day and day in dates:
                yield Person(what, day, driver, found.get(driver.pk), won.figure(driver.pk), scope)


def _notes(
    races: dict[int, Race], won: Titles, scope: Scope, close: CloseFinishes | None
) -> Iterator[tuple[int, Note]]:
    """What the races meant, each note with the id of its race."""
    yield from _titles(races, won, scope)
    yield from _first_wins(races, scope)
    yield from _round_numbers(races, scope)
    yield from _close_finishes(races, close, scope)
    yield from _records(races, scope)


def _titles(races: dict[int, Race], won: Titles, scope: Scope) -> Iterator[tuple[int, Note]]:
    """The titles of the seasons that ended with one of the races."""
    ended = {race.season_id: race for race in races.values() if race.ends_season}
    champions = {title.season: title for title in won.won if title.season in ended}
    drivers = Driver.objects.in_bulk({title.driver for title in champions.values()}) if champions else {}
    for season, title in champions.items():
        nth = won.nth[season]
        which = f": {which_one(nth, 1)} career title" if nth else ""
        text = f"{drivers[title.driver]} ended {title.year} as champion{which}."
        yield ended[season].pk, Note(text, News.TITLE, -(nth or 0), champions_url(scope, season=str(title.year)))


def _first_wins(races: dict[int, Race], scope: Scope) -> Iterator[tuple[int, Note]]:
    """Those who won for the first time, where their careers until then are known."""
    lines = scope.lines().filter(WIN, race__in=races, wins_after=1)
    if scope.as_of:
        lines = lines.exclude(changed_since(scope.the_series, scope.as_of))
    for line in lines.select_related("driver").order_by("pk"):
        url = evidence_url(scope, STATISTICS["wins"], line.driver)
        yield line.race_id, Note(f"{possessive(str(line.driver))} first career win.", News.FIRST_WIN, 1, url)


def _round_numbers(races: dict[int, Race], scope: Scope) -> Iterator[tuple[int, Note]]:
    reached = MilestoneReached.objects.filter(race__in=races, exact=True, milestone__series=scope.series)
    if scope.as_of:
        reached = reached.exclude(changed_since(scope.the_series, scope.as_of))
    found = list(reached.select_related("milestone__series", "driver").order_by("pk"))
    clubs = MilestoneReached.objects.filter(milestone__in={each.milestone_id for each in found}).order_by()
    members = dict(clubs.values_list("milestone").annotate(drivers=Count("pk")))
    for each in found:
        milestone, others = each.milestone, members[each.milestone_id]
        key, about = milestone.statistic, (each.driver_id, milestone.statistic)
        url = milestone.get_absolute_url()
        note = round_number(str(each.driver), key, milestone.threshold, each.count_after, others, url, about)
        if each.race_id in races:
            yield each.race_id, replace(note, news=News.ALL_TIME) if others == 1 else note


def _close_finishes(races: dict[int, Race], close: CloseFinishes | None, scope: Scope) -> Iterator[tuple[int, Note]]:
    """Those among the closest finishes whose rank is known; read where a race of the day may be in it."""
    if all(race.margin_kind != Race.MarginKind.TIME for race in races.values()):
        return
    close = close or close_finishes(scope)
    url = reverse("races:closest-finishes") + scope.query()
    since = f" since {close.known_ranks.since.year}" if close.known_ranks.since else ""
    for race in close.races:
        if race.pk in races and race.ranked:
            place = f"{'tied for ' if race.tied > 1 else ''}{closest_in_words(race.rank, since)}"
            yield race.pk, Note(f"{margin(race.margin)} s: {place}.", news_of_closest(race.rank), race.rank, url)


def _records(races: dict[int, Race], scope: Scope) -> Iterator[tuple[int, Note]]:
    """Who took the record of wins, and which race was the fastest until then: of what is on file."""
    wins = scope.lines().filter(WIN).order_by("race_order", "pk").values_list("driver", "race")
    most = holders_in_turn(lineage(running_totals(Mark(1, driver, race) for driver, race in wins)))
    # The first of its marks took the record, with one more than it was before.
    taken: dict[Any, tuple[Any, int]] = {
        record.marks[0].race: (record.marks[0].holder, int(before.value) + 1)
        for before, record in pairwise(most)
        if record.marks[0].race in races and before.value >= MANY_WINS
    }
    drivers = Driver.objects.in_bulk({holder for holder, _ in taken.values()}) if taken else {}
    url = reverse("drivers:leaderboard", args=["wins"]) + scope.query()
    for race, (holder, count) in taken.items():
        text = f"{drivers[holder]} took the record of wins on file, with {number(count)}."
        yield race, Note(text, News.COMPANY, 1, url)
    speeds = scope.races().order_by("season__year", "round", "pk").values_list("pk", "average_speed")
    fastest = lineage(Mark(speed, race, race) for race, speed in speeds if speed)
    for record in fastest[1:]:
        fast: Any = record.marks[0].race
        if fast in races:
            stands = record is fastest[-1]
            text = f"The fastest race on file{'' if stands else ' until then'}: {record.value} mph on average."
            yield fast, Note(text, News.ALL_TIME if stands else News.TRACK_RECORD, 1)
