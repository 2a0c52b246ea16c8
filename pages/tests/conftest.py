"""Chromium, the site that it is shown, and its windows.

The server works on the demo content as it was loaded, and only reads it: nothing is flushed after a test.
"""

import pytest

from races.models import Race
from testing.served.browser import PHONE, browser, open_page
from testing.served.server import served

__all__ = ["browser", "open_page"]


@pytest.fixture(scope="module")
def address(django_db_setup, django_db_blocker, load_demo):
    """Where the site is served. The tests themselves leave the database alone, so none of them needs its own."""
    with django_db_blocker.unblock():
        if not Race.objects.exists():  # A test that flushes its database ran before these.
            load_demo()
        with served() as url:
            yield url


@pytest.fixture(scope="module")
def phone(browser, address):
    """A window of a phone's size, used for all pages in turn."""
    made = browser.new_context(base_url=address, viewport=PHONE)
    yield made
    made.close()
