"""The base table: one definition of rows, drawn as HTML here and as every other form in `forms`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django_tables2.data import TableData, TableListData, TableQuerysetData

from .columns import Column
from .links import Links

PER_PAGE, MOST_PER_PAGE = 50, 200
READ_AT_ONCE = 2000
"""Records of a query that are held together, however many there are."""


class ClampedPaginator(Paginator):
    """Shows the nearest page there is, where an address asks for one there is not."""

    def page(self, number):
        return super().page(min(max(number, 1), self.num_pages))


class RecordList(TableListData):
    """Records that are no queryset, sorted as querysets are: unknown values last, ties in the order they came in."""

    def order_by(self, aliases):
        for alias in reversed(aliases):
            column, records = self.table.columns[alias.removeprefix("-")].column, list(self.data)
            known = [record for record in records if column.sort_key(record) is not None]
            unknown = [record for record in records if column.sort_key(record) is None]
            self.data = sorted(known, key=column.sort_key, reverse=alias.startswith("-")) + unknown


class QueryRecords(TableQuerysetData):
    """Records of a query: where all are wanted they are read so many at a time, unless they were read to be counted."""

    _length: int | None = None

    def __iter__(self) -> Iterator:
        return iter(self.data) if self._length is not None else self.data.iterator(chunk_size=READ_AT_ONCE)


class BaseTable(tables.Table):
    """Every table of the site. `caption` says what the table holds; `empty_text` what it means that it is empty."""

    caption = ""
    optional: tuple[str, ...] = ()
    links: Links | None = None

    class Meta:
        template_name = "includes/table.html"
        empty_text = "Nothing in the book matches."

    def __init__(self, data, *, order_by: str = "", caption: str = "", rows_shown: int = PER_PAGE, **kwargs):
        if isinstance(data, QuerySet):
            data = QueryRecords(data)
        elif not isinstance(data, TableData):
            data = RecordList(data if isinstance(data, Sequence) else list(data))
        super().__init__(data, **kwargs)
        self.rows_shown = rows_shown
        self.caption = caption or self.caption
        for bound in self.columns:
            bound.column.accessor = bound.accessor
        if order_by:
            self.order_by = order_by

    def sort(self, query) -> BaseTable:
        """Sort the table as the address asks; a column that is not there sorts nothing."""
        order = query.get(self.prefixed_order_by_field, "")
        name = order.removeprefix("-")
        if name in self.columns.names() and self.columns[name].orderable:
            self.order_by = order
        return self

    def cut(self, query) -> BaseTable:
        """Keep the page that the address asks for; what it asks wrongly is brought to the nearest sense."""
        per_page = whole_number(query.get(self.prefixed_per_page_field), self.rows_shown)
        self.paginate(
            ClampedPaginator,
            per_page=min(max(per_page, 1), MOST_PER_PAGE),
            page=whole_number(query.get(self.prefixed_page_field), 1),
        )
        return self

    def shown_columns(self) -> list[tuple[str, Column]]:
        return [(bound.name, bound.column) for bound in self.columns]

    @cached_property
    def html_columns(self) -> list:
        """The columns to draw: those in `optional` only where a row of the page has something to say."""
        records = list(self.page_records())
        return [
            bound
            for bound in self.columns
            if bound.name not in self.optional or any(bound.column.raw(record) is not None for record in records)
        ]

    def page_records(self) -> Iterator:
        """The records of the page being shown."""
        return (row.record for row in self.paginated_rows)

    def all_records(self) -> Iterator:
        """Every record, in the order of the page."""
        return iter(self.data)

    def href(self, column: Column, record) -> str | None:
        """Where a cell leads to: with the series and the day that the page was asked for."""
        url = column.href(record)
        return self.links.keep(url) if url and self.links else url

    def row_class(self, record) -> str:
        return ""

    def html_rows(self) -> SafeString:
        """The rows of the page being shown."""
        return mark_safe("\n".join(self._html(self.page_records(), self.html_columns)))

    def all_html_rows(self) -> Iterator[str]:
        """Every row, written when it is asked for."""
        return self._html(self.all_records(), self.columns)

    def _html(self, records: Iterator, shown) -> Iterator[str]:
        """Written out here because a template costs many times more per cell."""
        columns = [
            (column, f' class="{column.css}"' if column.css else "") for column in (bound.column for bound in shown)
        ]
        for record in records:
            cells = []
            for column, attribute in columns:
                text = conditional_escape(column.written(record))
                if href := self.href(column, record):
                    text = f'<a href="{conditional_escape(href)}">{text}</a>'
                cells.append(f"<td{attribute}>{text}</td>")
            css = self.row_class(record)
            yield f"<tr{f' class={css!r}' if css else ''}>{''.join(cells)}</tr>"


def whole_number(text: str | None, default: int) -> int:
    """An address's whole number, or the default where it is none; what is absurdly long is not read at all."""
    try:
        return int(text) if text and len(text) < 10 else default
    except ValueError:
        return default
