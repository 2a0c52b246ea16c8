"""What can be found of the site itself: the boards of statistics, and the pages that are of no row."""

from __future__ import annotations

from typing import NamedTuple

from races.statistics import STATISTICS, TITLES
from racestats.addresses import address_of
from racestats.names.spelling import plain

ALSO = {
    "top_fives": ("top 5s", "top 5 finishes"),
    "top_tens": ("top 10s", "top 10 finishes"),
    "poles": ("pole positions",),
    "dnfs": ("did not finish", "retirements"),
    "laps_led": ("led laps", "lap leaders"),
    "wins": ("victories", "race winners"),
    "titles": ("championships",),
    "runner_ups": ("second places", "runners up"),
    "places_gained": ("positions gained",),
    "races_led_most": ("led the most laps", "most laps led"),
    "stage_sweeps": ("swept stages",),
}
"""What fans also call a statistic."""
PAGES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Champions", "drivers:champions", ("champion", "champions by year", "titles")),
    ("Closest finishes", "races:closest-finishes", ("photo finish", "margin of victory", "margins of victory")),
    ("Finder", "races:finder", ("questions", "query", "stathead", "advanced search")),
    ("Finder: examples", "races:finder-examples", ("printed statements", "questions answered")),
    ("Milestones", "drivers:milestones", ("clubs", "records in reach")),
    ("Streaks", "drivers:streaks", ("in a row", "consecutive wins")),
    ("Leaderboards", "drivers:leaderboards", ("records", "leaders", "career leaders")),
    ("Standings", "drivers:latest-standings", ("points standings", "points", "points leaders")),
    ("Rulings", "races:rulings", ("disqualifications", "penalties")),
    ("Corrections", "races:corrections", ("errors", "mistakes")),
    ("Stories", "stories", ("articles", "news")),
    ("Drivers", "drivers:list", ()),
    ("Teams", "drivers:teams", ("owners",)),
    ("Makes", "drivers:manufacturers", ("manufacturers", "car makes")),
    ("Tracks", "races:tracks", ("speedways",)),
    ("Races", "races:list", ("schedule", "calendar")),
    ("On this day", "today", ("today in history", "birthdays")),
    ("Glossary", "glossary", ("abbreviations",)),
    ("About", "about", ("how we count",)),
    ("The whole book to take", "data", ("download", "csv", "sqlite", "parquet", "dataset", "database")),
    ("Privacy", "privacy", ("cookies",)),
    ("For programs", "api", ("API", "JSON", "OpenAPI")),
)
WINLESS = {
    "laps_led": ("most laps led without a win", "laps led winless"),
    "starts": ("most starts without a win", "starts winless", "never won"),
}
"""Boards of those who never won, by statistic."""
FAME = 1300
"""Of a board or a page: that of a driver with some wins."""


class Fixed(NamedTuple):
    kind: str
    name: str
    url: str
    words: str


def fixed() -> list[Fixed]:
    """Boards by label and abbreviation, in the order of statistics, and then pages."""
    boards = [
        Fixed("statistic", each.label, _board(each.key), _words(each.label, each.abbreviation, *ALSO.get(each.key, ())))
        for each in (*STATISTICS.values(), TITLES)
    ]
    pages = [Fixed("page", name, address_of(to), _words(name, *also)) for name, to, also in PAGES]
    winless = [
        Fixed("statistic", f"{STATISTICS[key].label} without a win", f"{_board(key)}?without=wins", _words(*also))
        for key, also in WINLESS.items()
    ]
    return [*boards, *pages, *winless]


def _board(key: str) -> str:
    return address_of("drivers:titles") if key == TITLES.key else address_of("drivers:leaderboard", key)


def _words(*names: str) -> str:
    return f"/ {' / '.join(plain(name) for name in names)} /"
