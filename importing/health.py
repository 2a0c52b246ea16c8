"""A race's health: what does not add up in it as it stands in the book, and what of it an editor has accepted.

An import stores it with the races that it writes; the admin looks again after each save.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db.models import Max
from django.utils import timezone

from importing.document.schema import RaceDocument
from races.models import AcceptedWarning, PointsFormat, Race, RaceCheck
from races.models.checks import SAID, Fact
from races.models.races import label_of
from races.order import LAST_YEAR, season_length

from .checks.checks import CHECKS, checks_of
from .checks.reading import RaceContext
from .export import Unwritable, document_of
from .problems import Problem
from .stored import stored_races
from .write.bulk import read

LINE = re.compile(r"^line [0-9]+(?:, )?")
"""In the next file the same row may stand on another line."""
TOLD_BY_LOOKING = {*CHECKS, "unwritable"}
"""The kinds of which a look at the book tells all; of the others an import alone knows."""

AT_ONCE = 500
"""So many races are looked at again at once."""


@dataclass
class Surroundings:
    """What the book knows around its races: how seasons gave points, and the last round of each on file."""

    formats: list[PointsFormat]
    last_rounds: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Surroundings:
        """Two queries."""
        rounds = Race.objects.order_by().values_list("season__series__slug", "season__year")
        last = {(series, year): held for series, year, held in rounds.annotate(Max("round")) if held}
        return cls(list(PointsFormat.objects.select_related("series")), last)

    def given(self, document: RaceDocument, race: Race) -> RaceContext:
        season = document.of_season
        rules = next((each for each in self.formats if each.gave_points_in(*season)), None)
        last = season_length(race.season.rounds, self.last_rounds.get(season), going_on=False)
        return RaceContext(race.layout.length, rules, last or None)

    def expect(self, documents: Iterable[RaceDocument]) -> None:
        """These races are to come into the book."""
        for document in documents:
            season = document.of_season
            self.last_rounds[season] = max(self.last_rounds.get(season, 0), document.round or 0)


def look_again(races: Iterable[int]) -> dict[Race, list[RaceCheck]]:
    """Store what does not add up in these races; return it by race, without what was accepted.

    A fixed number of queries for so many races at once.
    """
    around, ids = Surroundings.read(), sorted(set(races))
    found: dict[Race, list[RaceCheck]] = defaultdict(list)
    for first in range(0, len(ids), AT_ONCE):
        problems: dict[int, list[Problem]] = {}
        for stored in stored_races(Race.objects.filter(pk__in=ids[first : first + AT_ONCE])):
            try:
                document = document_of(stored)
                problems[stored.race.pk] = checks_of(document, "", around.given(document, stored.race))
            except Unwritable as problem:
                problems[stored.race.pk] = [Problem("", "", "", str(problem), "unwritable")]
        store(problems, TOLD_BY_LOOKING)
        open_checks = RaceCheck.objects.filter(race__in=problems).open()
        for check in open_checks.select_related(*label_of("race")):
            found[check.race].append(check)
    return dict(found)


@contextmanager
def judged_otherwise() -> Iterator[set[int]]:
    """Finds the races of the seasons of which a points format changes inside."""
    found: set[int] = set()
    before = _points_formats()
    yield found
    for series, first, last in {season for season, _ in before ^ _points_formats()}:
        seasons = {"season__series": series, "season__year__range": (first, last or LAST_YEAR)}
        found.update(Race.objects.points().filter(**seasons).values_list("pk", flat=True))


def _points_formats() -> set[tuple[tuple[int, int, int | None], str]]:
    """Of which series and seasons each is, and all that it says."""
    rows = PointsFormat.objects.order_by().values()
    return {((row["series_id"], row["first_season"], row["last_season"]), repr(row)) for row in rows}


def store(problems: Mapping[int, Iterable[Problem]], kinds: Iterable[str] | None = None) -> None:
    """Keep what is wrong with each race, by its id, in place of what was: of these kinds, or of all."""
    found = {fact_of(problem, race) for race, of_race in problems.items() for problem in of_race}
    stored = RaceCheck.objects.filter(race__in=problems)
    if kinds is not None:
        stored = stored.filter(code__in=kinds)
    had = {row.fact: row.pk for row in read(stored.order_by())}
    if gone := [pk for fact, pk in had.items() if fact not in found]:
        RaceCheck.objects.filter(pk__in=gone).delete()
    new = [RaceCheck(race_id=fact.race, **fact.columns) for fact in sorted(found - had.keys())]
    RaceCheck.objects.bulk_create(new, batch_size=500)


def fact_of(problem: Problem, race: int | None) -> Fact:
    """A problem as the book keeps it."""
    place, value, message = LINE.sub("", problem.place)[:200], problem.value[:100], problem.reason[:300]
    return Fact(race, problem.code, in_utf_8(place), in_utf_8(value), in_utf_8(message))


def in_utf_8(text: str) -> str:
    """Without what no database takes."""
    return text.encode(errors="replace").decode()


def accepted() -> set[Fact]:
    """All that is accepted, each of its race alone, as `with_accepted` tells it row by row."""
    return {Fact(*row) for row in AcceptedWarning.objects.order_by().values_list("race", *SAID)}


def accept(facts: Iterable[Fact], user: object = None, run: int | None = None) -> int:
    """Keep that an editor has looked at these; return how many were not accepted before."""
    before = accepted()
    new = list(dict.fromkeys(fact for fact in facts if fact not in before))
    AcceptedWarning.objects.bulk_create(
        [
            AcceptedWarning(race_id=fact.race, **fact.columns, user=user, run_id=run, accepted_at=timezone.now())
            for fact in new
        ],
        batch_size=500,
        ignore_conflicts=True,  # Another editor may have accepted the same just now.
    )
    return len(new)
