"""Ask the public feeds what is new, and bring it in. Made for cron. See `desk.updates`."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from desk.updates.lock import Going
from desk.updates.run import NUMBERS, Teller, Update, Wanted
from importing.management.commands.import_results import INTERRUPTED
from importing.report import console_of, show_outcome
from importing.run import Interrupted
from races.models import Series
from racestats import clock
from racestats.ailments import failed
from racestats.formatting import listed, plural

AGAIN = "What is in stays; the same command goes on from there."


class Command(BaseCommand):
    requires_system_checks = []
    sleep = staticmethod(time.sleep)
    help = (
        "Ask the public feeds what is new of a season, and bring it in: races to come, and results, as provisional. "
        "What would change an official race waits at the desk for an editor. The exit status is 0 where nothing was "
        "wrong, 1 where something did not come; the rest did."
    )

    def add_arguments(self, parser):
        parser.add_argument("--series", choices=sorted(NUMBERS), help="of this series alone (default: of all)")
        parser.add_argument(
            "--season",
            type=int,
            metavar="YEAR",
            help="of this season, and all its official races too (default: this year's, and official races of the "
            "last month)",
        )
        parser.add_argument(
            "--create-drivers",
            action="store_true",
            help="make drivers whom the book lacks (default: an editor says whether they are new)",
        )
        parser.add_argument("--dry-run", action="store_true", help="show each plan, and write nothing")

    def handle(self, *args, series, season, create_drivers, dry_run, verbosity, **options):
        console, errors = (
            console_of(stream, options["no_color"], options["force_color"]) for stream in (self.stdout, self.stderr)
        )

        def say(line: str) -> None:
            if verbosity:
                console.print(line, highlight=False, markup=False, soft_wrap=True)

        def complain(line: str) -> None:
            errors.print(line, highlight=False, markup=False, soft_wrap=True)

        def show(location, outcome, how) -> None:
            if verbosity:
                show_outcome(console, location, outcome, how, verbosity)

        held = [slug for slug in NUMBERS if slug in set(Series.objects.values_list("slug", flat=True))]
        chosen = [slug for slug in held if series in (None, slug)]
        if not chosen:
            raise CommandError(f"The book has no series {series or listed([*NUMBERS])}: make it in the admin.")
        wanted = Wanted(season or clock.today().year, chosen, season is not None, create_drivers, dry_run)
        update = Update(wanted, Teller(say, complain, show), self.sleep)
        try:
            update.run()
        except Going as going:
            raise CommandError(str(going)) from None
        except (Interrupted, KeyboardInterrupt):
            raise CommandError(f"Interrupted. {AGAIN}", returncode=INTERRUPTED) from None
        except DatabaseError as error:
            raise CommandError(failed(error, AGAIN)) from error
        asked = (
            f"{plural(update.record.asked, 'address', 'addresses')} asked, {update.record.unchanged:,} with nothing new"
        )
        say(f"{wanted}: {asked}.")
        if update.failed:
            raise CommandError(f"{plural(update.failed, 'thing')} did not come. {AGAIN}")
