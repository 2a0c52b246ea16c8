"""Keeps the derived rows equal to what the tables of truth say.

`refresh` makes the rows of some races and drivers anew and writes only the differences; `rebuild` does it for the
whole book; `differences` only compares. A writer of many rows wraps them in `deferred`, so that the work is done once,
at the end and in the same transaction.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction

from races.models import GivenTotals, Milestone, MilestoneReached, Race, RaceCoverage, RulesVersion, StatLine

from .counts import ADDS, BEFORE, CountedLine, Opening, first_to_reach, highest_counts, running_counts
from .lines import Coverage, Line, coverage_of, lines_of
from .race_records import known_days_of, race_records

RUNNING_COLUMNS = tuple(f"{name}_after" for name in StatLine.RUNNING)
LINE_COLUMNS = Line._fields
KEY_COLUMNS = LINE_COLUMNS[:3]
RULES = 2
"""The version of the rules by which derived rows are made. Raise it with every change after which the same tables of
truth make other derived rows, such as a new column of them or a count that was unknown and is now zero: `migrate` then
rebuilds the books that older rules have made."""
AT_ONCE = 500
"""Races, or drivers, refreshed at once: bounds the memory and the length of an SQL list, whatever the history."""
LOCK = 1949
"""The number of PostgreSQL's advisory lock that a refresh holds."""


@dataclass
class Dirty:
    """What a write has touched: races whose lines, drivers whose running counts, milestones whose clubs, and seasons
    the days of whose undated races must be made anew."""

    races: set[int] = field(default_factory=set)
    drivers: set[int] = field(default_factory=set)
    milestones: set[int] = field(default_factory=set)
    seasons: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.races or self.drivers or self.milestones or self.seasons)

    def __ior__(self, other: Dirty) -> Dirty:
        self.races |= other.races
        self.drivers |= other.drivers
        self.milestones |= other.milestones
        self.seasons |= other.seasons
        return self


_deferred: ContextVar[Dirty | None] = ContextVar("deferred refresh", default=None)


@contextmanager
def deferred() -> Iterator[None]:
    """Collect what is touched inside, and refresh it once at the end: all in one transaction, which an error undoes."""
    if _deferred.get() is not None:
        yield
        return
    dirty = Dirty()
    with transaction.atomic():
        token = _deferred.set(dirty)
        try:
            yield
        finally:
            _deferred.reset(token)
        if not transaction.get_rollback():
            refresh(dirty.races, dirty.drivers, dirty.milestones, dirty.seasons)


def touch(dirty: Dirty) -> None:
    """Refresh this now, or at the end of the enclosing `deferred` block."""
    collected = _deferred.get()
    if collected is not None:
        collected |= dirty
    elif dirty:
        refresh(dirty.races, dirty.drivers, dirty.milestones, dirty.seasons)


@transaction.atomic
def refresh(
    races: Iterable[int] = (),
    drivers: Iterable[int] = (),
    milestones: Iterable[int] = (),
    seasons: Iterable[int] = (),
) -> int:
    """Make the derived rows of these races, drivers, milestones and seasons right; return how many rows changed."""
    _wait_for_other_writers()
    races, drivers = set(races), set(drivers)
    races |= _races_with_a_new_day(races, set(seasons))
    for milestone in Milestone.objects.filter(pk__in=set(milestones)):
        drivers |= _drivers_near(milestone)
    return _make_right(races, drivers)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """The collector would look through a million rows again and again and free none: up to a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@collector_at_rest()
@transaction.atomic
def rebuild() -> int:
    """Make every derived row of the book right, and note by which rules; return how many rows changed."""
    _wait_for_other_writers()
    drivers: set[int] = set()
    for model in (GivenTotals, StatLine, MilestoneReached):
        drivers.update(model.objects.order_by().values_list("driver", flat=True).distinct())
    changed = _make_right(set(Race.objects.order_by().values_list("pk", flat=True)), drivers)
    RulesVersion.objects.bulk_create(
        [RulesVersion(id=1, version=RULES)], update_conflicts=True, unique_fields=["id"], update_fields=["version"]
    )
    return changed


def rules_of_the_book() -> int | None:
    """The version of the rules by which the derived rows were made, where the book says."""
    return RulesVersion.objects.values_list("version", flat=True).first()


def made_by_older_rules() -> bool:
    return (rules_of_the_book() or 0) < RULES


@transaction.atomic
def rebuild_if_older() -> int | None:
    """Rebuild where older rules made the rows; None where another process has just done so."""
    _wait_for_other_writers()
    return rebuild() if made_by_older_rules() else None


class _Rollback(Exception):
    """Ends a comparison without leaving a trace."""


def differences() -> int:
    """How many derived rows differ from a rebuild; writes nothing."""
    count = 0
    try:
        with transaction.atomic():
            count = rebuild()
            raise _Rollback
    except _Rollback:
        return count


def _wait_for_other_writers() -> None:
    """Two refreshes that do not see each other's races would count a driver's career wrong; SQLite lets in only one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _make_right(races: set[int], drivers: set[int]) -> int:
    changed = 0
    for some in _batches(races):
        lines_changed, touched = _refresh_lines(some)
        changed += lines_changed
        drivers = drivers | touched
    changed += sum(_refresh_careers(some) for some in _batches(drivers))
    if changed and len(races) > AT_ONCE:
        _measure_tables()
    return changed


def _measure_tables() -> None:
    """Which index serves a query best SQLite knows only by figures that it takes when told to; others do so unasked."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _batches(ids: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def _races_with_a_new_day(races: set[int], seasons: set[int]) -> set[int]:
    """Races of these seasons, and of these races' own, whose day of being known moves as a neighbour's date did."""
    for some in _batches(races):
        seasons.update(Race.objects.filter(pk__in=some).order_by().values_list("season", flat=True))
    moved = set()
    for some in _batches(seasons):
        known = known_days_of(some)
        stored = RaceCoverage.objects.filter(race__season__in=some).order_by().values_list("race", "known_on")
        moved |= {race for race, day in stored if known[race] != day}
    return moved


def _refresh_lines(races: list[int]) -> tuple[int, set[int]]:
    """Write the differences in lines and coverage; return how many, and the drivers whose lines changed."""
    made: dict[tuple, Line] = {}
    coverage: dict[int, Coverage] = {}
    for record in race_records(races):
        made.update((line.key, line) for line in lines_of(record))
        coverage[record.id] = coverage_of(record)

    stored = StatLine.objects.filter(race__in=races).order_by()
    gone, changed, touched = [], [], set()
    for pk, *values in stored.values_list("pk", *LINE_COLUMNS):
        had = Line(*values)
        line = made.pop(had.key, None)
        if line == had:
            continue
        touched.add(had.driver_id)
        if line is None:
            gone.append(pk)
        else:
            changed.append((*line[len(KEY_COLUMNS) :], pk))
    touched.update(line.driver_id for line in made.values())
    for some in _batches(gone):
        StatLine.objects.filter(pk__in=some)._raw_delete(StatLine.objects.db)
    _update_lines(LINE_COLUMNS[len(KEY_COLUMNS) :], changed)
    _insert_lines(made.values())
    return len(gone) + len(changed) + len(made) + _write_coverage(races, coverage), touched


# Lines are written by plain statements: for a whole book `bulk_create` and `bulk_update` need two minutes, these three
# seconds.


def _insert_lines(lines: Iterable[Line]) -> None:
    columns = ", ".join(connection.ops.quote_name(column) for column in LINE_COLUMNS)
    values = ", ".join(["%s"] * len(LINE_COLUMNS))
    _write(f"INSERT INTO {_line_table()} ({columns}) VALUES ({values})", list(lines))


def _update_lines(columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Set these columns; each row holds their values and then the line's id."""
    settings = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in columns)
    _write(f"UPDATE {_line_table()} SET {settings} WHERE id = %s", rows)


def _line_table() -> str:
    return connection.ops.quote_name(StatLine._meta.db_table)


def _write(statement: str, rows: list[tuple]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _write_coverage(races: list[int], made: dict[int, Coverage]) -> int:
    stored = {
        values[0]: Coverage(*values)
        for values in RaceCoverage.objects.filter(race__in=races).order_by().values_list(*Coverage._fields)
    }
    gone = stored.keys() - made.keys()
    if gone:
        RaceCoverage.objects.filter(race__in=gone).delete()
    written = [RaceCoverage(**made[race]._asdict()) for race in made if stored.get(race) != made[race]]
    RaceCoverage.objects.bulk_create(
        written, update_conflicts=True, unique_fields=["race"], update_fields=Coverage._fields[1:]
    )
    return len(gone) + len(written)


class Counted(NamedTuple):
    """The columns of a line that running counts are made from."""

    finish: int | None
    pole: bool | None
    laps_led: int | None
    stage_wins: int | None


class CareerRow(NamedTuple):
    """One standing line of a driver in a series, with what is stored of its running counts."""

    line: CountedLine
    id: int
    race_id: int
    counts: tuple[int | None, ...]


def _refresh_careers(drivers: list[int]) -> int:
    """Write the differences in these drivers' running counts and milestones; return how many."""
    openings = {
        (row.driver_id, row.series_id): Opening(
            row.through_order, tuple(getattr(row, name) for name in StatLine.RUNNING)
        )
        for row in GivenTotals.objects.filter(season=None, driver__in=drivers).order_by()
    }
    milestones = defaultdict(list)
    known = Milestone.objects.filter(statistic__in=StatLine.RUNNING).order_by()
    for pk, series, statistic, threshold in known.values_list("pk", "series", "statistic", "threshold"):
        milestones[series].append((pk, StatLine.RUNNING.index(statistic), threshold))
    changed = []
    reached: dict[tuple[int, int], tuple] = {}
    for (driver, series), rows in ({key: [] for key in openings} | _careers(drivers)).items():
        opening = openings.get((driver, series))
        lines = [row.line for row in rows]
        counts = running_counts(lines, opening, len(RUNNING_COLUMNS))
        changed += [(*made, row.id) for row, made in zip(rows, counts) if row.counts != made]
        highest = highest_counts(counts, opening, len(RUNNING_COLUMNS))
        for milestone, place, threshold in milestones[series]:
            if threshold > highest[place]:
                continue
            index = first_to_reach(threshold, place, lines, counts, opening)
            if index == BEFORE:
                reached[milestone, driver] = (None, opening.counts[place], None)
            elif index is not None:
                reached[milestone, driver] = (rows[index].race_id, counts[index][place], counts[index][0])
    _update_lines(RUNNING_COLUMNS, changed)
    closed = StatLine.objects.exclude(stands_until=None).filter(driver__in=drivers)
    emptied = closed.exclude(**dict.fromkeys(RUNNING_COLUMNS)).update(**dict.fromkeys(RUNNING_COLUMNS))
    return len(changed) + emptied + _write_reached(drivers, reached)


def _careers(drivers: list[int]) -> dict[tuple[int, int], list[CareerRow]]:
    """By driver and series, oldest first: what each standing line adds, and what is stored of its counts."""
    columns = ("pk", "race", "driver", "series", "race_order", *Counted._fields)
    found = defaultdict(list)
    lines = StatLine.objects.standing().filter(driver__in=drivers).order_by("driver", "series", "race_order", "pk")
    adding = [ADDS[name] for name in StatLine.RUNNING]
    for pk, race, driver, series, order, *rest in lines.values_list(*columns, *RUNNING_COLUMNS):
        line = Counted(*rest[: len(Counted._fields)])
        adds = tuple([add(line) for add in adding])
        found[driver, series].append(CareerRow(CountedLine(order, adds), pk, race, tuple(rest[len(Counted._fields) :])))
    return found


def _write_reached(drivers: list[int], made: dict[tuple[int, int], tuple]) -> int:
    """Write who of these drivers reached what: by milestone and driver, the race, the count and the start it was."""
    gone = []
    for pk, milestone, driver, *stored in (
        MilestoneReached.objects.filter(driver__in=drivers)
        .order_by()
        .values_list("pk", "milestone", "driver", "race", "count_after", "start_number")
    ):
        if (milestone, driver) not in made:
            gone.append(pk)
        elif made[milestone, driver] == tuple(stored):
            del made[milestone, driver]
    for some in _batches(gone):
        MilestoneReached.objects.filter(pk__in=some).delete()
    MilestoneReached.objects.bulk_create(
        [
            MilestoneReached(
                milestone_id=milestone, driver_id=driver, race_id=race, count_after=count, start_number=start
            )
            for (milestone, driver), (race, count, start) in made.items()
        ],
        update_conflicts=True,
        unique_fields=["milestone", "driver"],
        update_fields=["race", "count_after", "start_number"],
    )
    return len(gone) + len(made)


def _drivers_near(milestone: Milestone) -> set[int]:
    """Who may have reached a milestone, or is said to have."""
    statistic, threshold = milestone.statistic, milestone.threshold
    holders = [MilestoneReached.objects.filter(milestone=milestone)]
    if statistic in StatLine.RUNNING:
        of_series = {"series": milestone.series_id}
        holders += [
            GivenTotals.objects.filter(**of_series, **{f"{statistic}__gte": threshold}),
            StatLine.objects.standing().filter(**of_series, **{f"{statistic}_after__gte": threshold}),
        ]
    return {driver for rows in holders for driver in rows.order_by().values_list("driver", flat=True).distinct()}
