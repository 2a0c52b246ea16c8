"""One import from beginning to end: read, parse, plan, apply, refresh, and leave a record of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import PurePath

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db.models import Model
from django.utils import timezone

from changes.models import LONGEST_REASON, ChangeSet
from changes.recording import came, change_set, changed, describe
from importing.document.schema import RaceDocument
from importing.formats import race_list
from importing.formats.registry import LARGEST, Parsed, parse
from importing.names.names import BookNames
from importing.names.new_rows import no_series, save
from importing.plan import season_table, stage_winners
from importing.plan.season import Plan, batches, plan_season
from importing.plan.season_totals import plan_totals
from importing.write.apply import apply
from races.derived.findable import found_by
from races.derived.refresh import Dirty, refresh, touch, without_garbage_collection
from races.models import GivenTotals, ImportRun, ImportWarning, Race, Series
from races.status import make_provisional
from racestats.ailments import LOCKED, ailment_of
from racestats.constraints import broken_by

from .checks.checks import checks_of
from .health import AT_ONCE, Surroundings, accept, in_utf_8
from .outcome import Outcome, counted
from .problems import Findings, LeftOut, Problem
from .source import read
from .written import CheckedRace, states_wins, store_health

BULK = 200
"""A file of so many races is a whole history: it may bring drivers and tracks that the book does not know."""

TOTALS_COLUMNS = [
    field.name for field in GivenTotals._meta.concrete_fields if field.name not in ("id", "driver", "series", "season")
]

ALL = "all"
"""In place of the kinds of warnings."""


class Refused(Exception):
    """An import that cannot go on; nothing was written."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Busy(Exception):
    """Somebody else is writing to the book; nothing was written."""


class Interrupted(Exception):
    """Stopped from the keyboard; nothing was written."""


@dataclass(frozen=True)
class Options:
    """How to import. `create_drivers` and `create_tracks` are None for the default, which `_names` tells."""

    format: str | None = None
    series: str | None = None
    create_drivers: bool | None = None
    create_tracks: bool | None = None
    overwrite_official: bool = False
    fill_in: bool = False
    """Season totals of the book stay, and only learn what they did not know; so does where a race was."""
    strict: bool = False
    """One error refuses the whole file."""
    accept: tuple[str, ...] = ()
    """The kinds of warnings to accept, `ALL` for every one."""
    dry_run: bool = False
    keep_record: bool = False
    """Leave a record of the run also where it changes nothing."""
    user: object = None
    reason: str = ""
    """Why official races are changed; else the source is the reason."""
    provisional: bool = False
    """No race becomes official by what the file says: an editor makes it so."""
    title: str = ""
    """What the history calls it; else the file's name."""


def import_file(
    location: str, options: Options, progress: Callable[[Iterable, int], Iterable] = lambda x, n: x
) -> Outcome:
    """Import one file or address: see `import_data`."""
    with _interruption_in_words():
        data = read(location)
    return import_data(data, location, options, progress)


def import_data(
    data: bytes, location: str, options: Options, progress: Callable[[Iterable, int], Iterable] = lambda x, n: x
) -> Outcome:
    """Import what was read. A race with an error is left out, whole; raise Refused, and write nothing, where that
    leaves nothing, the file is not what it says, or one error is one too many."""
    with without_garbage_collection():
        return import_parsed(read_races(data, location, options), data, location, options, progress)


def read_races(data: bytes, location: str, options: Options, largest: int = LARGEST) -> Parsed:
    """What a file says; raise Refused where nothing of it can come in. `largest` is how many bytes it may unpack to."""
    with _interruption_in_words():
        if problem := _unknown_series(location, options.series):
            raise Refused([problem])
        parsed = parse(data, location, options.format, options.series, largest)
    if parsed.refused or (options.strict and parsed.errors):
        raise Refused(parsed.errors)
    return parsed


def is_whole_history(parsed: Parsed) -> bool:
    return len(parsed.documents or parsed.totals) + len(parsed.left_out) >= BULK


@contextmanager
def _interruption_in_words() -> Iterator[None]:
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
    unknown = no_series(known)
    return Problem(file, "--series", slug, str(unknown), unknown.code)


def import_parsed(
    parsed: Parsed,
    data: bytes,
    location: str,
    options: Options,
    progress: Callable[[Iterable, int], Iterable] = lambda x, n: x,
) -> Outcome:
    """Import what was read of a file, or a part of that: see `import_data`. Try until no race is left with an error,
    each time anew, so that nothing stays of what is left out."""
    whole = is_whole_history(parsed)
    problems, alone = list(parsed.errors), set()
    while True:
        try:
            outcome = _try(parsed, problems, data, location, options, whole, alone, progress)
        except LeftOut as found:
            problems += found.problems
            parsed = parsed.without(found.places)
            if found.season:
                alone.add(found.season)
            if parsed.refused or (options.strict and problems):
                raise Refused(problems) from None
        else:
            return outcome


def _try(
    parsed: Parsed,
    problems: list[Problem],
    data: bytes,
    location: str,
    options: Options,
    whole: bool,
    alone: set,
    progress,
) -> Outcome:
    """One transaction, and its record; raise LeftOut where something is wrong with a race."""
    started = timezone.now()
    started = started.replace(microsecond=started.microsecond // 1000 * 1000)  # As exact as a fixture writes it.
    try:
        with nullcontext() if options.dry_run else _writing(location, options), _interruption_in_words():
            outcome = _import(parsed, location, options, whole, alone, progress)
            outcome.leave_out(problems, parsed.left_out, location)
            outcome.set_notes_apart()
            outcome.leave_accepted()
            accepting = [each for each in outcome.warnings if {ALL, each.code} & set(options.accept)]
            if (outcome.changes_anything or accepting or options.keep_record) and not options.dry_run:
                run = ImportRun.objects.create(
                    file_name=in_utf_8(location[:300]),
                    file_hash=hash_of(data),
                    format=options.format or parsed.format,
                    started=started,
                    finished=timezone.now(),
                    user=options.user,
                    created_count=outcome.rows_created,
                    updated_count=outcome.rows_updated,
                    unchanged_count=outcome.unchanged,
                    noted="\n".join(counted(outcome.noted)),
                    left_out=in_utf_8(
                        "\n".join(f"{race}: {errors[0].reason}" for race, errors in outcome.left_out.items())
                    ),
                )
                reason = options.reason or f"As {location} has it."
                describe(run=run, reason=in_utf_8(reason)[:LONGEST_REASON] if outcome.changes_official else "")
                _record_warnings(run, outcome)
                accept(map(outcome.fact, accepting), options.user, run.pk)
                outcome.run = run
                outcome.leave_accepted()
    except OperationalError as error:
        if ailment_of(error) is LOCKED:
            raise Busy("Somebody else is writing to the book. Nothing was written; try again in a moment.") from error
        raise
    return outcome


@contextmanager
def _writing(location: str, options: Options) -> Iterator[None]:
    """One transaction, and one change set of the history."""
    title = in_utf_8(options.title or PurePath(location).name or location)
    with transaction.atomic(), change_set(kind=ChangeSet.Kind.IMPORT, title=title, user=options.user):
        yield


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _record_warnings(run: ImportRun, outcome: Outcome) -> None:
    facts = map(outcome.fact, outcome.warnings)
    rows = [
        ImportWarning(run=run, number=number, race_id=fact.race, **fact.columns) for number, fact in enumerate(facts, 1)
    ]
    ImportWarning.objects.bulk_create(rows, batch_size=500)


def _import(parsed: Parsed, file: str, options: Options, whole: bool, alone: set, progress) -> Outcome:
    documents, places = parsed.documents, parsed.places
    if options.provisional:
        documents = [as_provisional(document) for document in documents]
    names = _names(options, whole, parsed.format)
    outcome = Outcome(warnings=list(parsed.warnings))
    errors: list[Problem] = []
    refused: set[str] = set()
    if parsed.totals:
        _import_totals(parsed, file, options, names, outcome)
    if parsed.stage_wins or parsed.table:
        findings = Findings(file)
        if parsed.table:
            sheet = season_table.documents_of(parsed.table, names, findings)
        else:
            sheet = stage_winners.documents_of(parsed.stage_wins, names, findings)
        documents, places = sheet.documents, sheet.places
        errors, refused = findings.first_errors, sheet.refused
        outcome.warnings += findings.first_warnings
    written: list[CheckedRace] = []
    new: list[Model] = []
    around = Surroundings.read()
    around.expect(documents)
    seasons = list(batches(documents, alone))
    for chosen in progress(seasons, len(seasons)):
        plan = plan_season(
            [documents[place] for place in chosen],
            [places[place] for place in chosen],
            file,
            names,
            options.overwrite_official,
            options.fill_in,
        )
        errors += plan.errors
        refused |= plan.refused
        outcome.add(plan, names)
        checked = [
            CheckedRace(race, checks_of(race.document, file, around.given(race.document, race.race)))
            for race in plan.races
        ]
        outcome.warnings += [problem for each in checked for problem in each.problems]
        if errors or options.dry_run:
            continue
        with _refusals_in_words(file, plan):
            new += save(plan.made)
            apply(plan.work)
        written += [each for each in checked if each.race.state != "unchanged"]
    if errors:
        raise LeftOut(errors, refused)
    outcome.warnings += names.namesakes.problems(file)
    if written:
        make_provisional({each.id for each in written})
        found = found_by([*new, *(each.race.race for each in written)])
        if states_wins(written):
            refresh(races=[each.id for each in written], named=found)
        else:
            touch(Dirty(races={each.id for each in written}, named=found))
    for first in range(0, len(written), AT_ONCE):
        outcome.warnings += store_health(written[first : first + AT_ONCE], file, around)
    return outcome


def as_provisional(document: RaceDocument) -> RaceDocument:
    """The same of a race that nobody has made official yet."""
    official = document.status == Race.Status.OFFICIAL
    return document.model_copy(update={"status": Race.Status.PROVISIONAL}) if official else document


def _names(options: Options, whole: bool, format: str) -> BookNames:
    """The book's names, and what may be made where the book lacks it: by a whole history drivers and tracks, by a list
    of races tracks; by any other file what is asked for."""
    return BookNames(
        create_drivers=whole if options.create_drivers is None else options.create_drivers,
        create_tracks=(whole or format == race_list.KEY) if options.create_tracks is None else options.create_tracks,
        whole_history=whole,
    )


def _import_totals(parsed: Parsed, file: str, options: Options, names: BookNames, outcome: Outcome) -> None:
    """Write what a sheet of season totals says, or with a dry run count it."""
    plan = plan_totals(parsed.totals, file, names, options.fill_in)
    if plan.errors:
        raise LeftOut(plan.errors, {problem.place for problem in plan.errors})
    outcome.add_names(plan.made, names)
    outcome.warnings += names.namesakes.problems(file)
    outcome.rows_created += len(plan.new)
    outcome.rows_updated += len(plan.changed)
    outcome.totals_unchanged += plan.unchanged
    if options.dry_run:
        return
    new = save(plan.made)
    came(GivenTotals, GivenTotals.objects.bulk_create(plan.new, batch_size=500))
    changed(GivenTotals.objects.in_bulk([row.pk for row in plan.changed]), plan.changed)
    GivenTotals.objects.bulk_update(plan.changed, TOTALS_COLUMNS, batch_size=500)
    written = [*plan.new, *plan.changed]
    refresh(
        drivers={row.driver_id for row in written},
        seasons={row.season_id for row in written},
        named=found_by(new),
    )


@contextmanager
def _refusals_in_words(file: str, plan: Plan) -> Iterator[None]:
    """What only the database could refuse, such as what somebody else wrote in between, told as a problem."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        document, place = plan.races[0].document, plan.races[0].place
        if len(plan.races) > 1:
            raise LeftOut([], set(), document.of_season) from error
        rule = broken_by(error)
        reason = rule.message if rule else f"the database refuses it: {error}"
        told = Problem(file, document.label, "", reason, "refused", document.label, document.season)
        raise LeftOut([told], {place}) from error
