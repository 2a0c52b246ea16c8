"""The figures of drivers: their seasons added up, or the lines of what a scope cuts out of them.

A career's count is the sum of its seasons', or a given career total and what is known after it, whichever says more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum

from races.derived.counts import NO_SEASONS, Count, seasons_within, told_by
from races.derived.season_totals import driver_seasons, given_count, sums_of
from races.derived.tallies import Key, SummedColumns, Tally, TotalsColumns, carry_on, doubt_gaps, with_given_career
from races.models import CareerTotals, GivenTotals, RaceCoverage, SeasonTotals, StatLine
from races.order import LAST_YEAR, before_season
from races.statistics import STATISTICS, LineStatistic
from stats.scope import Scope

from .basis import Basis, given_later, given_of_careers, given_of_seasons, is_of_careers, is_of_cars

Kept = TypeVar("Kept", SeasonTotals, CareerTotals)


def tallies(
    basis: Basis, statistics: Iterable[LineStatistic], who: Collection[int] | None = None
) -> Iterable[tuple[Key, Tally]]:
    """By driver and series, what is added up; of all drivers with a start in the scope, or of some."""
    summed = SummedColumns.of(statistics)
    if is_of_cars(basis.scope):
        return _of_lines(basis, summed, who).items()
    if basis.is_kept:
        return _as_kept(basis.scope, summed, who)
    return _of_seasons(basis, summed, who).items()


def _as_kept(scope: Scope, summed: SummedColumns, who: Collection[int] | None) -> Iterator[tuple[Key, Tally]]:
    """Today's careers, one after another, for they are thousands. One query."""
    kept = _among(CareerTotals.objects.order_by(), scope, who)
    rows = kept.values_list("driver", "series", "first_season", "last_season", *summed.columns)
    for driver, series, first, last, *values in rows:
        yield (driver, series), Tally(summed, values, first or NO_SEASONS[0], last or NO_SEASONS[1])


def drivers_to_rank(basis: Basis, least: Mapping[LineStatistic, int]) -> QuerySet[CareerTotals, int] | None:
    """The drivers who may be ranked by one of the statistics: by a count that is not none, or may not be none, or by an
    average or a rate over so many starts at least. None where anybody may."""
    if not basis.is_kept or any(each.key == "starts" for each in least):
        return None
    sums, may_be = {}, Q()
    for statistic, over in least.items():
        if statistic.mean:
            sums[f"over_{statistic.key}"] = Sum(statistic.mean.starts)
            may_be |= Q(**{f"over_{statistic.key}__gte": over})
        else:
            for column in (statistic.key, f"{statistic.key}_unknown"):
                sums[f"sum_{column}"] = Sum(column)
                may_be |= ~Q(**{f"sum_{column}": 0})
    kept = _among(CareerTotals.objects.order_by(), basis.scope, None)
    return kept.values("driver").annotate(**sums).filter(may_be).values_list("driver", flat=True)


def _of_seasons(basis: Basis, summed: SummedColumns, who: Collection[int] | None) -> dict[Key, Tally]:
    found = _sum_seasons(stored_seasons(basis, who), summed)
    cut = cut_seasons(basis, summed, who)
    for (driver, season), row in cut.items():
        races = basis.races[season]
        of_season = Tally.of_row(summed, row, races.year, races.year)
        found.setdefault((driver, races.series), Tally.of(summed)).add(of_season)
    _doubt_gaps(basis, found, set(cut), who)
    if is_of_careers(basis.scope):
        _carry_on(basis, found, cut, summed, who)
        _doubt_what_came_before(basis, found, summed)
    return found


def _sum_seasons(totals: QuerySet[SeasonTotals], summed: SummedColumns) -> dict[Key, Tally]:
    """The seasons of each driver and series added up. One query."""
    sums = {f"sum_{column}": Sum(column) for column in summed.columns}
    by_driver = totals.values_list("driver", "series").annotate(Min("year"), Max("year"), **sums)
    return {(driver, series): Tally(summed, values, first, last) for driver, series, first, last, *values in by_driver}


def _among(totals: QuerySet[Kept], scope: Scope, who: Collection[int] | None) -> QuerySet[Kept]:
    """Totals of the series and the drivers asked for."""
    if scope.series:
        totals = totals.filter(series=scope.series)
    if scope.driver:
        totals = totals.filter(driver=scope.driver)
    return totals if who is None else totals.filter(driver__in=who)


def stored_seasons(basis: Basis, who: Collection[int] | None) -> QuerySet[SeasonTotals]:
    # Today's careers have every season.
    totals = SeasonTotals.objects.all() if basis.is_kept else SeasonTotals.objects.filter(season__in=basis.stored)
    return _among(totals.order_by(), basis.scope, who)


def _lines(scope: Scope, who: Collection[int] | None) -> QuerySet[StatLine]:
    lines = scope.lines().order_by()
    return lines if who is None else lines.filter(driver__in=who)


def cut_seasons(basis: Basis, summed: SummedColumns, who: Collection[int] | None) -> dict[Key, dict[str, Any]]:
    """By driver and season, the totals of the seasons that are cut, over the lines that are in the scope."""
    if not basis.cut:
        return {}
    given = [each for each in given_of_seasons(basis) if who is None or each.driver_id in who]
    races = {season: basis.races[season] for season in basis.cut}
    return driver_seasons(_lines(basis.scope, who), races, given, summed.keys, summed.parts)


def _doubt_gaps(basis: Basis, found: dict[Key, Tally], in_cut: set[Key], who: Collection[int] | None) -> None:
    gaps = basis.gaps
    if not gaps or basis.scope.season:
        return
    present = set(in_cut)
    among = [each.season for each in gaps if each.season in basis.stored]
    present.update(stored_seasons(basis, who).filter(season__in=among).values_list("driver", "season"))
    doubt_gaps(found, gaps, present, None if is_of_careers(basis.scope) else career_spans(basis.scope, who))


def career_spans(scope: Scope, who: Collection[int] | None = None) -> dict[Key, tuple[int, int]]:
    """The first and the last season of each driver in each series of the scope, up to its day. One query."""
    totals = SeasonTotals.objects.order_by()
    if scope.series:
        totals = totals.filter(series=scope.series)
    if scope.as_of:
        year = scope.as_of.day.year
        # A season may have begun the year before: that of 1957 did in November.
        begun = RaceCoverage.objects.run_by(scope.as_of).filter(race__season=OuterRef("season"))
        totals = totals.filter(Q(year__lte=year) | Q(Exists(begun), year=year + 1))
    if scope.driver:
        totals = totals.filter(driver=scope.driver)
    elif who is not None:
        totals = totals.filter(driver__in=who)
    spans = totals.values_list("driver", "series").annotate(Min("year"), Max("year"))
    return {(driver, series): (first, last) for driver, series, first, last in spans}


def _carry_on(
    basis: Basis,
    found: dict[Key, Tally],
    cut: dict[Key, dict[str, Any]],
    summed: SummedColumns,
    who: Collection[int] | None,
) -> None:
    given = {
        (each.driver_id, each.series_id): each
        for each in given_of_careers(basis)
        if who is None or each.driver_id in who
    }
    if given:
        lines = _lines(basis.scope, {driver for driver, _ in given})
        carry_on(found, given, _seasons_after(basis, given, cut, summed), lines, basis.races, summed)


def _doubt_what_came_before(basis: Basis, found: dict[Key, Tally], summed: SummedColumns) -> None:
    """Doubt the counts of an earlier day of which a later total says that some are not on file."""
    for key, missing in missing_before(basis, summed.keys, found.keys()).items():
        for name, races in missing.items():
            found[key][name] = found[key][name].doubted(races)


def missing_before(basis: Basis, keys: Sequence[str], who: Collection[Key]) -> dict[Key, dict[str, int]]:
    """By driver and series, what is missing: how much more a source's total, given through a race after the day, has
    than is on file through that race. It came before that race, and may have come before the day. Where all the starts
    that it counts are on file, nothing is missing."""
    given = {key: each for each in given_later(basis) if (key := (each.driver_id, each.series_id)) in who}
    if not given:
        return {}
    drivers = {driver for driver, _ in given}
    on_file: dict[Key, Counter[str]] = {key: Counter() for key in given}
    totals = SeasonTotals.objects.filter(driver__in=drivers).order_by()
    for driver, series, year, *values in totals.values_list("driver", "series", "year", *keys):
        each = given.get((driver, series))
        if each and year < each.through_season:
            on_file[driver, series].update({key: value or 0 for key, value in zip(keys, values)})
    lines = with_given_career(StatLine.objects.as_of().filter(driver__in=drivers).order_by())
    lines = lines.filter(race_order__lte=F("through"), race_order__gte=before_season(F("through")))
    sums = {f"sum_{key}": STATISTICS[key].total() for key in keys}
    rows: Iterable[TotalsColumns] = lines.values("driver", "series").annotate(**sums)
    for row in rows:
        if (key := (row["driver"], row["series"])) in given:
            on_file[key].update({name: row[f"sum_{name}"] or 0 for name in keys})
    return {
        key: {name: missing for name in keys if (missing := _missing(each, name, on_file[key])) > 0}
        for key, each in given.items()
        if each.starts is None or each.starts > on_file[key]["starts"]
    }


def _missing(given: GivenTotals, statistic: str, on_file: Counter[str]) -> int:
    """How much more it has; what it does not give may have been in any of the starts that are missing."""
    told = statistic if given_count(given, statistic) else "starts"
    count = given_count(given, told)
    return count.value - on_file[told] if count else 0


def _seasons_after(
    basis: Basis, given: dict[Key, GivenTotals], cut: dict[Key, dict[str, Any]], summed: SummedColumns
) -> Iterable[tuple[int, int, dict[str, Any]]]:
    """The driver, the season and the row of each season after a driver's given career totals."""
    through = {key: each.through_season for key, each in given.items()}
    totals = stored_seasons(basis, {driver for driver, _ in given}).filter(year__gt=min(through.values()))
    for row in totals.values("driver", "series", "season", "year", *summed.columns):
        if row["year"] > through.get((row["driver"], row["series"]), LAST_YEAR):
            yield row["driver"], row["season"], row
    for (driver, season), row in cut.items():
        races = basis.races[season]
        if races.year > through.get((driver, races.series), LAST_YEAR):
            yield driver, season, row


def _of_lines(basis: Basis, summed: SummedColumns, who: Collection[int] | None) -> dict[Key, Tally]:
    """Over the lines of the scope; in doubt are races of it between a driver's first season and his last."""
    partly = bool(basis.in_doubt)
    rows: Iterable[TotalsColumns] = (
        _lines(basis.scope, who).values("driver", "series").annotate(**sums_of(summed.keys, partly, summed.parts))
    )
    spans = career_spans(basis.scope, who) if partly else {}
    found = {}
    for row in rows:
        key = row["driver"], row["series"]
        tally = Tally.of_lines(summed, row)
        if partly:
            for each in seasons_within(basis.in_doubt, row["series"], *spans.get(key, NO_SEASONS)):
                tally.doubt(each)
            for name in summed.keys:
                value, unknown = tally[name]
                tally[name] = Count(value, unknown - row[f"doubtful_{told_by(name)}"])
        found[key] = tally
    return found
