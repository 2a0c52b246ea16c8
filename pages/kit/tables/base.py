"""The base table: one definition of rows, drawn as HTML here and as every other form in `forms`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import django_tables2 as tables
from django.core.paginator import EmptyPage
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django_tables2.data import TableData, TableListData, TableQuerysetData

from racestats.errors import BadFilter

from ..filters.parameters import suggesting
from ..html import escaped
from ..links import Links
from .columns import Column

Row = TypeVar("Row")

PER_PAGE, MOST_PER_PAGE = 50, 200
READ_AT_ONCE = 1000
"""Records of a query that are held together, however many there are. Of twice as many SQLite joins what belongs to them
the wrong way round."""
SENT_AT_ONCE = 15_000
"""Rows that one answer has at most, in the forms that do not come in pages: more would keep a server for too long."""
ON_THE_PODIUM = 3


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


BARS = 50
"""The bar behind the largest number of a column is so many steps long; the stylesheet has a class for each."""
WIDE = 10
"""A table of more columns may be wider than the text around it."""


class BaseTable(tables.Table):
    """Every table of the site. `caption` says what the table holds; `empty_text` what it means that it is empty.

    `heads_rows` names the column that says what a row is about: unless a table says so, the first that leads somewhere
    and is neither a number nor a date.
    """

    caption = ""
    label = ""
    """What a reader must know of the whole table, in a few words beside its title: “unofficial”."""
    heads_rows = ""
    name = ""
    """What the page calls it; `table=NAME` in an address asks for this table alone."""
    links: Links | None = None

    class Meta:
        template_name = "includes/table.html"
        empty_text = "Nothing on file matches."

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

    def sort(self, query) -> dict[str, list[str]]:
        """Sort the table as the address asks; return what it asks wrongly, by parameter."""
        order = query.get(self.prefixed_order_by_field)
        if not order:
            return {}
        name, sortable = order.removeprefix("-"), [bound.name for bound in self.columns if bound.orderable]
        if name not in sortable:
            those = f"This table sorts by {', '.join(sortable)}." if sortable else "Nothing sorts this table."
            problem = suggesting(f"“{name}” is not a column that sorts", name, sortable, those)
            return {self.prefixed_order_by_field: [problem]}
        self.order_by = order
        return {}

    def cut(self, query, *, in_pages: bool = True) -> dict[str, list[str]]:
        """Keep the page that the address asks for, of at most `MOST_PER_PAGE` rows; return what it asks wrongly.

        Where all rows are shown, not `in_pages`, they are counted only for an address that asks for a further page.
        """
        asked = {name: query[name] for name in self.paging if query.get(name)}
        if wrong := {name: [NO_NUMBER.format(text)] for name, text in asked.items() if not is_count(text)}:
            return wrong
        page, per_page = (int(asked.get(name, default)) for name, default in zip(self.paging, (1, self.rows_shown)))
        if in_pages or page > 1:
            try:
                self.paginate(per_page=min(per_page, MOST_PER_PAGE), page=page)
            except EmptyPage:
                problem = f"There is no page {page}: the last is {self.paginator.num_pages}."
                return {self.prefixed_page_field: [problem]}
        return {}

    def cut_long(self, query, count: int) -> tuple[str, int | None]:
        """Of more rows than one answer may have, keep the part that the address asks for; say which it is, and which
        page has the next."""
        if count <= SENT_AT_ONCE:
            return "", None
        page, last = int(query.get(self.prefixed_page_field) or 1), -(-count // SENT_AT_ONCE)
        if page > last:
            raise BadFilter({self.prefixed_page_field: [f"There is no page {page}: the last is {last}."]})
        end = min(page * SENT_AT_ONCE, count)
        start = (page - 1) * SENT_AT_ONCE
        self.data.data = self.data.data[start:end]
        part, further = f"These are rows {start + 1:,} to {end:,} of {count:,}.", page + 1 if page < last else None
        return f"{part} page={further} has the next." if further else part, further

    @property
    def paging(self) -> tuple[str, str]:
        """The parameters that choose a part of the table: which page, and of how many rows."""
        return self.prefixed_page_field, self.prefixed_per_page_field

    def shown_columns(self) -> list[tuple[str, Column]]:
        return [(bound.name, bound.column) for bound in self.columns]

    @cached_property
    def html_columns(self) -> list:
        """The columns to draw: those in which a row of the page has something to say."""
        records = list(self.page_records())
        return [bound for bound in self.columns if any(bound.column.raw(record) is not None for record in records)]

    @cached_property
    def row_head(self) -> str:
        """The name of the column that says what a row is about."""
        if self.heads_rows:
            return self.heads_rows
        named = (each for each in self.columns if each.column.has_link and not each.column.numeric)
        return getattr(next(named, None), "name", "")

    @property
    def is_wide(self) -> bool:
        return len(self.html_columns) > WIDE

    @cached_property
    def left_out(self) -> str:
        """Classes that tell which columns are left out where there is no room for all."""
        priorities = {bound.column.priority for bound in self.html_columns}
        return " ".join(f"p{priority}-left-out" for priority in (2, 3) if priority in priorities)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The heads that need a word of explanation, and that word."""
        return [(bound.header, bound.column.title) for bound in self.html_columns if bound.column.title]

    @property
    def begins(self) -> bool:
        """Whether the rows being shown are the first, in the table's own order."""
        return not self.order_by and self.page.number == 1

    def page_records(self) -> Iterator:
        """The records of the page being shown."""
        return iter(self.paginated_rows.data)

    def all_records(self) -> Iterator:
        """Every record, in the order of the page."""
        return iter(self.data)

    def href(self, column: Column, record) -> str | None:
        """Where a cell leads to: with the series and the day that the page was asked for."""
        url = column.href(record)
        return self.links.keep(url) if url and self.links else url

    def html_href(self, column: Column, record) -> str | None:
        """Where a cell leads people to."""
        return self.href(column, record)

    def row_class(self, record) -> str:
        return ""

    def html_rows(self) -> SafeString:
        """The rows of the page being shown."""
        records = list(self.page_records())
        # `_html` escapes each text and each address.
        return mark_safe("\n".join(self._html(records, self.html_columns, records)))  # nosec B308

    def first_html_rows(self, most: int) -> list[str]:
        """The first rows of the page being shown, in the columns that it has."""
        return list(self._html(islice(self.page_records(), most), self.html_columns))

    def all_html_rows(self, most: int | None = None) -> Iterator[str]:
        """Every row, or the first so many, written when it is asked for."""
        return self._html(islice(self.all_records(), most), self.columns)

    def _html(self, records: Iterable, shown, known: list | None = None) -> Iterator[str]:
        """Written out here because a template costs many times more per cell.

        Bars and bold values need all the records beforehand, `known`: those of a page, which can be reported.
        """
        columns = [
            (bound.column, bound.name == self.row_head, Extremes.of(bound.column, known), bound.column.has_link)
            for bound in shown
        ]
        reported = next((column for column, is_head, *_ in columns if is_head), None) or (columns and columns[0][0])
        for place, record in enumerate(records, start=1):
            cells = []
            for column, is_head, extremes, has_link in columns:
                text = column.html(record)
                if has_link and (href := self.html_href(column, record)):
                    text = f'<a href="{escaped(href)}">{text}</a>'
                if known is not None and column is reported:
                    text += f'<button name="row" value="{place}" title="Report"></button>'
                classes = f"{column.classes}{extremes.classes(record)}" if extremes else column.classes
                attribute = f' class="{classes}"' if classes else ""
                cells.append(f'<th scope="row"{attribute}>{text}</th>' if is_head else f"<td{attribute}>{text}</td>")
            css = self.row_class(record)
            yield f"<tr{f' class={css!r}' if css else ''}>{''.join(cells)}</tr>"


class BoardTable(BaseTable):
    """A ranking, whose column `value` is what it ranks by."""

    def podium(self) -> list[tuple[Any, str, str | None]]:
        """The first rows, each with its figure and the races behind it, where the table begins with them."""
        column, shown = self.columns["value"].column, on_the_podium(self.page_records()) if self.begins else []
        return [(row, column.write(row), self.href(column, row)) for row in shown]


class Extremes:
    """The largest and the best value of a column in the rows shown: what its bars and its bold values compare with."""

    def __init__(self, column: Column, values: list):
        self.column = column
        self.largest = max(values)
        lowest_first = not column.initial_sort_descending
        self.best = min(values) if lowest_first else self.largest

    @classmethod
    def of(cls, column: Column, records: list | None) -> Extremes | None:
        if records is None or not (column.bar or column.best):
            return None
        values = [value for record in records if (value := column.raw(record))]
        return cls(column, values) if values else None

    def classes(self, record) -> str:
        value, classes = self.column.raw(record), ""
        if value and self.column.bar:
            whole = self.column.bar(record) if callable(self.column.bar) else self.largest
            classes += f" bar b{max(1, round(BARS * value / whole))}"
        if value == self.best and self.column.best:
            classes += " best"
        return classes


NO_NUMBER = "“{}” is not a whole number from 1 to 999,999,999."


def is_count(text: str) -> bool:
    """Whether an address's text is a number of pages or of rows."""
    return bool(re.fullmatch(r"[0-9]{1,9}", text)) and int(text) > 0


def on_the_podium(rows: Iterable[Row]) -> list[Row]:
    """The first three of a ranking; none of one too short to need it."""
    first = list(islice(rows, ON_THE_PODIUM + 1))
    return first[:ON_THE_PODIUM] if len(first) > ON_THE_PODIUM else []
