"""Who has most titles: drivers, teams or makes, ranked."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from races.statistics import Statistic
from racestats.formatting import ranks
from stats.figures.figure import Figure
from stats.subjects import Competitor
from stats.titles import Titles, titles_url, years_of

from .ranking import NamesOfSubjects


class Titled(NamedTuple):
    """A driver, a team or a make among those with most titles."""

    rank: str
    who: Competitor
    titles: Figure
    years: str
    active: bool
    url: str

    def evidence(self, statistic: Statistic) -> str:
        return self.url


def most_titles(
    found: Titles, by: str = "driver", active: Collection[int] = (), only: bool | None = None
) -> list[Titled]:
    """Everybody with a title, those with most first; `only` those who are active, or are not. One query."""
    won = {pk: titles for pk, titles in found.of(by).items() if only is None or (pk in active) == only}
    people = NamesOfSubjects(by).of(won)
    figures = {pk: found.figure(pk, by) for pk in won}
    ordered = sorted(won, key=lambda pk: (-figures[pk].value, str(people[pk])))
    return [
        Titled(
            rank,
            people[pk],
            figures[pk],
            years_of(won[pk]),
            pk in active,
            titles_url(people[pk], found.scope),
        )
        for rank, pk in zip(ranks(figures[pk].value for pk in ordered), ordered)
    ]
