"""Write race documents, one line of JSON for each race."""

import os
import sys

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F

from importing.export import Unwritable, as_json, race_documents
from races.models import Race
from races.models.keys import of_key

BATCH = 100


class Command(BaseCommand):
    help = "Write race documents as JSON lines, season by season; the races without a round follow those with one."

    def add_arguments(self, parser):
        parser.add_argument("--series", help="the series' slug")
        parser.add_argument("--season", type=int)
        parser.add_argument("--race", metavar="KEY", help="a round, or the slug of a race without one")

    def handle(self, *args, series, season, race, **options):
        by_round = F("round").asc(nulls_last=True)
        races = Race.objects.order_by("season__series__slug", "season__year", by_round, "slug")
        if series is not None:
            races = races.filter(season__series__slug=series)
        if season is not None:
            races = races.filter(season__year=season)
        if race is not None:
            races = races.filter(of_key(race)) if race else races.none()
        ids = list(races.values_list("pk", flat=True))
        if not ids:
            raise CommandError("The book holds no such race.")
        try:
            for first in range(0, len(ids), BATCH):
                batch = ids[first : first + BATCH]
                for document in race_documents(races.filter(pk__in=batch)):
                    self.stdout.write(as_json(document))
            self.stdout.flush()
        except Unwritable as problem:
            raise CommandError(str(problem)) from problem
        except BrokenPipeError:  # Whoever reads, such as `head`, has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
