"""One import from beginning to end: read, parse, plan, apply, refresh, and leave a record of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.utils import timezone

from importing.document.schema import RaceDocument
from importing.formats.registry import Parsed, parse
from importing.names.names import Names
from importing.names.new_rows import save
from importing.plan.race import RacePlan
from importing.plan.season import Plan, batches, plan_season
from importing.plan.season_totals import plan_totals
from importing.plan.stage_winners import documents_of
from importing.write.apply import apply
from races.derived.refresh import collector_at_rest, refresh
from races.models import GivenTotals, ImportRun, PointsFormat, Race, RaceCheck, Series, StatLine
from racestats.constraints import broken_by

from .checks import Given, checks_of, wins_problem
from .export import Unwritable, document_of
from .problems import Findings, Problem
from .source import read
from .stored import stored_races

BULK = 200
"""A file of so many races is a whole history: it may bring drivers and tracks that the book does not know."""

HEALTH_AT_ONCE = 500
"""So many races are looked at again at once when their health is stored."""

TOTALS_COLUMNS = [
    field.name for field in GivenTotals._meta.concrete_fields if field.name not in ("id", "driver", "series", "season")
]

LOCKED = re.compile("locked|deadlock|lock timeout|could not serialize")
"""What a database says when another writer is in the way."""


class Refused(Exception):
    """An import that cannot go on; nothing was written."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Busy(Exception):
    """Somebody else is writing to the book; nothing was written."""


class Interrupted(Exception):
    """Stopped from the keyboard; nothing was written."""


@dataclass
class Outcome:
    """What an import did, or with a dry run would do."""

    new: list[str] = field(default_factory=list)
    changed: list[RacePlan] = field(default_factory=list)
    unchanged: int = 0
    kept: list[RacePlan] = field(default_factory=list)
    totals_unchanged: int = 0
    rows_created: int = 0
    rows_updated: int = 0
    names: dict[str, list[str]] = field(default_factory=dict)
    near_misses: list[str] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, plan: Plan, made: dict[type, list], names: Names) -> None:
        """Count one season's plan in, and what was made for it."""
        for race in plan.races:
            self.warnings += [
                Problem(plan.file, f"{race.label}, {path}", value, reason, "unknown-driver")
                for path, value, reason in race.doubts
            ]
            if race.state == "new":
                self.new.append(race.label)
            elif race.state == "changed":
                self.changed.append(race)
            else:
                self.unchanged += 1
            if race.kept:
                self.kept.append(race)
        created, updated = plan.work.counts
        self.rows_created += created
        self.rows_updated += updated
        for model, rows in made.items():
            self.names.setdefault(str(model._meta.verbose_name_plural), []).extend(map(str, rows))
        self.near_misses += names.near_misses(made)

    @property
    def changes_anything(self) -> bool:
        return bool(self.rows_created or self.rows_updated or self.names)


@dataclass(frozen=True)
class Options:
    """How to import. `create_drivers` and `create_tracks` are None for the default: yes for a whole history, no for a
    weekend."""

    format: str | None = None
    series: str | None = None
    create_drivers: bool | None = None
    create_tracks: bool | None = None
    overwrite_official: bool = False
    fill_in: bool = False
    """Season totals of the book stay, and only learn what they did not know."""
    dry_run: bool = False
    user: object = None


def import_file(
    location: str, options: Options, progress: Callable[[Iterable, int], Iterable] = lambda x, n: x
) -> Outcome:
    """Import one file or address; raise Refused where anything in it is wrong, and write nothing then."""
    with collector_at_rest():
        with _told_when_interrupted():
            data = read(location)
            if problem := _unknown_series(location, options.series):
                raise Refused([problem])
            parsed = parse(data, location, options.format, options.series)
        if parsed.errors:
            raise Refused(parsed.errors)
        return _import_parsed(parsed, data, location, options, progress)


@contextmanager
def _told_when_interrupted() -> Iterator[None]:
    """Stands inside the transaction: once that is being committed, nobody could say any more what was written."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("Interrupted. Nothing was written.") from None


def _unknown_series(file: str, slug: str | None) -> Problem | None:
    """A misspelt series would take a whole history as that of a new one."""
    known = set(Series.objects.values_list("slug", flat=True)) if slug else ()
    if not known or slug in known:
        return None
    reason = f"no series of the book has that slug; it has {', '.join(sorted(known))}"
    return Problem(file, "--series", slug, reason, "unknown-series")


def _import_parsed(parsed: Parsed, data: bytes, location: str, options: Options, progress) -> Outcome:
    started = timezone.now()
    started = started.replace(microsecond=started.microsecond // 1000 * 1000)  # As exact as a fixture writes it.
    try:
        with nullcontext() if options.dry_run else transaction.atomic(), _told_when_interrupted():
            outcome = _import(parsed, location, options, progress)
            if outcome.changes_anything and not options.dry_run:
                ImportRun.objects.create(
                    file_name=location[:300].encode(errors="replace").decode(),
                    file_hash=hashlib.sha256(data).hexdigest(),
                    format=options.format or parsed.format,
                    started=started,
                    finished=timezone.now(),
                    user=options.user,
                    created_count=outcome.rows_created,
                    updated_count=outcome.rows_updated,
                    unchanged_count=outcome.unchanged,
                )
    except OperationalError as error:
        if LOCKED.search(str(error)):
            raise Busy("Somebody else is writing to the book. Nothing was written; try again in a moment.") from error
        raise
    return outcome


def _import(parsed: Parsed, file: str, options: Options, progress) -> Outcome:
    documents, places = parsed.documents, parsed.places
    names = _names(options, len(documents))
    outcome = Outcome(warnings=list(parsed.warnings))
    if parsed.totals:
        _import_totals(parsed, file, options, outcome)
    if parsed.stage_wins:
        documents, places = _stage_documents(parsed, file, names, outcome)
    errors: list[Problem] = []
    written: list[tuple[RacePlan, list[Problem]]] = []
    formats = list(PointsFormat.objects.select_related("series"))
    seasons = list(batches(documents))
    for chosen in progress(seasons, len(seasons)):
        plan = plan_season(
            [documents[place] for place in chosen],
            [places[place] for place in chosen],
            file,
            names,
            options.overwrite_official,
        )
        errors += plan.errors
        made = names.take_made(plan.work.rows())
        outcome.add(plan, made, names)
        found = [(race, checks_of(race.document, file, _given(race, formats))) for race in plan.races]
        outcome.warnings += [problem for _, problems in found for problem in problems]
        if errors or options.dry_run:
            continue
        with _in_words(file, plan):
            save(made)
            apply(plan.work)
        written += [(race, problems) for race, problems in found if race.state != "unchanged"]
    if errors:
        raise Refused(errors)
    if written:
        refresh(races=[race.race.pk for race, _ in written])
    for first in range(0, len(written), HEALTH_AT_ONCE):
        outcome.warnings += _store_health(written[first : first + HEALTH_AT_ONCE], file, formats)
    return outcome


def _names(options: Options, rows: int) -> Names:
    """The book's names, and which of a file with so many races or totals may be made where the book lacks them."""
    whole = rows >= BULK
    return Names(
        create_drivers=whole if options.create_drivers is None else options.create_drivers,
        create_tracks=whole if options.create_tracks is None else options.create_tracks,
        whole_history=whole,
    )


def _stage_documents(parsed: Parsed, file: str, names: Names, outcome: Outcome) -> tuple[list[RaceDocument], list[str]]:
    """What a sheet of stage winners says of the book's races, as documents, and where in it each stands."""
    findings = Findings(file)
    sheet = documents_of(parsed.stage_wins, names, findings)
    if findings.errors:
        raise Refused(findings.told_errors)
    outcome.warnings += findings.told_warnings
    return sheet.documents, sheet.places


def _import_totals(parsed: Parsed, file: str, options: Options, outcome: Outcome) -> None:
    """Write what a sheet of season totals says, or with a dry run count it."""
    names = _names(options, len(parsed.totals))
    plan = plan_totals(parsed.totals, file, names, options.fill_in)
    if plan.errors:
        raise Refused(plan.errors)
    made = names.take_made([*plan.new, *plan.changed])
    for model, rows in made.items():
        outcome.names.setdefault(str(model._meta.verbose_name_plural), []).extend(map(str, rows))
    outcome.near_misses += names.near_misses(made)
    outcome.rows_created += len(plan.new)
    outcome.rows_updated += len(plan.changed)
    outcome.totals_unchanged += plan.unchanged
    if options.dry_run:
        return
    save(made)
    GivenTotals.objects.bulk_create(plan.new, batch_size=500)
    GivenTotals.objects.bulk_update(plan.changed, TOTALS_COLUMNS, batch_size=500)
    written = [*plan.new, *plan.changed]
    refresh(drivers={row.driver_id for row in written}, seasons={row.season_id for row in written})


@contextmanager
def _in_words(file: str, plan: Plan) -> Iterator[None]:
    """What only the database could refuse, such as what somebody else wrote in between, told as a problem."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        named = [race.document.label for race in plan.races]
        place = named[0] if len(named) == 1 else f"{named[0]} to {named[-1]}"
        _, _, reason = broken_by(error) or (None, None, f"the database refuses it: {error}")
        raise Refused([Problem(file, place, "", reason, "refused")]) from error


def _given(race: RacePlan, formats: list[PointsFormat]) -> Given:
    document = race.document
    rules = next((each for each in formats if each.gave_points_in(document.series, document.season)), None)
    return Given(race.race.layout.length, rules)


def _store_health(
    written: list[tuple[RacePlan, list[Problem]]], file: str, formats: list[PointsFormat]
) -> list[Problem]:
    """Store what does not add up in each race as it now stands; return what only the stored book could tell."""
    ids = [race.race.pk for race, _ in written]
    merged = {race.race.pk: race for race, _ in written if not race.is_new}
    whole = {}
    if merged:
        races = Race.objects.filter(pk__in=merged)
        try:
            whole = {stored.race.pk: document_of(stored) for stored in stored_races(races)}
        except Unwritable as problem:
            raise Refused([Problem(file, "the book", "", str(problem), "unwritable")]) from problem
    wins = dict(
        StatLine.objects.standing().filter(race__in=ids, finish=1).values_list("race", "wins_after")
        if any(race.document.comment for race, _ in written)
        else ()
    )
    RaceCheck.objects.filter(race__in=ids)._raw_delete(RaceCheck.objects.db)
    rows, found_late = [], []
    for race, problems in written:
        if race.race.pk in whole:
            problems = checks_of(whole[race.race.pk], file, _given(race, formats))
        if late := wins_problem(race.document, file, wins.get(race.race.pk)):
            problems = [*problems, late]
            found_late.append(late)
        messages = {(problem.code, problem.reason[:300]) for problem in problems}
        rows += [RaceCheck(race=race.race, code=code, message=message) for code, message in sorted(messages)]
    RaceCheck.objects.bulk_create(rows, batch_size=500)
    return found_late
