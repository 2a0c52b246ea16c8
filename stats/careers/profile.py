"""One driver's record: the career in each series, and the seasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from races.models import GivenTotals, Season, Series
from races.statistics import CAREER_STATISTICS, STATISTICS, LineStatistic, Statistic
from racestats.formatting import listed, plural, years
from stats.evidence import evidence_of
from stats.figures.basis import Basis, given_of_careers
from stats.figures.figure import Figure
from stats.figures.reading import Figures, SeasonFigures, careers
from stats.scope import Scope

CAREER = (*CAREER_STATISTICS, STATISTICS["average_finish"])
FURTHER = tuple(each for each in STATISTICS.values() if each not in (*CAREER, STATISTICS["points"]))
"""What else a career has; points of several formats do not add up."""
SEASON = (*CAREER_STATISTICS, STATISTICS["average_start"], STATISTICS["average_finish"], STATISTICS["points"])

NOT_COMPARED = ("starts", "points")
"""Of a season: nobody's best is the one with most races, or under another format of points."""

FEWEST_OVER = 10
"""Starts that the average of a season is of at least, if it may be the best."""


class Total(NamedTuple):
    """A figure of a career, in words and, where there is anything, with the address of the races behind it."""

    statistic: LineStatistic
    figure: Figure
    text: str
    url: str | None


@dataclass(frozen=True)
class SeriesCareer:
    """A driver's figures in one series; `given` is what sources sum of the whole career."""

    series: Series
    scope: Scope
    figures: Figures
    given: Sequence[GivenTotals]

    @cached_property
    def totals(self) -> list[Total]:
        return self._told(CAREER)

    @property
    def further(self) -> list[Total]:
        """What is known of the rest."""
        return [total for total in self._told(FURTHER) if total.figure.value is not None]

    def _told(self, statistics: Iterable[LineStatistic]) -> list[Total]:
        found, evidence = [], evidence_of(self.scope, self.scope.the_driver)
        for statistic in statistics:
            figure = self.figures[statistic.key]
            url = evidence(statistic) if figure.value else None
            found.append(Total(statistic, figure, figure.in_words(statistic), url))
        return found

    @property
    def seasons(self) -> str:
        """“2013–2025”; empty where no season is known."""
        first, last = self.figures.first, self.figures.last
        return years(first, last) if first and last else ""

    @property
    def in_doubt(self) -> str:
        """“Not on file: laps led of 28 races and poles of 374 races.”; empty where all is exact."""
        parts = [
            f"{statistic.in_text} of {plural(figure.unknown, 'race')}"
            for statistic, figure, *_ in self.totals
            if figure.unknown
        ]
        return f"Not on file: {listed(parts)}." if parts else ""


@dataclass(frozen=True)
class CareerSeason:
    """One season of one driver. `races_held` are listed one by one; `given` says that a source's sum is in it.

    `best` are the keys of the figures of which no season of the career in the series has a better one. `champion` says
    that the season's title was his, as far as a page asks.
    """

    scope: Scope
    season: int
    season_url: str
    series: Series
    races_held: int
    given: bool
    figures: Figures
    best: frozenset[str] = frozenset()
    champion: bool = False

    @cached_property
    def evidence(self) -> Callable[[Statistic], str]:
        """The address of the races behind a figure."""
        return evidence_of(self.scope, self.scope.the_driver)


@dataclass(frozen=True)
class DriverRecord:
    """A driver's careers, the top series first, and seasons, the latest first."""

    careers: list[SeriesCareer]
    seasons: list[CareerSeason]

    @property
    def main(self) -> SeriesCareer | None:
        """The career in the top series."""
        return self.careers[0] if self.careers else None

    @property
    def lines(self) -> int:
        return sum(career.figures.lines for career in self.careers)


def record_on(basis: Basis, of_seasons: Sequence[SeasonFigures]) -> DriverRecord:
    """The record of the driver whose basis it is, with seasons that are read."""
    scope = basis.scope
    found = {series: figures for (_, series), figures in careers(scope, (*CAREER, *FURTHER), basis).items()}
    series = Series.objects.in_bulk(found)
    given = given_of_careers(basis)
    seasons = [
        CareerSeason(
            scope.narrowed(series=series[each.series], season=each.year),
            each.year,
            Season(series=series[each.series], year=each.year).get_absolute_url(),
            series[each.series],
            each.figures.lines,
            each.given,
            each.figures,
        )
        for each in of_seasons
    ]
    seasons = _with_best(seasons)
    seasons.sort(key=lambda line: (line.series.level, line.series.name, -line.season))
    return DriverRecord(
        [
            SeriesCareer(
                each,
                scope.narrowed(series=each),
                found[each.pk],
                [one for one in given if one.series_id == each.pk],
            )
            for each in sorted(series.values(), key=lambda each: (each.level, each.name))
        ],
        seasons,
    )


def _with_best(seasons: list[CareerSeason]) -> list[CareerSeason]:
    """The same, each told in what it is the best of its series; where there is one season, in nothing."""
    made = []
    for series in {season.series for season in seasons}:
        of_series = [season for season in seasons if season.series == series]
        best = {each.key: _best(each, of_series) for each in SEASON if len(of_series) > 1}
        made += [
            replace(season, best=frozenset(key for key, years in best.items() if season.season in years))
            for season in of_series
        ]
    return made


def _best(statistic: LineStatistic, seasons: list[CareerSeason]) -> list[int]:
    """The years of the best figure, where it is known of all seasons; of averages of few starts none is the best."""
    figures = {season.season: season.figures[statistic.key] for season in seasons}
    if statistic.is_rate:
        figures = {year: figure for year, figure in figures.items() if (figure.over or 0) >= FEWEST_OVER}
    values = [figure.value for figure in figures.values() if figure.value]
    if not values or statistic.key in NOT_COMPARED or not all(figure.exact for figure in figures.values()):
        return []
    best = max(values) if statistic.descending else min(values)
    return [year for year, figure in figures.items() if figure.value == best]
