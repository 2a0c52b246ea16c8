"""Chromium and its windows, as fixtures: a folder's conftest says at what `address` the site is served to them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


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
