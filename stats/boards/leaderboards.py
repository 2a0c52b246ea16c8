"""Leaderboards: statistics over one scope, ranked, with what they are based on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from races.derived.tallies import Tally
from races.models import GivenTotals, Series
from races.statistics import STATISTICS, LineStatistic, Statistic
from racestats import formatting
from racestats.serving.kept_values import kept
from stats.careers.active import active_drivers
from stats.completeness import Completeness, completeness_by_season
from stats.evidence import LINEAGE, evidence_query
from stats.figures.basis import Basis, given_of_careers, given_of_seasons
from stats.figures.drivers import drivers_to_rank
from stats.figures.reading import Figures, added_up
from stats.scope import Scope
from stats.subjects import SUBJECTS, Subject

from .ranking import NamesOfSubjects, Ranked, Ranking

FEWEST_OF_A_CAREER, FEWEST_OF_A_PART = 100, 10
"""An average or a rate of fewer starts says little; a reader may ask for another number."""
STARTS = STATISTICS["starts"]


@dataclass(frozen=True)
class Leaderboard:
    """The rows of a board and what it stands on.

    Of the figures ranked, `at_least` may be higher; of `unknown` more nothing is known. `unnamed` starts are of no
    known team or make. Ranked are averages and rates over `min_starts` starts or more; and, where asked, only those who
    have none of another count, `without`: of so many as `may_have` one it is not known.
    """

    statistic: LineStatistic
    by: str
    scope: Scope
    basis: Basis
    complete: Completeness
    rows: Ranking
    given: Sequence[GivenTotals]
    at_least: int
    unknown: int
    unnamed: int
    min_starts: int
    without: LineStatistic | None = None
    may_have: int = 0

    @property
    def subject(self) -> Subject:
        return SUBJECTS[self.by]

    @property
    def notes(self) -> list[str]:
        notes = [f"{self.statistic.tooltip}.", self.complete.in_words(self.statistic)]
        notes += self._of_sources()
        if self.by != "driver":
            notes.append("Counted car by car, in the races on file.")
        if self.by == "team":
            notes.append(LINEAGE)
        if self.unnamed:
            notes.append(f"The {self.subject.one} is unknown for {formatting.plural(self.unnamed, 'car')}.")
        notes += self._of_doubt()
        if self.statistic.is_rate:
            ranked = self.subject.many.capitalize()
            notes.append(
                f"{ranked} with at least {formatting.plural(self.min_starts, 'start')} in races with a whole field "
                "and a known value."
            )
        return notes

    def _of_sources(self) -> list[str]:
        """Whose sums are in the figures."""
        summed = [each for each in self.given if getattr(each, self.statistic.key, None) is not None]
        if not summed:
            return []
        sources = sorted({each.source.title for each in summed})
        drivers = len({each.driver_id for each in summed})
        return [f"Totals of {formatting.plural(drivers, 'driver')} are summed by {formatting.listed(sources)}."]

    def _of_doubt(self) -> list[str]:
        """How many figures may be higher."""
        parts = []
        if self.at_least:
            parts.append(f"{formatting.plural(self.at_least, 'figure')} with a plus may be higher")
        if self.unknown:
            who = formatting.plural(self.unknown, self.subject.one)
            parts.append(f"of {who} no {self.statistic.one} is known, though there may be some")
        if self.without and self.may_have:
            who, verb = formatting.plural(self.may_have, self.subject.one), "is" if self.may_have == 1 else "are"
            parts.append(f"{who} {verb} left out who may have a {self.without.one}: not all of their races are known")
        return [formatting.sentence("; ".join(parts))] if parts else []


def leaderboard(statistic: LineStatistic, scope: Scope, **asked: Any) -> Leaderboard:
    """The board of one statistic; `asked` as of `leaderboards`."""
    (board,) = leaderboards([statistic], scope, **asked)
    return board


def leaderboards(
    statistics: Sequence[LineStatistic],
    scope: Scope,
    *,
    by: str = "driver",
    active: bool | None = None,
    min_starts: int | None = None,
    without: LineStatistic | None = None,
    named: int | None = None,
) -> list[Leaderboard]:
    """Rank the drivers of a scope, or its teams or makes, by what is known of each of the statistics.

    Ties share a rank, and a count of none is not ranked. `without` ranks those alone who have none of that count, which
    the same scope must know exactly. With `named` the active and the first so many are named at
    once, with those tied with the last of these.
    """
    basis = Basis(scope)
    seasons = completeness_by_season(scope)
    complete = sum(seasons.values(), Completeness.empty())
    least = {each: _least(each, scope, by, min_starts, basis, seasons) for each in statistics}
    who = drivers_to_rank(basis, least) if by == "driver" else None
    counted = [*statistics, without] if without else statistics
    found = added_up(scope, counted, by, who=who, basis=basis, to_rank=True)
    now = active_drivers(scope, by)
    nameless = found.pop(None, None)
    names = NamesOfSubjects(by)
    given = (given_of_careers(basis) + given_of_seasons(basis)) if by == "driver" else []
    asked = found if active is None else {pk: each for pk, each in found.items() if (pk in now) == active}
    in_doubt: dict[int, Tally] = {}
    if without:
        in_doubt = {pk: each for pk, each in asked.items() if not each[without.key].value}
        asked = {pk: each for pk, each in in_doubt.items() if each.has_none(without.key)}
        in_doubt = {pk: each for pk, each in in_doubt.items() if pk not in asked}
    boards = []
    for statistic in statistics:
        found_ranked = _ranked(statistic, asked, least[statistic])
        boards.append(
            Leaderboard(
                statistic,
                by,
                scope,
                basis,
                complete,
                ranking(statistic, scope, by, found_ranked.ranked, names, now),
                given,
                at_least=found_ranked.at_least,
                unknown=found_ranked.unknown,
                unnamed=nameless.lines if nameless else 0,
                min_starts=least[statistic],
                without=without,
                may_have=len(_ranked(statistic, in_doubt, least[statistic]).ranked),
            )
        )
    if named is not None:
        names.of({pk for board in boards for pk in board.rows.first_and_active(named)})
    return boards


def _least(
    statistic: Statistic,
    scope: Scope,
    by: str,
    asked: int | None,
    basis: Basis,
    seasons: Mapping[int, Completeness],
) -> int:
    """How many starts the figures ranked are of at least: as many as a reader asks for; an average or a rate else of
    `fewest_starts`."""
    if asked is not None:
        return asked
    return fewest_starts(scope, by, races_sampled(basis, seasons)) if statistic.is_rate else 0


def races_sampled(basis: Basis, seasons: Mapping[int, Completeness]) -> int:
    """How many races averages and rates of the scope can be of: those on file whole, and those that a source sums."""
    return sum(
        each.expected if season in basis.stored and basis.races[season].is_summed else each.known["whole"]
        for season, each in seasons.items()
    )


def fewest_of_careers(scope: Scope, basis: Basis) -> int:
    """How many starts an average or a rate of careers is of at least, in the series of the scope. One query, and where
    few whole races are on file, another and those of the basis."""
    if scope.as_of is None and _are_many_whole(scope.the_series):
        return FEWEST_OF_A_CAREER
    return fewest_starts(scope, "driver", races_sampled(basis, completeness_by_season(scope)))


@kept
def _are_many_whole(series: Series) -> bool:
    """Whether so many whole races of a series are on file that their number limits nothing."""
    enough = 3 * FEWEST_OF_A_CAREER
    return bool(Scope(series=series).coverage().filter(whole=True).order_by().values("pk")[enough - 1 : enough])


def fewest_starts(scope: Scope, by: str, races: int) -> int:
    """How many starts an average or a rate of the scope is of at least: never more than a third of the races that it
    can be of."""
    part = scope.track or scope.type or scope.team or scope.manufacturer or by != "driver"
    return min(FEWEST_OF_A_PART if part else FEWEST_OF_A_CAREER, races // 3)


class _Found(NamedTuple):
    """Who is ranked, best first; how many of their figures are at least so much; and of how many others nothing is
    known, though there may be some."""

    ranked: list[Ranked]
    at_least: int
    unknown: int


def _ranked(statistic: Statistic, found: dict[int, Tally], least: int) -> _Found:
    """Ranked is whose figure is known, and of enough starts."""
    key, is_rate, descending = statistic.key, statistic.is_rate, statistic.descending
    ranked, at_least, unknown = [], 0, 0
    for pk, tally in found.items():
        if not (is_rate or least):
            exactly, doubtful = tally[key]
            if not doubtful:
                if exactly:
                    ranked.append(Ranked(-exactly if descending else exactly, pk, exactly, key, tally))
                continue
        figures = Figures(tally)
        value, in_doubt, over = figures[key]
        if value is None:
            unknown += in_doubt > 0
        elif value or is_rate:
            if least and ((over if is_rate else figures["starts"].value) or 0) < least:
                continue
            at_least += in_doubt > 0
            ranked.append(Ranked(-value if descending else value, pk, value, key, tally))
    ranked.sort()  # By key and id: no two are of one id.
    return _Found(ranked, at_least, unknown)


def ranked_by(statistic: Statistic, found: dict[int, Tally], least: int = 0) -> list[Ranked]:
    """These in order, the best first: whose figure is known, and of so many starts."""
    return _ranked(statistic, found, least).ranked


def ranking(
    statistic: Statistic,
    scope: Scope,
    by: str,
    ranked: Sequence[Ranked],
    names: NamesOfSubjects,
    active: Collection[int],
) -> Ranking:
    """The rows of these, who are ranked by the statistic."""
    queries = {each.key: evidence_query(scope, each, by) for each in (statistic, STARTS)}
    return Ranking(ranked, names, active, queries)
