"""The latest race of a scope: its first cars, and the races before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, Subquery

from races.finishes import TOP_FIVE
from races.models import Race, StatLine
from races.models.races import RaceQuerySet
from races.order import race_order
from races.statistics import WIN
from stats.scope import Scope

from .sentence import in_a_sentence, outcome_for


@dataclass(frozen=True)
class LatestRace:
    """The latest race with a winner on file, the lines of its first cars by finish, who led how many laps, the most
    first, where that is known, and the rounds around it.

    `next` is the first that had not been run, of those on the schedule.
    """

    race: Race
    first_cars: Sequence[StatLine]
    led: Sequence[tuple[str, int]]
    previous: Race | None
    next: Race | None

    @property
    def story(self) -> str:
        """How it ended in one sentence, from the lines of its first cars: they do not know who was disqualified."""
        won = [line for line in self.first_cars if line.finish == 1]
        winners = [str(line.driver) for line in won]
        return in_a_sentence(outcome_for(self.race, won[0], winners, had_pole=bool(won[0].pole)))


def latest_won(scope: Scope) -> RaceQuerySet:
    """The latest race of the series of a scope with a winner on file: its season is the one that is on."""
    won = scope.lines().filter(WIN).order_by("-race_order").values("race")
    return scope.races().filter(pk=Subquery(won[:1]))


def latest_race(scope: Scope) -> LatestRace | None:
    """Read it for the series of the scope, as of its day; None before the first. Five queries."""
    race = latest_won(scope).for_list().select_related("coverage").first()
    if race is None:
        return None
    told = StatLine.objects.as_of(scope.as_of).filter(Q(finish__lte=TOP_FIVE) | Q(laps_led__gt=0), race=race)
    lines = list(told.select_related("driver", "manufacturer").order_by("finish", "pk"))
    return LatestRace(
        race,
        [line for line in lines if line.finish and line.finish <= TOP_FIVE],
        _most_first((str(line.driver), line.laps_led or 0) for line in lines) if race.coverage.laps_led else [],
        _before(race, scope),
        scope.races_to_come(race_order(race.season.year, race.points_round)).first(),
    )


def _most_first(led: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(((name, laps) for name, laps in led if laps), key=lambda leader: (-leader[1], leader[0]))


def _before(race: Race, scope: Scope) -> Race | None:
    year, round_ = race.season.year, race.points_round
    earlier = Q(season__year__lt=year) | Q(season__year=year, round__lt=round_)
    # One is picked, and then read: a list of all that its label reads would have to be put in order.
    last = scope.races().filter(earlier).order_by("-season__year", "-round").values("pk")[:1]
    return Race.objects.filter(pk=Subquery(last)).with_label().first()
