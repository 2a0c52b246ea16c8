"""Load the demo content: what fixtures/ holds, in the order of its numbers.

Reference data are JSON fixtures; races are race documents and season totals a sheet, which come in as any import does.
Loaded into a book that has it already, it only fills in what the book does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from importing.report import console_of
from importing.run import Busy, Interrupted, Options, Refused, import_file
from races.models import Series

FIXTURES = settings.BASE_DIR / "fixtures"
COLUMNS = (
    TextColumn("Loading the record book"),
    BarColumn(),
    TextColumn("{task.percentage:.0f}%"),
    TimeElapsedColumn(),
)


class Command(BaseCommand):
    help = (
        "Load the demo content from fixtures/; what the book says already stays. With --if-empty, only into a book "
        "without any series."
    )

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing where the book holds a series")

    def handle(self, *args, if_empty, verbosity, **options):
        if if_empty and Series.objects.exists():
            return
        console = console_of(self.stdout, options["no_color"], options["force_color"])
        files = sorted(path for path in FIXTURES.iterdir() if path.suffix in (".json", ".jsonl", ".csv"))
        quiet = verbosity == 0 or not console.is_terminal
        with transaction.atomic(), Progress(*COLUMNS, console=console, disable=quiet) as bar:
            task, done = bar.add_task("", total=sum(path.stat().st_size for path in files)), 0
            for path in files:
                size = path.stat().st_size
                if path.suffix == ".json":
                    call_command("loaddata", str(path), fill_in=True, verbosity=0)
                else:
                    bring(path, lambda steps, count, size=size: advancing(steps, bar, task, size / max(count, 1)))
                bar.update(task, completed=(done := done + size))
        if verbosity:
            self.stdout.write("The demo content is loaded.")


def bring(path: Path, progress) -> None:
    try:
        import_file(str(path), Options(create_drivers=True, create_tracks=True, fill_in=True, strict=True), progress)
    except (Refused, Busy, Interrupted) as problem:
        raise CommandError(str(problem)) from None


def advancing(steps: Iterable, bar: Progress, task, size: float) -> Iterator:
    """The seasons of a file, each of which moves the bar on by its share."""
    for step in steps:
        yield step
        bar.advance(task, size)
