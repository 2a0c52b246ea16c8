"""Write the whole book for whoever wants to take it: see `importing.downloads`."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from importing.downloads.export import export
from importing.export import Unwritable
from racestats.ailments import failed
from racestats.formatting import megabytes, plural


class Command(BaseCommand):
    help = (
        "Write the whole book as SQLite, CSV, Parquet and race documents into a folder of today's date, with "
        "checksums and a dictionary of the columns; the page /data/ shows the latest. The site may serve meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, help="where the downloads are (DATA_ROOT)")
        parser.add_argument("--keep", type=int, default=3, help="how many days stay there (3)")

    def handle(self, *args, folder, keep, verbosity, **options):
        if keep < 1:
            raise CommandError(f"--keep {keep}: keep at least one.")
        say = self.stdout.write if verbosity > 1 else lambda text: None
        try:
            made = export(folder or Path(settings.DATA_ROOT), keep, say)
        except (Unwritable, OSError) as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        except DatabaseError as error:
            raise CommandError(failed(error, "Nothing was changed.")) from error
        if verbosity:
            size = megabytes(sum(file.size for file in made.files))
            self.stdout.write(f"{made.folder}: {plural(len(made.files), 'file')}, {size}.")
            if not made.parquet:
                self.stdout.write("Without Parquet: pyarrow is not installed.")
