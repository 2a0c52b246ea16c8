"""Titles: whose the seasons were, as awarded, and how many somebody has.

A title counts from the end of its season: from the day of the last race where that is on file, else from the end of the
year.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count as Rows
from django.db.models import Exists, OuterRef, Subquery

from races.as_of import AsOf
from races.derived.counts import NO_SEASONS, Count
from races.derived.tallies import SummedColumns
from races.models import Champion, FinalPlace, RaceCoverage, Season, StatLine
from races.order import latest_years, may_be_going_on, race_order
from races.statistics import STATISTICS, TITLES, Statistic
from racestats.addresses import address_of
from racestats.formatting import first_few, plural

from .evidence import evidence_url
from .figures.basis import Basis
from .figures.drivers import career_spans, cut_seasons, stored_seasons
from .figures.figure import NOTHING, Figure
from .scope import Scope, last_whole_year
from .subjects import Competitor, subject_of

MOST_MISSING = 5
"""So many seasons without a champion on file are told one by one."""


class Title(NamedTuple):
    """A season that is over, and whose it was; nobody's where no champion is on file."""

    season: int
    series: int
    series_slug: str
    series_name: str
    year: int
    driver: int | None
    team: int | None
    manufacturer: int | None


@dataclass(frozen=True)
class Titles:
    """The titles of a scope, oldest first, and the seasons that were over and have no champion on file.

    `over` are all seasons that were, whomever and whichever of them the scope asks for. `spans` are the first and the
    last season of drivers, where seasons are missing, by driver and series.
    """

    scope: Scope
    won: list[Title]
    missing: list[Title]
    over: list[Title]
    spans: dict[tuple[int, int], tuple[int, int]]

    def of(self, by: str = "driver") -> dict[int, list[Title]]:
        """By driver, team or make, the titles of those who have any; those of an unknown team or make are nobody's."""
        found = defaultdict(list)
        for title in self.won:
            if (pk := getattr(title, by)) is not None:
                found[pk].append(title)
        return found

    def figure(self, pk: int, by: str = "driver") -> Figure:
        """How many somebody has. In doubt are seasons without a champion on file: of a driver, those of his career; of
        a team or a make, those too whose champion's is unknown."""
        won = sum(getattr(title, by) == pk for title in self.won)
        if by == "driver":
            doubtful = sum(self._is_of_career(pk, title) for title in self.missing)
        else:
            doubtful = len(self.missing) + self.unnamed(by)
        return Figure.of_count(Count(won, doubtful))

    def unnamed(self, by: str) -> int:
        """Of how many titles the champion's team or make is not on file."""
        scope = self.scope.narrowed(**{by: None})
        asked = [title for title in self.over if title.driver and _is_asked(title, scope)]
        return sum(getattr(title, by) is None for title in asked)

    def _is_of_career(self, driver: int, title: Title) -> bool:
        first, last = self.spans.get((driver, title.series), NO_SEASONS)
        return first <= title.year <= last

    @property
    def seasons(self) -> int:
        """How many were over."""
        return len(self.won) + len(self.missing)

    @property
    def nth(self) -> dict[int, int | None]:
        """By season, which title of the champion in the series it was; unknown after a season without one on file."""
        so_far: Counter[tuple[int | None, int]] = Counter()
        found: dict[int, int | None] = {}
        for title in self.over:
            so_far[title.driver, title.series] += 1
            found[title.season] = None if so_far[None, title.series] else so_far[title.driver, title.series]
        return found

    @property
    def notes(self) -> list[str]:
        notes = ["Titles as they were awarded, each with its source; never made of added-up points."]
        if self.missing:
            years = first_few([str(title.year) for title in self.missing], MOST_MISSING)
            notes.append(f"No champion on file for {plural(len(self.missing), 'season')}: {years}.")
        return notes


def is_of_seasons(scope: Scope) -> bool:
    """Whether titles can be counted in the scope: they are of seasons, not of tracks or of eras within them."""
    return not (scope.track or scope.type or scope.era)


def titles(scope: Scope, who: Collection[int] = ()) -> Titles:
    """Read the titles of a scope. `who` may have none and is asked about all the same. One query; another where seasons
    have no champion on file."""
    run = RaceCoverage.objects.run_by(None).filter(race__season=OuterRef("pk")).order_by()
    seasons = Season.objects.filter(series=scope.series) if scope.series else Season.objects.all()
    rows = seasons.order_by("series__level", "series__name", "year").values_list(
        "pk",
        "series",
        "series__slug",
        "series__short_name",
        "year",
        "champion__driver",
        "champion__team",
        "champion__manufacturer",
        "rounds",
        Subquery(run.filter(race__round=OuterRef("rounds")).values("known_on")[:1]),
        Exists(run),
    )
    found = [(Title(*row[:8]), *row[8:]) for row in rows]
    latest = latest_years((title.series, title.year) for title, _, _, begun in found if begun or title.driver)
    over = [
        title
        for title, rounds, ended, _ in found
        if (
            _over_by(title, rounds, ended, scope.as_of)
            if scope.as_of
            else title.driver or ended or not may_be_going_on(title.year, latest.get(title.series))
        )
    ]
    won = [title for title in over if title.driver and _is_asked(title, scope)]
    missing = [title for title in over if not title.driver and scope.takes_year(title.year)]
    drivers = {title.driver for title in won if title.driver}.union(who)
    return Titles(scope, won, missing, over, career_spans(Scope(), drivers) if missing else {})


def _over_by(title: Title, rounds: int | None, ended: date | None, as_of: AsOf) -> bool:
    """Whether a season was over on a day, or after a race."""
    if ended is None:
        return title.year <= last_whole_year(as_of.day)
    return as_of.takes_in(title.series, ended, race_order(title.year, rounds))


def _is_asked(title: Title, scope: Scope) -> bool:
    """Whether it is a title of the seasons, the driver, the team and the make asked for."""
    asked = ((scope.driver, title.driver), (scope.team, title.team), (scope.manufacturer, title.manufacturer))
    return scope.takes_year(title.year) and all(who is None or who.pk == pk for who, pk in asked)


@dataclass(frozen=True)
class Crown:
    """A champion with what a season's page tells of him: which title in the series it was, where that is known, and
    the number that his car had most often."""

    champion: Champion
    nth: int | None
    number: str


def crown_of(season: Season, as_of: AsOf | None) -> Crown | None:
    """The champion of a season, read with it, where it was over by the day. Two queries; none where nobody is on
    file."""
    champion = getattr(season, "champion", None)
    if champion is None:
        return None
    found = titles(Scope(series=season.series, season=season.year, as_of=as_of))
    if not found.won:
        return None
    lines = StatLine.objects.as_of(as_of).filter(season=season, driver=champion.driver).exclude(number="").order_by()
    numbers = lines.values_list("number").annotate(races=Rows("pk")).order_by("-races", "number")
    number = numbers.first()
    return Crown(champion, found.nth[season.pk], number[0] if number else "")


def titles_url(who: Competitor, scope: Scope) -> str:
    """The address of the list of the titles behind somebody's figure."""
    return champions_url(scope.narrowed(**{subject_of(who).key: who}))


def champions_url(scope: Scope, **query: str) -> str:
    """The address of the list of the titles of a scope, narrowed further by a query."""
    return address_of("drivers:champions") + scope.query(**query)


@dataclass(frozen=True)
class SeasonWon:
    """A title with what is on file of it: the wins of the champion in the season, his final points, and which title of
    his it was in the series."""

    champion: Champion
    wins: Figure
    points: Decimal | None
    nth: int | None
    scope: Scope

    def evidence(self, statistic: Statistic) -> str:
        return evidence_url(self.scope, statistic, self.champion.driver)


WINS = STATISTICS["wins"]


def seasons_won(found: Titles) -> list[SeasonWon]:
    """The titles with their champions, the latest first."""
    scope = found.scope
    seasons = {title.season for title in found.won}
    champions = Champion.objects.select_related("season__series", "driver", "team", "manufacturer", "source")
    champions = champions.prefetch_related("team__names")
    first = FinalPlace.objects.filter(place=1)
    if scope.series:
        champions, first = champions.filter(season__series=scope.series), first.filter(season__series=scope.series)
    by_season = {each.season_id: each for each in champions if each.season_id in seasons}
    points = dict(first.values_list("season", "points"))
    wins = _wins(Scope(series=scope.series, as_of=scope.as_of), {each.driver_id for each in by_season.values()})
    nth = found.nth
    return [
        SeasonWon(
            by_season[title.season],
            wins.get((by_season[title.season].driver_id, title.season), NOTHING),
            points.get(title.season),
            nth[title.season],
            Scope(series=by_season[title.season].season.series, season=title.year, as_of=scope.as_of),
        )
        for title in reversed(found.won)
    ]


def _wins(scope: Scope, drivers: Collection[int]) -> dict[tuple[int, int], Figure]:
    """By driver and season, the wins."""
    basis, summed = Basis(scope), SummedColumns.of([WINS])
    stored = stored_seasons(basis, drivers).values("driver", "season", *summed.columns)
    rows = {(row["driver"], row["season"]): row for row in stored} | cut_seasons(basis, summed, drivers)
    return {key: Figure.of_count(Count.of_row(row, WINS.key)) for key, row in rows.items()}


def years_of(won: Iterable[Title]) -> str:
    """“1964, 1967, 1971”."""
    return ", ".join(str(title.year) for title in won)


class Honours(NamedTuple):
    """Somebody's titles in one series."""

    series: str
    titles: Figure
    years: str
    url: str

    @property
    def in_words(self) -> str:
        """“7 titles”."""
        return TITLES.amount(self.titles.value, at_least=not self.titles.exact)

    def evidence(self, statistic: Statistic) -> str:
        return self.url


def honours(who: Competitor, scope: Scope) -> list[Honours]:
    """The titles of a driver, a team or a make whom the scope names, by series, the top one first; none of a series
    without any."""
    return honours_in(titles(scope), who) if is_of_seasons(scope) else []


def honours_in(found: Titles, who: Competitor) -> list[Honours]:
    """The same of titles that are read."""
    of_series = defaultdict(list)
    for title in found.won:
        of_series[title.series].append(title)
    made = []
    for series, won in of_series.items():
        missing, over = ([title for title in each if title.series == series] for each in (found.missing, found.over))
        mine = replace(found, won=won, missing=missing, over=over)
        url = champions_url(found.scope, series=won[0].series_slug)
        made.append(Honours(won[0].series_name, mine.figure(who.pk, subject_of(who).key), years_of(won), url))
    return made
