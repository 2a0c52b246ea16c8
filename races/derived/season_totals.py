"""The totals of a driver's season: what its lines add up to, or what a source gives of it and what is known after.

`season_row` is the rule, for stored rows and for seasons counted as of a day alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from races.models import GivenTotals, RaceCoverage, Season, SeasonTotals, StatLine
from races.models.derived import RaceCoverageQuerySet
from races.models.totals import GIVEN, SUMMED
from races.order import latest_years, may_be_going_on, missing_orders, race_order, round_of, season_length
from races.statistics import STATISTICS

from .counts import TELLING, Count, SeasonRaces, doubtful_orders, larger, told_by
from .rows import AT_ONCE, batches, write_differences

THROUGH = race_order(F("through_season"), F("through_round"))
"""The order of the race that given totals are through."""
PARTS = tuple(dict.fromkeys(column for each in STATISTICS.values() if each.mean for column in each.mean.columns))
"""What figures over starts are made of."""
OF_LINE = "race__coverage__"
"""The path from a line to what is known of its race."""

COLUMNS = (
    *("driver_id", "season_id", "series_id", "year", "lines", "given"),
    *(name for key in SUMMED for name in (key, f"{key}_unknown")),
    *PARTS,
)
"""Of `SeasonTotals`, in one fixed order; the first two tell a row from others."""


def refresh_season_totals(races: Mapping[int, SeasonRaces], who: set[int] | None) -> tuple[int, set[int]]:
    """Write the differences in the totals of these seasons, of all drivers or of some; return how many, and the drivers
    whose totals changed."""
    changed, drivers = 0, set()
    for some in batches(races, 20):
        rows, touched = _refresh({season: races[season] for season in some}, who)
        changed += rows
        drivers |= touched
    return changed, drivers


def _refresh(races: Mapping[int, SeasonRaces], who: set[int] | None) -> tuple[int, set[int]]:
    given = GivenTotals.objects.filter(season__in=list(races))
    lines, stored = StatLine.objects.as_of(), SeasonTotals.objects.filter(season__in=list(races)).order_by()
    if who is not None and len(who) <= AT_ONCE:
        given, lines, stored = (rows.filter(driver__in=who) for rows in (given, lines, stored))
    made = {
        (driver, season): (driver, season, races[season].series, races[season].year, *row.values())
        for (driver, season), row in driver_seasons(lines, races, given).items()
    }
    touched = write_differences(stored, COLUMNS, made)
    return len(touched), {driver for driver, _ in touched}


def season_races(
    coverage: RaceCoverageQuerySet, seasons: QuerySet[Season], today: bool = True
) -> dict[int, SeasonRaces]:
    """By id, what is on file of these seasons, of the races in `coverage`. Four queries, five where some are missing.

    The latest season that has a race may still be going on. A season has had as many races as a source sums, too; in
    the latest one that is of `today`, and not of an earlier day.
    """
    rounds = {
        pk: (series, year, rounds) for pk, series, year, rounds in seasons.values_list("pk", "series", "year", "rounds")
    }
    run = coverage.run_by(None).order_by()
    held = {
        season: (count, last)
        for season, count, last in run.values_list("race__season").annotate(CountOf("pk"), Max("race_order"))
    }
    partial = partial_races(run)
    given = dict(
        GivenTotals.objects.filter(season__in=seasons).order_by().values_list("season").annotate(last=Max(THROUGH))
    )
    latest = latest_years(rounds[pk][:2] for pk in held if pk in rounds)
    lengths: dict[int, int] = {}
    for pk, (series, year, said) in rounds.items():
        _, last = held.get(pk, (0, 0))
        going_on = may_be_going_on(year, latest.get(series))
        summed = round_of(given.get(pk, 0)) if today or not going_on else None
        lengths[pk] = season_length(said, round_of(last), going_on, summed)
    lacking = {pk: (rounds[pk][1], length) for pk, length in lengths.items() if length > held.get(pk, (0, 0))[0]}
    missing = _missing(run, lacking)
    return {
        pk: SeasonRaces(
            season=pk,
            series=series,
            year=year,
            held=held.get(pk, (0, 0))[0],
            last=race_order(year, lengths[pk]),
            doubtful=doubtful_orders(partial.get(pk, ()), missing.get(pk, ())),
            given=given.get(pk, 0),
        )
        for pk, (series, year, _) in rounds.items()
    }


def partial_races(coverage: QuerySet[RaceCoverage]) -> dict[int, list[Any]]:
    """By season, the races on file without a whole field, each as its order and what it tells: only these can be among
    the `doubtful_orders`. One query."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = coverage.filter(silent_on("whole")).order_by()
    for row in rows.values_list("race__season", "race_order", *TELLING, named=True):
        found[row.race__season].append(row)
    return found


def silent_on(told: str, coverage: str = "") -> Q:
    """Of coverage, the races that say nothing of a driver without a line: those of which not `tells_of_absent`.

    `coverage` is the path to it, as of the race of a line.
    """
    return Q(**{f"{coverage}whole": False, f"{coverage}{told}": False})


def _missing(run: QuerySet[RaceCoverage], seasons: Mapping[int, tuple[int, int]]) -> dict[int, list[int]]:
    """The orders of the races of these seasons, each with its year and length, that are not on file."""
    if not seasons:
        return {}
    on_file = defaultdict(set)
    for season, order in run.filter(race__season__in=list(seasons)).values_list("race__season", "race_order"):
        on_file[season].add(order)
    return {pk: missing_orders(year, length, on_file[pk]) for pk, (year, length) in seasons.items()}


def sums_of(keys: Sequence[str] = SUMMED, partly: bool = True, parts: Collection[str] = PARTS) -> dict[str, Any]:
    """The aggregates that `season_row` reads, over lines: of each statistic the sum, and how many lines lack it.

    `partly` says whether there are races without a whole field among them: figures over starts leave those out, and for
    each kind of coverage it is counted how many of the lines are of races that lack it. `parts` are what is asked of
    that which these figures are made of: the indexes do not suffice for all of it.
    """
    found: dict[str, Any] = {}
    for key in keys:
        statistic = STATISTICS[key]
        found[f"sum_{key}"] = statistic.total()
        if statistic.unknown is not None:
            found[f"lacking_{key}"] = CountOf("pk", filter=statistic.unknown)
    whole = Q()
    if partly:
        whole = Q(**{f"{OF_LINE}whole": True})
        for told in TELLING:
            found[f"doubtful_{told}"] = CountOf("pk", filter=silent_on(told, OF_LINE))
    for statistic in STATISTICS.values() if parts else ():
        found |= {part: total for part, total in statistic.parts(whole).items() if part in parts}
    return found


def count_of_lines(key: str, sums: Mapping[str, Any], races: SeasonRaces, after: int = 0) -> Count:
    """What these lines say of a statistic; in doubt are lines that lack it and races in which the driver has none."""
    told = told_by(key)
    absent = races.in_doubt(told, after) - sums.get(f"doubtful_{told}", 0)
    return listed_count(key, sums).plus(Count(0, absent))


def listed_count(key: str, sums: Mapping[str, Any]) -> Count:
    """The same of these lines alone, whatever other races there were."""
    return Count(sums.get(f"sum_{key}") or 0, sums.get(f"lacking_{key}", 0))


def given_count(given: Any | None, key: str) -> Count | None:
    """What a source's totals, or a row of them with its columns, say of a statistic, if anything."""
    if given is None or key not in GIVEN or (value := getattr(given, key)) is None:
        return None
    return Count(value, getattr(given, f"{key}_unknown"))


def season_row(
    races: SeasonRaces,
    sums: Mapping[str, Any],
    given: GivenTotals | None = None,
    after: Mapping[str, Any] | None = None,
    keys: Sequence[str] = SUMMED,
) -> dict[str, Any]:
    """A driver's season as the columns of `SeasonTotals`: of each count what the lines say, where they say it exactly;
    else that, or what is given and the lines `after` it, whichever says more."""
    row: dict[str, Any] = {"lines": sums.get("sum_starts", 0), "given": False}
    through = given.through_order if given else 0
    for key in keys:
        count = count_of_lines(key, sums, races)
        if not count.exact and (official := given_count(given, key)):
            summed = official.plus(count_of_lines(key, after or {}, races, through))
            row["given"] |= count != larger(count, summed)
            count = larger(count, summed)
        row[key], row[f"{key}_unknown"] = count.known, count.unknown
    known = {part: sums.get(part) or 0 for part in PARTS}
    if races.is_whole:
        return row | known
    for part, value in given_parts(given).items() if given else ():
        known[part] = value + ((after or {}).get(part) or 0)
    return row | known


def given_parts(given: GivenTotals) -> dict[str, int]:
    """What a source's totals of a season say of figures over starts. Where it tells of every start both of two values,
    it tells of what is made of the two."""
    found: dict[str, int] = {}
    if given.start_known:
        found |= {"start_sum": given.start_sum or 0, "start_known": given.start_known}
    if given.finish_known and given.wins is not None:
        found |= {
            "finish_sum": given.finish_sum or 0,
            "finish_known": given.finish_known,
            "finish_wins": given.wins,
        }
    if given.starts and given.starts == given.start_known == given.finish_known:
        gained = (given.start_sum or 0) - (given.finish_sum or 0)
        found |= {"gained_sum": gained, "gained_known": given.starts}
    if given.starts and None not in (given.laps, given.laps_led) and not (given.laps_unknown or given.laps_led_unknown):
        of_laps = {"share_led": given.laps_led or 0, "share_led_of": given.laps or 0}
        found |= {**of_laps, "share_led_known": given.starts}
    return found


def driver_seasons(
    lines: QuerySet[StatLine],
    races: Mapping[int, SeasonRaces],
    given: Iterable[GivenTotals],
    keys: Sequence[str] = SUMMED,
    parts: Collection[str] = PARTS,
) -> dict[tuple[int, int], dict[str, Any]]:
    """By driver and season, the totals of these seasons, over the lines of them that count. Two queries at most."""
    if not races:
        return {}
    partly = any(not each.is_whole for each in races.values())
    years = [each.year for each in races.values()]
    # The orders say nothing more than the seasons, but by them a driver's lines of a season are found without the rest.
    between = (race_order(min(years), 0), race_order(max(years) + 1, 0))
    summed = _summed(lines.filter(season__in=list(races), race_order__range=between), keys, partly, parts)
    official = {(each.driver_id, each.season_id): each for each in given if each.season_id in races}
    going_on = [each for (_, season), each in official.items() if each.through_order < races[season].last]
    later = _summed(_after(lines, going_on), keys, partly, parts) if going_on else {}
    return {
        (driver, season): season_row(
            races[season],
            summed.get((driver, season), {}),
            official.get((driver, season)),
            later.get((driver, season)),
            keys,
        )
        for driver, season in summed.keys() | official.keys()
    }


def _summed(
    lines: QuerySet[StatLine], keys: Sequence[str], partly: bool, parts: Collection[str]
) -> dict[tuple[int, int], dict[str, Any]]:
    rows = lines.order_by().values("driver", "season").annotate(**sums_of(keys, partly, parts))
    return {(row["driver"], row["season"]): row for row in rows}


def _after(lines: QuerySet[StatLine], given: Sequence[GivenTotals]) -> QuerySet[StatLine]:
    """The lines of these drivers after what is given of their season."""
    of_line = GivenTotals.objects.filter(driver=OuterRef("driver"), season=OuterRef("season"))
    through = Subquery(of_line.order_by().values(order=THROUGH)[:1])
    return lines.filter(
        season__in={each.season_id for each in given},
        driver__in={each.driver_id for each in given},
        race_order__gt=through,
    )
