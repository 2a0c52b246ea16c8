"""What the site keeps of those who come to it, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings

from racestats.formatting import plural

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column
from ..kit.tables.table_page import TablePage

LOGGED = "as long as this server keeps its log"
SPANS = {"s": "a second", "m": "a minute", "h": "an hour", "d": "a day"}
DAY = 24 * 60 * 60


class Trace(NamedTuple):
    """One thing that is kept."""

    what: str
    of: str
    why: str
    kept: str


def traces() -> Iterator[Trace]:
    """All that is kept, as the settings say for how long."""
    wrong = plural(int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60, "minute")
    yield Trace(
        "A line in the log: the time, the address on this site, and what was wrong",
        "whoever asks for what is not there or makes no sense, or meets a fault",
        "to mend it",
        LOGGED,
    )
    yield Trace(
        "A line in the log with the network address",
        "whoever types a wrong password, or asks for far too much",
        "to find out who tries to break in",
        LOGGED,
    )
    if settings.CLIENT_LIMIT:
        yield Trace(
            "A count of requests by network address, in memory",
            "whoever asks for a page that is not ready",
            "so that nobody takes all of the server",
            counted_for(),
        )
    yield Trace(
        "A count of reports by network address, in memory",
        "whoever reports a number",
        "so that nobody floods our editors",
        "an hour",
    )
    yield Trace(
        "A count under a code made of name and network address",
        "whoever types a wrong password",
        "so that nobody guesses on",
        wrong,
    )
    yield Trace(
        "A report: the number, what it should be, how the reader knows",
        "whoever reports a number",
        "to look it up and correct it",
        "as long as the records",
    )
    yield Trace(
        "How to reach the reader, if it was given",
        "whoever reports a number",
        "for questions about it",
        "until the report is answered",
    )
    yield Trace(
        f"A cookie, {settings.CSRF_COOKIE_NAME}",
        "whoever reports a number or opens the log-in page of editors",
        "so that no other site sends forms in their name",
        plural(settings.CSRF_COOKIE_AGE // DAY, "day"),
    )
    yield Trace(
        f"A cookie, {settings.SESSION_COOKIE_NAME}",
        "editors",
        "to stay logged in",
        f"{plural(settings.SESSION_COOKIE_AGE // DAY, 'day')}, or until they log out",
    )
    yield Trace("A cookie, messages", "editors", "to tell them on the next page what was saved", "until it is told")
    yield Trace(
        "A file to be imported",
        "editors",
        "so that what comes in is what was shown",
        "until one comes in after a day, or five more of the editor’s",
    )
    yield Trace(
        "Account and log-ins, and what was saved when",
        "editors",
        "so that every change of the records has somebody to answer for it",
        "as long as the records",
    )


def counted_for() -> str:
    """How long the count of a client's requests is kept; empty where they are not counted."""
    return SPANS[settings.CLIENT_LIMIT[-1]] if settings.CLIENT_LIMIT else ""


class TraceTable(BaseTable):
    heads_rows = "what"

    what = Column("What is kept")
    of = Column("Of whom")
    why = Column("Why", priority=2)
    kept = Column("For how long")


class PrivacyView(TablePageView):
    template_name = "pages/privacy.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters):
        table = TraceTable(list(traces()), caption="What is kept")
        total = len(table.rows)
        context = {"counted_for": counted_for()}
        return TablePage("Privacy", {"traces": table}, total=total, matching=total, context=context)
