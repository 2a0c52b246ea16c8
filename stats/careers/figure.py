"""What a figure is made of: the lines behind it, and the given totals it goes on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from races.derived.points_beside import points_beside
from races.models import GivenTotals, Penalty, Ruling, Season
from races.statistics import Statistic
from racestats.formatting import number, plural
from stats.completeness import Completeness, completeness, narrows_races
from stats.scope import Scope

from .totals import applicable_openings, is_whole, total_of


@dataclass(frozen=True)
class Evidence:
    """One figure of a driver, a team or a make, taken apart.

    `held` is the statistic over all the lines of the scope, `after` over those after the given totals, None where a
    part of it is unknown; `listed` is how many lines it rests on, and `counted` how many of these make a rate. `one`
    names a line: a race or a result. Of a season's points, `taken` are those that penalties took, and `beside` those
    that no line holds.
    """

    statistic: Statistic
    held: Any
    after: Any
    listed: int
    counted: int
    opening: GivenTotals | None
    complete: Completeness
    is_total: bool
    one: str
    taken: int
    beside: int

    @property
    def notes(self) -> list[str]:
        """The figure in words, and what it is based on."""
        notes = [self._figure(), self.complete.in_words(self.statistic)]
        if self.is_total and not self.opening and not self.complete.supports(self.statistic):
            notes.append("The races held here are too few to make a total.")
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
        if self.opening:
            return self._on_from(self.opening)
        if statistic.averaging:
            return f"{statistic.label}: {statistic.show(self.held)}, over {lines} where it is known."
        if statistic.is_rate:
            wins = plural(self.counted, "win")
            return f"{statistic.label}: {statistic.show(self.held)}, {wins} in {lines} with a known finish."
        if statistic.summing:
            return f"{statistic.amount(self.held or 0)} in {lines}."
        return f"{statistic.label}: {lines}."

    def _on_from(self, opening: GivenTotals) -> str:
        """“32 wins: 30 in the given totals through 2025 round 8, and 2 in the races after it.”"""
        through = f"the given totals through {opening.through_season} round {opening.through_round}"
        listed = f"Listed: the {plural(self.listed, self.one)} held here, with {self.statistic.amount(self.held or 0)}."
        official = getattr(opening, self.statistic.key)
        if official is None:
            return f"No total: {through} do not give it. {listed}"
        if self.after is None:
            return f"No total: {self.statistic.in_text} of the races after {through} are not fully known. {listed}"
        total = self.statistic.amount(official + self.after)
        return f"{total}: {number(official)} in {through}, and {number(self.after)} in the races after it. {listed}"


def evidence(statistic: Statistic, scope: Scope) -> Evidence:
    """Take apart the figure of the driver, or else the team or the make, that the scope names. Two queries or three."""
    opening = applicable_openings(scope).get(scope.driver.pk) if scope.driver and statistic.opening else None
    later = Q(race_order__gt=opening.through_order) if opening else Q()
    found = scope.lines().aggregate(
        held=statistic.total(),
        after=statistic.exact(later) if opening else statistic.total(),
        listed=Count("pk", filter=statistic.evidence),
        counted=Count("pk", filter=statistic.counting),
        lines=Count("pk"),
        later_lines=Count("pk", filter=later),
    )
    complete = completeness(scope)
    if opening and (getattr(opening, statistic.key) is None or found["after"] is None):
        whole = is_whole(opening, found["lines"], found["later_lines"])
        if total_of(statistic, opening, found["held"], found["after"], whole, complete) is not None:
            opening = None  # The lines alone make the total.
    is_total = not (scope.team or scope.manufacturer or narrows_races(scope))
    of_season = is_total and statistic.key == "points" and scope.driver and scope.season and scope.series
    return Evidence(
        statistic,
        **{name: found[name] for name in ("held", "after", "listed", "counted")},
        opening=opening,
        complete=complete,
        is_total=is_total,
        one="race" if scope.driver else "result",
        taken=_taken(scope) if of_season else 0,
        beside=_beside(scope) if of_season and not opening else 0,
    )


def _beside(scope: Scope) -> int:
    """The points of the driver in the season of the scope that the standings count and no line holds."""
    season = Season.objects.filter(series=scope.series, year=scope.season).first()
    found = points_beside(season, scope.driver.pk) if season else []
    if not found:
        return 0
    started = set(scope.lines().order_by().values_list("race_order", flat=True))
    day, last = None, None
    if scope.as_of:
        day, last = scope.as_of.day, scope.as_of.order if scope.as_of.series_id == season.series_id else None
    return sum(
        each.points
        for each in found
        if each.stood(day) and each.order not in started and not (last and each.order and each.order > last)
    )


def _taken(scope: Scope) -> int:
    """The points that penalties took from the driver in the season of the scope, less those given back."""
    season = {"ruling__race__season__series": scope.series, "ruling__race__season__year": scope.season}
    penalties = Penalty.objects.filter(driver=scope.driver, **season)
    if scope.as_of:
        penalties = penalties.filter(ruling__in=Ruling.objects.as_of(scope.as_of.day))
    return penalties.aggregate(taken=Sum("points"))["taken"] or 0
