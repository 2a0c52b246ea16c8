"""Stories: texts with tables of the book in them, as it stood on the story's day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from newsroom.models import ALONE, Story
from racestats.errors import BadFilter, bad_filter
from racestats.serving.marks import without_marks
from racestats.templatetags.racing import markdown

from .kit.addressed import is_page, page_at
from .kit.filters.filter_sets import ScopeFilterSet
from .kit.filters.parameters import wrong_parameters
from .kit.forms import TablePageView
from .kit.head import SITE, PageHead
from .kit.links import filters_taken
from .kit.tables.base import BaseTable
from .kit.tables.columns import Column, DateColumn, SentenceColumn
from .kit.tables.table_page import TablePage

MOST_TABLES, MOST_ROWS = 8, 20
"""So many tables has a story at most, and each so many rows; the rest is behind its link."""
HEADING = re.compile("<(/?)h1>")


class Text(NamedTuple):
    """A part of a story between its tables, as HTML."""

    html: SafeString

    @classmethod
    def of(cls, lines: list[str]) -> Text:
        """Of Markdown. Its headings stand below that of the page."""
        html = HEADING.sub(r"<\1h2>", markdown("\n".join(lines)))
        return cls(mark_safe(html))  # nosec B308 B703


class Embedded(NamedTuple):
    """A table in a story: where it stands, its page, its rows as HTML, and how many more there are."""

    address: str
    page: TablePage
    rows: SafeString
    more: int


class StoryTable(BaseTable):
    heads_rows = "title"

    day = DateColumn("Published", accessor="published", priority=1)
    title = Column("Story", link=lambda story: story)
    beginning = SentenceColumn("Beginning", orderable=False, priority=2)

    class Meta(BaseTable.Meta):
        empty_text = "No story has been published yet."


class StoriesView(TablePageView):
    template_name = "pages/stories.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters) -> TablePage:
        table = StoryTable(Story.objects.published())
        total = len(table.rows)
        return TablePage("Stories", {"stories": table}, total=total, matching=total)


@require_safe
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """One story; a draft for those alone who may look at stories at the desk."""
    request.GET = without_marks(request.GET)
    told = Story.objects.filter(slug=slug).select_related("author").first()
    if told is None or (told.published is None and not request.user.has_perm("newsroom.view_story")):
        raise Http404(f"There is no story “{slug}”.")
    if wrong := wrong_parameters(request.GET, ()):
        return bad_filter(request, BadFilter(wrong))
    page = TablePage(told.title, {}, about=[article(told)])
    context = {
        "title": told.title,
        "head": PageHead(request, page, told.title) if told.published else None,
        "story": told,
        "parts": list(parts_of(request, told)),
    }
    return render(request, "pages/story.html", context)


def article(told: Story) -> dict[str, Any]:
    """A story in the words of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": told.title,
        "datePublished": told.published and told.published.isoformat(),
        "publisher": {"@type": "Organization", "name": SITE, "url": "/"},
    }


def parts_of(request: HttpRequest, told: Story) -> Iterator[Text | Embedded]:
    """Its text, and in place of each address on a line of its own the table there."""
    lines: list[str] = []
    tables = 0
    for line in told.body.splitlines():
        found = ALONE.fullmatch(line)
        table = None
        if found and is_page(found[1]):
            table = embedded(request, found[1], told.day_of_tables) if tables < MOST_TABLES else None
            # What cannot be shown here can be looked at there.
            line = f"[{found[1]}]({found[1]})" if table is None else ""
        if table is None:
            lines.append(line)
            continue
        tables += 1
        yield Text.of(lines)
        yield table
        lines = []
    yield Text.of(lines)


def embedded(request: HttpRequest, address: str, day: date | None) -> Embedded | None:
    """The main table at an address, as of a day where it says none of its own; None where there is none."""
    parts, asked = urlsplit(address), {}
    if day and "as_of" in filters_taken(parts.path) and "as_of=" not in parts.query:
        asked = {"as_of": day.isoformat()}
    query = "&".join(filter(None, (parts.query, urlencode(asked))))
    address = parts._replace(query=query, fragment="").geturl()
    try:
        page = page_at(request, address)
    except (Http404, BadFilter):
        return None
    rows = page.main.first_html_rows(MOST_ROWS)
    # The table escapes each text and each address.
    return Embedded(address, page, mark_safe("\n".join(rows)), len(page.main.rows) - len(rows))  # nosec B308
