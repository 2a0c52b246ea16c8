"""The figures of drivers: their seasons added up, or the lines of what a scope cuts out of them.

A career's count is the sum of its seasons', or a given career total and what is known after it, whichever says more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, Max, Min, OuterRef, QuerySet, Subquery, Sum

from races.derived.counts import Count, SeasonRaces, larger, told_by
from races.derived.season_totals import (
    PARTS,
    THROUGH,
    count_of_lines,
    driver_seasons,
    given_count,
    listed_count,
    sums_of,
)
from races.models import GivenTotals, SeasonTotals, StatLine
from races.models.totals import SUMMED
from races.order import race_order
from races.statistics import STATISTICS, Statistic
from stats.scope import Scope

from .figure import Figure
from .ground import Ground, given_later, given_of_careers, given_of_seasons, is_of_careers, is_of_cars

Key = tuple[int, int]
"""A driver and a series."""


@dataclass
class Tally:
    """What is added up of one driver in one series: counts, and `parts` of averages where there are any asked for."""

    counts: dict[str, Count]
    parts: dict[str, int]
    lines: int = 0
    first: int = 9999
    last: int = 0

    @classmethod
    def of(cls, asked: Asked) -> Tally:
        return cls(dict.fromkeys(asked.keys, Count(0)), dict.fromkeys(asked.parts, 0))

    @classmethod
    def of_row(cls, asked: Asked, row: dict[str, Any], first: int, last: int) -> Tally:
        """From a row of season totals, or of the sum of several."""
        return cls(
            {key: Count(row[key] or 0, row[f"{key}_unknown"] or 0) for key in asked.keys},
            {part: row[part] or 0 for part in asked.parts},
            row["lines"] or 0,
            first,
            last,
        )

    def add(self, other: Tally) -> None:
        """Further seasons of the driver, or another series."""
        for key, count in other.counts.items():
            self.counts[key] = self.counts[key].plus(count)
        for part, more in other.parts.items():
            self.parts[part] += more
        self.lines += other.lines
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)

    def doubt(self, races: SeasonRaces) -> None:
        """A season between the first and the last in which it is not known whether he started."""
        for key, count in self.counts.items():
            self.counts[key] = count.plus(Count(0, races.in_doubt(told_by(key))))

    def figure(self, statistic: Statistic) -> Figure:
        if statistic.averaging:
            place = statistic.averaging
            return Figure.of_mean(self.parts[f"{place}_sum"], self.parts[f"{place}_known"])
        if statistic.is_rate:
            return Figure.of_mean(self.parts["finish_wins"], self.parts["finish_known"])
        return Figure.of_count(self.counts[statistic.key].within(self.counts["starts"]))


class Asked(NamedTuple):
    """The columns to add up: the counts, with the starts always, and the parts of averages."""

    keys: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    def of(cls, statistics: Iterable[Statistic]) -> Asked:
        statistics = tuple(statistics)
        keys = dict.fromkeys(["starts", *(each.key for each in statistics if each.key in SUMMED)])
        return cls(tuple(keys), PARTS if any(each.is_rate for each in statistics) else ())

    @property
    def columns(self) -> list[str]:
        return [*self.keys, *(f"{key}_unknown" for key in self.keys), *self.parts, "lines"]


def tallies(ground: Ground, statistics: Iterable[Statistic], who: Collection[int] | None = None) -> dict[Key, Tally]:
    """By driver and series, what is added up; of all drivers with a start in the scope, or of some."""
    return (_of_lines if is_of_cars(ground.scope) else _of_seasons)(ground, Asked.of(statistics), who)


def _of_seasons(ground: Ground, asked: Asked, who: Collection[int] | None) -> dict[Key, Tally]:
    stored = stored_seasons(ground, who)
    columns = asked.columns
    sums = {f"sum_{column}": Sum(column) for column in columns}
    by_driver = stored.values_list("driver", "series").annotate(Min("year"), Max("year"), **sums)
    found: dict[Key, Tally] = {}
    for driver, series, first, last, *values in by_driver:
        found[driver, series] = Tally.of_row(asked, dict(zip(columns, values)), first, last)
    cut = cut_seasons(ground, asked, who)
    for (driver, season), row in cut.items():
        races = ground.races[season]
        of_season = Tally.of_row(asked, row, races.year, races.year)
        found.setdefault((driver, races.series), Tally.of(asked)).add(of_season)
    _doubt_gaps(ground, found, set(cut), who)
    if is_of_careers(ground.scope):
        _carry_on(ground, found, cut, asked, who)
        _doubt_what_came_before(ground, found, asked)
    return found


def stored_seasons(ground: Ground, who: Collection[int] | None) -> QuerySet[SeasonTotals]:
    totals = SeasonTotals.objects.filter(season__in=ground.stored).order_by()
    if ground.scope.series:
        totals = totals.filter(series=ground.scope.series)
    if ground.scope.driver:
        totals = totals.filter(driver=ground.scope.driver)
    return totals if who is None else totals.filter(driver__in=who)


def _lines(scope: Scope, who: Collection[int] | None) -> QuerySet[StatLine]:
    lines = scope.lines().order_by()
    return lines if who is None else lines.filter(driver__in=who)


def cut_seasons(ground: Ground, asked: Asked, who: Collection[int] | None) -> dict[Key, dict[str, Any]]:
    """By driver and season, the totals of the seasons that are cut, over the lines that are in the scope."""
    if not ground.cut:
        return {}
    given = [each for each in given_of_seasons(ground) if who is None or each.driver_id in who]
    races = {season: ground.races[season] for season in ground.cut}
    return driver_seasons(_lines(ground.scope, who), races, given, asked.keys)


def _doubt_gaps(ground: Ground, found: dict[Key, Tally], in_cut: set[Key], who: Collection[int] | None) -> None:
    """Doubt the seasons between a driver's first and last in which it is not known whether he started."""
    gaps = ground.gaps
    if not gaps or ground.scope.season:
        return
    present = set(in_cut)
    among = [each.season for each in gaps if each.season in ground.stored]
    present.update(stored_seasons(ground, who).filter(season__in=among).values_list("driver", "season"))
    spans = None if is_of_careers(ground.scope) else career_spans(ground.scope, who)
    for (driver, series), tally in found.items():
        first, last = (tally.first, tally.last) if spans is None else spans.get((driver, series), (9999, 0))
        for each in gaps:
            if each.series == series and first < each.year < last and (driver, each.season) not in present:
                tally.doubt(each)


def career_spans(scope: Scope, who: Collection[int] | None = None) -> dict[Key, tuple[int, int]]:
    """The first and the last season of each driver in each series of the scope, up to its day. One query."""
    totals = SeasonTotals.objects.order_by()
    if scope.series:
        totals = totals.filter(series=scope.series)
    if scope.as_of:
        totals = totals.filter(year__lte=scope.as_of.day.year)
    if scope.driver:
        totals = totals.filter(driver=scope.driver)
    elif who is not None:
        totals = totals.filter(driver__in=who)
    spans = totals.values_list("driver", "series").annotate(Min("year"), Max("year"))
    return {(driver, series): (first, last) for driver, series, first, last in spans}


def _carry_on(
    ground: Ground,
    found: dict[Key, Tally],
    cut: dict[Key, dict[str, Any]],
    asked: Asked,
    who: Collection[int] | None,
) -> None:
    """Take given career totals on with what is known after them, where that says more than the seasons do."""
    given = {
        (each.driver_id, each.series_id): each
        for each in given_of_careers(ground)
        if who is None or each.driver_id in who
    }
    if not given:
        return
    since: dict[Key, Tally] = {key: Tally.of(asked) for key in given}
    present = set()
    for driver, season, row in _seasons_after(ground, given, cut, asked):
        races = ground.races[season]
        since[driver, races.series].add(Tally.of_row(asked, row, races.year, races.year))
        present.add((driver, season))
    later = _lines_after(ground, given.values(), asked.keys)
    for key, each in given.items():
        year = each.through_season
        nothing_else = key not in found
        career = found.setdefault(key, Tally.of(asked))
        tally, last = since[key], max(since[key].last, career.last)
        for races in ground.gaps:
            if races.series == key[1] and year < races.year < last and (key[0], races.season) not in present:
                tally.doubt(races)
        of_year = next((races for races in ground.races.values() if (races.series, races.year) == (key[1], year)), None)
        listed = career.counts["starts"].value
        for name in asked.keys:
            if official := given_count(each, name):
                total = official.plus(tally.counts[name])
                if of_year and each.through_order < of_year.last:
                    total = total.plus(count_of_lines(name, later.get(key, {}), of_year, each.through_order))
                career.counts[name] = larger(career.counts[name], total)
            else:
                # Of the starts that only the source has it is not known what they add to what it does not give; where
                # it does not give the starts, and the book has nothing else, there may have been some.
                beyond = career.counts["starts"].value - listed
                career.counts[name] = career.counts[name].doubted(1 if nothing_else and each.starts is None else beyond)


def _doubt_what_came_before(ground: Ground, found: dict[Key, Tally], asked: Asked) -> None:
    """Doubt the counts of an earlier day of which a later total says that some are not on file."""
    for key, missing in missing_before(ground, asked.keys, found.keys()).items():
        for name, races in missing.items():
            found[key].counts[name] = found[key].counts[name].doubted(races)


def missing_before(ground: Ground, keys: Sequence[str], who: Collection[Key]) -> dict[Key, dict[str, int]]:
    """By driver and series, how much more a total through a race after the day has than is on file by its race: some of
    it came before that race, it is not known when. Where all the races it counts are on file, nothing is missing."""
    given = {key: each for each in given_later(ground) if (key := (each.driver_id, each.series_id)) in who}
    if not given:
        return {}
    drivers = {driver for driver, _ in given}
    on_file: dict[Key, Counter[str]] = {key: Counter() for key in given}
    totals = SeasonTotals.objects.filter(driver__in=drivers).order_by()
    for driver, series, year, *values in totals.values_list("driver", "series", "year", *keys):
        each = given.get((driver, series))
        if each and year < each.through_season:
            on_file[driver, series].update({key: value or 0 for key, value in zip(keys, values)})
    lines = _with_given_career(StatLine.objects.standing().filter(driver__in=drivers).order_by())
    lines = lines.filter(race_order__lte=F("through"), race_order__gte=F("through") - F("through") % 1000)
    sums = {f"sum_{key}": STATISTICS[key].total() for key in keys}
    for row in lines.values("driver", "series").annotate(**sums):
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
    summed = given_count(given, told)
    return summed.value - on_file[told] if summed else 0


def _with_given_career(lines: QuerySet[StatLine]) -> QuerySet[StatLine]:
    """Lines with the order of the race that their driver's given career totals are `through`."""
    of_line = GivenTotals.objects.filter(driver=OuterRef("driver"), series=OuterRef("series"), season=None)
    return lines.annotate(through=Subquery(of_line.order_by().values(order=THROUGH)[:1]))


def _seasons_after(
    ground: Ground, given: dict[Key, GivenTotals], cut: dict[Key, dict[str, Any]], asked: Asked
) -> Iterable[tuple[int, int, dict[str, Any]]]:
    """The driver, the season and the row of each season after a driver's given career totals."""
    through = {key: each.through_season for key, each in given.items()}
    totals = stored_seasons(ground, {driver for driver, _ in given}).filter(year__gt=min(through.values()))
    for row in totals.values("driver", "series", "season", "year", *asked.columns):
        if row["year"] > through.get((row["driver"], row["series"]), 9999):
            yield row["driver"], row["season"], row
    for (driver, season), row in cut.items():
        races = ground.races[season]
        if races.year > through.get((driver, races.series), 9999):
            yield driver, season, row


def _lines_after(ground: Ground, given: Collection[GivenTotals], keys: Sequence[str]) -> dict[Key, dict[str, Any]]:
    """What the lines after given career totals add up to within the season of these."""
    years = {each.through_season for each in given}
    seasons = [races.season for races in ground.races.values() if races.year in years and races.held]
    if not seasons:
        return {}
    lines = _lines(ground.scope, {each.driver_id for each in given}).filter(season__in=seasons)
    lines = _with_given_career(lines).filter(
        race_order__gt=F("through"), race_order__lt=F("through") - F("through") % 1000 + race_order(1, 0)
    )
    partly = any(not ground.races[season].is_whole for season in seasons)
    rows = lines.values("driver", "series").annotate(**sums_of(keys, partly, averages=False))
    return {(row["driver"], row["series"]): row for row in rows}


def _of_lines(ground: Ground, asked: Asked, who: Collection[int] | None) -> dict[Key, Tally]:
    """Over the lines of the scope; in doubt are races of it between a driver's first season and his last."""
    partly = bool(ground.in_doubt)
    rows = (
        _lines(ground.scope, who).values("driver", "series").annotate(**sums_of(asked.keys, partly, bool(asked.parts)))
    )
    spans = career_spans(ground.scope, who) if partly else {}
    found = {}
    for row in rows:
        key = row["driver"], row["series"]
        counts = {name: listed_count(name, row) for name in asked.keys}
        tally = Tally(counts, {part: row[part] or 0 for part in asked.parts}, row["number"])
        if partly:
            first, last = spans.get(key, (9999, 0))
            for each in ground.in_doubt:
                if each.series == key[1] and first <= each.year <= last:
                    tally.doubt(each)
            for name, count in tally.counts.items():
                tally.counts[name] = Count(count.value, count.unknown - row[f"doubtful_{told_by(name)}"])
        found[key] = tally
    return found
