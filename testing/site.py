"""The site as its tests walk it: every address, with parameters from the demo content."""

from __future__ import annotations

from datetime import date

from django.urls import URLPattern, get_resolver, reverse

from pages.api.facts import FACTS
from pages.api.resources import RESOURCES
from pages.for_programs.sitemaps import KINDS_OF_PAGES
from pages.kit.links import filters_taken
from races.statistics import STATISTICS
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

TODAY = date(2026, 2, 26)
"""What day it is in every test: on one of 1967 Mario Andretti won the Daytona 500."""

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
    "data": [()],
    "privacy": [()],
    "api": [()],
    "stories": [()],
    "today": [()],
    "on-this-day": [("02-26",), ("02-29",)],
    "search": [()],
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
    "races:finder": [()],
    "races:finder-examples": [()],
    "races:closest-finishes": [()],
    "races:list": [()],
    "races:series": [("cup",), ("national",), ("trucks",)],
    "races:season": [("cup", 2025), ("cup", 2003), ("cup", 1949)],
    "races:race": [("cup", *race) for race in RACES],
    "races:preview": [("cup", 2025, "12"), ("cup", 2024, "busch-light-clash-at-the-coliseum")],
    "races:notes": [("cup", 2025, "12"), ("cup", 1967, "1")],
    "races:session": [
        ("cup", 2025, "12", "qualifying"),
        ("cup", 2025, "12", "stage-1"),
        ("cup", 2025, "12", "race"),
        ("cup", 2022, "1", "race"),
    ],
    "races:rulings": [()],
    "races:corrections": [()],
    "races:tracks": [()],
    "races:track": [("kansas",), ("charlotte",), ("fontana",), ("bristol",)],
}
"""For every named address of the public site, the parameters it is tested with."""

CHARTS: dict[str, list[tuple]] = {
    "drivers:rounds-chart": [("cup", 2025)],
    "drivers:career-chart": [("kyle-larson",), ("hb-bailey",)],
    "drivers:last-ten-chart": [("kyle-larson",)],
    "races:laps-led-chart": [("cup", 2025, "12"), ("cup", 2023, "31")],
    "drivers:ahead-chart": [("kyle-larson", "chris-buescher")],
    "drivers:board-chart": [("wins",), ("win_rate",)],
    "drivers:way-chart": [("cup-wins-10",)],
    "races:to-scale-chart": [()],
    "races:by-year-chart": [()],
    "races:finder-chart": [()],
    "races:winners-chart": [("kansas",), ("bristol",)],
    "races:speeds-chart": [("kansas",)],
}
"""The same for charts."""

DOCUMENTS: dict[str, list[tuple]] = {
    "races:race-document": [("cup", *race) for race in RACES],
    "races:race-document-schema": [()],
    "openapi": [()],
    "api-index": [()],
    "suggestions": [(kind,) for kind in ("all", *FOUND_BY_NAME)],
    "feed-of-results": [()],
    "feed-of-milestones": [()],
    "feed-of-rulings": [()],
    "feed-of-corrections": [()],
    "feed-of-stories": [()],
    "feed-of-driver": [("kyle-larson",), ("hb-bailey",)],
    "schedule": [()],
    "drivers:driver-card": [("kyle-larson",), ("hb-bailey",)],
    "drivers:versus-card": [("kyle-larson", "chris-buescher")],
    "drivers:leaderboard-card": [("wins",), ("average_finish",)],
    "races:closest-finishes-card": [()],
    "races:race-card": [("cup", *race) for race in RACES],
    "sitemap": [()],
    "sitemap-part": [(kind,) for kind in KINDS_OF_PAGES],
}
"""The same for the addresses that answer machines alone."""
BESIDE: dict[str, list[tuple]] = {
    "data-file": [("2025-05-12", "NOTICE.txt")],
    "report": [()],
    "report-thanks": [()],
    "story": [("a-story",)],
}
"""The same for pages without a table."""

API: dict[str, str] = {f"api:{each.name}": f"/api/v1{each.example_path}" for each in (*FACTS, *RESOURCES)}
"""The addresses of the API that have rows of the book, each with an example."""

LINKED_DOCUMENTS = {
    *("races:race-document", "races:race-document-schema", "openapi", "api-index", "schedule", *API),
    *(name for name in DOCUMENTS if name.startswith("feed-of-")),
}
"""Those of them that pages link to."""

ADDRESSES = [reverse(name, args=args) for name, cases in PARAMETERS.items() for args in cases]
SOME_OF_EACH = [
    reverse(name, args=args) for name, cases in PARAMETERS.items() for args in dict.fromkeys((cases[0], cases[-1]))
]
CHART_ADDRESSES = [reverse(name, args=args) for name, cases in CHARTS.items() for args in cases]
FIRST_OF_EACH = [reverse(name, args=cases[0]) for name, cases in PARAMETERS.items()]
REPORTING = ["/report/", "/report/?address=/drivers/kyle-larson/&table=seasons&row=1", "/report/thanks/"]
"""The pages on which a number is reported: in words, and of a row."""
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
    "/races/cup/2025/37/preview/",
    "/races/cup/2025/no-such-race/notes/",
    "/races/cup/2003/5/qualifying/",
    "/tracks/nowhere/",
    "/nothing/",
    "/on-this-day/02-30/",
    "/on-this-day/5-4/",
    "/races/cup/2025/012/",
    "/races/cup/20255/",
    "/api/races/cup/2025/37",
]


def public_names() -> set[str]:
    """The names of all the addresses of the public site: those outside the admin, and of the API's what leads to it."""
    return set(_names(get_resolver(), ""))


def _names(resolver, namespace: str):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{namespace}{pattern.name}"
        elif pattern.namespace not in ("admin", "api"):
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

KANSAS = {
    "series": "cup",
    "season": "2025",
    "from": "2025",
    "to": "2025",
    "era": "next-gen",
    "track": "kansas",
    "type": "intermediate",
    "driver": "kyle-larson",
    "team": "hendrick-motorsports",
    "manufacturer": "chevrolet",
    "active": "yes",
    "as_of": "2025-12-31",
}
"""What keeps rows on nearly every page: Larson's races at Kansas in 2025."""


def narrowed(path: str) -> dict[str, str]:
    """As much of it as a page takes: rules that narrow pages ask alike, for what is asked alike is drawn once."""
    return {key: value for key, value in KANSAS.items() if key in filters_taken(path)}


def named(path: str) -> str:
    """An address's name, to tell pages apart."""
    return get_resolver().resolve(path).view_name
