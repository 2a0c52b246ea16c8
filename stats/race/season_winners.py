"""Who won the races of a season: how many there were, who had never won before, and who won in a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q

from drivers.models import Driver
from races.models import GivenTotals, Race, SeasonTotals
from races.statistics import WIN, Statistic
from stats.evidence import evidence_url
from stats.scope import Scope


@dataclass(frozen=True)
class SeasonWinner:
    """A winner of races of the season, with the first win of his career where it is among them, and the longest run of
    wins in races one after another."""

    driver: Driver
    races: Sequence[Race]
    first_win: Race | None
    run: Sequence[Race]
    scope: Scope

    @property
    def wins(self) -> int:
        return len(self.races)

    def evidence(self, statistic: Statistic) -> str:
        """The address of the races behind a figure."""
        return evidence_url(self.scope, statistic, self.driver)

    @property
    def in_a_row(self) -> int | None:
        """So many in a row, of two and more."""
        return len(self.run) or None

    @property
    def run_from(self) -> Race | None:
        return self.run[0] if self.run else None


def season_winners(scope: Scope, races: Sequence[Any]) -> list[SeasonWinner]:
    """The winners of these races of a scope's season, in order and each with its `first_two`; most wins first. Three
    queries."""
    won: dict[Driver, list[Race]] = defaultdict(list)
    for race in races:
        for line in race.first_two:
            if line.finish == 1:
                won[line.driver].append(race)
    earlier = _won_before(scope, {driver.pk for driver in won})
    runs = _runs(races)
    found = [
        SeasonWinner(
            driver,
            of_driver,
            None if driver.pk in earlier else of_driver[0],
            max(runs.get(driver.pk, ()), key=len, default=()),
            scope,
        )
        for driver, of_driver in won.items()
    ]
    return sorted(found, key=lambda each: (-each.wins, str(each.driver)))


def _runs(races: Sequence[Any]) -> dict[int, list[list[Race]]]:
    """By driver, his wins in races each the round after the other, two and more. A round that is missing, or
    whose winner is not on file, ends a run."""
    winners = [
        (race, next((line.driver_id for line in race.first_two if line.finish == 1), None))
        for race in races
        if race.round
    ]
    placed = [(race, driver, race.points_round - at) for at, (race, driver) in enumerate(winners)]
    found: dict[int, list[list[Race]]] = defaultdict(list)
    for (driver, _), group in groupby(placed, key=lambda each: each[1:]):
        run = [race for race, *_ in group]
        if driver and len(run) > 1:
            found[driver].append(run)
    return found


def _won_before(scope: Scope, drivers: set[int]) -> set[int]:
    """Those of the drivers who won in the series before the season, or may have: by the results on file, and by what
    sources sum. Three queries."""
    before = {"series": scope.series, "driver__in": drivers}
    on_file = (
        Scope(series=scope.series, as_of=scope.as_of).lines().filter(WIN, driver__in=drivers, year__lt=scope.season)
    )
    found = set(on_file.order_by().values_list("driver", flat=True).distinct())
    may_have = Q(given=True, wins__gt=0) | Q(wins_unknown__gt=0)
    seasons = SeasonTotals.objects.filter(may_have, year__lt=scope.season, **before).order_by()
    found.update(seasons.values_list("driver", flat=True).distinct())
    careers = GivenTotals.objects.filter(season=None, wins__gt=0, through_season__lte=scope.season, **before)
    return found | set(careers.order_by().values_list("driver", flat=True))
