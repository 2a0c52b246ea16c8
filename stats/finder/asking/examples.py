"""Questions that articles about the sport have answered, each with what was printed, where, and the address that asks
our records the same. They are in `examples.csv`, which a test compares with the whole history."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from drivers.models import Driver, Team
from races.models import Event, Race, Series, Track


class Example(NamedTuple):
    """`answer` is what our records say, the first rows `shown`; `differs` says why that is not what was printed.
    Without an answer it has not been compared."""

    key: str
    question: str
    printed: str
    source: str
    query: str
    answer: str
    shown: str
    differs: str


@cache
def examples() -> list[Example]:
    with (Path(__file__).parent / "examples.csv").open(encoding="utf-8", newline="") as file:
        return [Example(**row) for row in csv.DictReader(file)]


NAMED: dict[str, Any] = {"series": Series, "driver": Driver, "team": Team, "track": Track, "event": Event}
RACES = ("from", "to", "as_of")


def on_file(asked_of: Iterable[Example]) -> list[Example]:
    """Those of whose series, drivers, teams, tracks, events and races the book knows all. Six queries."""
    asked: dict[str, set[str]] = defaultdict(set)
    of_each = {each: dict(parse_qsl(each.query)) for each in asked_of}
    for query in of_each.values():
        for key, value in query.items():
            asked["race" if key in RACES else key].add(value)
    known = {
        key: set(model.objects.filter(slug__in=asked[key]).values_list("slug", flat=True))
        for key, model in NAMED.items()
    }
    years = {text.split("-")[1] for text in asked["race"] if text.count("-") == 2 and not text[0].isdigit()}
    races = Race.objects.points().filter(season__year__in=years, coverage__isnull=False).order_by()
    rows = races.values_list("season__series__slug", "season__year", "round")
    held = {f"{series}-{year}-{round_}" for series, year, round_ in rows}

    def is_known(key: str, value: str) -> bool:
        if key in RACES:
            return value in held or value[0].isdigit()
        return key not in known or value in known[key]

    return [each for each, query in of_each.items() if all(is_known(*pair) for pair in query.items())]
