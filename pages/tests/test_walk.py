"""A walk through the whole history, from the home page along the links of each page to some of every kind of page."""

import re
from collections import defaultdict
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

from pages.kit.links import KEPT
from races.models import Milestone
from testing.site import CHARTS, CONTENT_TYPES, LINKED_DOCUMENTS, PARAMETERS, named

LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"([^>]*)')
"""A page is read for its links alone: reading all of it would cost a third of the walk, and is done elsewhere."""
PLAIN, NARROWED = 2, 1
"""So many pages of a kind are looked at: without a query, and with one. The same in another order is left to others."""
FINDER = "races:finder"
CLUB = "drivers:milestone"
"""So many clubs are looked at too for each statistic."""


class Walk:
    """What has been found of each kind of page, what was looked at, and what was wrong there."""

    def __init__(self, client):
        self.client = client
        self.client.raise_request_exception = False
        self.found: dict[tuple, set[str]] = defaultdict(set)
        self.walked: dict[tuple, list[str]] = defaultdict(list)
        self.wrong: list[str] = []

    def walk(self, start: str) -> None:
        self.found[kind(start)].add(start)
        while chosen := [(of, path) for of in sorted(self.found) for path in self.chosen(of)]:
            for of, path in chosen:
                self.walked[of].append(path)
                self.look(path)

    def chosen(self, of: tuple) -> list[str]:
        """The addresses of a kind still to be looked at: among them the first, the last and some between."""
        paths, walked = sorted(self.found[of]), self.walked[of]
        most = PLAIN if of[0] == CLUB or not of[1] else NARROWED
        return [path for path in spread(paths, most) if path not in walked][: most - len(walked)]

    def look(self, path: str) -> None:
        response = self.client.get(path)
        if response.status_code != 200:
            self.wrong.append(f"{path}: {response.status_code}")
        elif response["Content-Type"] == CONTENT_TYPES["html"]:
            html = response.content.decode()
            if (headings := len(re.findall("<h1[ >]", html))) != 1:
                self.wrong.append(f"{path}: {headings} headings")
            for href, rest in LINK.findall(html):
                if 'rel="nofollow"' not in rest:
                    self.note(path, unescape(href))

    def note(self, page: str, href: str) -> None:
        """Keep a link that leads on; from a later part of a page not to more of the same."""
        path = urljoin(page, href).partition("#")[0]
        same, asked = urlsplit(path).path == urlsplit(page).path, keys(path)
        if not path.startswith("/") or "format" in asked or (same and any(map(turns, keys(page)))):
            return
        self.found[kind(path)].add(path)


def keys(path: str) -> tuple[str, ...]:
    return tuple(sorted(parse_qs(urlsplit(path).query, keep_blank_values=True)))


def kind(path: str) -> tuple[str, tuple[str, ...]]:
    """What tells kinds of pages apart: the name of the address, and what its query names. The day and the series go
    with every link from page to page: they are told apart only where nothing else is asked."""
    asked = keys(path)
    own = tuple(key for key in asked if key not in KEPT) or asked[:1]
    name = named(urlsplit(path).path)
    if name == CLUB and not asked:
        own = (statistic_of(path),)
    if name == FINDER and asked:
        # Its conditions make as many kinds as there are ways to leave some out.
        own = tuple(parse_qs(urlsplit(path).query).get("count", ["results"]))
    return name, own


def statistic_of(path: str) -> str:
    """“cup-wins”, from the address of a club."""
    return path.rstrip("/").rpartition("/")[2].rpartition("-")[0]


def turns(key: str) -> bool:
    """Whether a parameter only chooses the part or the order of a table, the first or a further one."""
    return key.rpartition("-")[2] in ("page", "per_page", "sort")


def spread(paths: list[str], count: int) -> list[str]:
    """So many of them, from the first to the last."""
    if len(paths) <= count:
        return paths
    return [paths[place * (len(paths) - 1) // max(count - 1, 1)] for place in range(count)]


def test_every_link_of_the_whole_history_leads_to_a_page(full_book, client):
    """No kind of page breaks, no link is broken, every page has one heading; there are clubs of each statistic."""
    walk = Walk(client)
    walk.walk("/")
    walked = [path for paths in walk.walked.values() for path in paths]
    print(f"Walked {len(walked)} addresses of {len(walk.walked)} kinds.")
    assert walk.wrong == []
    names = {name for name, _ in walk.walked}
    # Not every page that is looked at has each of its charts.
    assert {*PARAMETERS, *LINKED_DOCUMENTS} <= names <= {*PARAMETERS, *CHARTS, *LINKED_DOCUMENTS, "report"}
    statistics = {statistic_of(milestone.get_absolute_url()) for milestone in Milestone.objects.all()}
    assert {(CLUB, (statistic,)) for statistic in statistics} <= {*walk.walked}
