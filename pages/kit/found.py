"""The one row that an address names, or a 404 that says what there is not, and what is called nearly so."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from races.models.keys import of_key
from racestats.errors import form_of, not_found
from racestats.names.searching import Names
from stats.finding import KINDS, suggest
from stats.search import search

from .filters.fields import SUGGESTED
from .links import Links
from .moved import follow


class NotHere(Http404):
    """There is no row of this slug, and there was none."""

    def __init__(self, sentence: str, model: type[Any], slug: str):
        super().__init__(sentence)
        self.model = model
        self.slug = slug


def not_here(sentence: str, model: type[Any], slug: str) -> NotHere:
    """The 404 for a slug that no row has; raise Moved where one had it before."""
    follow(model, slug)
    return NotHere(sentence, model, slug)


def found_or_404(rows: Any, what: str, *lookups, **equal):
    """Of a model's or a queryset's rows the one with these; `what` ends “There is no …”."""
    try:
        return get_object_or_404(rows, *lookups, **equal)
    except Http404:
        sentence, model = f"There is no {what} in our records.", getattr(rows, "model", rows)
        if model in KINDS.values() and "slug" in equal:
            raise not_here(sentence, model, equal["slug"]) from None
        raise Http404(sentence) from None


def race_or_404(races: Any, series: str, year: int, key: str):
    """The race at an address, by its round or its slug."""
    what = f"race “{series}-{year}-{key}”"
    return found_or_404(races, what, of_key(key), season__series__slug=series, season__year=year)


def near_addresses(request: HttpRequest, problem: Http404) -> list[tuple[str, str]]:
    """The names of the rows that are called nearly so, with the same address of each."""
    if not isinstance(problem, NotHere):
        return []
    named, address = f"/{problem.slug}/", request.get_full_path()
    found = suggest(problem.model, problem.slug.replace("-", " "), SUGGESTED)
    return [(each.name, address.replace(named, f"/{each.slug}/", 1)) for each in found]


def nothing_here(request: HttpRequest) -> HttpResponse:
    """A 404 for an address that is of no page; its last words may be the name of something: `/talladega/`."""
    text = request.path_info.rstrip("/").rpartition("/")[2]
    is_page = request.method in ("GET", "HEAD") and form_of(request) == "html"
    found = search(text, SUGGESTED) if is_page else []
    # Search would rather find too much; here a chance likeness would mislead.
    names, links = Names((place, each.name) for place, each in enumerate(found)), Links(request.GET)
    near = names.holding(text) or sorted(names.near(text))
    return not_found(request, near=[(found[place].name, links.keep(found[place].url)) for place in near])
