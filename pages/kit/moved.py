"""Addresses and filters under a slug that a driver, a team, a make or a track had before lead to the one of today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.text import slugify

from races.models import FormerSlug
from races.models.former_slugs import HOLDERS
from racestats.serving.page_cache import FRESH


class Moved(Exception):
    """Who an address names has another slug by now."""

    def __init__(self, model: type[Any], slug: str, today: str):
        super().__init__(slug)
        self.model = model
        self.slug = slug
        self.today = today


def follow(model: type[Any], slug: str) -> None:
    """Raise Moved where this slug was somebody's; to be asked of one that nobody has."""
    if today := FormerSlug.objects.todays_of(model, slug):
        raise Moved(model, slug, today)


def lead_on(get_response: Callable[[HttpRequest], HttpResponse]):
    """Answer with a 301 to the same address under the slug of today, whatever page, picture or form it is of."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Moved):
            return None
        # A browser would follow a permanent one for ever without asking; but a slug may get a new owner.
        return HttpResponsePermanentRedirect(address_of_today(request, error), headers={"Cache-Control": FRESH})

    answer.process_exception = process_exception
    return answer


def address_of_today(request: HttpRequest, moved: Moved) -> str:
    """The address that was asked for, with the slug of today in its path and in the filter of such rows."""
    found, query = request.resolver_match, request.GET.copy()
    path = request.path
    if found:
        parts = {name: moved.today if part == moved.slug else part for name, part in found.kwargs.items()}
        path = reverse(found.view_name, kwargs=parts)
    named = HOLDERS[moved.model]
    if slugify(query.get(named, "")) == moved.slug:
        query[named] = moved.today
    return f"{path}?{query.urlencode()}" if query else path
