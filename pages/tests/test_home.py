"""The home page: which race is the latest, what is around it, and what the page tells of the season."""

import re
from datetime import date
from html import unescape

import pytest

from races.derived.refresh import deferred
from races.models import Race
from racestats import clock
from testing.makers import BYRON, HAMLIN, LARSON, make_race, make_result
from testing.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_rounds(empty_book):
    """Larson won the first and Byron the second; a third is to come, a fourth is off."""
    with deferred():
        for number, order in enumerate(([LARSON, BYRON, HAMLIN], [BYRON, LARSON, HAMLIN]), start=1):
            race = make_race(2025, number, date=date(2025, 3, number), field_size=3, laps=10, margin="0.100")
            for place, driver in enumerate(order, start=1):
                points, led = 50 - 10 * place, 10 if place == 1 else 0
                make_result(race, driver, place, points=points, laps=10, laps_led=led, number=str(place))
        make_race(2025, 3, track="Bristol", status="cancelled", date=date(2025, 3, 3))
        make_race(2025, 4, track="Dover", status="scheduled", date=date(2025, 3, 9))


def latest(client, **asked) -> str:
    """What the section of the latest race says."""
    html = client.get("/", asked).content.decode()
    section = html[html.index('<section class="latest">') :]
    return Page(section[: section.index("</section>")]).text


def test_the_latest_race_is_told(client, two_rounds):
    text = latest(client)
    assert "Latest race · round 2" in text
    assert "Sunday, March 2, 2025" in text
    assert "William Byron led all 10 laps and won by .100 seconds." in text
    assert "1 1 William Byron 10 led 2 2 Kyle Larson 3 3 Denny Hamlin" in text
    assert text.endswith("Before: 2025 Kansas · Next: 2025 Dover , March 9, 2025 · Preview")


def test_the_latest_race_of_a_day(client, two_rounds):
    text = latest(client, as_of="cup-2025-1")
    assert "Kyle Larson led all 10 laps" in text
    assert "Before:" not in text
    assert "Next: 2025 Kansas" in text


@pytest.mark.parametrize("status", ["provisional", "official"])
def test_a_race_without_a_winner_on_file_is_not_the_latest(client, two_rounds, status):
    """Neither one of which nothing is on file, nor one whose winner is not known."""
    with deferred():
        make_race(2025, 5, status=status, date=date(2025, 3, 10))
        make_result(make_race(2025, 6, status=status, date=date(2025, 3, 11)), HAMLIN, 3)
    assert "William Byron led all 10 laps" in latest(client)


def test_the_home_page_has_the_first_rows_of_the_standings(client):
    home = client.get("/?format=json").json()["tables"]
    whole = client.get("/standings/?format=json").json()["rows"]
    assert home["standings"]["rows"] == whole[:10]
    season = client.get("/races/cup/2025/?format=json").json()["tables"]
    assert home["wins"]["rows"] == season["wins"]["rows"]
    board = client.get("/leaderboards/wins/?series=cup&season=2025&format=json").json()["rows"]
    found = {row["driver"]: row for row in home["wins"]["rows"]}
    assert found == {row["driver"]: row for row in board[: len(found)]}


def test_before_the_first_race(client, empty_book):
    make_race(2025, 1, status="scheduled")
    html = client.get("/").content.decode()
    assert "No race is on file yet." in html
    assert "<table" not in html


def test_what_happened_on_this_day_is_told(client, two_rounds, monkeypatch):
    """Today, or on the day that is asked for; the way to all of the day is there on any."""
    monkeypatch.setattr(clock, "today", lambda: date(2031, 3, 2))
    page = Page(client.get("/").content.decode())
    assert "On this day, March 2" in page.text
    assert "William Byron led all 10 laps and took a first career win by .100 seconds." in page.text
    links = [link["href"] for link in page.links]
    assert "/on-this-day/03-02/" in links
    empty = Page(client.get("/?as_of=2030-12-25").content.decode())
    assert "No Cup Series race on file ended on December 25." in empty.text
    assert "/on-this-day/12-25/?as_of=2030-12-25" in [link["href"] for link in empty.links]


def pictures(page: str) -> dict[str, tuple[str, str, str]]:
    """The charts on a page: the size that each is given, and what is said of it, by its address."""
    found = re.findall(r'<img src="([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]+)" loading="lazy">', page)
    return {unescape(address): tuple(said) for address, *said in found}


@pytest.mark.parametrize("as_of", ["", "2025-05-11"])
def test_the_latest_race_and_the_closest_finishes_are_drawn(client, drawn, as_of):
    """Each in the place that its file takes, with the laps that the file has."""
    asked = f"as_of={as_of}" if as_of else ""
    shown = pictures(drawn(f"/?{asked}" if asked else "/").text)
    laps_led, to_scale = shown
    assert re.fullmatch(r"/races/cup/2025/\d+/laps-led\.svg" + (rf"\?{asked}" if asked else ""), laps_led)
    assert to_scale == f"/closest-finishes/to-scale.svg?series=cup{f'&{asked}' if asked else ''}&size=narrow"
    for address, (width, height, said) in shown.items():
        svg = drawn(address).text
        assert f'width="{width}" height="{height}" role="img"' in svg
        assert address != laps_led or f">{said}" in svg


def test_there_is_no_chart_where_there_is_nothing_to_draw(client, two_rounds):
    """One car led all laps, and no speed is known; nor is there a place for one."""
    html = client.get("/").content.decode()
    assert "<figure" not in html
    assert "<picture" not in html
    assert ".svg?" not in html


def test_stories_of_the_latest_races_are_told(client, two_rounds):
    """The rarest first, each with its race and its evidence; none where there are none."""
    assert 'class="stories"' not in client.get("/", {"as_of": "2025-02-01"}).content.decode()
    Race.objects.filter(round=1).update(margin="0.050")
    html = client.get("/").content.decode()
    told = Page(html[html.index("<h2>Stories</h2>") :].split("</section>")[0])
    firsts = [f"2025 Kansas {name}'s first career win." for name in (LARSON, BYRON)]
    assert told.text == " ".join(["Stories 2025 Kansas .050 s: the closest finish.", *firsts])
    assert "/closest-finishes/?series=cup" in [link["href"] for link in told.links]
