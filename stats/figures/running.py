"""How a count ran on from race to race of a career, in the book as it stands or stood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from races.derived.counts import (
    Count,
    CountedLine,
    GivenCounts,
    SeasonSoFar,
    running_counts,
    seasons_of_career,
    told_by,
    untold_starts_of,
)
from races.derived.season_totals import given_count
from races.derived.tallies import SummedColumns
from races.models import GivenTotals
from races.models.totals import GIVEN
from races.order import race_order, year_and_round
from races.statistics import LineStatistic
from stats.scope import Scope

from .basis import Basis, given_of_careers
from .drivers import cut_seasons, missing_before, stored_seasons


@dataclass(frozen=True)
class CountedRaces:
    """The races of a career in order, with what each added, and the counts after each: of starts, and of a statistic.

    `total` is what the career has come to. `known_at` has further counts by race order: at the end of each season, and
    what a source gives of the career.
    """

    races: list[int]
    orders: list[int]
    added: list[int | None]
    starts: list[Count]
    counts: list[Count]
    total: Count
    known_at: list[tuple[int, Count]]

    def doubted(self, races: int, starts: int) -> CountedRaces:
        """In doubt for so many races throughout, and of so many starts."""
        return replace(
            self,
            starts=[count.doubted(starts) for count in self.starts],
            counts=[count.doubted(races) for count in self.counts],
            total=self.total.doubted(races),
            known_at=[(order, count.doubted(races)) for order, count in self.known_at],
        )


def runs(
    statistic: LineStatistic,
    scope: Scope,
    drivers: Collection[int],
    *,
    race_by_race: bool = True,
    basis: Basis | None = None,
) -> dict[int, CountedRaces]:
    """By driver, how a statistic ran in the series of the scope.

    Who asks for `total` and `known_at` alone, not `race_by_race`, has the lines of those seasons read in which what a
    source gives of a career ends, for no others change these.
    """
    basis, key = basis or Basis(scope), statistic.key
    keys = tuple(dict.fromkeys(["starts", key]))
    seasons = _seasons(basis, keys, drivers)
    given = {
        each.driver_id: GivenCounts(each.through_order, tuple(given_count(each, name) for name in keys))
        for each in given_of_careers(basis)
        if each.driver_id in drivers
    }
    lines = defaultdict(list)
    rows = scope.lines().filter(driver__in=drivers)
    if not race_by_race:
        rows = rows.filter(
            driver__in=given.keys(), year__in={year_and_round(each.through)[0] for each in given.values()}
        )
    rows = rows.order_by("race_order", "pk")
    for driver, race, order, adds in rows.values_list("driver", "race", "race_order", statistic.addend):
        lines[driver].append((race, CountedLine(order, (1,) if key == "starts" else (1, adds))))
    found = {}
    for driver in drivers:
        told = [told_by(name) for name in keys]
        found[driver] = run_of(lines[driver], seasons[driver], given.get(driver), told)
    for (driver, _), missing in missing_before(basis, keys, {(pk, scope.the_series.pk) for pk in drivers}).items():
        found[driver] = found[driver].doubted(missing.get(key, 0), missing.get("starts", 0))
    return found


def run_of(
    lines: Sequence[tuple[int, CountedLine]],
    seasons: Sequence[SeasonSoFar],
    given: GivenCounts | None,
    told: Sequence[str],
) -> CountedRaces:
    """One career: its lines by the ids of their races. The first of the counts are starts, the last the statistic."""
    counts, total = running_counts([line for _, line in lines], seasons, given, told)
    official = given.counts[-1] if given else None
    more = 0 if official else untold_starts_of(total[0], seasons, given)
    known_at, so_far = [], Count(0, more)
    for season in seasons:
        so_far = so_far.plus(season.totals[-1])
        known_at.append((season.races.last, so_far))
    if given and official:
        known_at.append((given.through, official))
    return CountedRaces(
        [race for race, _ in lines],
        [line.order for _, line in lines],
        [line.adds[-1] for _, line in lines],
        [after[0] for after in counts],
        [after[-1] for after in counts],
        total[-1].within(total[0]),
        known_at,
    )


def _seasons(basis: Basis, keys: tuple[str, ...], drivers: Collection[int]) -> dict[int, list[SeasonSoFar]]:
    """By driver, the seasons of the career, and those between that are in doubt; oldest first."""
    totals: dict[int, dict[int, tuple[Count, ...]]] = defaultdict(dict)
    columns = [name for key in keys for name in (key, f"{key}_unknown")]
    stored = stored_seasons(basis, drivers).values("driver", "season", *columns)
    rows = [((row["driver"], row["season"]), row) for row in stored]
    for (driver, season), row in (*rows, *cut_seasons(basis, SummedColumns(keys, ()), drivers).items()):
        totals[driver][season] = tuple(Count.of_row(row, key) for key in keys)
    given: dict[int, dict[int, GivenCounts]] = defaultdict(dict)
    of_seasons = GivenTotals.objects.filter(driver__in=drivers, season__isnull=False).order_by()
    columns = [name for key in keys if key in GIVEN for name in (key, f"{key}_unknown")]
    through = ("driver_id", "season_id", "through_season", "through_round")
    for each in of_seasons.values_list(*through, *columns, named=True):
        if each.season_id in basis.races:
            order = race_order(each.through_season, each.through_round)
            given[each.driver_id][each.season_id] = GivenCounts(order, tuple([given_count(each, key) for key in keys]))
    told = [told_by(key) for key in keys]
    return {
        driver: seasons_of_career(totals[driver], given[driver], basis.races, basis.gaps, told) for driver in drivers
    }
