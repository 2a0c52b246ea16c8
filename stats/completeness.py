"""How complete the book is for a statistic: of the races there were, how many are held, and how many are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable

from races.models import GivenTotals, RaceCoverage, Season, Series
from races.order import LAST_YEAR, is_to_come, latest_years, may_be_going_on, season_length
from races.statistics import STATISTICS, LineStatistic
from racestats.formatting import plural
from racestats.serving.kept_values import kept

from .scope import Scope

SEASON = ("series", "year", "rounds")
UNKNOWN = Value(None, IntegerField())
FLAGS = sorted({statistic.covered_by for statistic in STATISTICS.values()})


def is_covered(coverage: RaceCoverage, flag: str) -> bool:
    """Whether a race's part of the statistics that are `covered_by` this is known."""
    return all(getattr(coverage, column) for column in flag.split())


@dataclass(frozen=True)
class Completeness:
    """Races of a scope: how many there were, how many are in the book, and of how many each thing is known."""

    expected: int
    held: int
    known: dict[str, int]

    @classmethod
    def empty(cls) -> Completeness:
        return cls(0, 0, dict.fromkeys(FLAGS, 0))

    def __add__(self, other: Completeness) -> Completeness:
        known = {flag: self.known[flag] + other.known[flag] for flag in FLAGS}
        return Completeness(self.expected + other.expected, self.held + other.held, known)

    def of(self, statistic: LineStatistic) -> int:
        """Of how many races the statistic is fully known."""
        return self.known[statistic.covered_by]

    def tells_all(self, statistic: LineStatistic) -> bool:
        """Whether the statistic is fully known of every race held."""
        return self.of(statistic) == self.held

    @property
    def whole_fields(self) -> list[str]:
        """“Whole fields are on file for 288 of 2,822 races.”; nothing where they are for all."""
        whole = self.known["whole"]
        if whole == self.expected:
            return []
        return [f"Whole fields are on file for {whole:,} of {plural(self.expected, 'race')}."]

    def in_words(self, statistic: LineStatistic) -> str:
        """“Based on 96 of 2,822 races; laps led not fully known race by race for 3.” What a source sums of a season is
        known all the same."""
        if not self.expected:
            return "No such race is on file."
        unknown = self.held - self.of(statistic)
        text = f"Based on {self.held:,} of {plural(self.expected, 'race')}"
        return f"{text}; {statistic.in_text} not fully known race by race for {unknown:,}." if unknown else f"{text}."


def are_half(known: int, of: int | None) -> bool:
    """Whether so many are enough to speak for all: half of them. Where it is unknown how many there are, more than one
    is: a race of an unknown field that is known by its winner alone is no sample."""
    return known > 1 if of is None else known * 2 >= of


def completeness(scope: Scope) -> Completeness:
    """The completeness of all races in the scope. One query."""
    return sum(completeness_by_season(scope).values(), Completeness.empty())


def completeness_by_season(scope: Scope) -> dict[int, Completeness]:
    """By season id, for the seasons of the scope that have races in the book or are known to have had some."""
    return {season: each for found in completeness_by_series(scope).values() for season, each in found.items()}


def completeness_by_series(scope: Scope) -> Mapping[int, Mapping[int, Completeness]]:
    """The same by series id and season id. One query; that of a whole series today is kept."""
    whole = Scope(series=scope.series)
    return _completeness_now(scope.series) if scope.of_every_car() == whole else _read(scope)


@kept
def _completeness_now(series: Series | None) -> Mapping[int, Mapping[int, Completeness]]:
    return _read(Scope(series=series))


def _read(scope: Scope) -> Mapping[int, Mapping[int, Completeness]]:
    narrowed = scope.cuts_seasons
    rows = list(_held(scope) if narrowed else _held(scope).union(_seasons(scope), all=True))
    with_races = {(series, year if held else later) for _, series, year, _, held, _, later, *_ in rows if held or later}
    latest = latest_years(with_races)
    given = {season: summed for season, _, _, _, _, _, _, summed, *_ in rows if summed}
    made: dict[int, dict[int, Completeness]] = {}
    # A season that races are held of comes twice: with them, and bare.
    for season, series, year, rounds, held, last, _, _, *known in sorted(rows, key=itemgetter(4)):
        going_on = may_be_going_on(year, latest.get(series))
        # As of a day it is not known how much of what a source sums of the latest season was there.
        summed = None if scope.as_of and going_on else given.get(season)
        if not (held or summed) and is_to_come(year, latest.get(series)):
            continue
        expected = held if narrowed else season_length(rounds, last, going_on, summed)
        made.setdefault(series, {})[season] = Completeness(expected, held, dict(zip(FLAGS, known)))
    return made


def _held(scope: Scope) -> QuerySet[Any, tuple[Any, ...]]:
    """By season: id, series id, year, rounds; races held, the last round of them, nothing of later seasons and of
    sums, and of how many races each flag is set."""
    known = {
        f"known_{place}": Count("pk", filter=Q(**{f"coverage__{column}": True for column in flag.split()}))
        for place, flag in enumerate(FLAGS)
    }
    by_season = scope.denominator().order_by().values_list("season", *(f"season__{name}" for name in SEASON))
    return by_season.annotate(held=Count("pk"), last=Max("round"), later=UNKNOWN, summed=UNKNOWN, **known)


def _seasons(scope: Scope) -> QuerySet[Any, tuple[Any, ...]]:
    """Every season of the scope, in the same columns: also those of which no race is held. Of one that is asked for
    alone, `later` is the last year of its series with a race; `summed` is the last round that a source's totals of it
    are through."""
    seasons = Season.objects.filter(year__lte=scope.as_of.day.year if scope.as_of else LAST_YEAR)
    if scope.series:
        seasons = seasons.filter(series=scope.series)
    later: Combinable = UNKNOWN
    if scope.season:
        seasons = seasons.filter(year=scope.season)
        run = RaceCoverage.objects.run_by(scope.as_of).filter(race__season=OuterRef("pk"))
        begun = Season.objects.filter(Exists(run), series=OuterRef("series"), year__gte=scope.season)
        later = Subquery(begun.order_by("-year").values("year")[:1])
    through = GivenTotals.objects.filter(season=OuterRef("pk")).order_by("-through_round").values("through_round")[:1]
    columns: dict[str, Combinable] = {"held": Value(0), "last": UNKNOWN, "later": later, "summed": Subquery(through)}
    known = {f"known_{place}": Value(0) for place in range(len(FLAGS))}
    return seasons.order_by().values_list("pk", *SEASON).annotate(**columns, **known)
