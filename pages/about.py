"""What the book is, how much is in it, and where it comes from."""

from __future__ import annotations

from django.db.models import Count, Max, Min, Value
from django.db.models.functions import NullIf

from races.models import Race, Source
from racestats import formatting

from .kit.columns import Column, DateColumn, NumberColumn
from .kit.filters import ScopeFilterSet
from .kit.forms import TablePageView
from .kit.table_page import TablePage
from .kit.tables import BaseTable


class SourceColumn(Column):
    """A source, which leads to its own address where it has one."""

    def href(self, record):
        return record.url or None


class SourceTable(BaseTable):
    source = SourceColumn("Source", accessor="title", url="url")
    publisher = Column("Publisher", order=NullIf("publisher", Value("")))
    published = DateColumn("Published")
    races = NumberColumn("Races", title="Races that cite it; some are of champions, totals, points or rulings instead")

    class Meta(BaseTable.Meta):
        empty_text = "The book names no source yet."


class AboutView(TablePageView):
    template_name = "pages/about.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters):
        sources = Source.objects.annotate(races=Count("citations__race", distinct=True))
        total = Source.objects.count()
        return TablePage(
            "About this book",
            {"sources": SourceTable(sources, order_by="-races", caption="Where it comes from")},
            notes=on_file(),
            total=total,
            matching=total,
        )


def on_file() -> list[str]:
    """How many races of each series the book has."""
    series = (
        Race.objects.points()
        .run()
        .order_by("season__series__name")
        .values("season__series__name")
        .annotate(races=Count("pk"), first=Min("season__year"), last=Max("season__year"))
        .values_list("season__series__name", "races", "first", "last")
    )
    return [
        f"{name}: {formatting.plural(races, 'points race')} on file{f', {first} to {last}' * (last > first)}."
        for name, races, first, last in series
    ]
