"""A race's rulings, and its results as the book gave them on an earlier day."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from races.as_of import AsOf
from races.derived.lines import RulingRecord, values_before
from races.models import Race, Result, Ruling, RulingChange
from races.models.rulings import undone


def rulings_of(race: Race) -> QuerySet[Ruling]:
    """The race's rulings in order, with what they changed. Two queries."""
    changes = RulingChange.objects.select_related("result__entry__driver", "result__session").order_by("pk")
    return (
        Ruling.objects.filter(race=race).prefetch_related(Prefetch("changes", changes)).order_by("announced", "number")
    )


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
