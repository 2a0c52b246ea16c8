import sqlite3
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from racestats.ailments import failed
from racestats.formatting import megabytes
from racestats.serving import backups, postgres_backups
from racestats.serving.backups import BadBackup
from racestats.serving.data_version import postgres_server


class Command(BaseCommand):
    requires_system_checks = []  # They write, and this must work where nothing can be written.
    help = "Write the book and its photos into one archive, read it back, and keep the latest few. The site may serve."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="where the archives are")
        parser.add_argument("--keep", type=int, default=14, help="how many archives stay there (14)")

    def handle(self, folder, keep, **options):
        if keep < 1:
            raise CommandError(f"--keep {keep}: keep at least one.")
        try:
            made = back_up(folder, keep)
        except (BadBackup, OSError) as error:
            raise CommandError(f"{error} No archive was made.") from error
        except (sqlite3.Error, psycopg.Error) as error:
            raise CommandError(failed(error, "No archive was made.")) from error
        self.stdout.write(f"{made}: {megabytes(made.stat().st_size)}, read back, the same row by row.")


def back_up(folder: Path, keep: int) -> Path:
    """Make an archive of the book in use, whatever database holds it."""
    media, now = Path(settings.MEDIA_ROOT), timezone.now()
    if connection.vendor == "postgresql":
        return postgres_backups.back_up(postgres_server(), media, folder, now, keep)
    return backups.back_up(Path(connection.settings_dict["NAME"]), media, folder, now, keep)
