"""Keeps the derived rows equal to what the tables of truth say.

`refresh` makes the rows of some races and drivers anew and writes only the differences; `rebuild` does it for the
whole book; `differences` only compares. A writer of many rows wraps them in `deferred`, so that the work is done once,
at the end and in the same transaction.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from changes.recording import change_set
from races.models import (
    CareerTotals,
    GivenTotals,
    Milestone,
    MilestoneReached,
    Race,
    RaceCoverage,
    RulesVersion,
    Season,
    SeasonTotals,
    Series,
    StatLine,
)
from races.order import LAST_YEAR

from .career_totals import refresh_career_totals
from .careers import drivers_near, refresh_careers, spanning
from .careers_on_file import CareersOnFile
from .counts import TELLING, SeasonRaces, tells_of_absent
from .findable import Kind, Named, refresh_all_findable, refresh_findable, with_tracks
from .lines import Coverage, StatLineValues, coverage_of, lines_of
from .race_records import known_days_of, race_records
from .rows import AT_ONCE, batches, delete, indexes_made_after, insert, update
from .season_totals import refresh_season_totals, season_races

LINE_COLUMNS = StatLineValues._fields
KEY_COLUMNS = LINE_COLUMNS[:3]
RULES = 4
"""The version of the rules by which derived rows are made. Raise it with every change after which the same tables of
truth make other derived rows, such as a new column of them or a count that was unknown and is now zero: `migrate` then
rebuilds the books that older rules have made."""
KNOWN_BY_LINES = (Kind.TEAM.value, Kind.MAKE.value, Kind.TRACK.value)
Fame = tuple[str, int, int, bool, bool]
"""To whose fame a line adds, by kind and id, in which year, whether it is a win, and whether the line stands."""
LOCK = 1949
"""The number of PostgreSQL's advisory lock that a refresh holds."""


@dataclass
class Dirty:
    """What a write has touched, by id: what must be made anew."""

    races: set[int] = field(default_factory=set)
    """Their lines."""
    drivers: set[int] = field(default_factory=set)
    """Their running counts."""
    milestones: set[int] = field(default_factory=set)
    """Their clubs."""
    seasons: set[int] = field(default_factory=set)
    """The days by which their undated races had been run."""
    named: set[tuple[str, int]] = field(default_factory=set)
    """The names by which these are found, by kind and id."""

    @property
    def counts(self) -> bool:
        """Whether anything is to be counted anew, and not only called otherwise."""
        return bool(self.races or self.drivers or self.milestones or self.seasons)

    def __ior__(self, other: Dirty) -> Dirty:
        self.races |= other.races
        self.drivers |= other.drivers
        self.milestones |= other.milestones
        self.seasons |= other.seasons
        self.named |= other.named
        return self


_deferred: ContextVar[Dirty | None] = ContextVar("deferred refresh", default=None)


@contextmanager
def deferred() -> Iterator[Dirty]:
    """Collect what is touched inside, and refresh it once at the end: all in one transaction, which an error undoes,
    and one change set of the history."""
    if (outer := _deferred.get()) is not None:
        with change_set():
            yield outer
        return
    dirty = Dirty()
    with transaction.atomic(), change_set():
        token = _deferred.set(dirty)
        try:
            yield dirty
        finally:
            _deferred.reset(token)
        if not transaction.get_rollback():
            refresh(dirty.races, dirty.drivers, dirty.milestones, dirty.seasons, dirty.named)


def touch(dirty: Dirty) -> None:
    """Refresh this now, or at the end of the enclosing `deferred` block."""
    collected = _deferred.get()
    if collected is not None:
        collected |= dirty
    elif dirty.counts:
        refresh(dirty.races, dirty.drivers, dirty.milestones, dirty.seasons, dirty.named)
    elif dirty.named:
        with transaction.atomic():
            wait_for_other_writers()
            refresh_findable(dirty.named)


@transaction.atomic
def refresh(
    races: Iterable[int] = (),
    drivers: Iterable[int] = (),
    milestones: Iterable[int] = (),
    seasons: Iterable[int] = (),
    named: Named | None = None,
) -> int:
    """Make the derived rows of these races, drivers, milestones and seasons right; return how many rows changed.

    Right is made too what is found by the names of what is `named`, by kind and id: unless it is said, of the races.
    """
    wait_for_other_writers()
    races, drivers, seasons = set(races), set(drivers), set(seasons)
    named = with_tracks(races) if named is None else named
    touched = seasons | _seasons_of(races)
    known_on, with_a_new_day = _known_days(touched)
    races |= with_a_new_day
    for milestone in Milestone.objects.filter(pk__in=set(milestones)):
        drivers |= drivers_near(milestone)
    changed, otherwise_known = _make_right(races, drivers, seasons, touched, known_on)
    return changed + refresh_findable({*named, *otherwise_known})


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """The collector would look through a million rows again and again and free none: up to a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@without_garbage_collection()
@transaction.atomic
def rebuild() -> int:
    """Make every derived row of the book right, and note by which rules; return how many rows changed."""
    wait_for_other_writers()
    drivers: set[int] = set()
    for model in (GivenTotals, StatLine, SeasonTotals, CareerTotals, MilestoneReached):
        drivers.update(model.objects.order_by().values_list("driver", flat=True).distinct())
    races, seasons = (set(model.objects.order_by().values_list("pk", flat=True)) for model in (Race, Season))
    known_on, _ = _known_days(seasons)
    changed, _ = _make_right(races, drivers, seasons, seasons, known_on)
    changed += refresh_all_findable()
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
    wait_for_other_writers()
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


def wait_for_other_writers() -> None:
    """Two refreshes that do not see each other's races would count a driver's career wrong; SQLite lets in only one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _make_right(
    races: set[int], drivers: set[int], moved: set[int], seasons: set[int], known_on: Mapping[int, date]
) -> tuple[int, set[tuple[str, int]]]:
    """How many rows changed, and who and what may have more fame or less by it.

    `moved` are the seasons that may be of another length, `seasons` these and those of the races; `known_on` has the
    days of these.
    """
    otherwise_known: set[tuple[str, int]] = set()
    changed, since = 0, 0 if drivers else LAST_YEAR
    with indexes_made_after(StatLine) if len(races) > AT_ONCE else nullcontext():
        for some in batches(races):
            lines_changed, touched, in_other_doubt = _refresh_lines(some, known_on, otherwise_known)
            changed += lines_changed
            drivers = drivers | touched
            moved = moved | in_other_doubt
    if moved or drivers:
        on_file = season_races(RaceCoverage.objects.all(), Season.objects.all())
        if moved:
            moved = moved | _latest_seasons(on_file)
        seasons = seasons | moved
        for some, who in ((moved, None), (seasons - moved, drivers)):
            rows, touched = refresh_season_totals({pk: on_file[pk] for pk in some if pk in on_file}, who)
            changed += rows
            drivers = drivers | touched
        if moved:
            drivers |= spanning([on_file[pk] for pk in moved if pk in on_file])
        since = min([since, *(on_file[pk].year for pk in seasons if pk in on_file)])
        first_changed = _first_changed(since, drivers)
        for some in batches(drivers):
            careers = CareersOnFile(some, on_file)
            changed += refresh_careers(careers, {driver: first_changed[driver] for driver in some})
            changed += refresh_career_totals(careers)
    if changed and len(races) > AT_ONCE:
        measure_tables()
    return changed, otherwise_known | {(Kind.DRIVER.value, driver) for driver in drivers}


def _first_changed(since: int, drivers: set[int]) -> dict[int, int]:
    """By driver, the season from which his careers are counted anew, where something changed since one.

    A given career total is carried on race by race from within its season. What it has beyond the races on file until
    then came in any race before, so that a change before it reaches back to the first.
    """
    found = dict.fromkeys(drivers, since)
    given = GivenTotals.objects.filter(season=None).order_by()
    for driver, through in given.values_list("driver", "through_season"):
        if driver in drivers:
            found[driver] = min(found[driver], 0 if through >= since else through)
    return found


def _latest_seasons(on_file: Mapping[int, SeasonRaces]) -> set[int]:
    """The seasons of a series that was, and that now is, the latest with a race: only the latest may be going on."""
    with_lines = SeasonTotals.objects.filter(series=OuterRef("pk"), lines__gt=0).order_by("-year")
    had = dict(Series.objects.order_by().values_list("pk", Subquery(with_lines.values("season")[:1])))
    has: dict[int, int] = {}
    for each in sorted(on_file.values(), key=attrgetter("year")):
        if each.held:
            has[each.series] = each.season
    moved = {series for series in had.keys() | has.keys() if had.get(series) != has.get(series)}
    return {season for series in moved for season in (had.get(series), has.get(series)) if season in on_file}


def measure_tables() -> None:
    """SQLite chooses the index for a query by figures that it takes only when told to; other databases take theirs by
    themselves."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _seasons_of(races: set[int]) -> set[int]:
    found = set()
    for some in batches(races):
        found.update(Race.objects.filter(pk__in=some).order_by().values_list("season", flat=True))
    return found


def _known_days(seasons: set[int]) -> tuple[dict[int, date], set[int]]:
    """By race, the day by which it had been run; and the races of which the book has another."""
    known: dict[int, date] = {}
    moved: set[int] = set()
    for some in batches(seasons):
        of_seasons, with_a_new_day = known_days_of(some)
        known |= of_seasons
        moved |= with_a_new_day
    return known, moved


def _refresh_lines(
    races: list[int], known_on: Mapping[int, date], otherwise_known: set[tuple[str, int]]
) -> tuple[int, set[int], set[int]]:
    """Write the differences in lines and coverage; return how many, the drivers whose lines changed, and the seasons
    whose races in doubt are no longer the same.

    Teams, makes and tracks whose fame may have changed are added to `otherwise_known`.
    """
    made: dict[tuple, StatLineValues] = {}
    coverage: dict[int, Coverage] = {}
    for record in race_records(races, known_on):
        made.update((line.key, line) for line in lines_of(record))
        coverage[record.id] = coverage_of(record)

    stored = StatLine.objects.filter(race__in=races).order_by()
    gone, changed, touched, known = [], [], set(), set[Fame]()
    for pk, *values in stored.values_list("pk", *LINE_COLUMNS):
        had = StatLineValues(*values)
        line = made.pop(had.key, None)
        if line == had:
            continue
        touched.add(had.driver_id)
        if line is None:
            gone.append(pk)
            known |= _made_known([had])
        else:
            known |= _made_known([had]) ^ _made_known([line])
            changed.append((*line[len(KEY_COLUMNS) :], pk))
    known |= _made_known(made.values())
    touched.update(line.driver_id for line in made.values())
    otherwise_known.update((kind, key) for kind, key, *_ in known)
    delete(StatLine, gone)
    update(StatLine, LINE_COLUMNS[len(KEY_COLUMNS) :], changed)
    insert(StatLine, LINE_COLUMNS, made.values())
    covered, in_other_doubt = _write_coverage(races, coverage)
    return len(gone) + len(changed) + len(made) + covered, touched, in_other_doubt


def _made_known(lines: Iterable[StatLineValues]) -> set[Fame]:
    """The teams, makes and tracks to whose fame lines add. Of many lines few add what no other does."""
    told = {
        (line.team_id, line.manufacturer_id, line.track_id, line.year, line.finish == 1, line.valid_to is None)
        for line in lines
    }
    return {(kind, key, *said[3:]) for said in told for kind, key in zip(KNOWN_BY_LINES, said) if key is not None}


def _write_coverage(races: list[int], made: dict[int, Coverage]) -> tuple[int, set[int]]:
    rows = RaceCoverage.objects.filter(race__in=races).order_by()
    stored, ids = {}, {}
    for pk, *values in rows.values_list("pk", *Coverage._fields):
        stored[values[0]], ids[values[0]] = Coverage(*values), pk
    gone = stored.keys() - made.keys()
    changed = [race for race, had in stored.items() if made.get(race, had) != had]
    new = [coverage for race, coverage in made.items() if race not in stored]
    delete(RaceCoverage, [ids[race] for race in gone])
    update(RaceCoverage, Coverage._fields[1:], [(*made[race][1:], ids[race]) for race in changed])
    insert(RaceCoverage, Coverage._fields, new)
    moved = [race for race in stored.keys() | made.keys() if _doubt(stored.get(race)) != _doubt(made.get(race))]
    return len(gone) + len(changed) + len(new), _seasons_of(set(moved))


def _doubt(coverage: Coverage | None) -> tuple | None:
    """What of a race's coverage changes the counts of drivers without a line in it: which race it is, whether its
    margin is known, and what it tells of them."""
    return coverage and (
        coverage.race_order,
        coverage.margin,
        *(tells_of_absent(coverage, told) for told in TELLING),
    )
