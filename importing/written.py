"""The races that an import writes, each with what does not add up in it, and their health as they now stand."""

from __future__ import annotations

from typing import NamedTuple

from importing.document.schema import RaceDocument
from importing.plan.race import RacePlan
from races.models import Race, StatLine

from .checks.checks import checks_of
from .checks.stated_wins import wins_problem
from .export import Unwritable, document_of
from .health import Surroundings, store
from .problems import LeftOut, Problem
from .stored import stored_races


class CheckedRace(NamedTuple):
    """A race of a plan, and what does not add up in its document."""

    race: RacePlan
    problems: list[Problem]

    @property
    def id(self) -> int:
        """The race's, once it is written."""
        return self.race.race.pk


def states_wins(written: list[CheckedRace]) -> bool:
    """Whether a comment may say how many wins the winner has: that is compared with the lines, which must be right."""
    return any(each.race.document.comment for each in written)


def store_health(written: list[CheckedRace], file: str, around: Surroundings) -> list[Problem]:
    """Store what does not add up in each race as it now stands; return what only the stored book could tell."""
    whole = _documents_of_merged(written, file)
    wins = dict(
        StatLine.objects.as_of()
        .filter(race__in=[each.id for each in written], finish=1)
        .values_list("race", "wins_after")
        if states_wins(written)
        else ()
    )
    health, found_late = {}, []
    for each in written:
        document, problems = each.race.document, each.problems
        if each.id in whole:
            problems = checks_of(whole[each.id], file, around.given(document, each.race.race))
        if late := wins_problem(document, file, wins.get(each.id)):
            problems = [*problems, late]
            found_late.append(late)
        health[each.id] = problems
    store(health)
    return found_late


def _documents_of_merged(written: list[CheckedRace], file: str) -> dict[int, RaceDocument]:
    """By id, the races that were in the book before, as it now has them; raise LeftOut where one cannot be written."""
    merged = {each.id: each.race for each in written if not each.race.is_new}
    found = {}
    for stored in stored_races(Race.objects.filter(pk__in=merged)) if merged else ():
        try:
            found[stored.race.pk] = document_of(stored)
        except Unwritable as problem:
            document, place = merged[stored.race.pk].document, merged[stored.race.pk].place
            told = Problem(file, place, "", str(problem), "unwritable", document.label, document.season)
            raise LeftOut([told], {place}) from problem
    return found
