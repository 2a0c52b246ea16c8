"""Rebuild the derived rows of the record book, or compare them with a rebuild."""

from django.core.management.base import BaseCommand, CommandError

from races.derived.refresh import differences, rebuild


class Command(BaseCommand):
    help = "Rebuilds the derived rows of the record book; with --check only compares, and exits 1 on a difference."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on a difference")

    def handle(self, *args, check, **options):
        if not check:
            self.stdout.write(f"{rows(rebuild())} changed.")
        elif count := differences():
            raise CommandError(f"{rows(count)} would change: run rebuild_stats.", returncode=1)
        else:
            self.stdout.write("No derived row differs from a rebuild.")


def rows(count: int) -> str:
    return f"{count:,} derived row{'' if count == 1 else 's'}"
