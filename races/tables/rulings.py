"""The ledger of rulings."""

from __future__ import annotations

from django.db.models import F

from racestats.columns import Column, DateColumn, NoteColumn, NumberColumn
from racestats.tables import BaseTable

SHOWN = 3
"""Of a ruling that moved half the field, so many changes are written out on the page."""


class ChangesColumn(NoteColumn):
    """What the ruling changed, result by result, and the points it took: all to machines, the first to people."""

    css = "sentence"

    def raw(self, record):
        said = [f"{change.result.entry.driver}: {', '.join(change.in_words)}" for change in record.changes.all()]
        said += [f"{penalty.driver}: {penalty.in_words}" for penalty in record.penalties.all()]
        return "; ".join(said) or None

    def text(self, value):
        said = (value or "").split("; ")
        more = len(said) - SHOWN
        return "; ".join(said[:SHOWN]) + (f"; and {more} more" if more > 0 else "")


class ReasonColumn(NoteColumn):
    css = "sentence"


class SourcesColumn(NoteColumn):
    css = "sentence"

    def raw(self, record):
        return "; ".join(str(citation.source) for citation in record.citations.all()) or None


class RulingTable(BaseTable):
    optional = ("reason",)

    announced = DateColumn("Announced")
    race = Column("Race", accessor="race__label", link="race", orderable=False)
    date = DateColumn("Run", accessor="race__date")
    kind = Column("Kind", accessor="get_kind_display", order=F("kind"))
    ruling = Column("Ruling", accessor="title", orderable=False)
    reason = ReasonColumn("Reason", orderable=False)
    results = NumberColumn("Results changed", accessor="changed")
    changes = ChangesColumn("What changed", accessor="pk", orderable=False)
    sources = SourcesColumn("Sources", accessor="pk", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "The book holds no ruling that matches."
