"""One address, five forms: a page of tables as HTML, CSV, JSON, Markdown or a table to embed elsewhere.

A view builds a `TablePage` and this module answers with it, whatever the form: nothing else in the project writes CSV,
JSON or Markdown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.generic import View

from racestats.errors import BadFilter, bad_filter, not_found

from .links import Links
from .tables import BaseTable

FORMS = ("html", "csv", "json", "md", "embed")


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

    def get(self, request: HttpRequest, **kwargs) -> HttpResponse:
        form = request.GET.get("format", "html")
        try:
            if form not in FORMS:
                raise BadFilter({"format": [f"“{form}” is not one of {', '.join(FORMS)}."]})
            filters = self.read_filters(request)
            page = self.get_page(filters, **kwargs)
        except BadFilter as problem:
            return bad_filter(request, form, problem)
        except Http404 as problem:
            return not_found(request, problem)
        links = Links(page.filters)
        for table in page.tables.values():
            table.links = links
            table.sort(request.GET)
        if form == "html":
            for table in page.tables.values():
                table.cut(request.GET)
            context = {"page": page, "filters": filters, "title": page.title, "links": links, **page.context}
            return render(request, self.template_name, context)
        return WRITERS[form](request, page)

    def read_filters(self, request: HttpRequest):
        """The page's filters with their cleaned values, or None for a page without any."""
        if self.filterset_class is None:
            return None
        filters = self.filterset_class(request.GET)
        if not filters.is_valid():
            raise BadFilter({name: list(errors) for name, errors in filters.form.errors.items()})
        return filters

    def get_page(self, filters, **kwargs) -> TablePage:
        raise NotImplementedError


def rows_of(table: BaseTable) -> Iterator[dict]:
    """Every row as {key: raw value}, with the address of each linked cell beside it as `<key>_url`."""
    columns = table.shown_columns()
    for record in table.all_records():
        row = {}
        for name, column in columns:
            row[name] = column.raw(record)
            if column.links:
                row[f"{name}_url"] = table.href(column, record)
        yield row


def _as_json(request: HttpRequest, page: TablePage) -> HttpResponse:
    name, *others = page.tables
    body = {
        "title": page.title,
        "as_of": page.as_of,
        "filters": page.filters,
        "total": page.total,
        "matching": page.matching,
        "notes": page.notes,
        **_json_table(page.tables[name]),
    }
    if others:
        body["tables"] = {other: _json_table(page.tables[other]) for other in others}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _json_table(table: BaseTable) -> dict:
    return {
        "columns": [{"key": name, "label": str(column.verbose_name)} for name, column in table.shown_columns()],
        "rows": [{key: _plain(value) for key, value in row.items()} for row in rows_of(table)],
    }


def _plain(value):
    """Numbers stay numbers; decimals and dates become text, so that no digit is lost."""
    return str(value) if isinstance(value, Decimal | date) else value


def _as_csv(request: HttpRequest, page: TablePage) -> HttpResponse:
    """The main table, every text in quotes so that a spreadsheet keeps car number 00."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    columns = page.main.shown_columns()
    writer.writerow([name for name, _ in columns])
    for record in page.main.all_records():
        writer.writerow([_csv_cell(column.raw(record)) for _, column in columns])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{request.path.strip("/").replace("/", "-") or "home"}.csv"'
    return response


def _csv_cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        # A spreadsheet would run it as a formula.
        return "'" + value
    return value


def _as_md(request: HttpRequest, page: TablePage) -> HttpResponse:
    parts = [f"# {page.title}", "", *(f"{note}  " for note in page.notes)]
    for table in page.tables.values():
        columns = [column for _, column in table.shown_columns()]
        if table.caption:
            parts += ["", f"## {table.caption}"]
        parts += ["", _md_row(_md_text(str(column.verbose_name)) for column in columns)]
        parts.append(_md_row("---:" if column.numeric else "---" for column in columns))
        parts += [
            _md_row(_md_cell(request, table, column, record) for column in columns) for record in table.all_records()
        ]
    return HttpResponse("\n".join(parts) + "\n", content_type="text/markdown; charset=utf-8")


def _md_row(cells) -> str:
    return f"| {' | '.join(cells)} |"


def _md_text(text: str) -> str:
    """Plain text on one line, with the marks that Markdown would read as its own taken from it."""
    for mark in ("\\", "|", "[", "]", "*", "_", "`", "<"):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _md_cell(request: HttpRequest, table: BaseTable, column, record) -> str:
    text = _md_text(column.text(column.raw(record)))
    href = table.href(column, record)
    return f"[{text}]({request.build_absolute_uri(href)})" if href else text


def _as_embed(request: HttpRequest, page: TablePage) -> HttpResponse:
    response = render(request, "embed.html", {"page": page, "title": page.title})
    # Other sites may frame this form, and only this one.
    response.xframe_options_exempt = True
    return response


WRITERS = {"json": _as_json, "csv": _as_csv, "md": _as_md, "embed": _as_embed}


def filters_as_asked(form: forms.Form) -> dict:
    """The filters in force, by name, as the address gave them."""
    return {name: form.data[name] for name in form.fields if form.data.get(name) not in (None, "")}
