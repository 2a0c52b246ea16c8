"""The form that a weekend's sheet has beside those of every page: plain text to paste."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from .kit.plain_text import text_lines
from .kit.table_page import TablePage
from .kit.writers import file_name


def _as_text(request: HttpRequest, page: TablePage) -> HttpResponse:
    """Without a link: the address below leads to the page, which has the evidence of every line."""
    sheet = page.context["sheet"]
    above = [page.context["subtitle"], *filter(None, [page.day_in_words]), *sheet.said]
    sections = [(each.title, each.counted, [line.text for line in each.lines]) for each in sheet.sections]
    below = ["A plus means at least so many.", f"Every line with its evidence: {_address(request)}"]
    text = "".join(f"{line}\n" for line in text_lines(page.context["title"], above, sections, below))
    return _file(request, text, "text/plain; charset=utf-8", "txt")


def _file(request: HttpRequest, content: str, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{file_name(request)}.{ending}"'
    return response


def _address(request: HttpRequest) -> str:
    """The whole address of the page itself."""
    asked = request.GET.copy()
    del asked["format"]
    return request.build_absolute_uri(f"{request.path}{'?' if asked else ''}{asked.urlencode()}")


WRITERS_OF_SHEETS = {"txt": _as_text}
