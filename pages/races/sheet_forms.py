"""The forms that a weekend's sheet has beside those of every page: plain text to paste, and a PDF to print."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from racestats.errors import answer_error

from ..kit.plain_text import text_lines
from ..kit.tables.table_page import TablePage
from ..kit.writers import file_name

FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
PRINTING = Lock()
"""Pango and fontconfig are not made for several threads at once."""
logger = logging.getLogger(__name__)


def _as_text(request: HttpRequest, page: TablePage) -> HttpResponse:
    """Without a link: the address below leads to the page, which has the evidence of every line."""
    sheet = page.context["sheet"]
    above = [page.context["subtitle"], *filter(None, [page.day_in_words]), *sheet.said]
    sections = [(each.title, each.counted, [line.text for line in each.lines]) for each in sheet.sections]
    below = ["A plus means at least so many.", f"Every line with its evidence: {_address(request)}"]
    text = "".join(f"{line}\n" for line in text_lines(page.context["title"], above, sections, below))
    return _file(request, text, "text/plain; charset=utf-8", "txt")


def _as_pdf(request: HttpRequest, page: TablePage) -> HttpResponse:
    """On one or two pages, with its links. It costs several times as much as the page, and keeps less in memory where
    nobody asks for it: what makes it is loaded when somebody does."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        logger.exception("A PDF needs WeasyPrint, and Debian's libpangoft2-1.0-0.")
        sentence = "This site has nothing to make a PDF with. The page itself prints, and format=txt is plain text."
        return answer_error(request, 503, "no pdf", "There is no PDF here", sentence)
    context: dict[str, Any] = {**page.context, "page": page, "fonts": FONTS.as_uri(), "address": _address(request)}
    html = render_to_string("pages/weekend_print.html", context)
    # Nothing is fetched but the fonts: links are only written down.
    fetcher = URLFetcher(allowed_protocols=["file"])
    with PRINTING:
        made = HTML(string=html, base_url=request.build_absolute_uri("/"), url_fetcher=fetcher).write_pdf()
    return _file(request, made, "application/pdf", "pdf")


def _file(request: HttpRequest, content: str | bytes, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{file_name(request)}.{ending}"'
    return response


def _address(request: HttpRequest) -> str:
    """The whole address of the page itself."""
    asked = request.GET.copy()
    del asked["format"]
    return request.build_absolute_uri(f"{request.path}{'?' if asked else ''}{asked.urlencode()}")


WRITERS_OF_SHEETS = {"txt": _as_text, "pdf": _as_pdf}
