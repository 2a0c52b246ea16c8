import sqlite3
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from racestats.serving.backups import BadBackup, back_up, put_back

from .backup import book_of_sqlite


class Command(BaseCommand):
    requires_system_checks = []  # They write, and this must work where nothing can be written.
    help = "Put an archive of `backup` in place of the book and its photos. The book as it was is backed up first."

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, archive, yes, **options):
        book, media = book_of_sqlite(), Path(settings.MEDIA_ROOT)
        if not archive.is_file():
            raise CommandError(f"There is no archive {archive}.")
        if not yes and input(f"{book} becomes what {archive.name} holds. Type yes to go on: ") != "yes":
            raise CommandError("Nothing was done.")
        connection.close()
        try:
            if book.exists():
                before = back_up(book, media, archive.parent, timezone.now(), keep=10_000)
                self.stdout.write(f"The book as it was is in {before}.")
            put_back(archive, book, media)
        except sqlite3.Error as error:
            raise CommandError(f"The database failed: {error}. The book is as it was.") from error
        except (BadBackup, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The book is that of {archive.name}. Run migrate if the code is newer.")
