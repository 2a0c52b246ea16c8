"""Bring results into the book: race documents, NASCAR's feeds, nascaR.data's CSV. See `importing`."""

from argparse import BooleanOptionalAction

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from rich.progress import track

from importing.advice import ADVICE
from importing.formats.registry import FORMATS
from importing.report import console_of, show_left_out, show_outcome, show_problems
from importing.run import ALL, Busy, Interrupted, Options, Refused, import_file
from importing.source import Unreadable
from racestats.ailments import failed
from racestats.formatting import plural

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C stopped."""
UNSURE = "Interrupted. A --dry-run of the file tells whether it was written."


class Command(BaseCommand):
    requires_system_checks = []  # They load every page of the site: a third of the time that a weekend takes.
    help = (
        "Import results from files or addresses, one after another. A race with an error is left out, whole, and "
        "named; the rest of its file comes in. A file of which nothing can come in is refused, and the files after it "
        "are not read. The exit status is 0 if everything came in, 1 if a race was left out or a file refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("locations", nargs="+", metavar="FILE-OR-URL")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
        parser.add_argument("--strict", action="store_true", help="refuse a file whole where any race has an error")
        parser.add_argument(
            "--format", choices=sorted(FORMATS), help="the files' format (default: recognised by their content)"
        )
        parser.add_argument(
            "--series", help="the series' slug, where neither the file nor its name says (default: cup)"
        )
        parser.add_argument(
            "--overwrite-official",
            action="store_true",
            help="let the file replace what the book says of official races",
        )
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            choices=sorted({ALL, *ADVICE}),
            metavar="KIND",
            help="accept the warnings of this kind, or all: they are kept with the run and not told again",
        )
        for option, what, files in (
            ("create-drivers", "drivers", "a whole history"),
            ("create-tracks", "tracks and layouts", "a whole history and for a race list"),
        ):
            parser.add_argument(
                f"--{option}",
                action=BooleanOptionalAction,
                help=f"make {what} the book does not know (the default for {files})",
            )

    def handle(self, *args, locations, verbosity, **options):
        names = ("format", "series", "create_drivers", "create_tracks", "overwrite_official", "dry_run", "strict")
        chosen = Options(**{name: options[name] for name in names}, accept=tuple(options["accept"]))
        colours = options["no_color"], options["force_color"]
        console, errors = (console_of(stream, *colours) for stream in (self.stdout, self.stderr))

        def progress(seasons, count):
            quiet = not console.is_terminal or verbosity == 0
            return track(seasons, "Importing", total=count, console=console, disable=quiet)

        left_out = 0
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
                raise CommandError(failed(error, "Nothing was written.")) from error
            if verbosity:
                show_outcome(console, location, outcome, chosen, verbosity)
            show_left_out(errors, outcome, verbosity)
            left_out += len(outcome.left_out)
        if left_out:
            raise CommandError(f"{left_out:,} left out; the rest {'would come' if chosen.dry_run else 'is'} in.")
