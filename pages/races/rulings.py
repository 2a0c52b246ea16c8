"""The ledger of rulings: every dated decision that changed the book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, F, Prefetch, Q

from races.models import Citation, Penalty, Ruling, RulingChange
from races.models.races import label_of
from racestats import formatting
from stats.race.rulings import MovedDriver, moved_by

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import scope_page
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, DateColumn, NoteColumn, NumberColumn
from ..kit.tables.racing_columns import RaceNameColumn


class RulingFilter(ScopeFilterSet):
    keys = ("series", "season", "from", "to", "era", "track", "type", "driver", "kind", "as_of")


SHOWN = 3
"""Of a ruling that moved half the field, so many changes are written out on the page."""


class ChangesColumn(NoteColumn):
    """What the ruling changed, result by result, and the points it took: all to machines, the first to people."""

    def raw(self, record):
        said = [f"{change.result.entry.driver}: {', '.join(change.in_words)}" for change in record.changes.all()]
        said += [f"{penalty.driver}: {penalty.in_words}" for penalty in record.penalties.all()]
        return "; ".join(said) or None

    def text(self, value):
        said = (value or "").split("; ")
        more = len(said) - SHOWN
        return "; ".join(said[:SHOWN]) + (f"; and {more} more" if more > 0 else "")


class SourcesColumn(NoteColumn):
    def raw(self, record):
        return "; ".join(str(citation.source) for citation in record.citations.all()) or None


class RulingInShort(NamedTuple):
    """A ruling, the first whom it moved, and how many others."""

    ruling: Ruling
    moves: list[MovedDriver]
    more: int


class RulingTable(BaseTable):
    heads_rows = "ruling"

    announced = DateColumn("Announced", priority=1)
    race = RaceNameColumn("Race", accessor="race__label", link="race", orderable=False)
    date = DateColumn("Run", accessor="race__date", priority=3)
    kind = Column("Kind", accessor="get_kind_display", order=F("kind"), priority=2)
    ruling = Column("Ruling", accessor="title", orderable=False)
    reason = NoteColumn("Reason", orderable=False)
    results = NumberColumn("Results changed", accessor="changed", priority=3)
    changes = ChangesColumn("What changed", accessor="pk", orderable=False, priority=2)
    sources = SourcesColumn("Sources", accessor="pk", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "No ruling on file matches."

    def told(self) -> Iterator[RulingInShort]:
        """The rulings of the page being shown."""
        for ruling in self.page_records():
            moves = moved_by(ruling)
            yield RulingInShort(ruling, moves[:SHOWN], len(moves[SHOWN:]))


class RulingsView(TablePageView):
    template_name = "pages/rulings.html"
    filterset_class = RulingFilter

    def get_page(self, filters):
        scope = filters.scope
        races = scope.narrowed(driver=None, as_of=None).races()
        rulings = Ruling.objects.filter(race__in=races).as_of(scope.as_of)
        total = rulings.count()
        if scope.driver:
            mine = Q(changes__result__entry__driver=scope.driver) | Q(penalties__driver=scope.driver)
            rulings = rulings.filter(pk__in=Ruling.objects.filter(mine).values("pk"))
        if kind := filters.value("kind"):
            rulings = rulings.filter(kind=kind)
        table = RulingTable(
            rulings.annotate(changed=Count("changes"))
            .select_related(*label_of("race"))
            .prefetch_related(
                Prefetch("changes", RulingChange.objects.select_related("result__entry__driver")),
                Prefetch("penalties", Penalty.objects.select_related("driver")),
                Prefetch("citations", Citation.objects.select_related("source")),
            ),
            order_by="-announced",
        )
        count = len(table.rows)
        notes = [
            f"{formatting.plural(count, 'ruling')} on points races: disqualifications, penalties, appeals and "
            "corrections. Results are shown as amended; each ruling says what stood before it.",
        ]
        return scope_page("Rulings", filters, scope, {"rulings": table}, notes=notes, total=total, matching=count)
