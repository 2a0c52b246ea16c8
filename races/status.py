"""A race's status: what results make of it, and what it should have before it is official."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count, Exists, OuterRef, Q

from racestats.formatting import listed, plural

from .models import Race, RaceCheck, Result, Session
from .models.races import RaceQuerySet

MOST_TOLD = 5
"""So many open checks of a race are told one by one."""


def make_provisional(races: Collection[int]) -> list[Race]:
    """A race that is scheduled and has a finish on file was run: of these, make it provisional. Return those."""
    finishes = Result.objects.filter(
        session__race=OuterRef("pk"), session__kind=Session.Kind.RACE, position__isnull=False
    )
    scheduled = Race.objects.filter(Exists(finishes), status=Race.Status.SCHEDULED).with_label()
    found = [race for race in scheduled if race.pk in races]
    for race in found:
        race.status = Race.Status.PROVISIONAL
        race.save(update_fields=["status"])
    return found


def missing(races: RaceQuerySet) -> Mapping[Race, list[str]]:
    """By race, in sentences, what is missing or in doubt: results, those of its sessions, checks that are open. Three
    queries."""
    found = list(races.with_label().annotate(cars=Count("entries")))
    sessions, checks = defaultdict(list), defaultdict(list)
    held = Count("results", filter=~Q(results__position=None))
    for session in Session.objects.filter(race__in=found).annotate(held=held):
        sessions[session.race_id].append(session)
    for check in RaceCheck.objects.filter(race__in=found).with_accepted().filter(accepted=False):
        checks[check.race_id].append(check.message)
    return {race: [*_missing_results(race, sessions[race.pk]), *_open_checks(checks[race.pk])] for race in found}


def _missing_results(race: Race, sessions: list[Session]) -> list[str]:
    kinds = Session.Kind
    results = sum(session.held for session in sessions if session.kind == kinds.RACE)
    cars, told = race.field_size or race.cars, []
    if not results:
        told.append("No finish of the race is on file.")
    elif results < cars:
        told.append(f"The finish of {results} of {plural(cars, 'car')} is on file.")
    stages = sum(session.kind == kinds.STAGE for session in sessions)
    if stages < (race.stages or 0):
        told.append(f"{stages} of its {plural(race.stages, 'scoring stage')} on file.")
    expected = [each for each in sessions if each.kind in (kinds.QUALIFYING, kinds.STAGE) and not each.cancelled]
    if empty := [session.name for session in expected if not session.held]:
        told.append(f"No results are on file of {listed(empty)}.")
    return told


def _open_checks(messages: list[str]) -> list[str]:
    more = len(messages) - MOST_TOLD
    return [*messages[:MOST_TOLD], *([f"And {plural(more, 'more check')} not accepted."] if more > 0 else [])]
