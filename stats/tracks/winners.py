"""Who won each race at a track, from where, in what, and how fast; and who won all of a season."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from django.db.models import Count

from races.models import Series
from races.order import year_and_round
from races.statistics import STATISTICS, WIN
from racestats.addresses import address_of
from racestats.formatting import ranks
from stats.careers.splits import GRIDS
from stats.evidence import evidence_url
from stats.scope import Scope
from stats.subjects import SUBJECTS, Competitor

WINS = STATISTICS["wins"]


class Winner(NamedTuple):
    """The winner of a race at the track; `speed` is the average of the race, in miles an hour. `who` are the driver,
    the team and the make, as far as they are known."""

    series: Series
    year: int
    order: int
    pk: int
    start: int | None
    pole: bool | None
    speed: Decimal | None
    layout: int
    layout_name: str
    who: Mapping[str, Competitor | None]

    @property
    def driver(self) -> str:
        return str(self.who["driver"])

    @property
    def make(self) -> str | None:
        make = self.who["manufacturer"]
        return str(make) if make else None


def winners_at(scope: Scope) -> list[Winner]:
    """Those of the races of a scope that names a track, the oldest first; of a race of several series each. One
    query."""
    won = scope.lines().filter(WIN).order_by("race_order", "race", "pk")
    columns = ("race_order", "driver", "start", "pole", "race__average_speed", "layout", "layout__name")
    names = [f"{key}__{column}" for key, each in SUBJECTS.items() for column in ("pk", *each.columns)]
    found = []
    of_series = ("series", "series__name", "series__slug")
    for pk, name, slug, order, *facts in won.values_list(*of_series, *columns, *names):
        driver, start, pole, speed, layout, layout_name, *named = facts
        values, who = iter(named), {}
        for key, each in SUBJECTS.items():
            of = dict(zip(("pk", *each.columns), islice(values, 1 + len(each.columns))))
            who[key] = each.model(**of) if of["pk"] else None
        year, _ = year_and_round(order)
        series = Series(pk=pk, name=name, slug=slug)
        found.append(Winner(series, year, order, driver, start, pole, speed, layout, layout_name, who))
    return found


@dataclass(frozen=True)
class WinsAtTrack:
    """How many of the races were won by somebody, or from somewhere: of so many, where that is known."""

    name: str
    wins: int
    evidence: str
    url: str | None = None
    rank: str = ""
    season: int | None = None


def wins_of(winners: Sequence[Winner], key: str, scope: Scope) -> list[WinsAtTrack]:
    """The wins of each team or make, the most first."""
    won = Counter(who.pk for each in winners if (who := each.who[key]))
    names = {who.pk: who for each in winners if (who := each.who[key])}
    ordered = sorted(won, key=lambda pk: (-won[pk], str(names[pk])))
    return [
        WinsAtTrack(str(names[pk]), won[pk], evidence_url(scope, WINS, names[pk]), names[pk].get_absolute_url(), rank)
        for rank, pk in zip(ranks(won[pk] for pk in ordered), ordered)
    ]


def wins_from(winners: Sequence[Winner], scope: Scope) -> list[WinsAtTrack]:
    """The wins from each part of the grid, from the front; and those with the pole award, where it is known."""
    rows = [
        (grid.name, sum(grid.takes_in(each.start) for each in winners), {"start": key}) for key, grid in GRIDS.items()
    ]
    rows.append(("With the pole award", sum(bool(each.pole) for each in winners), {"pole": "yes"}))
    return [WinsAtTrack(name, wins, _finder(scope, **asked)) for name, wins, asked in rows if wins]


def season_sweeps(winners: Sequence[Winner], scope: Scope) -> list[WinsAtTrack]:
    """Who won all races of a season at the track, of two and more; the latest first. One query."""
    held = scope.races().order_by().values_list("season__series", "season__year").annotate(Count("pk"))
    races = {(series, year): count for series, year, count in held}
    won: dict[tuple[int, int], list[Winner]] = defaultdict(list)
    for each in winners:
        won[each.series.pk, each.year].append(each)
    swept = [
        (year, of_season[0], len(of_season))
        for (series, year), of_season in won.items()
        if len(of_season) == races.get((series, year), 0) > 1 and len({each.pk for each in of_season}) == 1
    ]
    return [
        WinsAtTrack(
            first.driver,
            wins,
            evidence_url(scope.narrowed(series=first.series, season=year), WINS, driver),
            driver.get_absolute_url(),
            season=year,
        )
        for year, first, wins in sorted(swept, key=lambda row: -row[0])
        if (driver := first.who["driver"])
    ]


def _finder(scope: Scope, **asked: str) -> str:
    """The finder's list of such wins."""
    query = scope.query(find="results", finish="1", **asked)
    return address_of("races:finder") + query
