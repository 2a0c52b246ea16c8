"""A new race made from others: last year's race of the event, and the field of the last round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from operator import itemgetter

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length

from changes.models import ChangeSet
from changes.recording import added, describe
from races.derived.refresh import deferred
from races.models import Entry, Race, Season, Series, Session, TrackLayout
from races.models.races import RaceQuerySet
from races.order import is_within

A_YEAR = timedelta(weeks=52)
"""From a weekend to the same one a year later."""


@dataclass(frozen=True)
class NextRaces:
    """What may come next in a season: last year's races that it lacks, the next round first, and the others."""

    round: int
    rounds: Sequence[Race]
    others: Sequence[Race]

    def round_of(self, old: Race | None) -> int:
        """The round of a race made from one of last year's: of the next one the next; of one further on its own, as far
        as the season is not on file until then."""
        is_next = old is None or not self.rounds or old == self.rounds[0] or old not in self.rounds
        return self.round if is_next else max(self.round, old.points_round)


def next_races(series: Series, year: int) -> NextRaces:
    """Read it. Four queries."""
    held, before = _races_of(series, year), _races_of(series, year - 1)
    pairs = same_races(held, before)
    round_ = next_round(race.round for race in held)
    lacking = [race for race in before if race not in pairs.values()]
    at = next((old.points_round for race, old in pairs.items() if race.round == round_ - 1 and old.round), round_ - 1)
    rounds = [race for race in lacking if race.round is not None]
    rounds.sort(key=lambda race: (race.points_round <= at, race.points_round))
    return NextRaces(round_, rounds, [race for race in lacking if race.round is None])


def _races_of(series: Series, year: int) -> list[Race]:
    races = Race.objects.filter(season__series=series, season__year=year)
    return list(races.for_list().order_by("round", "date", "slug"))


def next_round(held: Iterable[int | None]) -> int:
    """The first round that a season lacks."""
    rounds = set(held)
    return next(number for number in count(1) if number not in rounds)


def same_races(held: Sequence[Race], before: Sequence[Race]) -> dict[Race, Race]:
    """By race of a season, the race of the year before that it is again: of the same event or name; else at the same
    track, the nearest in the calendar. Both come in order. Pure."""
    pairs: dict[Race, Race] = {}
    left = list(before)
    for is_same in (_is_called_alike, _is_of_a_kind):
        for place, race in enumerate(held):
            alike = [(_apart(race, place, old, at), old) for at, old in enumerate(before) if old in left]
            alike = [(apart, old) for apart, old in alike if is_same(race, old)]
            if race not in pairs and alike:
                _, pairs[race] = min(alike, key=itemgetter(0))
                left.remove(pairs[race])
    return pairs


def _apart(race: Race, place: int, old: Race, old_place: int) -> int:
    """How far from each other two races are in the calendar: by their rounds, else by their places among all."""
    return abs((race.round or place) - (old.round or old_place))


def _is_of_a_kind(race: Race, old: Race) -> bool:
    return race.kind == old.kind and race.layout.track_id == old.layout.track_id


def _is_called_alike(race: Race, old: Race) -> bool:
    same_event = race.event_id is not None and race.event_id == old.event_id
    return same_event or (_is_of_a_kind(race, old) and race.name == old.name)


def guessed_date(old: Race) -> date | None:
    """The same weekday of the same weekend, a year later."""
    return old.date + A_YEAR if old.date else None


def layouts_for(old: Race, year: int) -> Sequence[TrackLayout]:
    """The layouts of its track on which a season may race, that of the race first where it is one of them."""
    layouts = old.layout.track.layouts.select_related("track").order_by("-first_season", "slug")
    valid = [each for each in layouts if is_within(year, each.first_season, each.last_season)]
    return sorted(valid or layouts, key=lambda each: each != old.layout)


def with_a_field_before(series: Series, year: int, round_: int) -> RaceQuerySet:
    """The points races before a round of which cars are on file, of that season and the one before, the last first."""
    earlier = Q(season__year=year, round__lt=round_) | Q(season__year=year - 1)
    races = Race.objects.points().filter(earlier, Exists(Entry.objects.filter(race=OuterRef("pk"))))
    return races.filter(season__series=series).order_by("-season__year", "-round")


def field_of(race: Race) -> list[Entry]:
    """The cars of a race, by number."""
    entries = race.entries.select_related("driver", "team", "manufacturer")
    return list(entries.order_by(Length("number"), "number", "pk"))


def stage_laps_of(race: Race) -> list[int]:
    """How long its stages are, as far as that is known of all."""
    laps = [session.laps for session in race.sessions.all() if session.kind == Session.Kind.STAGE]
    return [each for each in laps if each] if all(laps) else []


def has_qualifying(race: Race) -> bool:
    return any(session.kind == Session.Kind.QUALIFYING for session in race.sessions.all())


def sessions_for(race: Race, stage_laps: Sequence[int], qualifying: bool) -> list[Session]:
    """The sessions of a new race, without results: qualifying, its stages, the race."""
    kinds = Session.Kind
    stages = [
        Session(race=race, kind=kinds.STAGE, number=number, laps=dict(enumerate(stage_laps, 1)).get(number))
        for number in range(1, (race.stages or 0) + 1)
    ]
    before = [Session(race=race, kind=kinds.QUALIFYING)] if qualifying else []
    return [*before, *stages, Session(race=race, kind=kinds.RACE)]


def make(race: Race, sessions: Iterable[Session], field: Iterable[Entry]) -> None:
    """Write a new race, with its season where that is new too, its sessions, and the cars of a field."""
    with deferred():
        describe(kind=ChangeSet.Kind.NEW_RACE)
        season, _ = Season.objects.get_or_create(series=race.season.series, year=race.season.year)
        race.season = season
        race.save()
        # Bulk: of a race that has not been run nothing is derived from these.
        added(Session.objects.bulk_create(sessions))
        cars = [
            Entry(
                race=race,
                number=entry.number,
                twin=entry.twin,
                driver_id=entry.driver_id,
                team_id=entry.team_id,
                manufacturer_id=entry.manufacturer_id,
            )
            for entry in field
        ]
        added(Entry.objects.bulk_create(cars))
