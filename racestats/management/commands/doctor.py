from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from races.derived.refresh import differences
from races.derived.upgrade import rows_in_words
from racestats.health import problems


class Command(BaseCommand):
    requires_system_checks = []  # They write, and this must work where nothing can be written.
    help = "Look for what is wrong with the database, its derived rows and the disk, and say what to do."

    def handle(self, **options):
        found = problems()
        if "database" not in found and "migrations" not in found:
            found |= self.of_the_book()
        for name, told in found.items():
            self.stdout.write(f"{name}: {told}")
        if found:
            raise CommandError(f"{len(found)} thing{'' if len(found) == 1 else 's'} to see to.")
        self.stdout.write("All is well.")

    def of_the_book(self) -> dict[str, str]:
        """What only a long look tells."""
        found = {}
        try:
            connection.check_constraints()
        except DatabaseError as error:
            found["references"] = str(error)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                told = cursor.execute("PRAGMA integrity_check(5)").fetchall()
            if told != [("ok",)]:
                found["file"] = f"{'; '.join(row[0] for row in told)}. Restore a backup."
        if count := differences():
            found["derived rows"] = f"{rows_in_words(count)} would change. Run: manage.py rebuild_stats"
        return found
