"""How long a driver has gone without a win, a top five or a top ten, and in how many seasons in a row he has won."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from races.derived.counts import SeasonRaces, tells_of_absent, told_by
from races.models import Race
from races.order import race_order, year_and_round
from races.statistics import STATISTICS
from stats.evidence import race_log_url
from stats.figures.basis import Basis
from stats.figures.figure import Figure
from stats.figures.reading import Figures, SeasonFigures
from stats.scope import AtRace, Scope

SINCE = ("wins", "top_fives", "top_tens")


class CareerStretch(NamedTuple):
    """So many starts, from one line of a career to another. What `goes_on` is counted from the line `after`."""

    what: str
    length: Figure
    lines: Sequence[Any]
    after: Any = None

    @property
    def goes_on(self) -> bool:
        return self.after is not None

    @property
    def races(self) -> list[int]:
        """The ids of the races that it is told by."""
        return [line.race_id for line in (*self.lines[:1], *self.lines[-1:], self.after) if line]


@dataclass(frozen=True)
class Wait:
    """A stretch as a page shows it: `what` says what it is so many of.

    It is from the race `first` to the race `last`, or from one year to another. What `goes_on` is counted from the race
    after `first`, and `days` are from that to the latest race of the series.
    """

    what: str
    length: Figure
    url: str | None
    begins: str
    ends: str = ""
    first: Race | None = None
    last: Race | None = None
    days: int | None = None
    goes_on: bool = False


@dataclass(frozen=True)
class CareerCourse:
    """The lines of a career in one series, oldest first, and the races of the book that may belong to it: what is
    known of them as far as `seasons` say."""

    lines: Sequence[Any]
    seasons: Sequence[SeasonRaces]
    first_season: int

    @classmethod
    def of(cls, scope: Scope, basis: Basis, lines: Sequence[Any], figures: Figures) -> CareerCourse:
        of_series = [each for each in basis.races.values() if each.series == scope.the_series.pk]
        return cls(lines, of_series, figures.first or 0)

    def stretches(self, figures: Figures) -> Iterator[CareerStretch]:
        """Those since the last of each of `SINCE`, and the longest without a win."""
        for key in SINCE:
            hits = self._places(key)
            after = self.lines[hits[-1]] if hits else None
            # Where a later one may not be on file, it is not known how long ago the last was.
            if after and not self._in_doubt(told_by(key), after.race_order):
                since = self.lines[hits[-1] + 1 :]
                length = Figure(len(since), self._in_doubt("whole", after.race_order))
                yield CareerStretch(f"Starts since the last {STATISTICS[key].one}", length, since, after)
        wins = self._places("wins")
        if wins and figures["wins"].exact and figures["wins"].value == len(wins):
            ends = [-1, *wins, len(self.lines)]
            between = [self.lines[before + 1 : at] for before, at in pairwise(ends)]
            longest = max(between, key=len)
            if longest:
                doubt = self._in_doubt("whole", race_order(self.first_season, 0), self.lines[-1].race_order)
                yield CareerStretch("Most starts in a row without a win", Figure(len(longest), doubt), longest)

    def _places(self, key: str) -> list[int]:
        return [place for place, adds in enumerate(map(attrgetter(f"adds_{key}"), self.lines)) if adds]

    def _in_doubt(self, told: str, after: int, until: int | None = None) -> int:
        """How many races after one order, and up to another, do not tell of him, who has no line in them."""
        silent = sum(each.in_doubt(told, after, until) for each in self.seasons)
        if not silent:
            return 0
        own = (line for line in self.lines if line.race_order > after and (until is None or line.race_order <= until))
        return silent - sum(not tells_of_absent(line, told) for line in own)


def waits(
    scope: Scope,
    stretches: Iterable[CareerStretch],
    seasons: Iterable[SeasonFigures],
    races: Mapping[int, Race],
    basis: Basis,
    latest: date | None,
) -> list[Wait]:
    """These stretches of the career of the driver and the series of a scope, and its seasons in a row with a win;
    `latest` is the day of the latest race of the series."""
    found = [_told(scope, each, races, latest) for each in stretches if each.races[0] in races]
    return [*found, *_of_seasons(scope, seasons, basis)]


def _told(scope: Scope, stretch: CareerStretch, races: Mapping[int, Race], latest: date | None) -> Wait:
    lines, after = stretch.lines, stretch.after
    url = None
    if lines:
        first, last = (races[lines[place].race_id] for place in (0, -1))
        url = _log(scope, from_=AtRace.of(first), to=AtRace.of(last))
    if after is None:
        return Wait(stretch.what, stretch.length, url, first.label, last.label, first, last)
    begun = races[after.race_id]
    days = (latest - begun.date).days if latest and begun.date else None
    return Wait(stretch.what, stretch.length, url, begun.label, first=begun, days=days, goes_on=True)


def _of_seasons(scope: Scope, seasons: Iterable[SeasonFigures], basis: Basis) -> Iterator[Wait]:
    """The most seasons in a row with a win, and those that go on: two and more."""
    of_series = {each.year: each.figures["wins"] for each in seasons if each.series == scope.the_series.pk}
    years = sorted(year for year, wins in of_series.items() if wins.value)
    rows = [[year for _, year in run] for _, run in groupby(enumerate(years), lambda each: each[1] - each[0])]
    latest, _ = year_and_round(basis.last_orders.get(scope.the_series.pk, 0))
    told = [("Most seasons in a row with a win", max(rows, key=len, default=[]), False)]
    told += [("Seasons in a row with a win, now", run, True) for run in rows[-1:] if run[-1] == latest]
    for what, run, goes_on in told:
        if len(run) > 1:
            beside = [of_series.get(year) for year in (run[0] - 1, run[-1] + 1)]
            unknown = sum(wins is not None and not wins.exact for wins in beside)
            url = _log(scope, from_=run[0], to=run[-1]) + "&stat=wins"
            yield Wait(what, Figure(len(run), unknown), url, str(run[0]), str(run[-1]), goes_on=goes_on)


def _log(scope: Scope, **narrower: Any) -> str:
    """The address of these races of the driver."""
    return race_log_url(scope.the_driver) + scope.narrowed(driver=None, **narrower).query()
