"""As of when a preview is: the day before the race, after the round before it."""

from __future__ import annotations

from datetime import date, timedelta

from races.as_of import AsOf
from races.models import Race, RaceCoverage
from races.order import order_of


def eve_of(race: Race, asked: AsOf | None) -> AsOf | None:
    """The day before a race, or the earlier one that is asked for; None for the book as it stands, where that is of
    before the race. Of a race without a date, and of the second of a day, what was known after the round before it.
    Two queries at most."""
    if asked and not race.was_run_by(asked):
        return asked
    before = _round_before(race)
    if race.date is None:
        return AsOf.after(before) if before else AsOf.on(date(race.season.year - 1, 12, 31))
    if not race.was_run and not RaceCoverage.objects.filter(known_on__gte=race.date).exists():
        return None
    if before and before.coverage.known_on >= race.date:
        return AsOf.after(before)
    return AsOf.on(race.date - timedelta(days=1))


def _round_before(race: Race) -> Race | None:
    """The last points race of its series that had been run before it, by order; of no other race is there one."""
    order = order_of(race)
    if order is None:
        return None
    earlier = Race.objects.points().run().filter(season__series=race.season.series_id, coverage__race_order__lt=order)
    return earlier.with_label().select_related("coverage").order_by("-coverage__race_order").first()
