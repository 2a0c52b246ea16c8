"""Rebuild the derived rows of the record book, or compare them with a rebuild."""

from django.core.management.base import BaseCommand, CommandError

from races.derived.refresh import differences, rebuild
from races.derived.upgrade import rows_in_words, unapplied_migrations, what_is_behind, what_is_behind_in_rules


class Command(BaseCommand):
    requires_system_checks = []  # They write, and this must work where nothing can be written.
    help = "Rebuilds the derived rows of the record book; with --check only compares, and exits 1 on a difference."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; exit 1 on a difference, or where other rules made the rows",
        )

    def handle(self, *args, check, **options):
        if unapplied_migrations():
            raise CommandError(what_is_behind())
        if not check:
            self.stdout.write(f"{rows_in_words(rebuild())} changed.")
            return
        count, behind = differences(), what_is_behind_in_rules()
        if count or behind:
            raise CommandError(
                f"{rows_in_words(count)} would change: run rebuild_stats. {behind}".strip(), returncode=1
            )
        self.stdout.write("No derived row differs from a rebuild.")
