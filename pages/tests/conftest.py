"""Chromium, the site that it is shown, and its windows.

The server works on the demo content as it was loaded, and only reads it: nothing is flushed after a test.
"""

import os
import shutil
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from races.models import Race

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def address(django_db_setup, django_db_blocker, load_demo):
    """Where the site is served. The tests themselves leave the database alone, so none of them needs its own."""
    with django_db_blocker.unblock():
        if not Race.objects.exists():  # A test that flushes its database ran before these.
            load_demo()
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()


@pytest.fixture(scope="module")
def browser(address):
    """Chromium without a head; where there is none the tests are skipped, but not on the machine that checks."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"Chromium is not at {CHROMIUM}: the browser tests must run here.")
        pytest.skip(f"Chromium is not at {CHROMIUM}")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, address):
    """Opens addresses of the site in a window of its own, which is closed after the test."""
    contexts = []

    def opened(path: str = "", **options):
        contexts.append(browser.new_context(base_url=address, **{"viewport": DESK, **options}))
        page = contexts[-1].new_page()
        if path:
            page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def phone(browser, address):
    """A window of a phone's size, used for all pages in turn."""
    made = browser.new_context(base_url=address, viewport=PHONE)
    yield made
    made.close()
