"""Teammates: who drove for the same team in the same races."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from drivers.models import Driver, Team
from racestats import formatting
from stats.scope import Scope

from .head_to_head import is_before, meeting_urls

LISTED = 12
"""The teammates of most races are listed, and all of as many as the last of them."""


class Teammate(NamedTuple):
    """Somebody who started for the same team in so many of the same races, from the first year to the last of them."""

    driver: Driver
    team: Team
    together: int
    ahead: int
    behind: int
    first: int
    last: int
    urls: dict[str, str]

    @property
    def years(self) -> str:
        """“2021–2025”."""
        return formatting.years(self.first, self.last)


def teammates(scope: Scope, lines: Sequence[Any]) -> list[Teammate]:
    """Those of the driver and the series of a scope, of whom these are the lines. Two queries."""
    own = {(line.race_id, line.team_id): line for line in lines if line.team_id}
    named = {line.team_id: (line.team_name, line.team_slug) for line in own.values()}
    teams = {pk: Team(pk=pk, name=name, slug=slug) for pk, (name, slug) in named.items()}
    of_everybody = scope.narrowed(driver=None).lines().order_by()
    own_races = scope.lines().order_by().values("race")
    others = of_everybody.filter(team__in=list(teams), race__in=own_races).exclude(driver=scope.driver)
    together: Counter[tuple[int, int]] = Counter()
    ahead: Counter[tuple[int, int]] = Counter()
    behind: Counter[tuple[int, int]] = Counter()
    years: dict[tuple[int, int], list[int]] = {}
    for driver, team, race, year, finish in others.values_list("driver", "team", "race", "year", "finish"):
        if (race, team) not in own:
            continue
        line, key = own[race, team], (driver, team)
        together[key] += 1
        years.setdefault(key, []).append(year)
        ahead[key] += bool(is_before(line.finish, finish))
        behind[key] += bool(is_before(finish, line.finish))
    listed = [key for key, _ in formatting.first_and_tied(together.most_common(), LISTED, itemgetter(1))]
    drivers = Driver.objects.only("name", "suffix", "slug").in_bulk({driver for driver, _ in listed})
    found = [
        Teammate(
            drivers[key[0]],
            teams[key[1]],
            together[key],
            ahead[key],
            behind[key],
            min(years[key]),
            max(years[key]),
            meeting_urls(scope.the_driver, drivers[key[0]], scope.narrowed(driver=None, team=teams[key[1]])),
        )
        for key in listed
        if key[0] in drivers
    ]
    return sorted(found, key=lambda each: (-each.together, str(each.driver)))
