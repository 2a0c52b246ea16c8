"""The page of tables at an address of this site, made for another page that tells of it."""

from __future__ import annotations

from copy import copy
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from racestats.serving.page_cache import OF_DAY

from .forms import TablePageView
from .moved import Moved, address_of_today
from .tables.table_page import TablePage

LONGEST = 500
"""Characters of an address."""


def page_at(request: HttpRequest, address: str) -> TablePage:
    """The page as it is drawn at an address, or where that leads on to, whatever form it asks for.

    Raise Http404 where there is no such page, and BadFilter where it does not take what is asked.
    """
    view_class, path, query, kwargs = _found(address)
    asked = QueryDict(query, mutable=True)
    asked.pop("format", None)
    inner = copy(request)
    inner.method, inner.path, inner.path_info, inner.GET = "GET", path, path, asked
    inner.resolver_match = resolve(path)
    view = view_class()
    view.setup(inner, **kwargs)
    try:
        page, _ = view.make_page(inner, "html", **kwargs)
    except Moved as moved:
        return page_at(request, address_of_today(inner, moved))
    if hasattr(inner, OF_DAY):
        setattr(request, OF_DAY, getattr(inner, OF_DAY))
    return page


def is_page(address: str) -> bool:
    """Whether a page of tables stands at an address, whatever it is asked."""
    try:
        _found(address)
    except Http404:
        return False
    return True


def _found(address: str) -> tuple[type[TablePageView], str, str, dict]:
    try:
        parts = urlsplit(address)
        if len(address) > LONGEST or parts.scheme or parts.netloc or not parts.path.startswith("/"):
            raise Http404
        match = resolve(parts.path)
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    view_class = getattr(match.func, "view_class", None)
    if view_class is None or not issubclass(view_class, TablePageView):
        raise Http404
    return view_class, parts.path, parts.query, match.kwargs
