"""Search: whatever has a page, by what a reader types."""

from __future__ import annotations

from stats.search import search

from .kit.filters.filter_sets import ScopeFilterSet, search_filter
from .kit.forms import TablePageView
from .kit.scoped import scope_page
from .kit.tables.base import BaseTable
from .kit.tables.columns import Column


class SearchFilter(ScopeFilterSet):
    """The day is not asked for here: links lead on to pages as of it."""

    keys = ("as_of",)

    @classmethod
    def get_filters(cls):
        return {"q": search_filter(), **super().get_filters()}


class ResultTable(BaseTable):
    heads_rows = "name"

    name = Column("Result", url="url", orderable=False)
    kind = Column("Kind", show=str.capitalize, orderable=False)
    detail = Column("About", orderable=False)

    class Meta(BaseTable.Meta):
        empty_text = "Nothing is called so."


class SearchView(TablePageView):
    template_name = "pages/search.html"
    filterset_class = SearchFilter

    def get_page(self, filters):
        text, scope = filters.value("q"), filters.scope
        found = search(text, as_of=scope.as_of) if text else []
        return scope_page(
            f"Search: {text}" if text else "Search",
            filters,
            scope,
            {"results": ResultTable(found)},
            total=len(found),
            matching=len(found),
            context={"asked_for": text or ""},
        )
