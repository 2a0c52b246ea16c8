"""The site as its tests walk it: every address with parameters from the demo content, and a reader for its pages."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from unittest import mock
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver, reverse

from pages.kit.filters import AsOfFilter
from pages.leaderboards import LeaderboardFilter
from races.as_of import AsOf
from races.statistics import STATISTICS
from stats.boards.leaderboards import Leaderboard, leaderboards
from stats.finding import KINDS as FOUND_BY_NAME
from stats.streaks.runs import KINDS

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "embed": "text/html; charset=utf-8",
}
FORMS = tuple(CONTENT_TYPES)

MILESTONES = (
    "cup-laps-led-10000",
    "cup-laps-led-50000",
    "cup-poles-20",
    "cup-stage-wins-70",
    "cup-starts-300",
    "cup-top-fives-250",
    "cup-wins-10",
)
DRIVERS = {
    "kyle-larson": "a given career, given seasons, and seasons on file whole",
    "dale-earnhardt-jr": "a suffix",
    "hb-bailey": "given seasons without a race",
    "jack-ingram": "titles without a race",
    "anthony-alfredo": "races without given totals",
    "kevin-harvick": "disqualified",
}
RACES = {
    (2025, "12"): "whole, with qualifying and stages",
    (2023, "31"): "whole, with a ruling",
    (2025, "10"): "two rulings, no margin against",
    (2022, "1"): "a crown jewel",
    (2024, "1"): "ended under caution",
    (2022, "21"): "unknown margin",
    (2024, "busch-light-clash-at-the-coliseum"): "an exhibition, with cars that did not qualify",
    (2003, "5"): "one of the all-time closest, partial",
    (1967, "1"): "known by its winner alone",
}
PARAMETERS: dict[str, list[tuple]] = {
    "home": [()],
    "about": [()],
    "glossary": [()],
    "privacy": [()],
    "drivers:list": [()],
    "drivers:detail": [(slug,) for slug in DRIVERS],
    "drivers:races": [("kyle-larson",), ("hb-bailey",)],
    "drivers:teams": [()],
    "drivers:team": [("hendrick-motorsports",), ("front-row-motorsports",)],
    "drivers:team-races": [("hendrick-motorsports",)],
    "drivers:manufacturers": [()],
    "drivers:manufacturer": [("chevrolet",), ("pontiac",)],
    "drivers:manufacturer-races": [("chevrolet",)],
    "drivers:own-streaks": [("kyle-larson",), ("hb-bailey",)],
    "drivers:leaderboards": [()],
    "drivers:titles": [()],
    "drivers:champions": [()],
    "drivers:leaderboard": [(key,) for key in (*STATISTICS, "laps-led")],
    "drivers:rivals": [("kyle-larson",), ("hb-bailey",)],
    "drivers:versus": [("kyle-larson", "chris-buescher"), ("kyle-larson", "hb-bailey")],
    "drivers:latest-standings": [()],
    "drivers:standings": [("cup", 2025), ("cup", 2003), ("cup", 1949)],
    "drivers:streaks": [()],
    "drivers:streak": [(key,) for key in (*KINDS, "top-fives")],
    "drivers:milestones": [()],
    "drivers:milestone": [(slug,) for slug in MILESTONES],
    "races:closest-finishes": [()],
    "races:list": [()],
    "races:series": [("cup",), ("national",), ("trucks",)],
    "races:season": [("cup", 2025), ("cup", 2003), ("cup", 1949)],
    "races:race": [("cup", *race) for race in RACES],
    "races:session": [
        ("cup", 2025, "12", "qualifying"),
        ("cup", 2025, "12", "stage-1"),
        ("cup", 2025, "12", "race"),
        ("cup", 2022, "1", "race"),
    ],
    "races:rulings": [()],
    "races:tracks": [()],
    "races:track": [("kansas",), ("charlotte",), ("fontana",), ("bristol",)],
}
"""For every named address of the public site, the parameters it is tested with."""

DOCUMENTS: dict[str, list[tuple]] = {
    "races:race-document": [("cup", *race) for race in RACES],
    "races:race-document-schema": [()],
    "suggestions": [(kind,) for kind in FOUND_BY_NAME],
}
"""The same for the addresses that answer machines alone."""

ADDRESSES = [reverse(name, args=args) for name, cases in PARAMETERS.items() for args in cases]
SOME_OF_EACH = [
    reverse(name, args=args) for name, cases in PARAMETERS.items() for args in dict.fromkeys((cases[0], cases[-1]))
]
FIRST_OF_EACH = [reverse(name, args=cases[0]) for name, cases in PARAMETERS.items()]
UNKNOWN = [
    "/drivers/nobody/",
    "/drivers/nobody/races/",
    "/drivers/nobody/vs/",
    "/drivers/nobody/vs/kyle-larson/",
    "/drivers/kyle-larson/vs/nobody/",
    "/drivers/kyle-larson/vs/kyle-larson/",
    "/teams/nobody/",
    "/teams/nobody/races/",
    "/manufacturers/lada/",
    "/manufacturers/lada/races/",
    "/leaderboards/luck/",
    "/standings/cup/1948/",
    "/standings/nascar/2025/",
    "/streaks/luck/",
    "/milestones/cup-luck-7/",
    "/races/nascar/",
    "/races/cup/1948/",
    "/races/cup/2025/37/",
    "/races/cup/2025/no-such-race/",
    "/races/cup/2025/12/practice-1/",
    "/races/cup/2003/5/qualifying/",
    "/tracks/nowhere/",
    "/nothing/",
    "/races/cup/2025/012/",
    "/races/cup/20255/",
    "/api/races/cup/2025/37",
]


def public_names() -> set[str]:
    """The names of all the addresses of the public site: those outside the admin."""
    return set(_names(get_resolver(), ""))


def _names(resolver, namespace: str):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{namespace}{pattern.name}"
        elif pattern.namespace != "admin":
            yield from _names(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)


def view_class(path: str):
    return get_resolver().resolve(path).func.view_class


LONG = {
    "/drivers/": {"q": "larson"},
    "/leaderboards/starts/": {"season": "2025"},
    "/teams/": {"from": "2024"},
    "/teams/hendrick-motorsports/races/": {"season": "2025"},
    "/manufacturers/chevrolet/races/": {"season": "2025"},
    "/races/": {"season": "2025"},
    "/races/cup/": {"season": "2025"},
}
"""Lists of thousands of rows, of which HTML shows a page: in the other forms a part of them tells as much."""


@contextmanager
def read_once(path: str) -> Iterator[None]:
    """However often this address is asked for, the book is read for the first answer alone."""
    view, found = view_class(path), []
    read = view.get_page

    def get_page(self, filters, **kwargs):
        if not found:
            found.append(read(self, filters, **kwargs))
        return found[0]

    with mock.patch.object(view, "get_page", get_page):
        yield


def in_each_form(client: Client, path: str, forms: tuple[str, ...] = FORMS) -> dict[str, HttpResponse]:
    """What an address answers in each of its forms, for which the book is read only once.

    The page comes last, because it cuts its tables to one page, and is asked for without `format`.
    """
    address, _, query = path.partition("?")
    with read_once(address):
        asked = dict(parse_qsl(query))
        names = {form: {"format": form} if form != "html" else {} for form in FORMS}
        return {form: client.get(address, asked | names[form]) for form in reversed(FORMS) if form in forms}


def named(path: str) -> str:
    """An address's name, to tell pages apart."""
    return get_resolver().resolve(path).view_name


LEAKS = {
    "None": r"(?<![\w“])None(?![\w”])",
    "a template": r"\{\{|\}\}|\{%|%\}",
    "a Python object": r"<[\w.]+ object|Decimal\(|datetime\.|&lt;\w+: ",
    "markup as text": r"&lt;/?(?:a|p|td|tr|strong|span)\b",
}
"""What must not show as text on any page."""

VOID = {"meta", "link", "base", "br", "img", "input", "hr", "source", "wbr"}
BLOCKS = {"p", "div", "section", "article", "table", "ul", "ol", "dl", "h1", "h2", "h3", "form", "details", "nav"}


@dataclass
class Table:
    caption: str = ""
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


NOTED = {"as-of", "counted"}
"""The classes of what stands around the notes of a page."""


class Page(HTMLParser):
    """Reads a page of HTML as strictly as it should have been written; what is wrong is in `problems`."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.ids: set[str] = set()
        self.texts: list[str] = []
        self.title = ""
        self.headings: list[str] = []
        self.tables: list[Table] = []
        self.links: list[dict] = []
        self.notes: list[str] = []
        if not html.lstrip().lower().startswith("<!doctype html>"):
            self.problems.append("no doctype")
        self.problems += [
            f"bare ampersand: {found}" for found in re.findall(r"&(?!(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);).{0,30}", html)
        ]
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        given = dict(attributes)
        self.problems += [f"<{tag}> has {name} twice" for name in set(names) if names.count(name) > 1]
        if (id_ := given.get("id")) is not None:
            if id_ in self.ids or not id_:
                self.problems.append(f"id “{id_}” is there twice, or empty")
            self.ids.add(id_)
        if tag == "img" and "alt" not in given:
            self.problems.append("an image without alt")
        if tag in BLOCKS and "p" in self.open:
            self.problems.append(f"<{tag}> inside <p>")
        if tag == "a":
            if "a" in self.open:
                self.problems.append("<a> inside <a>")
            self.links.append(given)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr" and "tbody" in self.open:
            self.tables[-1].rows.append([])
        elif tag in ("td", "th") and "tbody" in self.open:
            self.tables[-1].rows[-1].append("")
        elif tag == "th":
            self.tables[-1].head.append("")
        elif tag == "h1":
            self.headings.append("")
        elif tag == "p" and NOTED & set(self._classes):
            self.notes.append("")
        if tag not in VOID:
            self.open.append(tag)
            self._classes.append(given.get("class") or "")

    _classes: list[str]

    def feed(self, data):
        self._classes = []
        super().feed(data)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes <{self.open[-1] if self.open else ''}>")
        if tag in self.open:
            while self.open.pop() != tag:
                self._classes.pop()
            self._classes.pop()

    def handle_data(self, data):
        inside = set(self.open)
        if "title" in inside:
            self.title += data
        if inside & {"script", "style", "title"}:
            return
        self.texts.append(data)
        text = data.strip()
        if inside & {"td", "th"} and "tbody" in inside:
            self.tables[-1].rows[-1][-1] += text
        elif "th" in inside:
            self.tables[-1].head[-1] += text
        elif "caption" in inside:
            self.tables[-1].caption += text
        if "h1" in inside:
            self.headings[-1] += data
        if NOTED & set(self._classes) and "p" in inside:
            self.notes[-1] += data


@dataclass
class Answer:
    """An answer of the site, and what is read out of it: at most once."""

    response: HttpResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def text(self) -> str:
        return self.response.content.decode()

    @cached_property
    def page(self) -> Page:
        return Page(self.text)

    @cached_property
    def json(self) -> dict:
        return json.loads(self.text)


class Answers:
    """What a book that nobody changes answers, each kept under its address."""

    def __init__(self):
        self.client = Client()
        self._kept: dict[str, Answer] = {}

    def __call__(self, path: str, **asked: str) -> Answer:
        """The answer to this address with these further parameters, asked for now or kept from before."""
        address = with_query(path, **asked)
        if address not in self._kept:
            self._keep(address, self.client.get(address))
        return self._kept[address]

    def in_each_form(self, path: str, forms: tuple[str, ...] = FORMS) -> dict[str, Answer]:
        """The answers to this address in each of these forms, for which the book is read once."""
        addresses = {form: with_query(path, format=form) if form != "html" else path for form in forms}
        missing = tuple(form for form in forms if addresses[form] not in self._kept)
        for form, found in in_each_form(self.client, path, missing).items():
            self._keep(addresses[form], found)
        return {form: self._kept[address] for form, address in addresses.items()}

    def _keep(self, address: str, found: HttpResponse) -> None:
        """Without what Django's client hangs on to: the contexts of all templates, and every row in them."""
        self._kept[address] = Answer(HttpResponse(found.content, status=found.status_code, headers=found.headers))


def with_query(path: str, **asked: str) -> str:
    """The address with these further parameters."""
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}{urlencode(asked)}" if asked else path


def read_csv(response) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a page's CSV."""
    head, *rows = csv.reader(io.StringIO(response.content.decode()))
    return head, rows


def read_md(response) -> list[Table]:
    """The tables of a page's Markdown, their cells as text without links."""
    tables: list[Table] = []
    inside = False
    for line in response.content.decode().splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = [_md_text(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not inside:
            tables.append(Table(head=cells))
        elif set("".join(cells)) - set("-:"):
            tables[-1].rows.append(cells)
        inside = True
    return tables


def _md_text(cell: str) -> str:
    text = re.sub(r"(?<!\\)\[(.*?)(?<!\\)\]\(.*\)$", r"\1", cell.strip())
    return re.sub(r"\\([\\|\[\]*_`<])", r"\1", text)


def tables_of(path: str, query: str = "") -> dict:
    """The tables of a page before they are sorted and cut, by name."""
    match = get_resolver().resolve(path)
    view = match.func.view_class()
    request = RequestFactory().get(path + query)
    view.setup(request, **match.kwargs)
    return view.get_page(view.read_filters(request), **match.kwargs).tables


def boards_of(query: str, keys: Iterable[str]) -> list[Leaderboard]:
    """The boards of these statistics that a query asks for, as their pages read them, in one pass for all."""
    filters = LeaderboardFilter(QueryDict(query))
    assert filters.is_valid()
    return leaderboards(
        [STATISTICS[key] for key in keys],
        filters.scope,
        by=filters.value("by") or "driver",
        active=filters.value("active"),
        min_starts=filters.value("min_starts"),
    )


def as_of(text: str | None) -> AsOf | None:
    """The day or the race that an address asks for: “2024-05-06”, “cup-2025-12”."""
    filters = AsOfFilter({"as_of": text or ""})
    assert filters.is_valid()
    return filters.scope.as_of
