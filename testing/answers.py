"""What the site answers: in each form with the book read once, kept for all rules, and the tables behind a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from unittest import mock
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.urls import get_resolver

from pages.kit.charts_on_pages import ChartView
from pages.kit.filters.filter_sets import AsOfFilter
from pages.records.leaderboards import LeaderboardFilter
from races.as_of import AsOf
from races.statistics import STATISTICS
from stats.boards.leaderboards import Leaderboard, leaderboards

from .reading import Page
from .site import FORMS, LONG, view_class


@contextmanager
def read_once(path: str) -> Iterator[None]:
    """However often this address of a page or a chart is asked for, the book is read for the first answer alone."""
    view, found = view_class(path), []
    reads = "get_chart" if issubclass(view, ChartView) else "get_page"
    read = getattr(view, reads)

    def read_first(self, filters, **kwargs):
        if not found:
            found.append(read(self, filters, **kwargs))
        return found[0]

    with mock.patch.object(view, reads, read_first):
        yield


def in_each_form(client: Client, path: str, forms: tuple[str, ...] = FORMS) -> dict[str, HttpResponse]:
    """What an address answers in each of its forms, for which the book is read only once.

    The page comes last, because it cuts its tables to one page, and is asked for without `format`.
    """
    address, _, query = path.partition("?")
    with read_once(address):
        asked = dict(parse_qsl(query))
        names = {form: {"format": form} if form != "html" else {} for form in forms}
        return {form: client.get(address, asked | names[form]) for form in sorted(forms, key="html".__eq__)}


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

    def with_its_data(self, path: str) -> dict[str, Answer]:
        """A page of `FIRST_OF_EACH`, what it says as JSON and its embedded table, for which the book is read once.

        Of a long list the data are those of a part of it.
        """
        if path in LONG:
            return {"html": self(path), **self.in_each_form(with_query(path, **LONG[path]), ("json", "embed"))}
        return self.in_each_form(path, ("html", "json", "embed"))

    def _keep(self, address: str, found: HttpResponse) -> None:
        """Without what Django's client hangs on to: the contexts of all templates, and every row in them."""
        self._kept[address] = Answer(HttpResponse(found.content, status=found.status_code, headers=found.headers))


def with_query(path: str, **asked: str) -> str:
    """The address with these further parameters."""
    joint = "&" if "?" in path else "?"
    return f"{path}{joint}{urlencode(asked)}" if asked else path


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
        without=STATISTICS.get(filters.value("without")),
    )


def as_of(text: str | None) -> AsOf | None:
    """The day or the race that an address asks for: “2024-05-06”, “cup-2025-12”."""
    filters = AsOfFilter({"as_of": text or ""})
    assert filters.is_valid()
    return filters.scope.as_of
