"""The sheet of a race weekend: what is to be told before a race, and what after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from races.models import Race
from racestats.formatting import day
from stats.scope import Scope
from stats.weekend.eve import eve_of
from stats.weekend.notes import notes_sheet_of, with_story
from stats.weekend.preview import preview_of, with_facts
from stats.weekend.sheet import WeekendSheet

from ..kit.filters.filter_sets import AsOfFilter
from ..kit.forms import TablePageView
from ..kit.found import race_or_404
from ..kit.scoped import SaidAbove, scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, MarkColumn
from ..kit.tables.table_page import TablePage
from ..kit.writers import WRITERS
from .sheet_forms import WRITERS_OF_SHEETS


class SheetRow(NamedTuple):
    """A line of a sheet with the title of its section."""

    section: str
    text: str
    url: str
    exact: bool

    @classmethod
    def of(cls, sheet: WeekendSheet) -> Iterator[SheetRow]:
        for section in sheet.sections:
            for line in section.lines:
                yield cls(section.title, line.text, line.url, line.exact)


class SheetLinesTable(BaseTable):
    """The lines, one by one, each with its evidence."""

    caption = "All lines"
    heads_rows = "text"

    section = Column("Section", orderable=False)
    text = Column("Line", url="url", orderable=False)
    exact = MarkColumn("Exact", title="Else at least so much: not all of it is on file", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "There is nothing to tell."


SHEET_FORMS = {"pdf": "PDF", "txt": "Plain text", "json": "JSON", "csv": "CSV"}
"""The forms that the page offers, as readers know them."""


def subtitle_of(race: Race) -> str:
    """“AdventHealth 400 · Kansas Speedway · Sunday, May 11, 2025 · NASCAR Cup Series”."""
    when = f"{race.date:%A}, {day(race.date)}" if race.date else ""
    series = race.season.series.name_in(race.season.year)
    return " · ".join(filter(None, (race.name, race.track_name, when, series)))


class SheetView(TablePageView):
    """A sheet of one race: its table has all lines, and its page draws them by section."""

    template_name = "pages/weekend.html"
    filterset_class = AsOfFilter
    writers = WRITERS | WRITERS_OF_SHEETS
    what = ""
    """What the sheet is called."""

    def sheet_page(self, filters, race: Race, scope: Scope, sheet: WeekendSheet) -> TablePage:
        """The page as it was asked for; `scope` is of the day that it is of."""
        lines = list(SheetRow.of(sheet))
        counted = [f"{section.title}: {section.counted}" for section in sheet.sections if section.counted]
        return scope_page(
            f"{self.what}: {race.label}",
            filters,
            scope,
            {"lines": SheetLinesTable(lines, rows_shown=200)},
            notes=[*map(SaidAbove, sheet.said), *map(SaidAbove, counted)],
            total=len(lines),
            matching=len(lines),
            context={
                "title": f"{self.what}: {race.full_label}",
                "subtitle": subtitle_of(race),
                "race": race,
                "sheet": sheet,
                "series_name": race.season.series.name_in(race.season.year),
                "what": self.what,
                "sheet_forms": SHEET_FORMS,
            },
        )


class PreviewView(SheetView):
    """Before a race: as of the day before, however long ago it was run."""

    what = "Preview"

    def get_page(self, filters, series, year, key):
        race = race_or_404(with_facts(Race.objects.all()), series, year, key)
        asked = filters.scope.as_of
        eve = eve_of(race, asked)
        scope = Scope(series=race.season.series, as_of=eve)
        sheet = preview_of(race, scope, as_asked=asked is not None and eve == asked)
        return self.sheet_page(filters, race, filters.scope if asked else Scope(as_of=eve), sheet)


class NotesView(SheetView):
    """After a race: what it meant."""

    what = "Notes"

    def get_page(self, filters, series, year, key):
        race = race_or_404(with_story(Race.objects.all()), series, year, key)
        return self.sheet_page(filters, race, filters.scope, notes_sheet_of(race, filters.scope.as_of))
