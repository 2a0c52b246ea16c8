"""What figures of a scope stand on: season by season the races on file, and from where its totals are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, QuerySet

from races.as_of import AsOf
from races.derived.counts import SeasonRaces, doubtful_orders
from races.derived.season_totals import partial_races, season_races
from races.models import GivenTotals, RaceCoverage, Ruling, Season, Series
from races.models.derived import RaceCoverageQuerySet
from racestats.serving.kept_values import kept
from stats.scope import Scope, last_whole_year


class Seasons(NamedTuple):
    """The seasons of a scope by id, with the races of them that are in it.

    Those in `stored` are in the scope whole, as the book stands now: their totals are read. Of those in `cut` the lines
    are counted. `open_ended` are those of `cut` that are cut by the day alone: what a source gives of them counts too.
    """

    races: Mapping[int, SeasonRaces]
    stored: frozenset[int]
    cut: frozenset[int]
    open_ended: frozenset[int]


@dataclass(frozen=True)
class Basis:
    """What the figures of a scope stand on, read when it is asked for: those of today's careers are kept and need
    none of it."""

    scope: Scope

    @property
    def is_kept(self) -> bool:
        """Whether its figures of drivers are those of today's careers."""
        return is_of_careers(self.scope) and self.scope.as_of is None

    @cached_property
    def seasons(self) -> Seasons:
        return _seasons_of(self.scope)

    def of_season(self, year: int) -> Basis:
        """The same of one season of it, for which nothing more is read."""
        narrowed, (races, *parts) = Basis(self.scope.narrowed(season=year)), self.seasons
        of_year = {pk: each for pk, each in races.items() if each.year == year}
        vars(narrowed)["seasons"] = Seasons(of_year, *(part.intersection(of_year) for part in parts))
        return narrowed

    @property
    def races(self) -> Mapping[int, SeasonRaces]:
        return self.seasons.races

    @property
    def stored(self) -> frozenset[int]:
        return self.seasons.stored

    @property
    def cut(self) -> frozenset[int]:
        return self.seasons.cut

    @property
    def open_ended(self) -> frozenset[int]:
        return self.seasons.open_ended

    @cached_property
    def in_doubt(self) -> list[SeasonRaces]:
        """The seasons with races that say nothing of a driver who has no line in them."""
        return [each for each in self.races.values() if not each.is_whole]

    @cached_property
    def gaps(self) -> list[SeasonRaces]:
        """Those of them of which no source tells who else started."""
        return [each for each in self.in_doubt if each.is_gap]

    @cached_property
    def given_careers(self) -> Sequence[GivenTotals]:
        """What sources give of whole careers, whenever; of a scope that does not take them whole nothing. One query;
        those of all drivers are kept."""
        if not is_of_careers(self.scope):
            return []
        if self.scope.driver:
            return list(_given_careers(self.scope.series).filter(driver=self.scope.driver))
        return _all_given(self.scope.series)

    @cached_property
    def last_orders(self) -> dict[int, int]:
        """By series, the order of the last race that has been run."""
        found: dict[int, int] = {}
        for each in self.races.values():
            if each.held:
                found[each.series] = max(found.get(each.series, 0), each.last)
        return found


def _given_careers(series: Series | None) -> QuerySet[GivenTotals]:
    given = GivenTotals.objects.filter(season=None).select_related("source").order_by()
    return given.filter(series=series) if series else given


@kept
def _all_given(series: Series | None) -> Sequence[GivenTotals]:
    return tuple(_given_careers(series))


def _seasons_of(scope: Scope) -> Seasons:
    """Of today's careers they are the same for every driver, and kept."""
    if not is_of_careers(scope) or scope.as_of:
        return _read_seasons(scope)
    found, series = _seasons_now(), scope.series
    if not series:
        return found
    races = {pk: each for pk, each in found.races.items() if each.series == series.pk}
    return Seasons(races, found.stored & races.keys(), found.cut & races.keys(), found.open_ended & races.keys())


@kept
def _seasons_now() -> Seasons:
    return _read_seasons(Scope())


def _read_seasons(scope: Scope) -> Seasons:
    """Four queries; two more for a scope that cuts seasons, and two more for another day's book."""
    of_book = Scope(series=scope.series, as_of=scope.as_of)
    seasons = Season.objects.order_by()
    if scope.series:
        seasons = seasons.filter(series=scope.series)
    races = season_races(of_book.coverage() if scope.as_of else _all(scope), seasons, today=scope.as_of is None)
    if scope.season:
        races = {pk: each for pk, each in races.items() if each.year == scope.season}
    narrowed = races
    if scope.cuts_seasons:
        narrowed = _narrowed(races, scope)
    settled = _settled(races, scope, scope.as_of) if scope.as_of else set(races)
    of_every_race = {pk for pk in narrowed if narrowed[pk].held == races[pk].held}
    without = {pk for pk, each in races.items() if not each.held}
    stored = {pk for pk in of_every_race & settled if pk not in without or _holds_year(scope, races[pk].year)}
    if is_of_cars(scope):
        stored = set()
    cut = {pk for pk, each in narrowed.items() if each.held and pk not in stored}
    return Seasons(
        {pk: each for pk, each in narrowed.items() if pk in stored or each.held},
        frozenset(stored),
        frozenset(cut),
        frozenset(cut & of_every_race) if not is_of_cars(scope) else frozenset(),
    )


def is_of_cars(scope: Scope) -> bool:
    """Whether the scope narrows what a season's totals do not tell apart."""
    return any((scope.track, scope.type, scope.team, scope.manufacturer))


def is_of_careers(scope: Scope) -> bool:
    """Whether the scope takes careers whole, up to its day."""
    return not (scope.cuts_seasons or is_of_cars(scope) or scope.season)


def _all(scope: Scope) -> RaceCoverageQuerySet:
    coverage = RaceCoverage.objects.all()
    return coverage.filter(race__season__series=scope.series) if scope.series else coverage


def _narrowed(races: Mapping[int, SeasonRaces], scope: Scope) -> dict[int, SeasonRaces]:
    """The same seasons with those of their races that are in the scope; of rounds that are not on file it is not known
    at which track they were."""
    of_tracks = bool(scope.track or scope.type)
    coverage = scope.coverage().order_by()
    held = dict(coverage.values_list("race__season").annotate(Count("pk")))
    partial = partial_races(coverage)
    return {
        pk: each
        if held.get(pk, 0) == each.held and not of_tracks
        else replace(each, held=held.get(pk, 0), doubtful=doubtful_orders(partial.get(pk, ())))
        for pk, each in races.items()
    }


def _settled(races: Mapping[int, SeasonRaces], scope: Scope, as_of: AsOf) -> set[int]:
    """The seasons that were over on the day, and that no later ruling reaches."""
    run = _all(scope).run_by(None).order_by()
    ever = dict(run.values_list("race__season").annotate(Count("pk")))
    later = Ruling.objects.filter(announced__gt=as_of.day).order_by().values_list("race__season", flat=True)
    changed, over = set(later), last_whole_year(as_of.day)
    return {
        pk
        for pk, each in races.items()
        if each.held == ever.get(pk, 0) and pk not in changed and (each.held or each.year <= over)
    }


def _holds_year(scope: Scope, year: int) -> bool:
    """Whether a year of which no race is on file is in the scope as a whole."""
    return not scope.era and not is_of_cars(scope) and scope.takes_year(year)


def given_of_careers(basis: Basis) -> list[GivenTotals]:
    """What sources give of whole careers through races that had been run by the day."""
    return [each for each in basis.given_careers if _has_run(basis, each)]


def given_later(basis: Basis) -> list[GivenTotals]:
    """What sources give of whole careers through a race after the day: it tells what is missing before."""
    return [each for each in basis.given_careers if not _has_run(basis, each)] if basis.scope.as_of else []


def given_of_seasons(basis: Basis) -> list[GivenTotals]:
    """What sources give of the seasons that are counted by their lines. One query."""
    if basis.is_kept or not basis.open_ended:
        return []
    given = GivenTotals.objects.filter(season__in=list(basis.open_ended)).select_related("source")
    if basis.scope.driver:
        given = given.filter(driver=basis.scope.driver)
    return [each for each in given if each.season_id and each.through_order <= basis.races[each.season_id].last]


def _has_run(basis: Basis, given: GivenTotals) -> bool:
    """Whether the race that these totals go through had been run by the day; where the book has no race of that series,
    whether the year was over."""
    if basis.scope.as_of is None:
        return True
    if given.through_order <= basis.last_orders.get(given.series_id, 0):
        return True
    return not basis.last_orders.get(given.series_id) and given.through_season <= last_whole_year(basis.scope.as_of.day)
