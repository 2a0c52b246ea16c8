"""Rules for every filter of every page: sense narrows, nonsense is a 400 that names the field, and nothing crashes."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.kit.forms import filters_as_asked
from pages.kit.links import filters_taken
from pages.records.leaderboards import LeaderboardFilter
from races.statistics import STATISTICS
from stats.scope import DIMENSIONS
from testing.answers import with_query
from testing.reading import Page
from testing.site import ADDRESSES, FIRST_OF_EACH, FORMS, KANSAS, LONG, named, narrowed, view_class

pytestmark = pytest.mark.django_db

TAKES = {
    "home": "as_of",
    "about": "",
    "glossary": "",
    "data": "",
    "privacy": "",
    "api": "",
    "today": "series as_of",
    "on-this-day": "series as_of",
    "drivers:list": "q series active as_of",
    "drivers:detail": "as_of",
    "drivers:races": "stat series season from to era track type manufacturer team as_of start",
    "drivers:teams": "q series from to era track type active as_of",
    "drivers:team": "series from to era track type as_of",
    "drivers:team-races": "stat series season from to era track type manufacturer driver as_of",
    "drivers:manufacturers": "q series from to era track type active as_of",
    "drivers:manufacturer": "series from to era track type as_of",
    "drivers:manufacturer-races": "stat series season from to era track type team driver as_of",
    "drivers:leaderboards": "series season as_of",
    "drivers:titles": "by series season from to manufacturer team active as_of",
    "drivers:champions": "series season from to driver team manufacturer as_of",
    "drivers:leaderboard": "by series season from to era track type manufacturer team active without min_starts as_of",
    "drivers:rivals": "series season from to era track type as_of",
    "drivers:versus": "only series season from to era track type team as_of",
    "drivers:latest-standings": "as_of",
    "drivers:standings": "as_of",
    "drivers:streaks": "series as_of",
    "drivers:own-streaks": "series as_of",
    "drivers:streak": "series season from to era track type driver active as_of",
    "drivers:milestones": "series stat driver within as_of",
    "drivers:milestone": "as_of",
    "races:finder": (
        "find by then count over per order least min_starts finish start led laps behind points stages pole "
        "led_most dnf status number age state nth_start nth_win led_so_far wait event round nth_at_track cautions "
        "lead_changes leaders race_laps margin beach dirt stat without active regulars series season from to "
        "era track type driver team manufacturer as_of"
    ),
    "races:finder-examples": "",
    "races:closest-finishes": "series era from to track type driver manufacturer max_margin as_of",
    "races:list": "series season from to era track type as_of",
    "races:series": "season from to era track type as_of",
    "races:season": "track type as_of",
    "races:race": "as_of",
    "races:session": "as_of",
    "races:preview": "as_of",
    "races:notes": "as_of",
    "races:rulings": "series season from to era track type driver kind as_of",
    "races:corrections": "",
    "stories": "",
    "races:tracks": "series type as_of",
    "races:track": "series from to era type as_of",
    "search": "q as_of",
}
"""Every page, with the filters it takes."""
PAGES = {named(path): path for path in FIRST_OF_EACH} | {"drivers:leaderboard": "/leaderboards/laps_led/"}
FILTERED = [name for name, keys in TAKES.items() if keys and name != "search"]
"""Those with a form of filters. What is searched for is no filter; a day drops none of it, and is kept for links."""

RANGES = (
    *("finish", "led", "laps", "behind", "points", "stages", "age", "nth_start", "nth_win", "led_so_far", "wait"),
    *("round", "nth_at_track", "cautions", "lead_changes", "leaders", "race_laps"),
)
"""The filters of the finder that take a number or a range of numbers."""
GOOD = {
    "kind": ["disqualification", "penalty", "appeal", "correction"],
    "by": ["driver", "team", "manufacturer"],
    "stat": list(STATISTICS),
    "q": ["larson", "Suárez", "earnhardt jr", "x" * 100, " ".join(50 * "a"), "%", "_\\'\"", "🏁", "\u202eİß\ufffe"],
    "series": ["cup", "trucks"],
    "season": ["2024", "1949"],
    "from": ["2022", "2022-02-20", "cup-2022-1"],
    "to": ["2024", "2024-05-06", "cup-2025-12"],
    "era": ["next-gen", "electronic-scoring", "modern"],
    "track": ["kansas", "Bristol"],
    "type": ["intermediate", "superspeedway", "short-track", "road-course", "dirt"],
    "driver": ["kyle-larson", "Kyle Larson", "KYLE LARSON"],
    "team": ["hendrick-motorsports", "Hendrick Motorsports"],
    "manufacturer": ["chevrolet", "Ford", "FORD"],
    "active": ["yes", "no", "true", "0", "No"],
    "without": ["wins", "laps_led"],
    "min_starts": ["0", "5", "5000"],
    "only": ["ahead", "rival-first-of-two", "close"],
    "start": ["1", "2-5", "21-"],
    "max_margin": ["0", "0.5", "0.500", ".5", "1000"],
    "within": ["40", "1", "1000"],
    "find": ["results", "races", "drivers", "teams", "makes", "seasons", "tracks", "events"],
    "then": ["season", "track", "race", "number", "state", "type", "event", "start", "finish", "series"],
    "count": ["results", "races", "wins", "sum-cautions", "average-led", "best-finish", "most-behind", "share"],
    "over": ["starts", "races", "seasons", "days"],
    "per": ["1", "2"],
    "order": ["latest", "earliest", "-led", "age", "-wait", "margin", "figure"],
    "least": ["1", "1000000"],
    **{key: ["1-", "1", "0-5", "-5", "100+", " 1 - 5 "] for key in RANGES},
    "margin": ["0-0.5", "0.001", "2-"],
    **{key: ["yes", "no"] for key in ("pole", "led_most", "dnf")},
    **{key: ["no", "only"] for key in ("beach", "dirt")},
    "status": ["running", "accident"],
    "number": ["5", "00", "15A"],
    "state": ["North Carolina", "north  carolina", "Québec"],
    "event": ["daytona-500", "Southern 500"],
    "regulars": ["yes"],
    "as_of": ["2024-05-06", "cup-2025-12", "cup-2025-012", "1900-01-01", "2199-12-31"],
}
BAD = {
    "find": ["luck", "Results", "\x00"],
    "then": ["car", "\x00"],
    "count": ["luck", "starts", "sum-finish", "\x00"],
    "over": ["laps", "\x00"],
    "per": ["0", "-1", "many"],
    "order": ["luck", "-latest", "\x00"],
    "least": ["0", "-1", "some", "9" * 5000],
    **{key: ["few", "5-1", "-", "1--5", "1-5-9", "1.5", "+5", "\x00", "9" * 50, "٣"] for key in RANGES},
    "margin": ["close", "0.5-0.1", "0.12345", "-"],
    **{key: ["maybe", "Yes", "1", "\x00"] for key in ("pole", "led_most", "dnf")},
    **{key: ["yes", "\x00"] for key in ("beach", "dirt")},
    "status": ["won", "\x00"],
    "number": ["12345", "%", "5-", "\x00"],
    "state": ["5", "%", "New York; --", "\x00"],
    "event": ["nothing", "daytona 600", "\x00"],
    "regulars": ["no", "\x00"],
    "kind": ["fine", "Penalty", "\x00"],
    "by": ["car", "Team", "\x00"],
    "stat": ["luck", "laps-led", "\x00"],
    "q": ["a\x00b", "\x00", "x" * 101, 2000 * "a ", " ".join(map(str, range(900)))],
    "series": ["nascar", "1", "\x00", "cup' OR 1=1 --"],
    "season": ["last", "1800", "9999", "-1", "9" * 5000, "20.5"],
    "from": ["202", "20222", "2022-13-01", "yesterday", "٢٠٢٢", "2022-02-30", "cup-2025-99", "2022-13", "\x00"],
    "to": ["24", "2/30/2024", "06.05.2024", "2024-05-06T00:00"],
    "era": ["next gen era", "cup", "9", "\x00"],
    "track": ["nowhere", "0", "Kansas Speedway; DROP TABLE races_race"],
    "type": ["fast", "Dirt", "\x00"],
    "driver": ["nobody", "%", "\x00", "x" * 10_000],
    "team": ["nobody's", "🏁"],
    "manufacturer": ["lada", "chevrolte"],
    "active": ["maybe", "2", "ja"],
    "without": ["win", "starts", "average_finish", "\x00"],
    "min_starts": ["few", "-1", "5001", "1e3", "9" * 30],
    "only": ["luck", "rival-", "\x00"],
    "start": ["first", "2", "21", "0", "\x00"],
    "within": ["soon", "0", "-1", "1001", "2.5", "9" * 30],
    "max_margin": ["close", "-0.001", "NaN", "Infinity", "1e400", "0.0001", "9" * 10_000],
    "as_of": [
        "2024-02-31",
        "cup-2025-99",
        "cup-1948-1",
        "trucks-2025-1",
        "24",
        "now",
        "cup-2025-",
        "\x00",
        "0000-01-01",
    ],
}
WRONG = {key: next(value for value in values if "\x00" not in value) for key, values in BAD.items()}
"""One of each that gets as far as its field."""
EACH = [(name, key) for name in FILTERED for key in TAKES[name].split()]
FIRST_TO_TAKE = {key: name for name, key in reversed(EACH)}


def test_pages_take_what_is_written_here():
    """The tables above name every page, every filter, and a good and a bad value of each."""
    assert {name: " ".join(filters_taken(path)) for name, path in PAGES.items()} == TAKES
    keys = {key for _, key in EACH}
    assert set(GOOD) == set(BAD) == keys


TEXTS = [
    (name, key)
    for name, path in PAGES.items()
    for key, found in view_class(path).filterset_class(QueryDict()).form.fields.items()
    if isinstance(found, forms.CharField)
]


def test_texts_are_those_that_a_reader_types():
    typed = {
        *RANGES,
        "start",
        "margin",
        "number",
        "state",
        "event",
        "q",
        "from",
        "to",
        "era",
        "track",
        "series",
        "driver",
        "team",
        "manufacturer",
        "active",
        "as_of",
    }
    assert {key for _, key in TEXTS} == typed


@pytest.mark.parametrize("name", FILTERED)
def test_a_text_is_bounded(client, name):
    """However many words are asked for, none is looked for, and every form names each field."""
    keys = [key for page, key in TEXTS if page == name]
    for form in FORMS:
        response = client.get(PAGES[name], {**dict.fromkeys(keys, 2000 * "a "), "format": form})
        said = response.content.decode()
        assert (response.status_code, said.count("at most 100 characters")) == (400, len(keys)), form
        assert [key for key in keys if key not in said] == [], form


@pytest.mark.parametrize("path", [PAGES[name] for name in FILTERED])
def test_good_values(drawn, path):
    """What makes sense is taken, all at once, and said; each value alone by the filters of the first page with them."""
    name = named(path)
    keys = TAKES[name].split()
    for key in (key for key in keys if name == FIRST_TO_TAKE[key]):
        for value in GOOD[key]:
            asked = QueryDict(mutable=True)
            asked[key] = value
            filters = view_class(path).filterset_class(asked)
            assert filters.is_valid(), (key, value)
            assert filters_as_asked(filters.form) == {key: value}
    everything = narrowed(path)
    everything |= {key: GOOD[key][0] for key in keys if key not in everything}
    answers = drawn.in_each_form(with_query(path, **everything), ("html", "json"))
    page = answers["html"]
    assert (page.status, page.page.problems) == (200, [])
    assert f"({len(keys)} set)" in page.text
    assert answers["json"].json["filters"] == everything
    assert answers["json"].json["as_of"] == everything.get("as_of")


@pytest.mark.parametrize("name", FILTERED)
def test_nonsense_is_a_400_that_names_the_field(client, name):
    """A value that makes no sense is refused, with the name of the field: by every page in each form, all that is wrong
    at once; each value alone by the filters of the first page with them."""
    path, keys = PAGES[name], TAKES[name].split()
    for key in (key for key in keys if name == FIRST_TO_TAKE[key]):
        for value in BAD[key]:
            asked = QueryDict(mutable=True)
            asked[key] = value
            assert list(view_class(path).filterset_class(asked).form.errors) == [key], value
    all_wrong = {key: WRONG[key] for key in keys}
    found = client.get(path, {**all_wrong, "format": "json"})
    assert (found.status_code, set(found.json()["fields"])) == (400, set(keys))
    assert all(isinstance(problem, str) and problem for told in found.json()["fields"].values() for problem in told)
    for form in ("html", "embed"):
        found = client.get(path, {**all_wrong, "format": form})
        page = Page(found.content.decode())
        assert (found.status_code, page.problems, len(page.headings)) == (400, [], 1)
        assert {f"id_{key}_error" for key in keys} <= page.ids
        assert {"class": "today", "href": path} in page.links
    for form in ("csv", "md"):
        found = client.get(path, {**all_wrong, "format": form})
        assert (found.status_code, found["Content-Type"]) == (400, "text/plain; charset=utf-8")
        lines = found.content.decode().splitlines()
        assert {line.partition(": ")[0] for line in lines} == set(keys)


@pytest.mark.parametrize("form", ["xml", "HTML", "", "json ", "\x00", "csv,json"], ids=ascii)
@pytest.mark.parametrize("path", ["/", "/closest-finishes/", "/drivers/kyle-larson/"])
def test_unknown_form(client, path, form):
    """A form that there is not is a bad filter as well."""
    found = client.get(path, {"format": form})
    page = Page(found.content.decode())
    assert (found.status_code, page.problems) == (400, [])
    assert "format" in page.text.split()


def test_every_wrong_field_is_named(client):
    """All that is wrong is said at once, and nothing else."""
    asked = {"era": "x", "from": "y", "track": "kansas", "max_margin": "z", "format": "json"}
    asked |= {"trak": "kansas", "drivers-page": "2"}
    assert set(client.get("/closest-finishes/", asked).json()["fields"]) == {"trak", "era", "from", "max_margin"}


DROPS = {
    "least": "1000000",
    "finish": "2-",
    "led": "300-",
    "laps": "1",
    "behind": "5-",
    "points": "500-",
    "stages": "3-",
    "pole": "no",
    "led_most": "no",
    "dnf": "yes",
    "status": "accident",
    "number": "00",
    "state": "Ontario",
    "age": "-20",
    "nth_start": "1-5",
    "nth_win": "1-5",
    "led_so_far": "1",
    "wait": "500-",
    "event": "southern-500",
    "round": "1-11",
    "nth_at_track": "2-",
    "cautions": "50-",
    "lead_changes": "90-",
    "leaders": "40-",
    "race_laps": "500",
    "margin": "100-",
    "beach": "only",
    "dirt": "only",
    "q": "zzz",
    "series": "national",
    "season": "2012",
    "from": "2026",
    "to": "2024",
    "track": "ontario",
    "type": "dirt",
    "driver": "hb-bailey",
    "team": "team-penske",
    "manufacturer": "pontiac",
    "active": "no",
    "stat": "dnfs",
    "without": "wins",
    "min_starts": "5000",
    "only": "rival-wins",
    "start": "21-",
    "max_margin": "0",
    "within": "1",
    "kind": "correction",
    "as_of": "1900-01-01",
}
"""What leaves none of them, each alone."""
NARROWS = [
    # page, what else keeps rows or, where that is None, is not asked; what else leaves none
    ("/drivers/", {"q": "kyle larson"}, {}),
    ("/drivers/kyle-larson/races/", {"stat": "top_tens", "start": "1"}, {}),
    ("/teams/", {"q": "hendrick"}, {}),
    ("/teams/hendrick-motorsports/", {}, {}),
    ("/teams/hendrick-motorsports/races/", {"stat": "top_tens"}, {}),
    ("/manufacturers/", {"q": "chev"}, {}),
    ("/manufacturers/chevrolet/", {}, {}),
    ("/manufacturers/chevrolet/races/", {"stat": "top_tens"}, {}),
    ("/leaderboards/wins/", {"by": "driver", "without": "poles", "min_starts": "1"}, {}),
    ("/leaderboards/titles/", {"by": "driver"}, {}),
    ("/champions/", {}, {}),
    ("/drivers/kyle-larson/vs/", {}, {}),
    ("/drivers/kyle-larson/vs/william-byron/", {"only": "ahead"}, {}),
    ("/streaks/wins/", dict.fromkeys(("season", "from", "era", "driver", "active")), {"to": "1948"}),
    (
        "/streaks/wins/",
        {"track": None, "type": None, "driver": "christopher-bell", "from": "cup-2025-2", "active": "no"},
        {"active": "yes"},
    ),
    ("/milestones/", {"stat": "wins", "within": "8"}, {"stat": "laps_led"}),
    ("/milestones/cup-laps-led-10000/", {}, {}),
    ("/closest-finishes/", {"max_margin": "1"}, {}),
    (
        "/finder/",
        {
            **{"find": "results", "by": "driver", "then": "season", "count": "results", "over": "starts", "per": "1"},
            **{"order": "latest", "least": "1", "min_starts": "1", "finish": "1", "start": "1", "led": "100-"},
            **{"laps": "267", "behind": "0", "points": "50-", "stages": "1-", "pole": "yes", "led_most": "yes"},
            **{"dnf": "no", "status": "running", "number": "5", "age": "30-", "nth_start": "100-", "nth_win": "10-"},
            **{"led_so_far": "5000-", "wait": "0-", "round": "12", "nth_at_track": "1", "cautions": "1-"},
            **{"lead_changes": "1-", "leaders": "2-", "race_laps": "267", "margin": "0-5", "beach": "no", "dirt": "no"},
            **{"stat": "wins", "regulars": "yes", "state": "california"},
        },
        {"start": "2-"},
    ),
    (
        "/finder/",
        {
            **dict.fromkeys(("from", "team", "manufacturer", "driver", "era", "active", "as_of", "to")),
            **{"find": "results", "event": "daytona-500", "finish": "1", "without": "poles"},
            **{"season": "2022", "track": "daytona", "type": "superspeedway"},
        },
        {"finish": "90-", "season": "1958"},
    ),
    ("/races/", {}, {}),
    ("/races/cup/", {}, {}),
    ("/races/cup/2025/", {}, {}),
    ("/", {}, {}),
    ("/on-this-day/", {}, {}),
    ("/on-this-day/05-11/", {}, {}),
    ("/standings/", {}, {}),
    ("/standings/cup/2025/", {}, {}),
    ("/drivers/kyle-larson/", {}, {}),
    ("/drivers/kyle-larson/streaks/", {}, {}),
    ("/races/cup/2025/12/", {}, {}),
    ("/races/cup/2025/12/race/", {}, {}),
    ("/races/cup/2025/12/preview/", {}, {}),
    ("/races/cup/2025/12/notes/", {}, {}),
    ("/rulings/", {"driver": "chris-buescher", "kind": "penalty"}, {}),
    ("/tracks/", {"type": "dirt", "as_of": "1949-12-31"}, {"type": "superspeedway"}),
    ("/tracks/kansas/", {}, {}),
]
SCOPED = [key.rstrip("_") for key in DIMENSIONS]
BEFORE_THE_ERA = {"season": "2021", "from": "2021", "to": "2021"}


def kept_by(path: str, more: dict[str, str | None]) -> dict[str, str]:
    """All that is asked of a page at once, and keeps rows."""
    asked = narrowed(path) | more
    return {key: value for key, value in asked.items() if value is not None}


WHOLE = {"/drivers/", "/tracks/", "/finder/"}
"""Pages that have rows by themselves, whatever has been run: who there is, where, and what may be asked."""


SCHEDULED = {"/races/cup/2025/12/preview/"}
"""Pages of what is to come, which tell of a race before any has been run."""
BESIDE_ONE = (
    *("find", "by", "then", "count", "over", "per", "order", "least", "min_starts"),
    *("season", "round", "track", "driver", "finish", "event", "without"),
)
"""What the finder is asked beside a condition that drops all rows."""


def looked_at() -> Iterator[list[str]]:
    """Of each case the filters that are tried alone: those that its page has for itself, and of those that narrow the
    scope, which a page hands on whole, the one tried least so far. A day is looked at on most pages below."""
    tried: Counter[str] = Counter()
    for path, keeps, _ in NARROWS:
        drops = [key for key in kept_by(path, keeps) if key in DROPS and (key != "as_of" or path in WHOLE)]
        shared = [key for key in drops if key in SCOPED]
        in_turn = [min(shared, key=tried.__getitem__)] if shared else []
        tried.update(in_turn)
        yield [key for key in drops if key not in SCOPED] + in_turn


@pytest.mark.parametrize(
    ("path", "keeps", "drops", "alone"), [(*case, alone) for case, alone in zip(NARROWS, looked_at())]
)
def test_filters_narrow(drawn, path, keeps, drops, alone):
    """All filters keep what matches together, and one alone drops what does not."""
    asked = kept_by(path, keeps)
    assert rows_of(drawn, path, asked) > 0
    if path == "/finder/":
        # Which has more conditions than all other pages: beside one that drops there are but a few.
        asked = {key: value for key, value in asked.items() if key in BESIDE_ONE}
        assert rows_of(drawn, path, asked) > 0
    for key in alone:
        assert rows_of(drawn, path, asked | {key: {**DROPS, **drops}[key]}) == 0, key


def rows_of(drawn, path: str, asked: dict[str, str]) -> int:
    """How many rows a page has; where it has none nothing matches, but for a board, which matches races or seasons."""
    body = drawn(path, **asked, format="json").json
    assert body["rows"] or not body["matching"] or path.startswith("/leaderboards/"), asked
    return len(body["rows"])


@pytest.mark.parametrize("path", [PAGES[name] for name, key in EACH if key == "era"])
def test_an_era_narrows(drawn, path):
    """Before it began there are rows without it, and none with it."""
    asked = {key: value for key, value in BEFORE_THE_ERA.items() if key in TAKES[named(path)].split()}
    if path in LONG:
        asked["track"] = "bristol"
    if path == "/rulings/":
        asked = {"to": "2021"}
    assert rows_of(drawn, path, asked) > 0
    assert rows_of(drawn, path, asked | {"era": "next-gen"}) == 0


def test_every_filter_is_shown_to_narrow():
    """No filter is left out; the indexes of leaderboards and streaks have no rows to drop, and `by` drops none."""
    shown = {(named(path), key) for path, keeps, _ in NARROWS for key in kept_by(path, keeps)}
    assert {pair for pair in EACH if pair[0] not in ("drivers:leaderboards", "drivers:streaks")} <= shown
    assert {key for alone in looked_at() for key in alone} == set(DROPS)
    assert set(DROPS) == {key for _, key in EACH} - {"by", "then", "find", "count", "over", "per", "order"} - {
        "regulars",
        "era",
    }


UNCHANGED = [
    # page, a query, one filter more
    ("/drivers/", "", "q=busch", ["driver"]),
    ("/drivers/", "q=a", "active=yes", ["driver"]),
    ("/leaderboards/wins/", "", "active=yes", ["driver", "value", "starts"]),
    ("/leaderboards/wins/", "", "min_starts=400", ["driver", "value", "starts"]),
    ("/leaderboards/laps_led/", "", "without=wins", ["driver", "value", "starts"]),
    ("/races/", "from=2020", "track=kansas", ["race", "winner", "runner_up", "results"]),
    ("/closest-finishes/", "", "driver=kyle-larson", ["race", "margin", "winner", "runner_up", "note"]),
    ("/drivers/kyle-larson/races/", "", "track=kansas", None),
]


@pytest.mark.parametrize(("path", "query", "more", "keys"), UNCHANGED)
def test_what_is_left_keeps_its_numbers(drawn, path, query, more, keys):
    """Filters that pick rows leave the numbers of those rows alone."""
    everything, some = (
        drawn(path, **dict(parse_qsl(asked)), format="json").json["rows"] for asked in (query, f"{query}&{more}")
    )

    def plain(rows):
        return [tuple(row[key] for key in keys or row) for row in rows]

    assert 0 < len(some) < len(everything)
    assert set(plain(some)) <= set(plain(everything))
    if path == "/drivers/":
        assert [row for row in everything if row in some] == some


def test_index_of_leaderboards_hands_its_filters_on(client):
    """The links of the index keep the scope it was asked with."""
    page = Page(client.get("/leaderboards/?season=2025&as_of=cup-2025-9").content.decode())
    links = [link["href"] for link in page.links if link["href"].startswith("/leaderboards/wins/")]
    kept = "series=cup&season=2025&as_of=cup-2025-9"
    assert links == [f"/leaderboards/wins/?{kept}{by}" for by in ("", "&by=team", "&by=manufacturer")]


WORDS = [
    # page and filter, what the heading says, the same filter in the links that keep the scope
    ("series=cup", "Cup Series", "series=cup"),
    ("season=2025", "Cup Series, 2025 season", "series=cup&season=2025"),
    ("from=2022", "Cup Series, from 2022", "series=cup&from=2022"),
    ("from=2022-02-20", "Cup Series, from February 20, 2022", "series=cup&from=2022-02-20"),
    ("from=cup-2025-12", "Cup Series, from 2025 Kansas I", "series=cup&from=cup-2025-12"),
    ("to=cup-2022-1", "Cup Series, to 2022 Daytona 500", "series=cup&to=cup-2022-1"),
    ("to=2024", "Cup Series, to 2024", "series=cup&to=2024"),
    ("to=2024-05-06", "Cup Series, to May 6, 2024", "series=cup&to=2024-05-06"),
    ("era=next-gen", "Cup Series, Next Gen era", "series=cup&era=next-gen"),
    ("track=kansas", "Cup Series, at Kansas", "series=cup&track=kansas"),
    ("type=road-course", "Cup Series, on road courses", "series=cup&type=road-course"),
    ("manufacturer=ford", "Cup Series, in Ford cars", "series=cup&manufacturer=ford"),
    ("team=Team+Penske", "Cup Series, for Team Penske", "series=cup&team=team-penske"),
    ("as_of=cup-2025-12", "Cup Series", "series=cup&as_of=cup-2025-12"),
    (
        "as_of=2025-05-11&track=kansas&season=2025",
        "Cup Series, 2025 season, at Kansas",
        "series=cup&season=2025&track=kansas&as_of=2025-05-11",
    ),
]


@pytest.mark.parametrize(("query", "words", "kept"), WORDS)
def test_scope_says_itself(client, query, words, kept):
    """The scope names itself in the heading, and writes itself into links as it was asked for."""
    filters = LeaderboardFilter(QueryDict(query))
    assert filters.is_valid()
    assert filters.scope.in_words() == words
    if query == WORDS[-1][0]:
        assert client.get(f"/leaderboards/wins/?{query}&format=json").json()["title"] == f"Wins: {words}"
    assert filters.scope.query() == f"?{kept}"
    again = LeaderboardFilter(QueryDict(filters.scope.query(page=2)[1:]))
    assert again.is_valid()
    assert again.scope == filters.scope
    assert filters.scope.query(page=2, sort="") == f"?{kept}&page=2"


TAKES_AS_OF = [PAGES[name] for name, keys in TAKES.items() if "as_of" in keys.split()]


@pytest.mark.parametrize("path", TAKES_AS_OF)
def test_as_of_is_said(drawn, path):
    """Every page that takes `as_of` says how it was asked, before the first race as well, when it had no rows."""
    found = drawn.in_each_form(with_query(path, as_of="1900-01-01"), ("html", "json"))
    assert "As it stood on January 1, 1900." in found["html"].page.notes
    if path in {narrowed for narrowed, *_ in NARROWS} - WHOLE - SCHEDULED:
        assert (found["json"].json["rows"], 'class="empty"' in found["html"].text) == ([], True)


def test_as_of_a_race_is_said(drawn):
    assert "As it stood after 2025 Kansas I." in drawn("/", as_of="cup-2025-12").page.notes


@pytest.mark.parametrize("path", TAKES_AS_OF)
def test_as_of_today_is_the_book_of_today(drawn, path):
    """Asked for as of a day after everything, the book says what it says without being asked, and which day it was."""
    now = drawn.with_its_data(path)["json"].json
    day = KANSAS["as_of"]
    then = drawn(path, **LONG.get(path, {}), as_of=day, format="json").json
    assert (then["as_of"], "As it stood on December 31, 2025." in then["notes"]) == (day, True)
    assert (then["total"], then["matching"]) == (now["total"], now["matching"])
    if path != "/leaderboards/":
        # Links to evidence keep the day.
        kept = re.compile(rf"(?<=\?)as_of={day}&|[?&]as_of={day}")
        assert json.loads(kept.sub("", json.dumps(then["rows"]))) == now["rows"]


def test_filter_form_keeps_what_was_asked(client):
    """The form shows the values in force, so that one can be changed and the others stay."""
    html = client.get("/closest-finishes/?era=next-gen&driver=kyle-larson&max_margin=0.500&from=2023").content.decode()
    assert '<option value="next-gen" selected>' in html
    for name, value in (("driver", "Kyle Larson"), ("max_margin", "0.500"), ("from", "2023")):
        assert f'name="{name}" value="{value}"' in html
    assert "(4 set)" in html


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/closest-finishes/", "from=2025&to=2022"),
        ("/races/", "from=2025&to=2022"),
        ("/leaderboards/wins/", "from=2025&to=2022"),
        (
            "/closest-finishes/",
            "era=next-gen&from=2023&to=2023&track=kansas&type=intermediate&driver=kyle-larson&manufacturer=chevrolet",
        ),
        ("/closest-finishes/", "series=cup&as_of=1900-01-01&max_margin=0"),
        ("/closest-finishes/", "era=&max_margin=&as_of=&sort=&page=&per_page=&drivers-sort="),
        ("/races/", "&&&"),
        ("/drivers/", "q=%27%3B+DROP+TABLE+drivers_driver%3B--"),
    ],
)
def test_odd_but_sensible_queries(client, path, query):
    """Contradicting and empty parameters are no errors."""
    assert client.get(f"{path}?{query}").status_code == 200


VALUES = st.one_of(
    st.sampled_from(
        sorted({value for values in (*GOOD.values(), *BAD.values()) for value in values if len(value) < 99})
    ),
    st.sampled_from(["html", "csv", "json", "md", "embed", "margin", "-driver", "driver", "value", "-race", "1", "3"]),
    st.integers().map(str),
    st.dates().map(str),
    st.decimals(allow_nan=True).map(str),
    st.text(max_size=20),
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), path=st.sampled_from(ADDRESSES))
def test_no_query_crashes(client, path, data):
    """Whatever is asked of any page, it answers, refuses or knows nothing of it."""
    names = st.sampled_from([*filters_taken(path), "format", "sort", "page", "per_page", "races-page", "nonsense"])
    response = client.get(path, data.draw(st.dictionaries(names, VALUES, max_size=4)))
    assert response.status_code in (200, 301, 302, 400, 404)
    if "html" in response["Content-Type"]:
        assert response.content.endswith(b"</html>\n") or response.status_code in (301, 302)


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=30), root=st.sampled_from(["/", *FIRST_OF_EACH]))
def test_no_address_crashes(client, path, root):
    """Whatever address is asked for, there is a page, a redirect or a 404."""
    assert client.get(root + path).status_code in (200, 301, 302, 400, 404)


def test_every_view_reads_its_filters_once():
    """The pages' own classes name their filters: none reads the query by hand."""
    without = [path for path in FIRST_OF_EACH if view_class(path).filterset_class is None]
    assert without == []
