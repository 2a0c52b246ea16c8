"""Links that keep the series and the day a page was asked for, where they lead to a page that takes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from urllib.parse import parse_qs, urlencode, urlsplit

from django.urls import Resolver404, resolve

KEPT = ("series", "as_of")
"""What a reader asked for once and means on the next page too. Every other filter is of one page."""


class Links:
    """The links of one page, which was `asked` for with these values."""

    def __init__(self, asked: Mapping[str, str]):
        self.kept = {name: str(asked[name]) for name in KEPT if asked.get(name)}
        self._made: dict[str, str] = {}

    def keep(self, url: str) -> str:
        """The address with all that is kept, but for what it says itself or the page there does not take."""
        if not self.kept or not url.startswith("/"):
            return url
        if url not in self._made:
            self._made[url] = self._with_kept(url)
        return self._made[url]

    def _with_kept(self, url: str) -> str:
        address = urlsplit(url)
        said, taken = parse_qs(address.query, keep_blank_values=True), filters_taken(address.path)
        missing = {name: value for name, value in self.kept.items() if name in taken and name not in said}
        query = "&".join(filter(None, [address.query, urlencode(missing)]))
        return address._replace(query=query).geturl()


@lru_cache(maxsize=4096)  # A page links to the same few kinds of pages over and over.
def filters_taken(path: str) -> tuple[str, ...]:
    """The filters that the page at a path takes, in the order shown; none where there is no page."""
    try:
        view = resolve(path).func
    except Resolver404:
        return ()
    return filters_of(getattr(view, "view_class", None))


@cache
def filters_of(view_class: type | None) -> tuple[str, ...]:
    """The filters that a view takes."""
    filterset = getattr(view_class, "filterset_class", None)
    return tuple(filterset.get_filters()) if filterset else ()
