"""The corrections: which numbers were wrong, as readers reported them, and what was changed."""

from __future__ import annotations

from django.db.models import F

from newsroom.models import Report

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, DateColumn, NoteColumn
from ..kit.tables.table_page import TablePage


class CorrectionTable(BaseTable):
    heads_rows = "what"

    day = DateColumn("Corrected", order=F("closed_at"), priority=1)
    what = Column("What", url="address", order=F("page"))
    number = Column("Number", accessor="field")
    was = NoteColumn("As it was shown", accessor="value", priority=2)
    answer = Column("What was changed", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No number has had to be corrected yet."


class CorrectionsView(TablePageView):
    template_name = "pages/corrections.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters) -> TablePage:
        table = CorrectionTable(Report.objects.corrections())
        total = len(table.rows)
        return TablePage("Corrections", {"corrections": table}, total=total, matching=total)
