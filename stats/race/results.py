"""The results of a race's sessions, as the book stands or stood."""

from __future__ import annotations

from collections.abc import Iterable

from races.as_of import AsOf
from races.derived.lines import counted_laps_led
from races.finishes import by_finish, has_started
from races.models import Race, Result, Ruling, Session
from races.models.results import ResultQuerySet

from .rulings import undo_later


def results_as_of(race: Race, results: ResultQuerySet, rulings: Iterable[Ruling], as_of: AsOf | None) -> list[Result]:
    """Results of a race by finish, with all that a table names, of the sessions that had been held by then.

    Their cars know the race, whose day tells the teams' names; rulings that came later are undone. Two queries.
    """
    run = race.was_run_by(as_of)
    found = []
    for result in results.for_table().select_related("session").order_by("pk"):
        result.entry.race = race
        if run or _was_held_before(result.session, as_of):
            found.append(result)
    undo_later(found, rulings, as_of)
    for result in found:
        if result.session.kind == Session.Kind.RACE:
            result.laps_led = counted_laps_led(result.laps_led, race.was_run and race.coverage.laps_led)
    return sorted(found, key=by_finish)


def started(results: Iterable[Result]) -> list[Result]:
    """Those of cars that started the race; the others are entries alone."""
    return [result for result in results if has_started(result.status, result.laps)]


def _was_held_before(session: Session, as_of: AsOf | None) -> bool:
    """Whether a session of a race that was not run yet had been held: practice and qualifying come before it."""
    before_race = session.kind in (Session.Kind.PRACTICE, Session.Kind.QUALIFYING)
    return not as_of or bool(before_race and session.date and session.date <= as_of.day)
