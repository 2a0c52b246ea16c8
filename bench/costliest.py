"""The costliest addresses of a book: `DATABASE_URL=… python -m bench.costliest`.

Every page is asked for plainly and under each of its filters, now and as of a day long ago, as the longest page that it
makes and as JSON; of those that cost most every other form is asked for too. Whose page it is is chosen to cost: the
driver, the team, the make and the track with the most races. It lists the worst by CPU seconds, in which is the work of
keeping them, and by bytes, without any coding; it ends with 1 where one is beyond its limit.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import urlencode

import django

MOST_SECONDS, MOST_BYTES = 2.0, 20_000_000
SHOWN = 10
OF_ALL_FORMS = 30
"""So many of the costliest are asked for in every form."""


@dataclass(frozen=True)
class Cost:
    address: str
    seconds: float
    bytes: int


def machine() -> float:
    """How many times slower this machine is now than the one that the limits are for."""

    def count() -> int:
        total = 0
        for number in range(10_000_000):
            total += number * number
        return total

    started = time.process_time()
    count()
    return max((time.process_time() - started) / 0.5, 1)


def busiest(column: str, most: int = 1) -> list[str]:
    """The slugs of those with the most lines."""
    from django.db.models import Count

    from races.models import StatLine

    counted = StatLine.objects.exclude(**{column: None}).values_list(column).annotate(lines=Count("pk"))
    return [slug for slug, _ in counted.order_by("-lines")[:most]]


def subjects() -> dict[str, list[tuple]]:
    """For every named address the parameters with which it costs most, and others where it is not known which do."""
    from newsroom.models import Story
    from races.models import Milestone, Race, Season
    from races.statistics import STATISTICS
    from stats.finding import KINDS as FOUND_BY_NAME
    from stats.streaks.runs import KINDS

    drivers, teams = busiest("driver__slug", 3), busiest("team__slug")
    makes, tracks = busiest("manufacturer__slug", 2), busiest("race__layout__track__slug", 2)
    seasons = [(season.series.slug, season.year) for season in Season.objects.select_related("series")]
    years = sorted(seasons, key=lambda season: season[1])
    some_years = [years[place * (len(years) - 1) // 7] for place in range(8)] if years else []
    races = Race.objects.points().run().select_related("season__series").order_by("-season__year", "-round")
    count = races.count()
    some_races = [races[place * (count - 1) // 7] for place in range(8)] if count else []
    keys = [(race.season.series.slug, race.season.year, race.key) for race in some_races]
    last = [(*key, session.slug) for key, race in zip(keys[:1], some_races) for session in race.sessions.all()]
    clubs = Milestone.objects.select_related("series").order_by("-threshold")
    largest_clubs = {(club.series_id, club.statistic): (club.slug,) for club in clubs}
    return {
        **{
            f"drivers:{name}": [(slug,) for slug in drivers[:1]]
            for name in ("detail", "races", "own-streaks", "rivals", "career-chart", "last-ten-chart")
        },
        **{f"drivers:{name}": [(slug,) for slug in teams] for name in ("team", "team-races")},
        **{f"drivers:{name}": [(slug,) for slug in makes] for name in ("manufacturer", "manufacturer-races")},
        "drivers:versus": [tuple(drivers[:2])] if len(drivers) > 1 else [],
        "drivers:ahead-chart": [tuple(drivers[:2])] if len(drivers) > 1 else [],
        "drivers:board-chart": [("wins",), ("laps_led",)],
        "races:finder-chart": [()],
        "drivers:way-chart": list(largest_clubs.values()),
        **{f"races:{name}": [(slug,) for slug in tracks] for name in ("winners-chart", "speeds-chart")},
        "drivers:leaderboard": [(key,) for key in STATISTICS],
        "drivers:streak": [(key,) for key in KINDS],
        "drivers:milestone": list(largest_clubs.values()),
        "drivers:standings": some_years,
        "on-this-day": [("07-04",), ("02-26",)],
        "drivers:rounds-chart": some_years,
        "races:series": [(slug,) for slug in dict.fromkeys(slug for slug, _ in seasons)],
        "races:season": some_years,
        "races:race": keys,
        "races:preview": keys,
        "races:notes": keys,
        "races:laps-led-chart": keys,
        "races:session": last,
        "races:track": [(slug,) for slug in tracks],
        "races:race-document": keys,
        "drivers:driver-card": [(slug,) for slug in drivers[:1]],
        "drivers:versus-card": [tuple(drivers[:2])] if len(drivers) > 1 else [],
        "drivers:leaderboard-card": [("wins",)],
        "races:race-card": keys[:1],
        "feed-of-driver": [(slug,) for slug in drivers[:1]],
        "sitemap-part": [("races",), ("drivers",), ("days",)],
        "data-file": [("2026-01-01", "NOTICE.txt")],
        "story": [(story.slug,) for story in Story.objects.published()[:3]] or [("none",)],
        "suggestions": [(kind,) for kind in ("all", *FOUND_BY_NAME)],
    }


FINDER = {
    "find": ["results", "races", "drivers", "teams", "seasons", "tracks"],
    "then": ["track"],
    "count": ["races", "average_finish", "wins", "share", "most-behind"],
    "over": ["races"],
    "per": ["2"],
    "order": ["age", "-wait", "-behind"],
    "least": ["2"],
    **{key: ["1-"] for key in ("finish", "led", "laps", "behind", "points", "age", "nth_start", "wait", "cautions")},
    **{key: ["0-"] for key in ("stages", "led_so_far", "nth_win", "round", "nth_at_track", "lead_changes", "leaders")},
    **{key: ["0-"] for key in ("race_laps", "margin")},
    **{key: ["no"] for key in ("pole", "led_most", "dnf", "beach", "dirt")},
    "status": ["running"],
    "number": ["43"],
    "state": ["North Carolina"],
    "event": ["daytona-500"],
    "regulars": ["yes"],
}
"""The same of the finder's own."""


def values() -> dict[str, list[str]]:
    """Of each filter the values that select much, or that make figures be counted anew."""
    from races.models import Era, Race, Series, TrackLayout
    from races.statistics import STATISTICS
    from stats.careers.splits import GRIDS

    latest = Race.objects.points().run().exclude(date=None).order_by("-date").first()
    year = latest.season.year if latest else 2025
    return {
        "series": [series.slug for series in Series.objects.all()],
        "season": [str(year)],
        "from": [str(year - 70), f"{year - 40}-06-01"],
        "to": [f"{year - 1}-06-01"],
        "era": list(dict.fromkeys(Era.objects.values_list("slug", flat=True)))[:3],
        "track": busiest("race__layout__track__slug"),
        "type": [key for key, _ in TrackLayout.Type.choices],
        "driver": busiest("driver__slug"),
        "team": busiest("team__slug"),
        "manufacturer": busiest("manufacturer__slug"),
        "by": ["team", "manufacturer"],
        "stat": [key for key in STATISTICS if key in ("starts", "laps_led")],
        "active": ["yes", "no"],
        "without": ["wins"],
        "min_starts": ["0", "1"],
        "start": list(GRIDS),
        "max_margin": ["1000"],
        "within": ["1000"],
        "only": ["ahead"],
        "kind": ["penalty"],
        "q": ["a", " ".join("abcdefghij")],
        **FINDER,
        "as_of": [str(latest.date) if latest else "2025-01-01", f"{year - 25}-06-01"],
    }


def addresses() -> Iterator[str]:
    """Every page under each of its filters."""
    from django.urls import reverse

    from pages.kit.links import filters_taken
    from testing.site import public_names

    chosen, worth = subjects(), values()
    for name in sorted(public_names()):
        for place, args in enumerate(chosen.get(name, [()])):
            path = reverse(name, args=args)
            yield path
            # Of many pages of a kind the first has all its filters, the others the day.
            taken = [key for key in filters_taken(path) if place == 0 or key == "as_of"]
            asked = {(key, value) for key in taken for value in worth[key]}
            days = [("as_of", worth["as_of"][-1])] if "as_of" in taken else []
            pairs = {tuple(sorted(pair)) for pair in product(asked, days) if pair[0][0] != pair[1][0]}
            for query in sorted([(one,) for one in asked] + list(pairs)):
                yield f"{path}?{urlencode(query)}"


def in_form(address: str, form: str) -> str:
    asked = "per_page=200" if form == "html" else f"format={form}"
    return f"{address}{'&' if '?' in address else '?'}{asked}"


def is_page(address: str) -> bool:
    """Whether it takes the forms of a page; a chart, and what answers machines, has one form."""
    from django.urls import resolve

    path = address.partition("?")[0]
    return hasattr(resolve(path).func, "view_class") and not path.endswith(".svg")


def measured(client, address: str) -> Cost:
    started = time.process_time()
    response = client.get(address, headers={"accept-encoding": "identity"})
    size = sum(map(len, response))
    seconds = time.process_time() - started
    if response.status_code not in (200, 302, 404, 409):
        raise SystemExit(f"{address} answers {response.status_code}")
    return Cost(address, seconds, size)


def walk(asked: Iterable[str]) -> list[Cost]:
    """What everything costs, and the costliest of it in every other form."""
    from django.test import Client

    from pages.kit.forms import FORMS

    client, found = Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_PROTO="https"), []
    measured(client, "/")
    for address in asked:
        forms = ("html", "json") if is_page(address) else ("",)
        found += [measured(client, in_form(address, form) if form else address) for form in forms]
        if len(found) % 400 < 2:
            print(f"{len(found)} addresses, the last {address}", file=sys.stderr)
    others = [form for form in FORMS if form not in ("html", "json")]
    plain = {cost.address: cost for cost in found if cost.address.endswith("format=json")}
    costly = sorted(plain.values(), key=lambda cost: max(cost.seconds / MOST_SECONDS, cost.bytes / MOST_BYTES))
    for cost in costly[-OF_ALL_FORMS:]:
        found += [measured(client, cost.address.replace("format=json", f"format={form}")) for form in others]
    return found


def main() -> int:
    os.environ |= {"DEBUG": "false", "ALLOWED_HOSTS": "localhost", "DJANGO_SETTINGS_MODULE": "racestats.settings"}
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(60))
    django.setup()
    from django.conf import settings

    # No time is kept, and no static files need to be collected.
    settings.REQUEST_SECONDS = 0
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    slower = machine()
    found = walk(addresses())
    print(f"{len(found)} addresses. Seconds are of this machine, {slower:.1f} times slower than the limits are for.")
    worst = sorted(found, key=lambda cost: cost.seconds)[-SHOWN:]
    largest = sorted(found, key=lambda cost: cost.bytes)[-SHOWN:]
    for title, costs in (("by CPU", worst), ("by bytes", largest)):
        print(f"\nThe costliest {title}")
        for cost in reversed(costs):
            print(f"{cost.seconds:7.2f} s {cost.bytes / 1e6:7.2f} MB  {cost.address}")
    too_much = [cost for cost in found if cost.seconds > MOST_SECONDS * slower or cost.bytes > MOST_BYTES]
    print(f"\n{len(too_much)} are beyond {MOST_SECONDS * slower:.1f} s or {MOST_BYTES / 1e6:g} MB.")
    return int(bool(too_much))


if __name__ == "__main__":
    sys.exit(main())
