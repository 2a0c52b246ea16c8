"""One import from beginning to end: read, parse, plan, apply, refresh, and leave a record of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import OperationalError, transaction
from django.utils import timezone

from ..book.refresh import refresh
from ..models import ImportRun, Race, RaceCheck, StatLine
from .apply import apply
from .checks import checks_of, wins_problem
from .export import document_of
from .formats import Parsed, parse
from .names import Names
from .plan import Plan, batches, plan_season
from .problems import Problem
from .race_plan import RacePlan
from .reading import read
from .stored import stored_races

BULK = 200
"""A file of so many races is a whole history: it may bring drivers and tracks that the book does not know."""


class Refused(Exception):
    """An import that cannot go on; nothing was written."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Busy(Exception):
    """Somebody else is writing to the book."""


@dataclass
class Outcome:
    """What an import did, or with a dry run would do."""

    new: list[str] = field(default_factory=list)
    changed: list[RacePlan] = field(default_factory=list)
    unchanged: int = 0
    kept: list[RacePlan] = field(default_factory=list)
    rows_created: int = 0
    rows_updated: int = 0
    names: dict[str, list[str]] = field(default_factory=dict)
    near_misses: list[str] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, plan: Plan, names: Names) -> None:
        """Count one season's plan in."""
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
        for model, rows in names.new.items():
            self.names.setdefault(str(model._meta.verbose_name_plural), []).extend(map(str, rows))
        self.near_misses += names.near_misses()

    @property
    def changes_anything(self) -> bool:
        return bool(self.rows_created or self.rows_updated or self.names)


@dataclass(frozen=True)
class Options:
    """How to import. `create_drivers` is None for the default: yes for a whole history, no for a weekend."""

    format: str | None = None
    series: str | None = None
    create_drivers: bool | None = None
    overwrite_official: bool = False
    dry_run: bool = False
    user: object = None


def import_file(
    location: str, options: Options, progress: Callable[[Iterable, int], Iterable] = lambda x, n: x
) -> Outcome:
    """Import one file or address; raise Refused where anything in it is wrong, and write nothing then."""
    data = read(location)
    parsed = parse(data, location, options.format, options.series)
    if parsed.errors:
        raise Refused(parsed.errors)
    started = timezone.now().replace(microsecond=0)
    try:
        with nullcontext() if options.dry_run else transaction.atomic():
            outcome = _import(parsed, location, options, progress)
            if outcome.changes_anything and not options.dry_run:
                ImportRun.objects.create(
                    file_name=location[:300],
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
        if "locked" in str(error):
            raise Busy("Somebody else is writing to the book. Nothing was written; try again in a moment.") from error
        raise
    return outcome


def _import(parsed: Parsed, file: str, options: Options, progress) -> Outcome:
    documents = parsed.documents
    bulk = len(documents) >= BULK
    create_drivers = bulk if options.create_drivers is None else options.create_drivers
    names = Names(create_drivers=create_drivers, create_places=bulk)
    outcome = Outcome(warnings=list(parsed.warnings))
    errors: list[Problem] = []
    written: list[tuple[RacePlan, list[Problem]]] = []
    seasons = list(batches(documents))
    for places in progress(seasons, len(seasons)):
        plan = plan_season(
            [documents[place] for place in places],
            [parsed.places[place] for place in places],
            file,
            names,
            options.overwrite_official,
        )
        errors += plan.errors
        outcome.add(plan, names)
        found = [(race, checks_of(race.document, file, race.race.layout.length)) for race in plan.races]
        outcome.warnings += [problem for _, problems in found for problem in problems]
        if errors or options.dry_run:
            names.forget_new()
            continue
        names.save()
        apply(plan.work)
        written += [(race, problems) for race, problems in found if race.state != "unchanged"]
    if errors:
        raise Refused(errors)
    if written:
        refresh(races=[race.race.pk for race, _ in written])
        outcome.warnings += _store_health(written, file)
    return outcome


def _store_health(written: list[tuple[RacePlan, list[Problem]]], file: str) -> list[Problem]:
    """Store what does not add up in each race as it now stands; return what only the stored book could tell."""
    ids = [race.race.pk for race, _ in written]
    merged = {race.race.pk: race for race, _ in written if not race.is_new}
    whole = {}
    if merged:
        races = Race.objects.filter(pk__in=merged)
        whole = {stored.race.pk: document_of(stored) for stored in stored_races(races)}
    wins = dict(
        StatLine.objects.standing().filter(race__in=ids, finish=1).values_list("race", "wins_after")
        if any(race.document.comment for race, _ in written)
        else ()
    )
    RaceCheck.objects.filter(race__in=ids)._raw_delete(RaceCheck.objects.db)
    rows, found_late = [], []
    for race, problems in written:
        if race.race.pk in whole:
            problems = checks_of(whole[race.race.pk], file, race.race.layout.length)
        if late := wins_problem(race.document, file, wins.get(race.race.pk)):
            problems = [*problems, late]
            found_late.append(late)
        messages = {(problem.code, problem.reason[:300]) for problem in problems}
        rows += [RaceCheck(race=race.race, code=code, message=message) for code, message in sorted(messages)]
    RaceCheck.objects.bulk_create(rows, batch_size=500)
    return found_late
