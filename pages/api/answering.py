"""Lists of the API: a page is made as it is for its other forms, and a part of one of its tables is told."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from racestats.errors import BadFilter
from racestats.serving.marks import without_marks
from racestats.serving.page_cache import OF_DAY

from ..kit.tables.base import SENT_AT_ONCE, BaseTable
from ..kit.tables.table_page import TablePage
from ..kit.writers import in_blocks
from .asking import CHANGED, USUAL, Asked, mark_of, query_of
from .cells import columns_named, row_of
from .resources import PARTS, Resource
from .rows.row import Row

to_json = DjangoJSONEncoder(ensure_ascii=False).encode
LINES = "application/jsonl; charset=utf-8"


Write = Callable[[Any], str]


def answer_list(request: HttpRequest, resource: Resource, parts: dict[str, str]) -> HttpResponseBase:
    """The part of a list that is asked for; the 400s and 404s are raised."""
    request.GET = without_marks(request.GET)
    asked = Asked.of(request.GET, resource)
    page = page_of(request, resource, asked, parts)
    table = page.main
    write = writer_of(resource, table)
    if asked.form == "jsonl":
        return stream(request, asked, table, write)
    most = asked.limit or USUAL
    rows = [write(record) for record in table.data[asked.begins : asked.position + most + 1]]
    told, follows = rows[asked.before :], len(rows) > asked.before + most
    if asked.before and mark_of(rows[0] if rows else "") != asked.last:
        raise BadFilter({"cursor": [CHANGED]})
    next_url = url_after(request, asked.position + most, told[most - 1]) if follows else None
    return with_next(whole(page, resource, told[:most], next_url), next_url)


def stream(request: HttpRequest, asked: Asked, table: BaseTable, write: Write) -> HttpResponseBase:
    """The rows as lines, written while they are read; very many come in parts."""
    end = asked.position + (asked.limit or SENT_AT_ONCE)
    # The last row is told once: here it names what follows.
    last = [write(record) for record in table.data[end - 1 : end + 1]]
    table.data.data = table.data.data[asked.begins : end]
    lines = (write(record) for record in table.all_records())
    if asked.before and mark_of(next(lines, "")) != asked.last:
        raise BadFilter({"cursor": [CHANGED]})
    next_url = url_after(request, end, last[0]) if len(last) > 1 else None
    response = in_blocks((f"{line}\n" for line in lines), LINES)
    if request.method == "HEAD":
        response.streaming_content = ()
    return with_next(response, next_url)


def page_of(request: HttpRequest, resource: Resource, asked: Asked, parts: dict[str, str]) -> TablePage:
    """The page of the resource with the one table; what is not there is a 404, whatever is asked of it."""
    named: dict[str, Any] = {}
    for name, text in parts.items():
        named |= PARTS[name].read(text)
    inner, view = copy(request), resource.view()
    inner.GET = query_of(asked, resource.table)
    wrong = asked.wrong
    try:
        view.setup(inner, **named)
        page, _ = view.make_page(inner, "json", **named)
    except BadFilter as problem:
        wrong = problem.errors | wrong
    if wrong:
        raise BadFilter(wrong)
    if hasattr(inner, OF_DAY):
        setattr(request, OF_DAY, getattr(inner, OF_DAY))
    return page


def writer_of(resource: Resource, table: BaseTable) -> Write:
    """Writes a record of the table as a row of the resource."""
    names = names_of(resource, table)
    columns = columns_named(table, names) if names else table.shown_columns()
    return lambda record: to_json(row_of(table, columns, tuple(names), record))


def names_of(resource: Resource, table: BaseTable) -> dict[str, tuple[str, ...]]:
    """The names of a row's fields, each with those that its column may have: of the shape that the table has most
    columns of. None where a row has whatever columns there are."""
    shown = set(table.columns.names())
    shapes = [row.columns() for row in resource.rows if issubclass(row, Row)]
    return max(shapes, key=lambda names: len(shown & names.keys()), default={})


def whole(page: TablePage, resource: Resource, rows: list[str], next_url: str | None) -> HttpResponse:
    """The part of the list with what holds for all of it."""
    # What a page counts is of its main table; the others are lists at hand.
    matching = len(page.main.data) if resource.table else page.matching
    about = {
        "title": page.title,
        "as_of": page.as_of,
        "filters": page.filters,
        "of": {"matching": matching, "total": page.total, "counts": resource.counts},
        "notes": page.notes,
        "next": next_url,
    }
    text = f'{to_json(about)[:-1]}, "rows": [{", ".join(rows)}]}}'
    return HttpResponse(text, content_type="application/json")


def url_after(request: HttpRequest, position: int, last: str) -> str:
    query = request.GET.copy()
    query["cursor"] = f"{position}.{mark_of(last)}"
    return f"{request.path}?{query.urlencode()}"


def with_next(response: HttpResponseBase, next_url: str | None) -> HttpResponseBase:
    if next_url:
        response["Link"] = f'<{next_url}>; rel="next"'
    return response
