"""The forms of a page that are not HTML: nothing else in the project writes CSV, workbooks, JSON or Markdown.

All but the workbook are sent in blocks, as the rows are read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, islice

from csp.decorators import csp_replace
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from tablib import Dataset

from racestats.errors import BadFilter

from .tables.base import NO_NUMBER, BaseTable, is_count
from .tables.columns import Column
from .tables.table_page import TablePage

BLOCK = 500
"""So many rows of an answer are sent together."""


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
        row[name] = plain(column.raw(record))
        if column.holds_counts:
            row[f"{name}_exact"] = column.exact(record)
        if column.has_link:
            row[f"{name}_url"] = table.href(column, record)
    return row


def plain(value):
    """Numbers stay numbers; decimals and dates become text, so that no digit is lost."""
    return str(value) if isinstance(value, (Decimal, date)) else value


def _as_csv(request: HttpRequest, page: TablePage) -> StreamingHttpResponse:
    response = in_blocks(_csv(page.main), "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name(request)}.csv"'
    return response


def file_name(request: HttpRequest) -> str:
    """The address, and the table that was asked for: two tables of a page are two files."""
    path, table = request.path.strip("/").replace("/", "-") or "home", request.GET.get("table")
    return f"{path}-{table}" if table else path


class _Line:
    """The file that a CSV writer asks for: the writer returns what this does, the line itself."""

    @staticmethod
    def write(line: str) -> str:
        return line


def _csv(table: BaseTable) -> Iterator[str]:
    """The main table, every text in quotes so that a spreadsheet keeps car number 00."""
    line = csv.writer(_Line, quoting=csv.QUOTE_NONNUMERIC).writerow
    columns = table.shown_columns()
    yield line(_csv_heads(columns))
    for record in table.all_records():
        yield line([_csv_cell(value) for _, column in columns for value in _csv_values(column, record)])


def _csv_heads(columns: list[tuple[str, Column]]) -> list[str]:
    return [key for name, column in columns for key in ((name, f"{name}_exact") if column.holds_counts else (name,))]


def _as_xlsx(request: HttpRequest, page: TablePage) -> HttpResponse:
    """The main table as a workbook: numbers are numbers, days are days, and every text is a text."""
    table = page.main
    columns = table.shown_columns()
    dataset = Dataset(headers=_csv_heads(columns), title=SHEET_TITLE.sub(" ", page.title)[:31])
    for record in table.all_records():
        dataset.append([value for _, column in columns for value in _csv_values(column, record)])
    response = HttpResponse(dataset.export("xlsx", escape=True), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{file_name(request)}.xlsx"'
    return response


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_TITLE = re.compile(r"[\\*?:/\[\]]")
"""What the title of a sheet may not hold."""


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


THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class EmbedOptions:
    """How another site shows a table: how many rows of it, in which colours, and whether our name stands under it."""

    rows: int | None
    theme: str
    credit: bool

    @classmethod
    def of(cls, query: QueryDict) -> EmbedOptions:
        wrong = {}
        rows, theme, credit = query.get("rows", ""), query.get("theme", "auto"), query.get("credit", "yes")
        if rows and not is_count(rows):
            wrong["rows"] = [NO_NUMBER.format(rows)]
        if theme not in THEMES:
            wrong["theme"] = [f"“{theme}” is not one of {', '.join(THEMES)}."]
        if credit not in ("yes", "no"):
            wrong["credit"] = [f"“{credit}” is neither yes nor no."]
        if wrong:
            raise BadFilter(wrong)
        return cls(int(rows) if rows else None, theme, credit == "yes")


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def _as_embed(request: HttpRequest, page: TablePage) -> StreamingHttpResponse:
    """Other sites may frame this form, and only this one."""
    options = EmbedOptions.of(request.GET)
    rows = _between("\n", page.main.all_html_rows(options.rows))
    first = next(rows, "")
    # A mark of ours, and no text of the book.
    context = {
        "page": page,
        "title": page.title,
        "options": options,
        "rows": mark_safe(ROWS) if first else "",  # nosec B308
    }
    above, _, below = render_to_string("embed.html", context, request).partition(ROWS)
    return in_blocks(chain([above, first], rows, [below]), "text/html; charset=utf-8")


WRITERS = {"csv": _as_csv, "xlsx": _as_xlsx, "json": _as_json, "md": _as_md, "embed": _as_embed}
TAKEN = {form: ("table", "rows", "theme", "credit") if form == "embed" else ("table",) for form in WRITERS}
"""What the address of each form takes beside its filters: `table` names one of the page's tables."""
DATA_FORMS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON", "md": "Markdown"}
"""The forms that a table can be taken in, as readers know them."""
