"""The recorded files over the demo content: the whole Cup history, and one weekend with all that a feed knows of it."""

import gzip
import re
from decimal import Decimal

import pytest
from django.db.models import Count
from django.urls import reverse

from drivers.models import Driver
from importing.run import Options, import_file
from races.models import Race, RaceCheck, Result, Season, Series, StatLine, Track, TrackLayout
from testing.answers import in_each_form, with_query
from testing.files.samples import recorded
from testing.reading import LEAKS, Page
from testing.site import CONTENT_TYPES, FIRST_OF_EACH, FORMS, LONG

HISTORY, WEEKEND = "cup_series_1949_2025.csv.gz", "nascar_weekend_feed_2023_1_5274.json"


def cup(**lookups):
    return Race.objects.filter(season__series__slug="cup", **lookups)


# What is known of the history.


def test_every_points_race_of_the_cup_is_there(full_book):
    assert cup().points().count() == 2822
    assert sorted(Season.objects.filter(series__slug="cup").values_list("year", flat=True)) == list(range(1949, 2026))
    assert not Series.objects.exclude(slug__in=["cup", "national", "trucks"]).exists()


@pytest.mark.parametrize(
    ("slug", "statistic", "count"),
    [
        ("richard-petty", "wins", 200),
        ("david-pearson", "wins", 105),
        ("jeff-gordon", "wins", 93),
        ("bobby-allison", "wins", 85),
        ("martin-truex-jr", "starts", 694),
    ],
)
def test_a_careers_total(full_book, client, slug, statistic, count):
    """As the board says it, which begins with official totals, and as the races themselves make it."""
    rows = client.get(f"/leaderboards/{statistic}/", {"format": "json"}).json()["rows"]
    assert [row["value"] for row in rows if row["driver_url"] == f"/drivers/{slug}/"] == [count]
    lines = StatLine.objects.as_of().filter(driver__slug=slug, race__season__series__slug="cup")
    assert (lines.filter(finish=1) if statistic == "wins" else lines).count() == count


def test_the_lead_lap_of_a_race(full_book):
    kansas = cup(season__year=2024, round=12).get()
    assert kansas.label == "2024 Kansas I"
    finished = Result.objects.filter(session__race=kansas, session__kind="race")
    assert (finished.count(), finished.filter(laps=kansas.laps).count()) == (38, 31)


def test_five_road_courses_in_a_row(full_book, client):
    """Shane van Gisbergen won five from Mexico City on: of that track the file has a name, and no length or surface."""
    rows = client.get("/streaks/wins/", {"series": "cup", "type": "road-course", "format": "json"}).json()["rows"]
    assert [
        (row["length"], row["first_url"], row["last_url"])
        for row in rows
        if row["driver_url"] == "/drivers/shane-van-gisbergen/"
    ] == [(5, "/races/cup/2025/16/", "/races/cup/2025/32/")]
    assert not TrackLayout.objects.filter(type="").exists()


def test_the_closest_finishes_are_those_of_the_demo_content(db, client, request):
    """The history knows no margins: it brings races to the denominator, and nothing to the tables."""
    before = client.get("/closest-finishes/", {"format": "json"}).json()
    request.getfixturevalue("full_book")
    after = client.get("/closest-finishes/", {"format": "json"}).json()
    assert len(after["rows"]) == after["matching"] == 267
    assert (after["rows"], after["tables"]) == (before["rows"], before["tables"])
    assert (after["total"], after["notes"][0]) == (2822, "267 of 2,822 races (9.5%) have a margin in seconds.")


PENALTIES = {
    ("1990", "Mark Martin has 134"): 46,
    ("2002", "Mark Martin has 155"): 25,
    ("2003", "Michael Waltrip has 110"): 25,
    ("2003", "Kyle Petty has 74"): 25,
    ("2003", "Stacy Compton has 39"): 25,
    ("2003", "Kevin Harvick has 92"): 25,
    ("2003", "Ward Burton has 99"): 25,
}
"""Points that a ruling took, which the history's points of the race lack."""


def test_points_that_no_format_gives_are_those_that_a_ruling_took(full_book):
    """No finale is among them, whose four contenders score for their place alone."""
    checks = RaceCheck.objects.filter(code="points-table", race__season__series__slug="cup")
    told = {}
    for year, message in checks.values_list("race__season__year", "message"):
        has, _, made = message.partition(" points; the format ")
        told[str(year), has] = int(made.split()[-1]) - int(has.split()[-1])
    assert told == PENALTIES


# A weekend over it.


@pytest.fixture
def richmond(full_book):
    """A race of which the history knows the results, once the feed of its weekend has come in too."""
    outcome = import_file(str(recorded(WEEKEND)), Options())
    race = cup(season__year=2023, round=7).get()
    assert [(plan.race, plan.state) for plan in outcome.changed] == [(race, "changed")]
    assert (outcome.new, outcome.unchanged) == ([], 0)
    assert outcome.kept == []
    return race


def test_a_weekend_adds_what_the_history_does_not_know(richmond):
    sessions = richmond.sessions.annotate(rows=Count("results")).order_by("kind", "number")
    assert [(session.kind, session.number, session.rows) for session in sessions] == [
        ("qualifying", 1, 0),
        ("race", 1, 37),
        ("stage", 1, 10),
        ("stage", 2, 10),
    ]
    assert (richmond.caution_segments.count(), richmond.cautions, richmond.caution_laps) == (8, 8, 54)
    assert (richmond.lead_segments.count(), richmond.lead_changes) == (23, 22)
    led = sum(segment.end_lap - segment.start_lap + 1 for segment in richmond.lead_segments.exclude(start_lap=0))
    assert led == richmond.laps == 400


def test_a_driver_of_another_series_is_second_without_points(richmond):
    second = Result.objects.get(session__race=richmond, session__kind="race", position=2)
    assert (str(second.entry.driver), second.points, second.ineligible) == ("Josh Berry", 0, True)
    assert second.gap == richmond.margin == Decimal("1.535")


def test_qualifying_that_was_cancelled_gives_no_pole(richmond):
    assert richmond.sessions.get(kind="qualifying").cancelled
    assert (richmond.pole, richmond.lineup) == (None, "formula")
    lines = StatLine.objects.as_of().filter(race=richmond)
    assert (lines.count(), lines.filter(pole=True).count()) == (37, 0)
    assert richmond.coverage.pole


def test_both_files_again_change_nothing(richmond, tmp_path):
    """Of the history every eighth season."""
    some = tmp_path / "some.csv"
    with gzip.open(recorded(HISTORY), "rt") as history:
        head, *lines = history
    some.write_text("".join([head, *(line for line in lines if int(line[:4]) % 8 == 1949 % 8)]))
    for file, races in ((recorded(WEEKEND), 1), (some, cup(season__year__in=range(1949, 2026, 8)).points().count())):
        again = import_file(str(file), Options())
        assert (again.changes_anything, again.new, again.changed, again.unchanged) == (False, [], [], races)


# The pages.

EACH = 5


def spread(rows, count: int = EACH) -> list:
    """So many of the rows, from the first to the last."""
    rows = list(rows)
    return [rows[place * (len(rows) - 1) // (count - 1)] for place in range(count)]


def drivers() -> list[tuple]:
    return Driver.objects.annotate(starts=Count("stat_lines")).order_by("starts", "slug").values_list("slug")


def tracks() -> list[tuple]:
    return Track.objects.annotate(races=Count("layouts__races")).order_by("races", "slug").values_list("slug")


def races(**lookups) -> list[tuple]:
    found = cup(**lookups).order_by("season__year", "round").distinct()
    return found.values_list("season__series__slug", "season__year", "round")


WALK = {
    "drivers": lambda: ("drivers:detail", spread(drivers())),
    "races of drivers": lambda: ("drivers:races", spread(drivers(), 3)),
    "tracks": lambda: ("races:track", spread(tracks())),
    "seasons": lambda: ("races:season", spread([("cup", year) for year in range(1949, 2026)])),
    "races": lambda: ("races:race", spread(races())),
    "races with a doubled number": lambda: ("races:race", spread(races(entries__twin=1), 4)),
    "results": lambda: ("races:session", [(*race, "race") for race in spread(races(), 4)]),
}
"""Of each kind of page some, from the smallest or first to the largest or last, and the odd ones."""


def what_is_wrong(client, path: str, turn: int) -> list[str]:
    """With a page, and with one of its other forms in turn."""
    form = FORMS[1:][turn % len(FORMS[1:])]
    answers, wrong = in_each_form(client, with_query(path, **LONG.get(path, {})), ("html", form)), []
    if path in LONG:
        answers["html"] = client.get(path)
    for form, response in answers.items():
        if (response.status_code, response["Content-Type"]) != (200, CONTENT_TYPES[form]):
            wrong.append(f"{path} as {form}: {response.status_code} {response['Content-Type']}")
        elif form == "html":
            page = Page(response.content.decode())
            leaks = [name for name, mark in LEAKS.items() if re.search(mark, page.text)]
            wrong += [f"{path}: {problem}" for problem in page.problems + leaks]
        elif form == "json" and not response.json()["columns"]:
            wrong.append(f"{path}: no columns")
    return wrong


@pytest.mark.parametrize(("turn", "path"), [*enumerate(FIRST_OF_EACH)])
def test_a_page_of_each_kind_is_whole(full_book, client, turn, path):
    assert what_is_wrong(client, path, turn) == []


@pytest.mark.parametrize("kind", WALK)
def test_pages_of_old_and_odd_races_are_whole(full_book, client, kind):
    name, cases = WALK[kind]()
    pages = [reverse(name, args=case) for case in cases]
    assert [wrong for turn, path in enumerate(pages) for wrong in what_is_wrong(client, path, turn)] == []
