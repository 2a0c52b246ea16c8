"""Keeps what follows from race to race of a career: the running counts of lines, and who reached which milestone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Max, Min, Q, Sum

from races.models import GivenTotals, Milestone, MilestoneReached, SeasonTotals, StatLine
from races.order import race_order
from races.statistics import CAREER_COUNTS, CAREER_STATISTICS

from .careers_on_file import CareersOnFile
from .counts import (
    BEFORE,
    Count,
    CountedLine,
    GivenCounts,
    SeasonRaces,
    SeasonSoFar,
    first_to_reach,
    running_counts,
    seasons_between,
    seasons_of_career,
    told_by,
)
from .rows import update
from .season_totals import given_count

AFTER = tuple(f"{name}_after" for name in CAREER_COUNTS)
"""The columns of lines that hold the running counts."""
NO_COUNTS = (None,) * len(CAREER_COUNTS)
TOLD = tuple(told_by(name) for name in CAREER_COUNTS)


class CountedColumns(NamedTuple):
    """The columns of a line that running counts are made from."""

    finish: int | None
    pole: bool | None
    laps_led: int | None
    stage_wins: int | None


@lru_cache(maxsize=10_000)
def _adds(line: CountedColumns) -> tuple[int | None, ...]:
    """What a line adds to each count: of a hundred thousand lines few say what no other does."""
    return tuple([statistic.of_line(line) for statistic in CAREER_STATISTICS])


class CareerRow(NamedTuple):
    """One standing line of a driver in a series, with what is stored of its running counts."""

    line: CountedLine
    id: int
    race_id: int
    counts: tuple[int | None, ...]


class Reached(NamedTuple):
    """The columns of a milestone reached, but for whose and which."""

    race_id: int | None
    count_after: int
    start_number: int | None
    exact: bool


def refresh_careers(on_file: CareersOnFile, since: Mapping[int, int]) -> int:
    """Write the differences in the running counts and milestones of these careers; return how many.

    `since` has by driver the first season of which something has changed: nothing is read of those before but their
    totals.
    """
    drivers, careers = on_file.drivers, _Careers(on_file)
    milestones = defaultdict(list)
    known = Milestone.objects.filter(statistic__in=CAREER_COUNTS).order_by()
    for pk, series, statistic, threshold in known.values_list("pk", "series", "statistic", "threshold"):
        milestones[series].append((pk, CAREER_COUNTS.index(statistic), threshold))
    rows, closed = _rows(since)
    changed = [(*NO_COUNTS, line) for line in closed]
    reached: dict[tuple[int, int], Reached] = {}
    settled: set[tuple[int, int]] = set()
    for driver, series in careers.keys | rows.keys():
        of_driver = rows.get((driver, series), [])
        lines = [row.line for row in of_driver]
        seasons, given = careers.seasons(driver, series), careers.given.get((driver, series))
        counts, final = running_counts(lines, seasons, given, TOLD)
        changed += [(*made, row.id) for row, after in zip(of_driver, counts) if (made := _known(after)) != row.counts]
        first = since[driver]
        before = _until(seasons, given, first) if first else None
        for milestone, place, threshold in milestones[series]:
            if final[place].value < threshold:
                continue
            if before and before[place].value >= threshold:
                settled.add((milestone, driver))
                continue
            reached[milestone, driver] = _reached(threshold, place, of_driver, counts, final[place])
    update(StatLine, AFTER, changed)
    return len(changed) + _write_reached(drivers, reached, settled)


def _known(counts: tuple[Count, ...]) -> tuple[int | None, ...]:
    return tuple([count.known for count in counts])


def _until(seasons: list[SeasonSoFar], given: GivenCounts | None, year: int) -> tuple[Count, ...]:
    """What a career had come to before a year."""
    earlier = [season for season in seasons if season.races.year < year]
    taken = given if given and given.through < race_order(year, 0) else None
    return running_counts([], earlier, taken, TOLD)[1]


def _reached(
    threshold: int, place: int, rows: list[CareerRow], counts: list[tuple[Count, ...]], final: Count
) -> Reached:
    """Where a career whose count is at the threshold came to it."""
    added = [row.line.adds[place] for row in rows]
    running = [after[place] for after in counts]
    index = first_to_reach(threshold, running, added)
    if index is None:
        return Reached(None, final.value, None, False)
    if index == BEFORE:
        shown = next(at for at, count in enumerate(running) if count.value >= threshold)
        return Reached(None, running[shown].value - (added[shown] or 0), None, False)
    starts = counts[index][CAREER_COUNTS.index("starts")]
    count = counts[index][place]
    return Reached(rows[index].race_id, count.value, starts.value if starts.exact else None, count.exact)


class _Careers:
    """The seasons of careers with the counts that run on."""

    def __init__(self, on_file: CareersOnFile):
        self.on_file = on_file
        self.totals: dict[tuple[int, int], dict[int, tuple[Count, ...]]] = defaultdict(dict)
        for row in on_file.seasons:
            counts = tuple(Count.of_row(row, key) for key in CAREER_COUNTS)
            self.totals[row["driver"], row["series"]][row["season"]] = counts
        self.given: dict[tuple[int, int], GivenCounts] = {}
        self.of_season: dict[int, dict[int, GivenCounts]] = defaultdict(dict)
        for each in on_file.given:
            given = GivenCounts(each.through_order, tuple(given_count(each, key) for key in CAREER_COUNTS))
            if each.season_id:
                self.of_season[each.driver_id][each.season_id] = given
            else:
                self.given[each.driver_id, each.series_id] = given

    @property
    def keys(self) -> set[tuple[int, int]]:
        return self.totals.keys() | self.given.keys()

    def seasons(self, driver: int, series: int) -> list[SeasonSoFar]:
        """Those of the career, and those between its first and last of which the book cannot tell."""
        totals = self.totals.get((driver, series), {})
        return seasons_of_career(totals, self.of_season.get(driver, {}), self.on_file.races, self.on_file.gaps, TOLD)


def _rows(since: Mapping[int, int]) -> tuple[dict[tuple[int, int], list[CareerRow]], list[int]]:
    """By driver and series, oldest first: what each standing line from a season on adds, and what is stored of its
    counts; beside them the ids of closed lines that still have counts."""
    columns = ("pk", "race", "driver", "series", "race_order", "valid_to", *CountedColumns._fields)
    found, closed = defaultdict(list), []
    from_season: dict[int, list[int]] = defaultdict(list)
    for driver, first in since.items():
        from_season[first].append(driver)
    wanted = Q()
    for first, drivers in from_season.items():
        wanted |= Q(driver__in=drivers, race_order__gt=race_order(first, 0))
    lines = StatLine.objects.filter(wanted).order_by("driver", "series", "race_order", "pk")
    rows = lines.values_list(*columns, *AFTER)
    for pk, race, driver, series, order, until, finish, pole, laps_led, stage_wins, *counts in rows:
        if until is None:
            adds = _adds(CountedColumns(finish, pole, laps_led, stage_wins))
            found[driver, series].append(CareerRow(CountedLine(order, adds), pk, race, tuple(counts)))
        elif tuple(counts) != NO_COUNTS:
            closed.append(pk)
    return found, closed


def _write_reached(drivers: list[int], made: dict[tuple[int, int], Reached], settled: set[tuple[int, int]]) -> int:
    """Write who of these drivers reached what; those `settled` stand as they are."""
    gone = []
    for pk, milestone, driver, *stored in (
        MilestoneReached.objects.filter(driver__in=drivers)
        .order_by()
        .values_list("pk", "milestone", "driver", *("race", *Reached._fields[1:]))
    ):
        if (milestone, driver) in settled:
            continue
        if (milestone, driver) not in made:
            gone.append(pk)
        elif made[milestone, driver] == tuple(stored):
            del made[milestone, driver]
    MilestoneReached.objects.filter(pk__in=gone).delete()
    MilestoneReached.objects.bulk_create(
        [
            MilestoneReached(milestone_id=milestone, driver_id=driver, **reached._asdict())
            for (milestone, driver), reached in made.items()
        ],
        update_conflicts=True,
        unique_fields=["milestone", "driver"],
        update_fields=["race", *Reached._fields[1:]],
    )
    return len(gone) + len(made)


def drivers_near(milestone: Milestone) -> set[int]:
    """Who may have reached a milestone, or is said to have."""
    statistic, threshold = milestone.statistic, milestone.threshold
    if statistic not in CAREER_COUNTS:
        return set(MilestoneReached.objects.filter(milestone=milestone).values_list("driver", flat=True))
    of_series = {"series": milestone.series_id}
    seasons = SeasonTotals.objects.filter(**of_series).values("driver").annotate(total=Sum(statistic))
    found = (
        MilestoneReached.objects.filter(milestone=milestone),
        GivenTotals.objects.filter(**of_series, **{f"{statistic}__gte": threshold}),
        seasons.filter(total__gte=threshold),
        StatLine.objects.as_of().filter(**of_series, **{f"{statistic}_after__gte": threshold}),
    )
    return {driver for rows in found for driver in rows.order_by().values_list("driver", flat=True).distinct()}


def spanning(seasons: Collection[SeasonRaces]) -> set[int]:
    """The drivers with seasons before and after one of these, or with a given career total that goes on in one: what is
    not on file of it is in doubt of them."""
    found = set()
    spans = SeasonTotals.objects.order_by().values("driver", "series").annotate(first=Min("year"), last=Max("year"))
    for driver, series, first, last in spans.values_list("driver", "series", "first", "last"):
        if seasons_between(seasons, series, first, last):
            found.add(driver)
    given = GivenTotals.objects.filter(season=None).order_by()
    for driver, series, through in given.values_list("driver", "series", "through_season"):
        if any(each.series == series and through <= each.year for each in seasons):
            found.add(driver)
    return found
