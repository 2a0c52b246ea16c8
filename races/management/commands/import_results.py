"""Bring results into the book: race documents, NASCAR's feeds, nascaR.data's CSV. See `races.importing`."""

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import track

from races.importing.formats import FORMATS
from races.importing.reading import Unreadable
from races.importing.run import Busy, Options, Refused, import_file
from races.importing.show import show_outcome, show_problems


class Command(BaseCommand):
    help = "Import results from files or addresses. Any error means that nothing is written."

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
        # A progress bar writes parts of lines, which `self.stdout` would end.
        file = getattr(self.stdout, "_out", self.stdout)
        console = Console(file=file, width=None if self.stdout.isatty() else 160)
        if options["no_color"]:
            console.no_color = True

        def progress(seasons, count):
            quiet = not console.is_terminal or verbosity == 0
            return track(seasons, "Importing", total=count, console=console, disable=quiet)

        for location in locations:
            try:
                outcome = import_file(location, chosen, progress)
            except Refused as refused:
                show_problems(console, refused.problems, verbosity)
                count = len(refused.problems)
                raise CommandError(f"{location}: {count} error{'s'[: count > 1]}; nothing was written.") from None
            except (Unreadable, Busy) as problem:
                raise CommandError(str(problem)) from None
            if verbosity:
                show_outcome(console, location, outcome, chosen, verbosity)
