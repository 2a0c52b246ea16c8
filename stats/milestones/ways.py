"""How drivers came to a milestone: their counts after each season of the career."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drivers.models import Driver
from races.derived.counts import Count
from races.order import year_and_round
from stats.figures.running import CountedRaces, runs

from .clubs import Club
from .watch import Watched

FASTEST, NEXT = 6, 2
"""So many who came to it in the fewest starts, and so many of those who are next."""


class Way(NamedTuple):
    """A driver's count after each season of the career, whether the milestone was reached, and whether in the fewest
    starts."""

    driver: Driver
    counts: Sequence[Count]
    is_there: bool
    is_fastest: bool

    def after(self, season: int) -> int | None:
        """The count after so many seasons; None where nothing of it is known, or the career was over."""
        return self.counts[season - 1].known if season <= len(self.counts) else None


def ways_to(found: Club, to_come: Sequence[Watched]) -> list[Way]:
    """Those of a club who came to its milestone in the fewest starts, as far as these are known, and of those who are
    next the first, whoever has most first."""
    counted = sorted((each for each in found.members if each.start_number), key=lambda each: each.start_number or 0)
    there = [each.driver for each in counted[:FASTEST]]
    drivers = [*there, *(each.driver for each in to_come[:NEXT])]
    board, pks = found.board, [driver.pk for driver in drivers]
    careers = runs(board.statistic, board.scope, pks, race_by_race=False, basis=board.basis)
    ways = [Way(driver, _by_season(careers[driver.pk]), driver in there, driver in there[:1]) for driver in drivers]
    return sorted((way for way in ways if way.counts), key=lambda way: -way.counts[-1].value)


def _by_season(run: CountedRaces) -> list[Count]:
    """The count at the end of each season, the first season first."""
    by_year: dict[int, Count] = {}
    for order, count in sorted(run.known_at):
        year = year_and_round(order)[0]
        by_year[year] = max(count, by_year.get(year, count), key=lambda each: (each.value, -each.unknown))
    return list(by_year.values())
