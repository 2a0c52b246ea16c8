"""One address, five forms: a page of tables as HTML, CSV, JSON, Markdown or a table to embed elsewhere.

A view builds a `TablePage` and this module answers with it, whatever the form: nothing else in the project writes CSV,
JSON or Markdown. Every form but HTML holds all rows, so it is written and sent in blocks, as the rows are read; very
many rows come in parts.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, islice

from csp.decorators import csp_replace
from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.generic import View

from racestats.errors import BadFilter, bad_filter, not_found
from racestats.serving.marks import without_marks

from .columns import Column
from .links import Links, filters_of
from .parameters import wrong_parameters
from .tables import BaseTable

FORMS = ("html", "csv", "json", "md", "embed")
ARRANGING = ("sort", "page", "per_page")
"""The parameters of every table, behind the prefix of a further one."""
BLOCK = 500
"""So many rows of an answer are sent together."""


@dataclass
class TablePage:
    """What a page of tables says, before it takes a form. The first table is the main one.

    `matching` of `total` is the denominator of the main table; `as_of` and `filters` say what was asked.
    """

    title: str
    tables: dict[str, BaseTable]
    notes: list[str] = field(default_factory=list)
    total: int | None = None
    matching: int | None = None
    as_of: str | None = None
    filters: dict = field(default_factory=dict)
    context: dict = field(default_factory=dict)

    @property
    def main(self) -> BaseTable:
        return next(iter(self.tables.values()))


class TablePageView(View):
    """A page of tables. Subclasses set `template_name` and `filterset_class`, and build the page from the filters."""

    template_name = "list.html"
    filterset_class = None
    takes: tuple[str, ...] = ()
    """What the view reads itself, beside its filters."""

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        request.GET = without_marks(request.GET)
        super().setup(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs) -> HttpResponseBase:
        form = request.GET.get("format", "html")
        try:
            if form not in FORMS:
                raise BadFilter({"format": [f"“{form}” is not one of {', '.join(FORMS)}."]})
            return self.answer(request, form, **kwargs)
        except BadFilter as problem:
            return bad_filter(request, problem)
        except Http404 as problem:
            return not_found(request, problem)

    def answer(self, request: HttpRequest, form: str, **kwargs) -> HttpResponseBase:
        """The page in the form that was asked for; the 400s and 404s are raised."""
        filters = self.read_filters(request)
        page = self.get_page(filters, **kwargs)
        self.arrange(page.tables, request.GET, form)
        links = Links(page.filters)
        for table in page.tables.values():
            table.links = links
        if form == "html":
            context = {"page": page, "filters": filters, "title": page.title, "links": links, **page.context}
            return render(request, self.template_name, context)
        part, further = page.main.cut_long(request.GET, page.matching or 0)
        page.notes += [part] if part else []
        response = WRITERS[form](request, page)
        if further:
            query = request.GET.copy()
            query["page"] = str(further)
            response["Link"] = f'<?{query.urlencode()}>; rel="next"'
        return response

    def arrange(self, tables: dict[str, BaseTable], query: QueryDict, form: str = "html") -> None:
        """Sort and cut the tables as the address asks; raise all that it asks and this page does not take."""
        prefixes = [table.prefix for table in tables.values() if table.prefix]
        wrong = self.wrong_parameters(query, [prefix + name for prefix in prefixes for name in ARRANGING])
        for table in tables.values():
            wrong |= table.sort(query) | table.cut(query, in_pages=form == "html")
        if wrong:
            raise BadFilter(wrong)

    def wrong_parameters(self, query: QueryDict, of_further_tables: list[str]) -> dict[str, list[str]]:
        """What the address names that the page does not take."""
        taken = [*filters_of(type(self)), *self.takes, "format", *ARRANGING]
        return wrong_parameters(query, taken, of_further_tables)

    def head(self, request: HttpRequest, **kwargs) -> HttpResponseBase:
        """The headers alone: the rows of an answer that is sent in blocks are not read."""
        response = self.get(request, **kwargs)
        if response.streaming:
            response.streaming_content = ()
        return response

    def read_filters(self, request: HttpRequest):
        """The page's filters with their cleaned values, or None for a page without any."""
        if self.filterset_class is None:
            return None
        filters = self.filterset_class(request.GET)
        if not filters.is_valid():
            # All that is wrong is told at once; but which further tables there are is known once the page is made.
            may_be_theirs = [name for name in request.GET if name.rpartition("-")[2] in ARRANGING]
            wrong = {name: list(errors) for name, errors in filters.form.errors.items()}
            raise BadFilter(self.wrong_parameters(request.GET, may_be_theirs) | wrong)
        return filters

    def get_page(self, filters, **kwargs) -> TablePage:
        raise NotImplementedError


def in_blocks(pieces: Iterable[str], content_type: str) -> StreamingHttpResponse:
    """An answer that is written while it is sent. The first block is written before: what fails there is an error."""
    pieces = iter(pieces)
    blocks = iter(lambda: "".join(islice(pieces, BLOCK)), "")
    # A generator, for Django closes one whose reader has gone, and with it the query.
    every = (block for block in chain([next(blocks, "")], blocks))
    return StreamingHttpResponse(every, content_type=content_type)


def _as_json(request: HttpRequest, page: TablePage) -> StreamingHttpResponse:
    return in_blocks(_json(page), "application/json")


_to_json = DjangoJSONEncoder(ensure_ascii=False).encode


def _json(page: TablePage) -> Iterator[str]:
    name, *others = page.tables
    about = {
        "title": page.title,
        "as_of": page.as_of,
        "filters": page.filters,
        "total": page.total,
        "matching": page.matching,
        "notes": page.notes,
    }
    yield _to_json(about).removesuffix("}") + ", "
    yield from _json_table(page.tables[name])
    if others:
        yield ', "tables": {'
        for place, other in enumerate(others):
            yield f"{', ' if place else ''}{_to_json(other)}: {{"
            yield from _json_table(page.tables[other])
            yield "}"
        yield "}"
    yield "}"


def _json_table(table: BaseTable) -> Iterator[str]:
    """Its columns and rows, without the braces around them."""
    columns = table.shown_columns()
    labels = [{"key": name, "label": str(column.verbose_name)} for name, column in columns]
    yield f'"columns": {_to_json(labels)}, "rows": ['
    yield from _between(", ", (_to_json(_json_row(table, columns, record)) for record in table.all_records()))
    yield "]"


def _between(mark: str, pieces: Iterable[str]) -> Iterator[str]:
    """The pieces, with the mark before each but the first."""
    before = ""
    for piece in pieces:
        yield before + piece
        before = mark


def _json_row(table: BaseTable, columns: list[tuple[str, Column]], record) -> dict:
    """{key: raw value}; beside it, of each linked cell the address as `<key>_url`, and of each count as `<key>_exact`
    whether it is exact or else at least so much."""
    row = {}
    for name, column in columns:
        row[name] = _plain(column.raw(record))
        if column.holds_counts:
            row[f"{name}_exact"] = column.exact(record)
        if column.has_link:
            row[f"{name}_url"] = table.href(column, record)
    return row


def _plain(value):
    """Numbers stay numbers; decimals and dates become text, so that no digit is lost."""
    return str(value) if isinstance(value, (Decimal, date)) else value


def _as_csv(request: HttpRequest, page: TablePage) -> StreamingHttpResponse:
    response = in_blocks(_csv(page.main), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{request.path.strip("/").replace("/", "-") or "home"}.csv"'
    return response


class _Line:
    """The file that a CSV writer asks for: the writer returns what this does, the line itself."""

    @staticmethod
    def write(line: str) -> str:
        return line


def _csv(table: BaseTable) -> Iterator[str]:
    """The main table, every text in quotes so that a spreadsheet keeps car number 00."""
    line = csv.writer(_Line, quoting=csv.QUOTE_NONNUMERIC).writerow
    columns = table.shown_columns()
    yield line(
        [key for name, column in columns for key in ((name, f"{name}_exact") if column.holds_counts else (name,))]
    )
    for record in table.all_records():
        yield line([_csv_cell(value) for _, column in columns for value in _csv_values(column, record)])


def _csv_values(column: Column, record) -> tuple:
    value = column.raw(record)
    return (value, column.exact(record)) if column.holds_counts else (value,)


def _csv_cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        # A spreadsheet would run it as a formula.
        return "'" + value
    return value


def _as_md(request: HttpRequest, page: TablePage) -> StreamingHttpResponse:
    return in_blocks((f"{line}\n" for line in _md(request, page)), "text/markdown; charset=utf-8")


def _md(request: HttpRequest, page: TablePage) -> Iterator[str]:
    yield from (f"# {page.title}", "", *(f"{note}  " for note in page.notes))
    for table in page.tables.values():
        columns = [column for _, column in table.shown_columns()]
        if table.caption:
            yield from ("", f"## {table.caption}")
        yield from ("", _md_row(_md_text(str(column.verbose_name)) for column in columns))
        yield _md_row("---:" if column.numeric else "---" for column in columns)
        for record in table.all_records():
            yield _md_row(_md_cell(request, table, column, record) for column in columns)


def _md_row(cells) -> str:
    return f"| {' | '.join(cells)} |"


def _md_text(text: str) -> str:
    """Plain text on one line, with the marks that Markdown would read as its own taken from it."""
    for mark in ("\\", "|", "[", "]", "*", "_", "`", "<"):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _md_cell(request: HttpRequest, table: BaseTable, column, record) -> str:
    text = _md_text(column.write(record))
    href = table.href(column, record)
    return f"[{text}]({request.build_absolute_uri(href)})" if href else text


ROWS = "<!-- rows -->"
"""Where the rows of an embedded table go: no text on the page can hold it, for texts are escaped."""


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def _as_embed(request: HttpRequest, page: TablePage) -> StreamingHttpResponse:
    """Other sites may frame this form, and only this one."""
    rows = _between("\n", page.main.all_html_rows())
    first = next(rows, "")
    # A mark of ours, and no text of the book.
    context = {"page": page, "title": page.title, "rows": mark_safe(ROWS) if first else ""}  # nosec B308
    above, _, below = render_to_string("embed.html", context, request).partition(ROWS)
    return in_blocks(chain([above, first], rows, [below]), "text/html; charset=utf-8")


WRITERS = {"json": _as_json, "csv": _as_csv, "md": _as_md, "embed": _as_embed}


def filters_as_asked(form: forms.Form) -> dict:
    """The filters in force, by name, as the address gave them."""
    return {name: form.data[name] for name in form.fields if form.data.get(name) not in (None, "")}
