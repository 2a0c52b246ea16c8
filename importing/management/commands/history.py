"""Bring the whole of NASCAR into the book, from its public addresses or from a folder. See `importing.history`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from rich.console import Console
from rich.progress import track

from importing.history import HISTORY, FileResult, HistoryFile, SeriesHistory, bring, is_in, results_of, tables_of
from importing.problems import Problem
from importing.report import console_of, show_left_out, show_notes, show_problems, show_warnings
from importing.run import Busy, Interrupted, Refused
from importing.source import Unreadable
from racestats.ailments import failed
from racestats.formatting import megabytes, plural

from .import_results import INTERRUPTED

RESULTS = ", ".join(f"{name}.csv" for history in HISTORY for name in history.results)
AGAIN = "What is in stays; the same command goes on from there."


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Bring in all results of Cup, the second series and Trucks, and after them their season tables: from their "
        "public addresses, or from the files of a folder. What has come in is not done again. Ends with 1 where "
        "something did not come."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", metavar="FOLDER", help="take the files that are there instead")

    def handle(self, *args, folder, verbosity, **options):
        folder = Path(folder) if folder else None
        if folder and not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        console, errors = (
            console_of(stream, options["no_color"], options["force_color"]) for stream in (self.stdout, self.stderr)
        )
        work = HistoryImport(console, errors, verbosity, folder)
        try:
            for history in HISTORY:
                work.bring_series(history)
        except Busy as problem:
            raise CommandError(f"{problem} {AGAIN}") from None
        except (Interrupted, KeyboardInterrupt):
            raise CommandError(f"Interrupted. {AGAIN}", returncode=INTERRUPTED) from None
        except DatabaseError as error:
            raise CommandError(failed(error, AGAIN)) from error
        if not work.found:
            raise CommandError(f"{folder} holds no file of the history: results are named {RESULTS}.")
        if verbosity:
            show_notes(console, work.noted, verbosity)
        if work.warnings and verbosity:
            show_warnings(console, work.warnings, verbosity)
        if work.failed:
            own = "" if folder else " Files of your own: HISTORY=FOLDER."
            raise CommandError(f"{plural(work.failed, 'file')} did not come. {AGAIN}{own}")
        if work.left_out:
            raise CommandError(f"{work.left_out:,} left out; the rest is in.")


class HistoryImport:
    """What has been done so far, told as it is done."""

    def __init__(self, console: Console, errors: Console, verbosity: int, folder: Path | None):
        self.console, self.errors, self.verbosity, self.folder = console, errors, verbosity, folder
        self.noted: list[Problem] = []
        self.warnings: list[Problem] = []
        self.found = self.failed = 0
        self.left_out = 0

    def say(self, text: str) -> None:
        if self.verbosity:
            self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def bring_series(self, history: SeriesHistory) -> None:
        """Bring the results, then the tables; where the results do not come, the tables wait."""
        results, since = results_of(history, self.folder), None
        if results is None:
            self.say(f"{history.series}: no results in {self.folder} ({' or '.join(history.results)}.csv): passed over")
        else:
            self.found += 1
            self.say(f"{history.series}: results from {results.location}")
            started, brought = time.monotonic(), None
            with self.failures_in_words(results):
                brought = bring(results, progress=self.progress("Importing"))
            if brought is None:
                self.say(f"{history.series}: its season tables wait for the results")
                return
            since = brought.run.started
            self.say(f"  {megabytes(brought.size)}, {self.in_words([brought])}, {time.monotonic() - started:.0f} s")
        self.bring_tables(history, since)

    def bring_tables(self, history: SeriesHistory, since) -> None:
        """Each season's, one after another: once one does not come, the others wait, for they come from one place."""
        tables = tables_of(history, self.folder)
        if not tables:
            self.say(f"{history.series}: no season tables{f' in {self.folder}' if self.folder else ''}: passed over")
            return
        self.found += len(tables)
        started, brought, missing = time.monotonic(), [], []
        kept = [] if self.folder else [table for table in tables[:-1] if is_in(table, since)]
        self.say(f"{history.series}: {plural(len(tables), 'season table')} from {tables[0].location} on")
        wanted = [table for table in tables if table not in kept]
        for table in self.progress("Season tables")(wanted, len(wanted)):
            failed = self.failed
            with self.failures_in_words(table, missing):
                brought.append(bring(table, since))
            if self.failed > failed and not self.folder:
                break
        if missing:
            self.say(f"  not there, and passed over: {', '.join(map(str, missing))}")
        already = f"{len(kept):,} in already and not asked for again, " if kept else ""
        size = megabytes(sum(each.size for each in brought))
        self.say(f"  {already}{size}, {self.in_words(brought)}, {time.monotonic() - started:.0f} s")

    @contextmanager
    def failures_in_words(self, file: HistoryFile, missing: list[int] | None = None) -> Iterator[None]:
        """A file that does not come is told, and the others go on; a table that its server lacks is no failure."""
        try:
            yield
        except Unreadable as problem:
            if problem.missing and missing is not None and file.year:
                missing.append(file.year)
                return
            self.failed += 1
            show_problems(self.errors, [problem.problem])
        except Refused as refused:
            self.failed += 1
            show_problems(self.errors, refused.problems, self.verbosity)

    def in_words(self, brought: list[FileResult]) -> str:
        """What files changed, added up; their notes, their warnings and the races left out are kept to be told."""
        outcomes = [each.outcome for each in brought if each.outcome]
        already = len(brought) - len(outcomes)
        for outcome in outcomes:
            self.noted += outcome.noted
            self.warnings += outcome.warnings
            self.left_out += len(outcome.left_out)
            show_left_out(self.errors, outcome, self.verbosity)
        if not outcomes:
            return "in already" if brought else "none came"
        new, changed = sum(len(each.new) for each in outcomes), sum(len(each.changed) for each in outcomes)
        unchanged, kept = sum(each.unchanged for each in outcomes), sum(len(each.kept) for each in outcomes)
        words = f"{plural(new, 'race')} new, {changed:,} changed, {unchanged:,} unchanged"
        words += f"; of {plural(kept, 'race')} the file says otherwise than the book, which stays" if kept else ""
        return f"{already:,} in already; {words}" if already else words

    def progress(self, what: str):
        quiet = not self.console.is_terminal or not self.verbosity

        def with_progress(steps: Iterable, count: int) -> Iterable:
            return track(steps, what, total=count, console=self.console, disable=quiet)

        return with_progress
