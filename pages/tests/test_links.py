"""Whoever asked for a day, or for a series, keeps it: no link on a page that was asked for drops what it could keep."""

from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import pytest

from pages.kit.forms import ARRANGING
from pages.kit.links import KEPT, Links, filters_taken
from racestats.errors import API
from testing.answers import with_query
from testing.reading import Page
from testing.site import FIRST_OF_EACH, SOME_OF_EACH, narrowed

pytestmark = pytest.mark.django_db

ASKED = {"series": "cup", "as_of": "2024-05-06"}


def asked_of(path: str, asked: dict[str, str]) -> dict[str, str]:
    """As much of it as the page takes."""
    return {name: value for name, value in asked.items() if name in filters_taken(path)}


OF_A_KIND = [(path, narrowed(path)) for path in FIRST_OF_EACH if set(KEPT) & set(filters_taken(path))]
OF_A_RACE = [("/", {"as_of": "cup-2025-12"}), ("/leaderboards/wins/", {"as_of": "cup-2025-12"})]
CASES = [
    *OF_A_KIND,
    *((path, asked_of(path, ASKED)) for path in SOME_OF_EACH if path not in FIRST_OF_EACH),
    *OF_A_RACE,
]
"""Of one of each kind all that it takes of what narrows it, of another what is kept, and of some a race's day alone."""
DROPPING = {"today", "without"}
"""The classes of links that say what they drop: to the book as it stands now, or without one of the filters set."""


def dropped(urls: list[str], at: str, asked: dict[str, str]) -> list[tuple[str, str]]:
    """The addresses found on a page that lead to a page that takes one of these filters, and do not say it."""
    found = []
    for url in dict.fromkeys(urls):
        address = urlsplit(urljoin(at, url))
        if not address.netloc:
            taken, said = filters_taken(address.path), parse_qs(address.query)
            found += [(url, name) for name in KEPT if name in asked and name in taken and name not in said]
    return found


def not_taken(urls: list[str], at: str) -> list[str]:
    """Those that name what the page they lead to does not take, or the same twice."""
    found = []
    for url in dict.fromkeys(urls):
        address = urlsplit(urljoin(at, url))
        # The examples of the API are tested with it.
        if address.netloc or address.path.startswith(API):
            continue
        names = [name for name, _ in parse_qsl(address.query, keep_blank_values=True)]
        own = address.path == urlsplit(at).path
        taken = {*filters_taken(address.path), "format", "table", *ARRANGING}
        if len({*names}) < len(names) or [
            name for name in names if name not in taken and not (own and name.rpartition("-")[2] in ARRANGING)
        ]:
            found.append(url)
    return found


@pytest.mark.parametrize("path", [*FIRST_OF_EACH, "/leaderboards/wins/?by=team", "/leaderboards/wins/?by=manufacturer"])
def test_links_ask_only_what_is_taken(drawn, path):
    assert not_taken([link["href"] for link in drawn(path).page.links], path) == []


@pytest.mark.parametrize(("path", "asked"), CASES)
def test_links_keep_what_was_asked(drawn, path, asked):
    """In JSON as on the page; but for those that say they lead to the book as it stands now; and none asks what is not
    taken."""
    answers = drawn.in_each_form(with_query(path, **asked), ("html", "json"))
    every = answers["html"].page.links
    assert not_taken([link["href"] for link in every], path) == []
    links = [link for link in every if not DROPPING & set(link.get("class", "").split())]
    assert len(links) > 8
    assert dropped([link["href"] for link in links], f"{path}?{urlencode(asked)}", asked) == []
    body = answers["json"].json
    rows = [row for table in (body, *body.get("tables", {}).values()) for row in table["rows"]]
    urls = [cell for row in rows for key, cell in row.items() if key.endswith("_url") and cell]
    assert dropped(urls, path, asked) == []


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/races/cup/2024/12/practice-1/?as_of=2024-05-06", {"as_of": "2024-05-06"}),
        ("/drivers/nobody/?as_of=2024-05-06", {"as_of": "2024-05-06"}),
        ("/nothing/?as_of=2024-05-06&series=cup", ASKED),
        ("/talladega/?as_of=2024-05-06", {"as_of": "2024-05-06"}),
        ("/drivers/?as_of=2024-05-06&series=zz", {"as_of": "2024-05-06"}),
        ("/drivers/?as_of=zz&series=cup", {"series": "cup"}),
    ],
)
def test_an_error_keeps_what_was_right(client, path, kept):
    response = client.get(path)
    assert response.status_code in (400, 404)
    every = Page(response.content.decode()).links
    links = [link["href"] for link in every if not DROPPING & set(link.get("class", "").split())]
    assert f"/drivers/?{urlencode(kept)}" in links
    assert dropped(links, path, kept) == []


def test_the_way_to_a_rival_keeps_the_day(client):
    """The form says what was asked for, for a browser takes no query from where a form leads; so does the redirect."""
    for path in ("/drivers/kyle-larson/?as_of=2024-05-06", "/drivers/kyle-larson/vs/?as_of=2024-05-06"):
        assert '<input type="hidden" name="as_of" value="2024-05-06">' in client.get(path).content.decode()
    to = client.get("/drivers/kyle-larson/vs/?as_of=2024-05-06&series=cup&driver=Denny+Hamlin")
    assert (to.status_code, to["Location"]) == (
        302,
        "/drivers/kyle-larson/vs/denny-hamlin/?series=cup&as_of=2024-05-06",
    )
    assert client.get("/drivers/kyle-larson/vs/?as_of=zz&driver=denny-hamlin").status_code == 400


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
