"""A race's rulings, what each of them changed, and the race's results as the book gave them on an earlier day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.lines import RulingRecord, values_before
from races.models import Race, Result, Ruling, RulingChange
from races.models.rulings import change_in_words, undone


def rulings_of(race: Race) -> QuerySet[Ruling]:
    """The race's rulings in order, with what they changed. Two queries."""
    changes = RulingChange.objects.select_related("result__entry__driver", "result__session").order_by("pk")
    return race.rulings.prefetch_related(Prefetch("changes", changes)).order_by("announced", "number")


def undo_later(results: Iterable[Result], rulings: Iterable[Ruling], as_of: AsOf | None) -> None:
    """Give results, in place, the values they had on a day, before the rulings that came later."""
    later = [
        RulingRecord(ruling.announced, {change.result_id: undone(change.before) for change in ruling.changes.all()})
        for ruling in rulings
        if not ruling.applies_as_of(as_of)
    ]
    before = values_before(later)
    for result in results:
        values = before.get(result.pk, {})
        for column, value in values.items():
            setattr(result, column, value)
        # Its place at the line is only another one once a ruling has moved it.
        if values and result.position == result.crossed_line:
            result.crossed_line = None


class MovedDriver(NamedTuple):
    """What a ruling did to one driver: from which place to which, where it changed that, and the rest in words.

    It went `against` whom it moved back, disqualified or took points from.
    """

    driver: Driver
    places: tuple[int | None, int | None] | None
    others: list[str]
    against: bool


def moved_by(ruling: Ruling) -> list[MovedDriver]:
    """All whom a ruling moved: first those against whom it went, then by the place that they came to.

    Its changes and penalties are prefetched, with their drivers.
    """
    found = [
        MovedDriver(penalty.driver, None, [penalty.in_words], penalty.points > 0) for penalty in ruling.penalties.all()
    ]
    for change in ruling.changes.all():
        changed = change.changed
        if not changed:
            continue  # What makes no sense as a change says nothing.
        places = changed.get("position")
        others = [change_in_words(name, *values) for name, values in changed.items() if name != "position"]
        back = places is not None and None not in places and places[1] > places[0]
        disqualified = "disqualified" in changed and changed["disqualified"][1] is True
        found.append(MovedDriver(change.result.entry.driver, places, others, back or disqualified))
    return sorted(found, key=lambda each: (not each.against, (each.places and each.places[1]) or 0))
