"""What articles have said about the sport, asked of our records: one address each."""

from __future__ import annotations

from racestats.addresses import address_of
from stats.finder.asking.examples import examples, on_file

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePage, TablePageView
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, NoteColumn


class ExampleTable(BaseTable):
    """Records are dicts of an example."""

    question = Column("Question", url="url", orderable=False)
    printed = NoteColumn("Printed answer", orderable=False, priority=2)
    answer = NoteColumn("Our records", orderable=False, priority=1)
    differs = NoteColumn("Where they differ", orderable=False, priority=2)
    source = Column("Printed by", orderable=False, priority=3)

    class Meta(BaseTable.Meta):
        empty_text = "None of them can be asked of what is on file."


class FinderExamplesView(TablePageView):
    template_name = "pages/finder_examples.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters):
        everything = examples()
        found = on_file(everything)
        rows = [{**each._asdict(), "url": f"{address_of('races:finder')}?{each.query}"} for each in found]
        return TablePage(
            "Eighty questions and their answers",
            {"examples": ExampleTable(rows, rows_shown=len(everything))},
            notes=["Listed are those whose series, drivers and races are on file here."],
            total=len(everything),
            matching=len(rows),
        )
