"""What the site is, how it counts, how much is on file, and where that comes from."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Max, Min, Q, Value
from django.db.models.functions import NullIf

from races.models import Race, Series, Source
from racestats import formatting
from stats.careers.active import LAST_RACES

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import SaidAbove
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, DateColumn, LowestFirstColumn, NumberColumn
from ..kit.tables.table_page import TablePage


class SourceColumn(Column):
    """A source, which leads to its own address where it has one."""

    def href(self, record):
        return record.url or None


class SourceTable(BaseTable):
    caption = "Sources"

    source = SourceColumn("Source", accessor="title", url="url")
    publisher = Column("Publisher", order=NullIf("publisher", Value("")), priority=2)
    published = DateColumn("Published")
    races = NumberColumn(
        "Races", title="Races that cite it; some are of champions, totals, points or rulings instead", bar=True
    )

    class Meta(BaseTable.Meta):
        empty_text = "No source on file yet."


class OnFile(NamedTuple):
    """How much of a series is on file: its points races, and of how many of them each thing is known."""

    series: Series
    races: int
    first: int
    last: int
    whole: int
    dates: int
    poles: int
    laps_led: int
    margins: int

    @property
    def in_words(self) -> str:
        seasons = f", {self.first} to {self.last}" if self.last > self.first else ""
        return f"{self.series}: {formatting.plural(self.races, 'points race')} on file{seasons}."


class OnFileTable(BaseTable):
    caption = "What is on file"

    series = Column("Series", link="series", orderable=False)
    races = NumberColumn("Races", title="Points races", orderable=False)
    first = LowestFirstColumn("From", show=str, orderable=False, priority=2)
    last = LowestFirstColumn("To", show=str, orderable=False, priority=2)
    whole = NumberColumn("Whole fields", title="Races with the result of every car", orderable=False)
    dates = NumberColumn("Dates", title="Races whose date is known", orderable=False, priority=2)
    poles = NumberColumn("Poles", title="Races of which the pole award is known", orderable=False, priority=2)
    laps_led = NumberColumn("Laps led", title="Races of which every lap leader is known", orderable=False, priority=2)
    margins = NumberColumn(
        "Margins", title="Races whose margin is known, or that ended under caution", orderable=False, priority=2
    )

    class Meta(BaseTable.Meta):
        empty_text = "No race on file yet."


class AboutView(TablePageView):
    template_name = "pages/about.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters) -> TablePage:
        sources = Source.objects.annotate(races=Count("citations__race", distinct=True))
        total = Source.objects.count()
        series = on_file()
        return TablePage(
            "About racestats",
            {"sources": SourceTable(sources, order_by="-races"), "series": OnFileTable(series, prefix="series-")},
            notes=[SaidAbove(each.in_words) for each in series],
            total=total,
            matching=total,
            context={
                "series": series,
                "last_races": LAST_RACES,
                "sections": [
                    ("series-table", "On file"),
                    ("how-we-count", "How we count"),
                    ("corrections", "Corrections"),
                    ("follow", "Follow"),
                    ("sources", "Sources"),
                ],
            },
        )


def on_file() -> list[OnFile]:
    """Of each series that has points races. Two queries."""
    known = {"whole": "whole", "poles": "pole", "laps_led": "laps_led", "margins": "margin"}
    rows = (
        Race.objects.points()
        .run()
        .order_by("season__series__name")
        .values_list("season__series")
        .annotate(
            races=Count("pk"),
            first=Min("season__year"),
            last=Max("season__year"),
            dates=Count("date"),
            **{name: Count("pk", filter=Q(**{f"coverage__{flag}": True})) for name, flag in known.items()},
        )
        .values("season__series", *OnFile._fields[1:])
    )
    series = Series.objects.in_bulk()
    return [OnFile(series[row.pop("season__series")], **row) for row in rows]
