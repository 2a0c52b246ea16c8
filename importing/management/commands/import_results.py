"""Bring results into the book: race documents, NASCAR's feeds, nascaR.data's CSV. See `importing`."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from rich.console import Console
from rich.progress import track

from importing.formats.registry import FORMATS
from importing.report import show_outcome, show_problems
from importing.run import Busy, Interrupted, Options, Refused, import_file
from importing.source import Unreadable
from racestats.formatting import plural

WIDTH = 160
"""Columns of a table that goes to a file."""
INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C stopped."""
UNSURE = "Interrupted. A --dry-run of the file tells whether it was written."


class Command(BaseCommand):
    requires_system_checks = []  # They load every page of the site: a third of the time that a weekend takes.
    help = (
        "Import results from files or addresses, one after another. Of a file with any error nothing is written, "
        "and the files after it are left."
    )

    def add_arguments(self, parser):
        parser.add_argument("locations", nargs="+", metavar="FILE-OR-URL")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
        parser.add_argument("--format", choices=sorted(FORMATS), help="by default told by the content")
        parser.add_argument("--series", help="the series' slug, where the file does not say (default: cup)")
        parser.add_argument(
            "--overwrite-official",
            action="store_true",
            help="let the file replace what the book says of official races",
        )
        group = parser.add_mutually_exclusive_group()
        group.add_argument(
            "--create-drivers",
            dest="create_drivers",
            action="store_true",
            default=None,
            help="make drivers the book does not know (the default for a whole history)",
        )
        group.add_argument("--no-create-drivers", dest="create_drivers", action="store_false")

    def handle(self, *args, locations, verbosity, **options):
        names = ("format", "series", "create_drivers", "overwrite_official", "dry_run")
        chosen = Options(**{name: options[name] for name in names})
        console, errors = (self._console(stream, options) for stream in (self.stdout, self.stderr))

        def progress(seasons, count):
            quiet = not console.is_terminal or verbosity == 0
            return track(seasons, "Importing", total=count, console=console, disable=quiet)

        for location in locations:
            try:
                outcome = import_file(location, chosen, progress)
            except Refused as refused:
                show_problems(errors, refused.problems, verbosity)
                count = plural(len(refused.problems), "error")
                raise CommandError(f"{location}: {count}; nothing of it was written.") from None
            except (Unreadable, Busy) as problem:
                raise CommandError(str(problem)) from None
            except Interrupted as stop:
                raise CommandError(str(stop), returncode=INTERRUPTED) from None
            except KeyboardInterrupt:
                raise CommandError(UNSURE, returncode=INTERRUPTED) from None
            except DatabaseError as error:
                said = " ".join(str(error).split())
                raise CommandError(f"The database failed: {said}. Nothing was written.") from error
            if verbosity:
                show_outcome(console, location, outcome, chosen, verbosity)

    @staticmethod
    def _console(stream, options) -> Console:
        # A progress bar writes parts of lines, which Django's wrapper would end.
        file = getattr(stream, "_out", stream)
        if hasattr(file, "reconfigure"):
            file.reconfigure(errors="backslashreplace")  # A name may have letters that the terminal has not.
        return Console(
            file=file,
            width=None if stream.isatty() else WIDTH,
            no_color=options["no_color"] or None,
            force_terminal=options["force_color"] or None,
        )
