"""One driver's record: the career in each series, and the seasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.models import Driver
from races.as_of import AsOf
from races.models import GivenTotals, Season, Series
from races.statistics import CAREER_STATISTICS, STATISTICS, LineStatistic, Statistic
from racestats.formatting import listed, plural
from stats.evidence import evidence_url
from stats.figures.basis import Basis, given_of_careers
from stats.figures.figure import Figure
from stats.figures.reading import Figures, careers, seasons_of
from stats.scope import Scope

SEASON = (*CAREER_STATISTICS, STATISTICS["average_start"], STATISTICS["average_finish"], STATISTICS["points"])


@dataclass(frozen=True)
class SeriesCareer:
    """A driver's figures in one series; `given` is what sources sum of the whole career."""

    series: Series
    scope: Scope
    figures: Figures
    given: Sequence[GivenTotals]

    @property
    def totals(self) -> list[tuple[LineStatistic, Figure, str, str | None]]:
        """Each statistic with its figure, the figure in words and, where there is anything, the races behind it."""
        found = []
        for statistic in CAREER_STATISTICS:
            figure = self.figures[statistic.key]
            url = evidence_url(self.scope, statistic, self.scope.the_driver) if figure.value else None
            found.append((statistic, figure, figure.in_words(statistic), url))
        return found

    @property
    def in_doubt(self) -> str:
        """“At least so many, or unknown: laps led of 28 races, poles of 374.”; empty where all is exact."""
        parts = [
            f"{statistic.in_text} of {plural(figure.unknown, 'race')}"
            for statistic, figure, *_ in self.totals
            if figure.unknown
        ]
        return f"Not on file: {listed(parts)}." if parts else ""


@dataclass(frozen=True)
class CareerSeason:
    """One season of one driver. `races_held` are listed one by one; `given` says that a source's sum is in it."""

    scope: Scope
    season: int
    season_url: str
    series: Series
    races_held: int
    given: bool
    figures: Figures

    def evidence(self, statistic: Statistic) -> str:
        """The address of the races behind a figure."""
        return evidence_url(self.scope, statistic, self.scope.the_driver)


@dataclass(frozen=True)
class DriverRecord:
    """A driver's careers, the top series first, and seasons, the latest first."""

    careers: list[SeriesCareer]
    seasons: list[CareerSeason]

    @property
    def lines(self) -> int:
        return sum(career.figures.lines for career in self.careers)


def record_of(driver: Driver, as_of: AsOf | None = None) -> DriverRecord:
    """What the book makes of a driver, as it stands or stood."""
    scope = Scope(driver=driver, as_of=as_of)
    basis = Basis(scope)
    found = {series: figures for (_, series), figures in careers(scope, CAREER_STATISTICS, basis).items()}
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
        for each in seasons_of(basis, SEASON)
    ]
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
