"""A race's rulings, and its results as the book gave them on an earlier day."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Prefetch, Q

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.lines import RulingRecord, values_before
from races.models import Citation, Penalty, Race, Result, Ruling, RulingChange
from races.models.rulings import undone
from racestats.json_rows import rows_of

PENALTY = ("points", "driver__name", "driver__suffix", "driver__slug")


def rulings_and_citations(race: Race) -> tuple[list[Ruling], list[Citation]]:
    """The race's rulings in order, each with its `sources` and `penalised`, and the race's own citations.

    Three queries, fewer where there are no rulings.
    """
    changes = RulingChange.objects.select_related("result__entry__driver", "result__session").order_by("pk")
    rulings = list(
        Ruling.objects.filter(race=race)
        .annotate(penalty_rows=rows_of(Penalty.objects.filter(ruling=OuterRef("pk")), "ruling", *PENALTY))
        .prefetch_related(Prefetch("changes", changes))
        .order_by("announced", "number")
    )
    citations = list(
        Citation.objects.filter(Q(race=race) | Q(ruling__race=race)).select_related("source").order_by("pk")
    )
    for ruling in rulings:
        ruling.sources = [citation for citation in citations if citation.ruling_id == ruling.pk]
        ruling.penalised = [
            Penalty(points=points, driver=Driver(name=name, suffix=suffix, slug=slug))
            for points, name, suffix, slug in ruling.penalty_rows or ()
        ]
    return rulings, [citation for citation in citations if citation.race_id == race.pk]


def undo_later(results: Iterable[Result], rulings: list[Ruling], as_of: AsOf | None) -> None:
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
