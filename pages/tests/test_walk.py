"""A walk through the whole history, from the home page along the links of each page to some of every kind of page."""

import re
from collections import defaultdict
from functools import cache
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

from pages.kit.links import KEPT
from races.models import Milestone
from testing.site import CHARTS, CONTENT_TYPES, LINKED_DOCUMENTS, PARAMETERS, named

LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"([^>]*)')
"""A page is read for its links alone: reading all of it would cost a third of the walk, and is done elsewhere."""
PLAIN = 2
"""So many pages of a kind are looked at without a query. With one it is so many that each parameter is there once: with
all others, and in another order, they are left to others."""
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
        self.asked: set[tuple[str, str]] = set()
        """The parameters that were asked of each page."""
        self.wrong: list[str] = []

    def walk(self, start: str) -> None:
        self.found[kind(start)].add(start)
        looked_at = -1
        while looked_at < (looked_at := sum(map(len, self.walked.values()))):
            for of in sorted(self.found, key=lambda of: (-len(of[1]), of)):
                for path in self.chosen(of):
                    self.walked[of].append(path)
                    self.look(path)

    def chosen(self, of: tuple) -> list[str]:
        """The addresses of a kind still to be looked at: among them the first, the last and some between."""
        name, own = of
        paths, walked = sorted(self.found[of]), self.walked[of]
        if not own or name == CLUB:
            return [path for path in spread(paths, PLAIN) if path not in walked][: PLAIN - len(walked)]
        new = {(name, key) for key in own} - self.asked
        self.asked |= new
        return paths[:1] if new else []

    def look(self, path: str) -> None:
        response = self.client.get(path)
        if response.status_code != 200:
            self.wrong.append(f"{path}: {response.status_code}")
        elif response["Content-Type"] == CONTENT_TYPES["html"]:
            html = response.content.decode()
            if (headings := len(re.findall("<h1[ >]", html))) != 1:
                self.wrong.append(f"{path}: {headings} headings")
            same = urlsplit(path).path
            turned = any(map(turns, keys(path)))
            for href in {unescape(href) for href, rest in LINK.findall(html) if 'rel="nofollow"' not in rest}:
                self.note(urljoin(path, href).partition("#")[0], same if turned else "")

    def note(self, path: str, but: str) -> None:
        """Keep a link that leads on; from a later part of a page not to more of the same."""
        if path.startswith("/") and "format" not in keys(path) and urlsplit(path).path != but:
            self.found[kind(path)].add(path)


def keys(path: str) -> tuple[str, ...]:
    return tuple(sorted(parse_qs(urlsplit(path).query, keep_blank_values=True)))


@cache
def kind(path: str) -> tuple[str, tuple[str, ...]]:
    """What tells kinds of pages apart: the name of the address, and what its query names. The day and the series go
    with every link from page to page: they are told apart only where nothing else is asked."""
    asked = keys(path)
    own = tuple(key for key in asked if key not in KEPT) or asked[:1]
    name = name_of(urlsplit(path).path)
    if name == CLUB and not asked:
        own = (statistic_of(path),)
    if name == FINDER and asked:
        # Its conditions make as many kinds as there are ways to leave some out.
        own = tuple(parse_qs(urlsplit(path).query).get("count", ["results"]))
    return name, own


name_of = cache(named)


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
