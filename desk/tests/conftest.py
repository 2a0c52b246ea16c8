"""Chromium, and the site that an editor works on in it: a copy of the demo content, which is written to."""

from unittest import mock

import pytest

from racestats import clock
from testing.books import another_book, in_use, sqlite_only
from testing.served.browser import browser, open_page
from testing.served.server import served

__all__ = ["browser", "open_page"]


@pytest.fixture(scope="module")
def address(request, django_db_setup, django_db_blocker, _demo):
    """Where the site is served, on the day that the module names as `DAY`.

    Once Chromium runs, a test does not see this book: it reads what the site says.
    """
    sqlite_only()
    with (
        django_db_blocker.unblock(),
        mock.patch.object(clock, "today", return_value=request.module.DAY),
        another_book(":memory:") as book,
    ):
        _demo.backup(book.connection)
        with in_use(book), served() as url:
            yield url
