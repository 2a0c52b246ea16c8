"""Whoever asked for a day, or for a series, keeps it: no link on a page that was asked for drops what it could keep."""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from pages.kit.links import KEPT, Links, filters_taken
from testing.site import ADDRESSES, Page, filter_names

pytestmark = pytest.mark.django_db

ASKED = {"as_of": ("2024-05-06", "cup-2025-12"), "series": ("cup",)}
CASES = [
    (path, name, value) for path in ADDRESSES for name in KEPT if name in filter_names(path) for value in ASKED[name]
]


def drops(url: str, at: str, name: str) -> bool:
    """Whether an address found on a page leads to a page that takes this filter, and does not say it."""
    address = urlsplit(urljoin(at, url))
    if address.netloc or name not in filters_taken(address.path):
        return False
    return name not in parse_qs(address.query)


@pytest.mark.parametrize(("path", "name", "value"), CASES)
def test_links_keep_what_was_asked(client, path, name, value):
    """But for those that say they lead to the book as it stands now."""
    page = Page(client.get(path, {name: value}).content.decode())
    links = [link for link in page.links if "today" not in link.get("class", "").split()]
    assert len(links) > 8
    assert [link["href"] for link in links if drops(link["href"], f"{path}?{name}={value}", name)] == []


@pytest.mark.parametrize(("path", "name", "value"), CASES[::5])
def test_links_in_json_keep_it_too(client, path, name, value):
    body = client.get(path, {name: value, "format": "json"}).json()
    rows = [row for table in (body, *body.get("tables", {}).values()) for row in table["rows"]]
    urls = [cell for row in rows for key, cell in row.items() if key.endswith("_url") and cell]
    assert [url for url in urls if drops(url, path, name)] == []


def test_a_way_back_to_today(client):
    """A page of another day leads to itself as the book stands now, with all else that was asked."""
    page = Page(client.get("/leaderboards/wins/?as_of=2024-05-06&by=team").content.decode())
    assert {"class": "today", "href": "?by=team"} in page.links
    today = Page(client.get("/leaderboards/wins/?by=team").content.decode())
    assert [link["href"] for link in today.links if "as_of" in link["href"]] == []


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/drivers/kyle-larson/", "/drivers/kyle-larson/?as_of=2024-05-06"),
        ("/leaderboards/wins/?by=team#table", "/leaderboards/wins/?by=team&series=cup&as_of=2024-05-06#table"),
        ("/drivers/?series=trucks", "/drivers/?series=trucks&as_of=2024-05-06"),
        ("/races/?as_of=cup-2025-12&series=", "/races/?as_of=cup-2025-12&series="),
        ("/api/races/cup/2025/12", "/api/races/cup/2025/12"),
        ("/nothing/", "/nothing/"),
        ("https://example.org/drivers/", "https://example.org/drivers/"),
        ("?page=2", "?page=2"),
    ],
)
def test_what_is_kept(url, kept):
    assert Links({"series": "cup", "as_of": "2024-05-06", "era": "next-gen"}).keep(url) == kept
    assert Links({"era": "next-gen", "as_of": ""}).keep(url) == url
