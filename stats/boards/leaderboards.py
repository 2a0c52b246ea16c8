"""Leaderboards: statistics over one scope, ranked, with what they are based on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, IntegerField, Value

from races.models import GivenTotals
from races.statistics import STATISTICS, Statistic
from racestats import formatting
from stats.careers.totals import active_drivers, after_openings, applicable_openings, is_whole, total_of
from stats.completeness import Completeness, completeness, narrows_races
from stats.evidence import evidence_query
from stats.scope import Scope

from .ranking import Names, Ranked, Ranking

FEWEST_STARTS = 5
"""An average or a rate of fewer starts than this says nothing; a reader may ask for another number."""
STARTS = STATISTICS["starts"]


@dataclass(frozen=True)
class Ground:
    """What every board of one scope stands on. Given totals are of drivers."""

    scope: Scope
    by: str
    openings: dict[int, GivenTotals]
    complete: Completeness
    active: set[int]

    @classmethod
    def of(cls, scope: Scope, by: str) -> Ground:
        """Read it; three queries."""
        openings = applicable_openings(scope) if by == "driver" else {}
        return cls(scope, by, openings, completeness(scope), active_drivers(scope, by))

    @property
    def is_of_totals(self) -> bool:
        """Whether figures are totals, of careers or seasons, that the book has to support."""
        return self.by == "driver" and not (narrows_races(self.scope) or self.scope.team or self.scope.manufacturer)


@dataclass(frozen=True)
class Leaderboard:
    """The rows of a board and the ground it stands on. `unnamed` starts are of no known team or make."""

    statistic: Statistic
    by: str
    ground: Ground
    rows: Ranking
    left_out: int
    unnamed: int
    min_starts: int

    @property
    def complete(self) -> Completeness:
        return self.ground.complete

    @property
    def notes(self) -> list[str]:
        notes = [f"{self.statistic.tooltip}.", self.complete.in_words(self.statistic)]
        if openings := [each for each in self.ground.openings.values() if self._goes_on_from(each)]:
            through = [(opening.through_season, opening.through_round) for opening in openings]
            first, last = (f"{season} round {round_}" for season, round_ in (min(through), max(through)))
            sources = sorted({opening.source.title for opening in openings})
            notes.append(
                f"Given totals of {formatting.plural(len(openings), 'driver')}, with the races after them: "
                f"official counts through {first if first == last else f'{first} to {last}'} "
                f"({formatting.listed(sources)})."
            )
        if self.by != "driver":
            notes.append("Counted car by car, in the races held here.")
        if self.by == "team":
            notes.append("A team is counted under each name it raced under.")
        if self.unnamed:
            known_as = {"team": "team", "manufacturer": "make"}[self.by]
            notes.append(f"The {known_as} is unknown for {formatting.plural(self.unnamed, 'car')}.")
        if self.left_out:
            notes.append(
                f"{formatting.plural(self.left_out, 'driver')} left out: what the book holds does not make a total "
                "of theirs."
            )
        if self.left_out and len(self.rows):
            notes.append(
                "Ranked among the drivers whose totals this book holds: one it does not know may stand between them."
            )
        if self.min_starts:
            ranked = {"driver": "Drivers", "team": "Teams", "manufacturer": "Makes"}[self.by]
            notes.append(f"{ranked} with at least {formatting.plural(self.min_starts, 'start')}.")
        return notes

    def _goes_on_from(self, opening: GivenTotals) -> bool:
        return self.statistic.opening and getattr(opening, self.statistic.key) is not None


def leaderboard(statistic: Statistic, scope: Scope, **asked) -> Leaderboard:
    """The board of one statistic; `asked` as of `leaderboards`."""
    (board,) = leaderboards([statistic], scope, **asked)
    return board


def leaderboards(
    statistics: Sequence[Statistic],
    scope: Scope,
    *,
    by: str = "driver",
    active: bool | None = None,
    min_starts: int | None = None,
    most: int | None = None,
    at_least: int | None = None,
    named: int | None = None,
) -> list[Leaderboard]:
    """Rank the drivers of a scope, or its teams or makes, by each of the statistics.

    Ties share a rank, and a count of none is not ranked. With `most` a board ends with that rank, never inside a tie,
    and with `at_least` at that figure. With `named` the active and the first so many are named at once.
    A driver's career and season totals are counted on from given totals and shown only where they are supported;
    narrower scopes, teams and makes count the races held, and say how many those are. Four queries, however many the
    boards, and one for the names of the rows that are looked at.
    """
    ground = Ground.of(scope, by)
    counted = _counted(statistics, ground)
    unnamed = counted.pop(None, {}).get("number", 0)
    found = []
    for statistic in statistics:
        least = (FEWEST_STARTS if statistic.is_rate else 0) if min_starts is None else min_starts
        ranked, left_out = _ranked(statistic, ground, counted, active, least)
        if at_least is not None:
            ranked = [each for each in ranked if each.value >= at_least]
        found.append((statistic, _cut(ranked, most), left_out, least))
    names = Names(by)
    boards = [
        Leaderboard(statistic, by, ground, _rows(statistic, ground, ranked, names), left_out, unnamed, least)
        for statistic, ranked, left_out, least in found
    ]
    if named is not None:
        names.of({pk for board in boards for pk in board.rows.first_and_active(named)})
    elif most is not None or at_least is not None:
        # These boards are short, and shown whole.
        names.of({each.pk for board in boards for each in board.rows.ranked})
    return boards


def _counted(statistics: Sequence[Statistic], ground: Ground) -> dict[int | None, dict]:
    """By id, each statistic over the lines that count, and the `number` of starts. One query.

    Of drivers with given totals also what was counted `after` these.
    """
    by = ground.by
    lines = ground.scope.lines().order_by().values(by)
    totals = {f"of_{each.key}": each.total() for each in statistics}
    of_all = lines.annotate(number=Count("pk"), **totals, goes_on=Value(False))
    if ground.openings:
        added = {f"of_{each.key}": each.exact() if each.opening else Value(None, IntegerField()) for each in statistics}
        after = lines.filter(after_openings(ground.openings.values()))
        of_all = of_all.union(after.annotate(number=Count("pk"), **added, goes_on=Value(True)), all=True)
    rows = list(of_all)
    counted = {row[by]: row for row in rows if not row["goes_on"]}
    after = {row[by]: row for row in rows if row["goes_on"]}
    none = dict.fromkeys(["number", *totals], 0)
    for driver in ground.openings:
        counted.setdefault(driver, {"number": 0})["after"] = after.get(driver, none)
    return counted


def _ranked(statistic: Statistic, ground: Ground, counted: dict, active: bool | None, least: int):
    """Who is ranked, best first: totals that are supported, of enough starts; and how many were left out."""
    ranked, left_out = [], 0
    column, are_totals, is_rate = f"of_{statistic.key}", ground.is_of_totals, statistic.is_rate
    supported = not are_totals or ground.complete.supports(statistic)
    starts_supported = not are_totals or ground.complete.supports(STARTS)
    for pk, row in counted.items():
        if active is not None and (pk in ground.active) != active:
            continue
        value, starts = row.get(column), row["number"]
        opening = ground.openings.get(pk) if are_totals else None
        if opening:
            after = row["after"]
            whole = is_whole(opening, row["number"], after["number"])
            value = total_of(statistic, opening, value, after[column], whole, ground.complete)
            starts = total_of(STARTS, opening, starts, after["number"], whole, ground.complete)
        else:
            value, starts = value if supported else None, starts if starts_supported else None
        left_out += are_totals and value is None
        if value is None or (not value and not is_rate) or (least and (starts or 0) < least):
            continue
        ranked.append(Ranked(-value if statistic.descending else value, pk, value, starts))
    return sorted(ranked), left_out


def _cut(ranked: list[Ranked], most: int | None) -> list[Ranked]:
    """The first so many, and those who are tied with the last of them."""
    if most is None or len(ranked) <= most:
        return ranked
    return [each for each in ranked if each.key <= ranked[most - 1].key]


def _rows(statistic: Statistic, ground: Ground, ranked: list[Ranked], names: Names) -> Ranking:
    queries = {each.key: evidence_query(ground.scope, each, ground.by) for each in (statistic, STARTS)}
    return Ranking(ranked, names, ground.active, queries)
