"""What a figure is made of: the races listed one by one, and what a source sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from races.models import GivenTotals, Season
from races.statistics import EVERY_LINE, LineRate, LineStatistic, LineSum
from racestats.formatting import listed, number, plural
from stats.completeness import Completeness, completeness
from stats.figures.basis import Basis
from stats.figures.figure import NOTHING, Figure
from stats.figures.reading import figures
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.standings.table import Standings
from stats.subjects import Competitor, subject_of


@dataclass(frozen=True)
class Evidence:
    """One figure of a driver, a team or a make, taken apart.

    `held` is the statistic over the lines of the scope, `listed` how many lines it rests on, and `counted` how many of
    these make a rate. `one` names a line: a race or a result. `given` are the sums of sources that may be in the
    figure. Of a season's points the standings have those that penalties have `taken` less, and those `beside` more.
    """

    statistic: LineStatistic
    figure: Figure
    held: int
    listed: int
    counted: int
    given: Sequence[GivenTotals]
    complete: Completeness
    one: str
    taken: int
    beside: int

    @property
    def summed(self) -> int:
        """How much of a count is in no race listed, but in a source's sum."""
        return max(0, (self.figure.value or 0) - self.held) if not self.statistic.is_rate else 0

    @property
    def notes(self) -> list[str]:
        """The figure in words, and what it is based on."""
        notes = [self._figure(), self.complete.in_words(self.statistic)]
        if self.figure.unknown:
            races = plural(self.figure.unknown, "race")
            notes.append(f"At least so many: it is not on file what {races} may add.")
        if self.taken:
            notes.append(f"The standings have {number(self.taken)} fewer, which rulings took from the season.")
        if self.beside:
            notes.append(
                f"The standings have {number(self.beside)} more, of a car that did not start or of a race that is no "
                "round."
            )
        return notes

    def _figure(self) -> str:
        statistic, lines = self.statistic, plural(self.listed, self.one)
        if isinstance(statistic, LineRate):
            wins = plural(self.counted, "win")
            return f"{self._of_starts()}{self._in_sums()}; {wins} listed."
        if statistic.is_rate:
            return f"{self._of_starts()} where it is known{self._in_sums()}."
        if self.figure.value is None:
            return f"{statistic.label}: not known. Listed: {lines}."
        total = statistic.amount(self.figure.value, at_least=not self.figure.exact)
        here = f"{number(self.held)} in the {lines} listed" if isinstance(statistic, LineSum) else f"the {lines} listed"
        if not self.summed:
            return f"{total}: {here}."
        telling = {each.source.title for each in self.given if getattr(each, statistic.key, None) is not None}
        sources = listed(sorted(telling)) or "a source"
        return f"{total}: {here}, and {number(self.summed)} that {sources} sums without listing the races."

    def _of_starts(self) -> str:
        starts = plural(self.figure.over or 0, "start")
        return f"{self.statistic.label}: {self.figure.in_words(self.statistic)}, over {starts}"

    def _in_sums(self) -> str:
        """How many of the starts of an average or a rate only a source's sum tells."""
        summed = (self.figure.over or 0) - self.listed
        return f"; {number(summed)} of them are in sums without the races" if summed > 0 else ""


def evidence(statistic: LineStatistic, scope: Scope) -> Evidence:
    """Take apart the figure of the driver, or else the team or the make, that the scope names."""
    who = _counted(scope)
    basis = Basis(scope)
    picked = statistic.counting if isinstance(statistic, LineRate) else EVERY_LINE
    found = scope.lines().aggregate(
        held=statistic.total(),
        listed=Count("pk", filter=statistic.evidence),
        counted=Count("pk", filter=statistic.evidence & picked),
    )
    by = subject_of(who).key
    mine = figures(scope, [statistic], by, {who.pk} if by == "driver" else None, basis).get(who.pk)
    is_total = bool(scope.driver) and not (scope.team or scope.manufacturer or scope.cuts_seasons)
    year = scope.season if is_total and statistic.key == "points" and scope.series else None
    standings = _standings(scope, year) if year else None
    return Evidence(
        statistic,
        mine[statistic.key] if mine else NOTHING,
        held=(found["held"] or 0) if not statistic.is_rate else 0,
        listed=found["listed"],
        counted=found["counted"],
        given=_given(scope),
        complete=completeness(scope),
        one="race" if scope.driver else "result",
        taken=standings.taken_from(who.pk) if standings else 0,
        beside=standings.beside_of(who.pk) if standings else 0,
    )


def _counted(scope: Scope) -> Competitor:
    who = scope.driver or scope.team or scope.manufacturer
    if who is None:
        raise ValueError("The scope names nobody.")
    return who


def _given(scope: Scope) -> list[GivenTotals]:
    """What sources give of the driver that may be in the figure."""
    if not scope.driver:
        return []
    given = scope.driver.given_totals.select_related("source")
    if scope.series:
        given = given.filter(series=scope.series)
    return list(given.filter(season__year=scope.season) if scope.season else given)


def _standings(scope: Scope, year: int) -> Standings | None:
    """The standings of that season of the scope's series, as the book stands or stood."""
    season = Season.objects.filter(series=scope.series, year=year).first()
    return season_book(season).at(scope.as_of) if season else None
