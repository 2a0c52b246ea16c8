"""What a first view costs: bytes on the wire, and requests before the first paint."""

import gzip
import re
from html import unescape
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from django.conf import settings

from testing.site import FIRST_OF_EACH, REPORTING

pytestmark = pytest.mark.django_db

STATIC = Path(settings.BASE_DIR) / "static"
FIRST_VIEW = 80_000
"""Bytes of a page with its stylesheet, its script and the fonts that it is drawn with, compressed."""
PICTURE = r'<img src="([^"]+\.svg[^"]*)"'
BLOCKING = r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"(?![^>]*(?:defer|async))'


def compressed(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def of_the_look() -> int:
    """Bytes of what every page brings along: fonts are compressed already."""
    fonts = sum(path.stat().st_size for path in STATIC.glob("fonts/*.woff2"))
    return fonts + sum(compressed((STATIC / name).read_bytes()) for name in ("site.css", "site.js", "icon.svg"))


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_a_first_view_is_light(drawn, path):
    """With all three fonts and its charts, though these come when they are looked at; what stands between the address
    and the first paint is the page and one stylesheet."""
    html = drawn(path).text
    charts = [drawn(unescape(address)).text for address in re.findall(PICTURE, html)]
    assert compressed(html.encode()) + sum(compressed(each.encode()) for each in charts) + of_the_look() < FIRST_VIEW
    assert [name for names in re.findall(BLOCKING, html) for name in names if name] == ["/static/site.css"]
    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)=|<style", html) == []


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_pages_are_valid_html(drawn, path):
    """As a strict parser reads them, embedded as well."""
    answers = drawn.with_its_data(path)
    for answer in (answers["html"], answers["embed"]):
        parser = html5lib.HTMLParser(strict=True)
        parser.parse(answer.text)
        assert parser.errors == []


@pytest.mark.parametrize("path", [*FIRST_OF_EACH, *REPORTING])
def test_headings_are_in_order(drawn, path):
    """One h1, and no level is passed over on the way down."""
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", drawn(path).text)]
    assert levels.count(1) == 1
    seen = levels[levels.index(1) :]
    assert [pair for pair in pairwise(seen) if pair[1] > pair[0] + 1] == []


@pytest.mark.parametrize("path", [*FIRST_OF_EACH, *REPORTING])
def test_each_page_describes_itself(drawn, path):
    """In a sentence of its own, which search engines show beneath its title."""
    described = re.search(r'<meta name="description" content="([^"]*)">', drawn(path).text)
    assert described
    assert 20 <= len(described[1]) <= 320
    assert described[1] != "The open record book of stock-car racing."


@pytest.mark.parametrize("path", [*FIRST_OF_EACH, *REPORTING])
def test_a_kicker_stands_above_each_heading(drawn, path):
    """What the page belongs to, or where one goes from it."""
    text = drawn(path).text
    assert -1 < text.find('class="kicker"') < text.index("<h1") or path == "/"
    heading, _, narrowed = drawn(path).page.title.removesuffix(" · racestats").partition(": ")
    if narrowed == "Cup Series":
        assert drawn(path).page.headings == [heading]
        assert f" · {narrowed}" in re.search('<p class="kicker">(.*?)</p>', text, re.DOTALL)[1]


def test_fonts_may_be_passed_on():
    """Each is a subset of a font under the Open Font License, which lies beside them. NOTICE says whose they are."""
    notice = (STATIC.parent / "NOTICE").read_text()
    licence = (STATIC / "fonts" / "OFL.txt").read_text()
    for name in ("Inter", "Newsreader", "Barlow"):
        assert f"The {name} Project Authors" in licence
        assert f"The {name} Project Authors" in notice
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
