"""The streaks of some drivers that can go on, and how long others have waited for a win: as of the day of a scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from drivers.models import Driver
from races.order import race_order, year_and_round
from stats.evidence import evidence_url
from stats.scope import AtRace, Scope

from .longest import careers_of, read_calendar
from .runs import KINDS, Streak, StreakKind, Wait, ongoing, streaks, waits

TOLD = tuple(KINDS[key] for key in ("wins", "top_fives", "top_tens"))
"""The streaks over own starts that are told of."""


@dataclass(frozen=True)
class StreaksNow:
    """The streaks that can go on, by kind, and the waits for a win; in no order. `last_wins` are the orders of the
    races that each won last."""

    scope: Scope
    streaks: Mapping[StreakKind, Sequence[Streak]]
    waits: Sequence[Wait]
    last_wins: frozenset[int]

    def behind_streak(self, kind: StreakKind, streak: Streak, driver: Driver) -> str:
        """The address of the races that make up a streak."""
        stretch = self.scope.narrowed(from_=self._at(streak.first), to=self._at(streak.last))
        return evidence_url(stretch, kind.statistic, driver)

    def behind_wait(self, wait: Wait, driver: Driver) -> str:
        """The address of the starts of a wait."""
        return evidence_url(self.scope.narrowed(from_=self._at(wait.first)), KINDS["starts"].statistic, driver)

    def _at(self, order: int) -> AtRace:
        return AtRace(self.scope.the_series, *year_and_round(order), label="")


def now_of(scope: Scope, who: Collection[int]) -> StreaksNow:
    """Those of these drivers, who are active, in the scope's series. Four queries."""
    by_kind = careers_of(scope, scope.lines().filter(driver__in=who), TOLD)
    careers = by_kind[KINDS["wins"].key]
    first = min((career.years[0] for career in careers), default=0)
    calendar = read_calendar(scope, since=race_order(first, 0))
    latest = {career.driver: career.orders[-1] for career in careers}
    found = {kind: sorted(ongoing(kind, calendar, streaks(kind, calendar, by_kind[kind.key]), latest)) for kind in TOLD}
    last_wins = frozenset(career.extending[-1] for career in careers if career.extending)
    return StreaksNow(scope, found, list(waits(calendar, careers)), last_wins)
