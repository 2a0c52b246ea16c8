"""What races of one series meant, as far as it is rare for a person and can be read for many at once: a title, a first
win, a record, a round number, a close finish. The page of a race has all its notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain, pairwise
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, RowRange, Window
from django.db.models.functions import Coalesce

from drivers.models import Driver
from races.models import MilestoneReached, Race, Series
from races.statistics import STATISTICS, WIN
from racestats.addresses import address_of
from racestats.formatting import margin, number, possessive
from racestats.serving.kept_values import kept

from .evidence import evidence_url
from .milestones.clubs import changed_since
from .notes import NewsKind, Note
from .notes.rules.counts import round_number, which_one
from .notes.rules.records import CLOSE_ENOUGH, closest_in_words, news_of_closest
from .race.closest_finishes import closest
from .race.known_ranks import KnownRanks
from .race.known_ranks_of_scope import known_ranks_of
from .scope import Scope
from .titles import Titles, champions_url
from .tracks.lineage import Record, RecordFigure, holders_in_turn, lineage

MANY_WINS = 5
"""A record of fewer wins was everybody's once."""

LATELY = 5
"""Of so many latest races the stories are told."""


class CloseFinishes(NamedTuple):
    """The closest finishes of a scope, and down to where they are known."""

    known_ranks: KnownRanks
    races: list[Any]


def close_finishes(scope: Scope) -> CloseFinishes:
    """Down to the place of the last that is told. Six queries; those of a whole series today are kept."""
    return _close_now(scope.series) if scope == Scope(series=scope.series) else _read_close(scope)


@kept
def _close_now(series: Series | None) -> CloseFinishes:
    return _read_close(Scope(series=series))


def _read_close(scope: Scope) -> CloseFinishes:
    known_ranks = known_ranks_of(scope)
    return CloseFinishes(known_ranks, list(closest(scope, known_ranks=known_ranks, most=CLOSE_ENOUGH)))


def notes_on_races(
    races: dict[int, Race], won: Titles, scope: Scope, close: CloseFinishes | None
) -> Iterator[tuple[int, Note]]:
    """What the races meant, each note with the id of its race."""
    yield from _titles(races, won, scope)
    yield from _first_wins(races, scope)
    yield from _round_numbers(races, scope)
    yield from _close_finishes(races, close, scope)
    yield from _records(races, scope)


class RareNews(NamedTuple):
    """What a race meant to somebody."""

    race: Race
    note: Note

    @property
    def worth(self) -> tuple[int, int, str]:
        return self.note.news, self.note.seen, self.note.text


def latest_stories(scope: Scope, close: CloseFinishes) -> list[RareNews]:
    """What is rare of the latest races, the rarest first; titles and records have places of their own. Four queries."""
    latest = scope.races().with_results().order_by("-season__year", "-round").values("pk")[:LATELY]
    found = Race.objects.filter(pk__in=latest).with_label().order_by("-season__year", "-round")
    races = {race.pk: race for race in found}
    told = chain(_first_wins(races, scope), _round_numbers(races, scope), _close_finishes(races, close, scope))
    return sorted((RareNews(races[race], note) for race, note in told), key=lambda story: story.worth)


def _titles(races: dict[int, Race], won: Titles, scope: Scope) -> Iterator[tuple[int, Note]]:
    """The titles of the seasons that ended with one of the races."""
    ended = {race.season_id: race for race in races.values() if race.ends_season}
    champions = {title.season: title for title in won.won if title.season in ended}
    drivers = Driver.objects.in_bulk({title.driver for title in champions.values()}) if champions else {}
    for season, title in champions.items():
        nth = won.nth[season]
        which = f": {which_one(nth, 1)} career title" if nth else ""
        text = f"{drivers[title.driver]} ended {title.year} as champion{which}."
        yield ended[season].pk, Note(text, NewsKind.TITLE, -(nth or 0), champions_url(scope, season=str(title.year)))


def _first_wins(races: dict[int, Race], scope: Scope) -> Iterator[tuple[int, Note]]:
    """Those who won for the first time, where their careers until then are known."""
    lines = scope.lines().filter(WIN, race__in=races, wins_after=1)
    if scope.as_of:
        lines = lines.exclude(changed_since(scope.the_series, scope.as_of))
    for line in lines.select_related("driver").order_by("pk"):
        url = evidence_url(scope, STATISTICS["wins"], line.driver)
        yield line.race_id, Note(f"{possessive(str(line.driver))} first career win.", NewsKind.FIRST_WIN, 1, url)


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
            yield each.race_id, replace(note, news=NewsKind.ALL_TIME) if others == 1 else note


def _close_finishes(races: dict[int, Race], close: CloseFinishes | None, scope: Scope) -> Iterator[tuple[int, Note]]:
    """Those among the closest finishes whose rank is known; read where a race of the day may be in it."""
    if all(race.margin_kind != Race.MarginKind.TIME for race in races.values()):
        return
    close = close or close_finishes(scope)
    url = address_of("races:closest-finishes") + scope.query()
    since = f" since {close.known_ranks.since.year}" if close.known_ranks.since else ""
    for race in close.races:
        if race.pk in races and race.ranked:
            place = f"{'tied for ' if race.tied > 1 else ''}{closest_in_words(race.rank, since)}"
            yield race.pk, Note(f"{margin(race.margin)} s: {place}.", news_of_closest(race.rank), race.rank, url)


def _records(races: dict[int, Race], scope: Scope) -> Iterator[tuple[int, Note]]:
    """Who took the record of wins, and which race was the fastest until then: of what is on file."""
    is_whole = scope == Scope(series=scope.series)
    found = _records_now(scope.series) if is_whole else _read_records(scope)
    # The first of its marks took the record, with one more than it was before.
    taken: dict[Any, tuple[Any, int]] = {
        record.marks[0].race: (record.marks[0].holder, int(before.value) + 1)
        for before, record in pairwise(found.most_wins)
        if record.marks[0].race in races and before.value >= MANY_WINS
    }
    drivers = Driver.objects.in_bulk({holder for holder, _ in taken.values()}) if taken else {}
    url = address_of("drivers:leaderboard", "wins") + scope.query()
    for race, (holder, count) in taken.items():
        text = f"{drivers[holder]} took the record of wins on file, with {number(count)}."
        yield race, Note(text, NewsKind.COMPANY, 1, url)
    for record in found.fastest[1:]:
        fast: Any = record.marks[0].race
        if fast in races:
            stands = record is found.fastest[-1]
            text = f"The fastest race on file{'' if stands else ' until then'}: {record.value} mph on average."
            yield fast, Note(text, NewsKind.ALL_TIME if stands else NewsKind.TRACK_RECORD, 1)


IN_TURN = ("season__year", "round", "pk")


class RecordsOnFile(NamedTuple):
    """Of a series who had most wins, in turn, and which races were the fastest."""

    most_wins: Sequence[Record]
    fastest: Sequence[Record]


@kept
def _records_now(series: Series | None) -> RecordsOnFile:
    return _read_records(Scope(series=series))


def _read_records(scope: Scope) -> RecordsOnFile:
    """Two queries."""
    # Put in order here: by an index in that order every line of the series would be looked at.
    wins = sorted(scope.lines().filter(WIN).order_by().values_list("race_order", "pk", "driver", "race"))
    totals: Counter[int] = Counter()
    most: list[RecordFigure] = []
    for *_, driver, race in wins:
        totals[driver] += 1
        # No fewer than the most before: others set no record.
        if not most or totals[driver] >= most[-1].value:
            most.append(RecordFigure(totals[driver], driver, race))
    before = Window(Max("average_speed"), order_by=IN_TURN, frame=RowRange(end=-1))
    with_speed = scope.races().filter(average_speed__isnull=False).annotate(before=Coalesce(before, Decimal(0)))
    as_fast = with_speed.filter(average_speed__gte=F("before")).order_by(*IN_TURN).values_list("pk", "average_speed")
    fastest = lineage([RecordFigure(speed, race, race) for race, speed in as_fast if speed])
    return RecordsOnFile(holders_in_turn(lineage(most)), fastest)
