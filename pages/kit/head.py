"""What the head of a page tells those who find and share it: its one address, its picture, and its facts as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from .tables.table_page import TablePage

KEPT = ("series", "by", "page")
"""What of a query makes a page of its own, for those who find it; other filters, and days, make one of too many."""
ARRANGING = ("sort", "page", "per_page", "format")
SITE = "racestats"

INDEXES = {
    "drivers:list": "Drivers",
    "drivers:teams": "Teams",
    "drivers:manufacturers": "Makes",
    "drivers:leaderboards": "Leaderboards",
    "drivers:latest-standings": "Standings",
    "drivers:streaks": "Streaks",
    "drivers:milestones": "Milestones",
    "races:finder": "Finder",
    "races:list": "Races",
    "races:tracks": "Tracks",
    "today": "On this day",
    "stories": "Stories",
}
"""The pages that others stand below, as a trail of links names them."""


@dataclass(frozen=True)
class PageHead:
    """Of one page: the request that asked for it, and what it says. One that `is_data_set` is a table to take; of
    one that `has_card` there is a picture, at `card.png` below it."""

    request: HttpRequest
    page: TablePage
    title: str
    is_data_set: bool = False
    has_card: bool = False

    @property
    def canonical(self) -> str:
        """The whole address under which the page is to be found; empty for one that is not: of a day, or narrowed."""
        if any(name not in KEPT for name in self.page.filters):
            return ""
        asked = {name: self.request.GET[name] for name in KEPT if self.request.GET.get(name)}
        query = f"?{urlencode(asked)}" if asked else ""
        return self._whole(f"{self.page.canonical or self.request.path}{query}")

    @property
    def address(self) -> str:
        """The whole address of what is shared: that one, or what was asked for, however it is arranged."""
        if self.canonical:
            return self.canonical
        query = self.request.GET.copy()
        for name in [name for name in query if name.rpartition("-")[2] in ARRANGING]:
            del query[name]
        return self._whole(f"{self.request.path}{'?' + query.urlencode() if query else ''}")

    @property
    def card(self) -> str:
        """The whole address of the picture that stands for the page where it is shared; empty where there is none."""
        if not self.has_card:
            return ""
        query = f"?{urlencode(self.page.filters)}" if self.page.filters else ""
        return self._whole(f"{self.page.canonical or self.request.path}card.png{query}")

    def linked_data(self, description: str) -> Iterator[dict[str, Any]]:
        """What the page is about, and where on the site it stands, in the words of schema.org."""
        yield from (self._absolute(about) for about in self.page.about)
        if self.is_data_set:
            yield self._data_set(description)
        trail = self._trail()
        if len(trail) > 1:
            steps = [
                {"@type": "ListItem", "position": place, "name": name, "item": self._whole(path)}
                for place, (name, path) in enumerate(trail, start=1)
            ]
            yield {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": steps}

    def _data_set(self, description: str) -> dict[str, Any]:
        joint = "&" if "?" in self.address else "?"
        forms = {"CSV": "text/csv", "JSON": "application/json"}
        return {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": self.title,
            "description": description,
            "url": self.address,
            "isAccessibleForFree": True,
            "creator": {"@type": "Organization", "name": SITE, "url": self._whole("/")},
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": media_type,
                    "contentUrl": f"{self.address}{joint}format={form.lower()}",
                }
                for form, media_type in forms.items()
            ],
        }

    def _trail(self) -> list[tuple[str, str]]:
        """The pages above this one, by the parts of its address, and itself: names and addresses."""
        path = self.page.canonical or self.request.path
        found, parts = [(SITE, "/")], path.strip("/").split("/")
        for length in range(1, len(parts)):
            above = f"/{'/'.join(parts[:length])}/"
            try:
                name = _name_of(resolve(above), self.page.context)
            except Resolver404:
                continue
            if name:
                found.append((name, above))
        return [*found, (self.title, path)] if path != "/" else found

    def _absolute(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """With whole addresses, which data must have wherever it is read."""
        return {key: self._with_whole_addresses(key, value) for key, value in about.items()}

    def _with_whole_addresses(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return self._absolute(value)
        if isinstance(value, list):
            return [self._absolute(each) if isinstance(each, dict) else each for each in value]
        is_address = key in ("url", "image") and value.startswith("/")
        return self._whole(value) if is_address else value

    def _whole(self, path: str) -> str:
        return self.request.build_absolute_uri(path)


def _name_of(match: ResolverMatch, context: Mapping[str, Any]) -> str:
    """What a page above is called, from what the page below tells; empty where it tells nothing of it."""
    name = match.view_name
    if name in INDEXES:
        return INDEXES[name]
    if name == "races:season":
        return str(match.kwargs["year"])
    race, season = context.get("race"), context.get("season")
    season = race.season if race else season
    row = {
        "drivers:detail": context.get("driver"),
        "drivers:team": context.get("who"),
        "drivers:manufacturer": context.get("who"),
        "races:series": season and season.series,
        "races:race": race and race.label,
    }.get(name)
    return str(row or "")


ESCAPED = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
"""What a script of data must not hold as it is."""


def as_script(data: Mapping[str, Any]) -> SafeString:
    """Data in a script element, which nothing runs: no text of it can end it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # nosec B308 B703
