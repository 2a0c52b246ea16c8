"""Keeps the derived rows equal to what the tables of truth say.

`refresh` makes the rows of some races and drivers anew and writes only the differences; `rebuild` does it for the
whole book; `differences` only compares. A writer of many rows wraps them in `deferred`, so that the work is done once,
at the end and in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Min, Q

from ..models import (
    Milestone,
    MilestoneReached,
    OpeningTotals,
    Race,
    RaceCoverage,
    Season,
    StatLine,
)
from .counts import CountedLine, Opening, running_counts
from .lines import Coverage, Line, coverage_of, known_days, lines_of
from .records import race_records

RUNNING_COLUMNS = tuple(f"{name}_after" for name in StatLine.RUNNING)


@dataclass
class Dirty:
    """What a write has touched: races whose lines, and drivers whose running counts, must be made anew."""

    races: set[int] = field(default_factory=set)
    drivers: set[int] = field(default_factory=set)
    milestones: set[int] = field(default_factory=set)


_deferred: ContextVar[Dirty | None] = ContextVar("deferred refresh", default=None)


@contextmanager
def deferred() -> Iterator[None]:
    """Collect what is touched inside, and refresh it once at the end; nothing is refreshed after an error."""
    if _deferred.get() is not None:
        yield
        return
    dirty = Dirty()
    token = _deferred.set(dirty)
    try:
        yield
    finally:
        _deferred.reset(token)
    refresh(dirty.races, dirty.drivers, dirty.milestones)


def touch(races: Iterable[int] = (), drivers: Iterable[int] = (), milestones: Iterable[int] = ()) -> None:
    """Refresh these now, or at the end of the enclosing `deferred` block."""
    dirty = _deferred.get()
    if dirty is None:
        refresh(races, drivers, milestones)
        return
    dirty.races.update(races)
    dirty.drivers.update(drivers)
    dirty.milestones.update(milestones)


@transaction.atomic
def refresh(races: Iterable[int] = (), drivers: Iterable[int] = (), milestones: Iterable[int] = ()) -> int:
    """Make the derived rows of these races, drivers and milestones right; return how many rows changed."""
    races, drivers = set(races), set(drivers)
    changed = 0
    if races:
        races |= _races_with_a_new_day(races)
        lines_changed, touched = _refresh_lines(races)
        changed += lines_changed
        drivers |= touched
    if drivers:
        changed += _refresh_running_counts(drivers)
    if drivers or milestones:
        changed += _refresh_milestones(drivers, set(milestones))
    return changed


@transaction.atomic
def rebuild() -> int:
    """Make every derived row of the book right, a season at a time; return how many rows changed."""
    changed = 0
    drivers: set[int] = set(OpeningTotals.objects.values_list("driver", flat=True))
    drivers.update(StatLine.objects.values_list("driver", flat=True).order_by().distinct())
    for season in Season.objects.order_by("pk").values_list("pk", flat=True):
        races = set(Race.objects.filter(season=season).order_by().values_list("pk", flat=True))
        lines_changed, touched = _refresh_lines(races)
        changed += lines_changed
        drivers |= touched
    changed += _refresh_running_counts(drivers)
    return changed + _refresh_milestones(drivers, set(Milestone.objects.values_list("pk", flat=True)))


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


def _races_with_a_new_day(races: set[int]) -> set[int]:
    """Races of the same seasons whose day of being known moves, because a neighbour got or lost a date."""
    stored = dict(RaceCoverage.objects.filter(race__season__races__in=races).values_list("race", "known_on"))
    seasons = defaultdict(list)
    for race_id, season_id, year, round_, day in Race.objects.filter(season__races__in=races).values_list(
        "pk", "season", "season__year", "round", "date"
    ):
        seasons[season_id, year].append((race_id, round_, day))
    known = {}
    for (_, year), of_season in seasons.items():
        known |= known_days(year, of_season)
    return {race_id for race_id, day in stored.items() if known.get(race_id, day) != day}


def _refresh_lines(races: set[int]) -> tuple[int, set[int]]:
    """Write the differences in lines and coverage; return how many, and the drivers whose lines changed."""
    made_lines: dict[tuple, Line] = {}
    made_coverage: dict[int, Coverage] = {}
    for record in race_records(races):
        made_lines.update((line.key, line) for line in lines_of(record))
        made_coverage[record.id] = coverage_of(record)

    stored = {
        values[1:4]: (values[0], Line(*values[1:]))
        for values in StatLine.objects.filter(race__in=races).order_by().values_list("pk", *Line._fields)
    }
    gone = [pk for key, (pk, _) in stored.items() if key not in made_lines]
    changed = [
        StatLine(pk=stored[key][0], **line._asdict())
        for key, line in made_lines.items()
        if key in stored and stored[key][1] != line
    ]
    new = [StatLine(**line._asdict()) for key, line in made_lines.items() if key not in stored]
    touched = {key[0] for key in stored if key not in made_lines}
    touched |= {line.driver_id for line in changed} | {line.driver_id for line in new}
    StatLine.objects.filter(pk__in=gone)._raw_delete(StatLine.objects.db)
    StatLine.objects.bulk_update(changed, Line._fields[3:], batch_size=500)
    StatLine.objects.bulk_create(new, batch_size=2000)
    count = len(gone) + len(changed) + len(new) + _write_coverage(races, made_coverage)
    return count, touched


def _write_coverage(races: set[int], made: dict[int, Coverage]) -> int:
    stored = {
        values[0]: Coverage(*values)
        for values in RaceCoverage.objects.filter(race__in=races).order_by().values_list(*Coverage._fields)
    }
    gone = stored.keys() - made.keys()
    RaceCoverage.objects.filter(race__in=gone).delete()
    written = [RaceCoverage(**made[race]._asdict()) for race in made if stored.get(race) != made[race]]
    RaceCoverage.objects.bulk_create(
        written, update_conflicts=True, unique_fields=["race"], update_fields=Coverage._fields[1:]
    )
    return len(gone) + len(written)


def _refresh_running_counts(drivers: set[int]) -> int:
    openings = {
        (row.driver_id, row.series_id): Opening(
            row.through_order, tuple(getattr(row, name) for name in StatLine.RUNNING)
        )
        for row in OpeningTotals.objects.filter(season=None)
    }
    changed = []
    for (driver, series), rows in _current_lines(drivers).items():
        lines = [row[0] for row in rows]
        counts = running_counts(lines, openings.get((driver, series)), len(RUNNING_COLUMNS))
        for (_, pk, stored), made in zip(rows, counts):
            if stored != made:
                changed.append(StatLine(pk=pk, **dict(zip(RUNNING_COLUMNS, made))))
    closed = StatLine.objects.exclude(stands_until=None).filter(
        ~Q(**dict.fromkeys(RUNNING_COLUMNS)), driver__in=drivers
    )
    emptied = closed.update(**dict.fromkeys(RUNNING_COLUMNS))
    StatLine.objects.bulk_update(changed, RUNNING_COLUMNS, batch_size=1000)
    return len(changed) + emptied


def _current_lines(drivers: set[int]) -> dict[tuple[int, int], list[tuple[CountedLine, int, tuple]]]:
    """By driver and series, oldest first: what each line adds, its id and its stored running counts."""
    columns = ("pk", "driver", "series", "race_order", "finish", "pole", "laps_led", "stage_wins", *RUNNING_COLUMNS)
    found = defaultdict(list)
    lines = StatLine.objects.standing().filter(driver__in=drivers).order_by("driver", "series", "race_order", "pk")
    for pk, driver, series, order, finish, pole, laps_led, stage_wins, *stored in lines.values_list(*columns):
        places = (None,) * 3 if finish is None else (int(finish == 1), int(finish <= 5), int(finish <= 10))
        adds = (1, *places, None if pole is None else int(pole), laps_led, stage_wins)
        found[driver, series].append((CountedLine(order, adds), pk, tuple(stored)))
    return found


def _refresh_milestones(drivers: set[int], anew: set[int]) -> int:
    """Find again who reached which milestone: for these drivers everywhere, and for everyone in the `anew` ones."""
    changed = 0
    for milestone in Milestone.objects.all():
        everyone = milestone.pk in anew
        changed += _refresh_milestone(milestone, None if everyone else drivers)
    return changed


def _refresh_milestone(milestone: Milestone, drivers: set[int] | None) -> int:
    made = dict(_reached(milestone, drivers))
    stored = MilestoneReached.objects.filter(milestone=milestone)
    if drivers is not None:
        stored = stored.filter(driver__in=drivers)
    had = {row[0]: row[1:] for row in stored.values_list("driver", "race", "count_after", "start_number")}
    gone = had.keys() - made.keys()
    MilestoneReached.objects.filter(milestone=milestone, driver__in=gone).delete()
    written = [driver for driver, row in made.items() if had.get(driver) != row]
    MilestoneReached.objects.bulk_create(
        [
            MilestoneReached(milestone=milestone, driver_id=driver, race_id=race, count_after=count, start_number=start)
            for driver in written
            for race, count, start in [made[driver]]
        ],
        update_conflicts=True,
        unique_fields=["milestone", "driver"],
        update_fields=["race", "count_after", "start_number"],
    )
    return len(gone) + len(written)


def _reached(milestone: Milestone, drivers: set[int] | None) -> Iterator[tuple[int, tuple]]:
    """(driver, (race or None, count after it, number of the start or None)) for everyone over the threshold."""
    statistic, column = milestone.statistic, f"{milestone.statistic}_after"
    openings = OpeningTotals.objects.filter(
        series=milestone.series_id, season=None, **{f"{statistic}__gte": milestone.threshold}
    )
    lines = StatLine.objects.standing().filter(series=milestone.series_id, **{f"{column}__gte": milestone.threshold})
    if drivers is not None:
        openings, lines = openings.filter(driver__in=drivers), lines.filter(driver__in=drivers)
    opened = {row.driver_id: row for row in openings}
    first = {row["driver"]: row["first"] for row in lines.order_by().values("driver").annotate(first=Min("race_order"))}
    for driver, opening in opened.items():
        # Passed before the opening, and no complete run of lines says where.
        if first.get(driver, opening.through_order + 1) > opening.through_order:
            yield driver, (None, getattr(opening, statistic), None)
            first.pop(driver, None)
    crossing = lines.filter(race_order__in=set(first.values()), driver__in=first)
    for driver, race, order, count, start in crossing.values_list(
        "driver", "race", "race_order", column, "starts_after"
    ):
        if first[driver] == order:
            yield driver, (race, count, start)
