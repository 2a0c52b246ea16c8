import sqlite3
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from racestats.ailments import failed
from racestats.serving import backups, postgres_backups
from racestats.serving.backups import BadBackup
from racestats.serving.data_version import postgres_server

from .backup import back_up


class Command(BaseCommand):
    requires_system_checks = []  # They write, and this must work where nothing can be written.
    help = "Put an archive of `backup` in place of the book and its photos. The book as it was is backed up first."

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, archive, yes, **options):
        book, media = Path(connection.settings_dict["NAME"]), Path(settings.MEDIA_ROOT)
        postgres = connection.vendor == "postgresql"
        if not archive.is_file():
            raise CommandError(f"There is no archive {archive}.")
        if not yes and self.ask(f"{book} becomes what {archive.name} holds. Type yes to go on: ") != "yes":
            raise CommandError("Nothing was done.")
        connection.close()
        try:
            if postgres or book.exists():
                self.stdout.write(f"The book as it was is in {back_up(archive.parent, keep=10_000)}.")
            if postgres:
                postgres_backups.put_back(archive, postgres_server(), media)
            else:
                backups.put_back(archive, book, media)
        except (sqlite3.Error, psycopg.Error) as error:
            raise CommandError(failed(error, "The book is as it was.")) from error
        except (BadBackup, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The book is that of {archive.name}. Run migrate if the code is newer.")

    @staticmethod
    def ask(question: str) -> str:
        try:
            return input(question)
        except EOFError:  # Nobody is there to answer.
            return ""
