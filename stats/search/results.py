"""What a text finds, the best first: of what fits it as well, what is known best."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet

from races.as_of import AsOf
from races.models import Champion, Findable, StatLine
from races.statistics import WIN
from racestats.addresses import address_of

from .asked import SearchText
from .fixed import FAME, fixed
from .index import FindableRow, Slips, having, of_year
from .matching import Ways, as_asked, slips, worth

Kind = Findable.Kind
ADDRESSES = {
    Kind.DRIVER: "drivers:detail",
    Kind.TEAM: "drivers:team",
    Kind.MAKE: "drivers:manufacturer",
    Kind.TRACK: "races:track",
    Kind.RACE: "races:race",
    Kind.SERIES: "races:series",
    Kind.SEASON: "races:season",
    Kind.STANDINGS: "drivers:standings",
    Kind.MILESTONE: "drivers:milestone",
}
"""The name of the page of each kind; its parameters are the parts of the row's address."""
MOST = 50
"""Results of one search."""
FEW = 3
"""Where fewer are found, slips of the hand are looked for too, unless one found is called just so or well known."""
WELL_KNOWN = 1000


@dataclass(frozen=True)
class FoundThing:
    """One thing that was found, and its page: its kind in a word, its name and what tells it from others of that."""

    kind: str
    name: str
    detail: str
    url: str
    slug: str = ""


def search(text: str, most: int = MOST, kinds: Collection[str] = (), as_of: AsOf | None = None) -> list[FoundThing]:
    """What a text means, at most so much, of all kinds or of some; who won is told as of a day.

    With a year come first races and seasons of that year; after them what the other words find. A text without a word
    finds nothing.
    """
    asked = SearchText.of(text)
    words, found = asked.words, list[FindableRow]()
    if asked.year is not None:
        ways, rows = _in_year(words, asked.year, kinds)
        found = _best(words, (ways, rows))
    if words and len(found) < most:
        further = (ways, having(ways, kinds)) if found else _in_all(words, kinds)
        found += [row for row in _best(words, further) if row not in found]
    return list(_told(found[:most], as_of))


Fitting = tuple[Ways, list[FindableRow]]
"""Rows, and what each word was taken to mean."""


def _best(words: Sequence[str], fitting: Fitting) -> list[FindableRow]:
    """The rows that have a word, the best first."""
    ways, rows = fitting
    ranked = [(value, row) for row in rows if (value := worth(words, ways, row.words, row.fame)) is not None]
    return [row for _, row in sorted(ranked, key=lambda each: (-each[0], each[1].name, each[1].key))]


def _in_year(words: Sequence[str], year: int, kinds: Collection[str]) -> Fitting:
    """What has all words, of a year: so little that it is looked through whole."""
    rows = of_year(year, kinds)
    ways = as_asked(words)
    if not words:
        return ways, rows
    if fit := _fitting(ways, rows):
        return ways, fit
    there = {word for row in rows for word in row.words.split()}
    ways = {word: slips(word, there) | begun for word, begun in ways.items()}
    return ways, _fitting(ways, rows)


def _in_all(words: Sequence[str], kinds: Collection[str]) -> Fitting:
    """What has all words; where too little has, also by what they may be slips for; where nothing has, what has any."""
    of_site = [row for row in _of_site() if not kinds or row.kind in kinds]
    ways = as_asked(words)
    found = [*having(ways, kinds), *_fitting(ways, of_site)]
    called_so = f"/ {' '.join(words)} /"
    if len(found) >= FEW or any(called_so in row.words or row.fame >= WELL_KNOWN for row in found):
        return ways, found
    there = {word for row in of_site for word in row.words.split()}
    meant = Slips(there)
    for only_unknown in (True, False):
        if (others := meant.ways(words, only_unknown)) == ways:
            continue
        ways = others
        if fit := [*having(ways, kinds), *_fitting(ways, of_site)] if all(ways.values()) else []:
            return ways, fit
    return ways, found or [*having(ways, kinds, all_of_them=False), *of_site]


def _fitting(ways: Ways, rows: Iterable[FindableRow]) -> list[FindableRow]:
    return [row for row in rows if all(any(text in row.words for text in texts) for texts in ways.values())]


@cache
def _of_site() -> list[FindableRow]:
    return [
        FindableRow(each.kind, place, each.name, "", each.url, each.words, FAME) for place, each in enumerate(fixed())
    ]


def _told(rows: Sequence[FindableRow], as_of: AsOf | None) -> Iterator[FoundThing]:
    """The rows as readers see them: of a race who won it, of a season who was champion. Two queries at most."""
    winners = _names(StatLine.objects.as_of(as_of).filter(WIN, race__in=_keys(rows, Kind.RACE)), "race")
    seasons = [] if as_of else _keys(rows, Kind.SEASON)
    champions = _names(Champion.objects.filter(season__in=seasons), "season")
    for row in rows:
        details = [row.detail]
        if row.kind == Kind.RACE and row.key in winners:
            details.append(f"won by {winners[row.key]}")
        elif row.kind == Kind.SEASON and row.key in champions:
            details.append(f"champion {champions[row.key]}")
        parts = row.address.split("/")
        url = address_of(ADDRESSES[Kind(row.kind)], *parts) if row.kind in ADDRESSES else row.address
        yield FoundThing(
            row.kind, row.name, " · ".join(filter(None, details)), url, parts[0] if len(parts) == 1 else ""
        )


def _keys(rows: Iterable[FindableRow], kind: str) -> list[int]:
    return [row.key for row in rows if row.kind == kind]


def _names(rows: QuerySet[Any], of: str) -> dict[int, str]:
    """The drivers of these rows by what they are of; of a dead heat both."""
    found: dict[int, str] = {}
    for key, name, suffix in rows.order_by("pk").values_list(of, "driver__name", "driver__suffix"):
        driver = f"{name} {suffix}".rstrip()
        found[key] = f"{found[key]} and {driver}" if key in found else driver
    return found
