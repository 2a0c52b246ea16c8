"""Load the demo content, in the order of the fixtures' numbers."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from races.models import Series


class Command(BaseCommand):
    help = "Load the demo content from fixtures/. With --if-empty, only into a book without any series."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing where the book holds a series")

    def handle(self, *args, if_empty, verbosity, **options):
        if if_empty and Series.objects.exists():
            return
        names = sorted(path.stem for path in (settings.BASE_DIR / "fixtures").glob("*.json"))
        call_command("loaddata", *names, verbosity=verbosity)
