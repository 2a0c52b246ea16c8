"""What pages tell those who find and share them: addresses, descriptions, data, feeds, the calendar, the sitemap."""

import json
import re
from calendar import month_name
from datetime import date
from html import unescape
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.urls import resolve, reverse
from PIL import Image

from drivers.models import Driver
from races.derived.refresh import deferred
from races.models import Race
from racestats.pictures.cards import SIZE, Card, font, png
from racestats.templatetags.racing import timed
from testing.makers import LARSON, make_driver, make_milestone, make_race, make_result, make_ruling, make_season
from testing.site import FIRST_OF_EACH, REPORTING, named

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</script><script>alert(1)</script> & “co”"


def tags(html: str) -> dict[str, str]:
    """What the head says, by name."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)"(?: media="[^"]*")? content="([^"]*)">', html)
    links = re.findall(r'<link rel="(canonical)" href="([^"]*)">', html)
    return {name: unescape(text) for name, text in (*found, *links)}


def data(html: str) -> dict[str, dict]:
    """The data of a page, by kind."""
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return {each["@type"]: each for each in map(json.loads, scripts)}


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_every_page_can_be_found_and_shared(drawn, path):
    """It has one address, which answers with the same page, and a trail that ends with it."""
    html = drawn(path).text
    head = tags(html)
    canonical = head["canonical"]
    assert canonical == head["og:url"]
    assert "robots" not in head
    moved = {"/on-this-day/": "/on-this-day/02-26/", "/standings/": "/standings/cup/2025/"}
    assert canonical == SITE + moved.get(path, path)
    assert head["og:description"] == head["description"]
    assert head["og:title"]
    assert head["theme-color"]
    if path != "/":
        trail = data(html)["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in trail] == list(range(1, len(trail) + 1))
        assert [trail[0]["item"], trail[-1]["item"]] == [f"{SITE}/", canonical]
        assert all(resolve(step["item"].removeprefix(SITE)) for step in trail)
        assert all(step["name"] for step in trail)


ADDRESSES = [
    ("/leaderboards/laps-led/", "/leaderboards/laps_led/"),
    ("/leaderboards/wins/?sort=-starts&per_page=20", "/leaderboards/wins/"),
    ("/leaderboards/wins/?by=team&series=cup", "/leaderboards/wins/?series=cup&by=team"),
    ("/drivers/?page=2&sort=-wins", "/drivers/?page=2"),
    ("/drivers/kyle-larson/?utm_source=x", "/drivers/kyle-larson/"),
    ("/drivers/kyle-larson/?as_of=2024-05-06", None),
    ("/closest-finishes/?era=next-gen&sort=-margin", None),
]


@pytest.mark.parametrize(("path", "canonical"), ADDRESSES)
def test_one_address(client, path, canonical):
    """However it is arranged; what is of a day, or narrowed, is for readers alone, and shared as it was asked for."""
    head = tags(client.get(path).content.decode())
    if canonical:
        assert (head["canonical"], head.get("robots")) == (SITE + canonical, None)
    else:
        assert (head.get("canonical"), head["robots"]) == (None, "noindex, follow")
        assert head["og:url"] == SITE + path.partition("&sort")[0]


@pytest.mark.parametrize("path", REPORTING)
def test_a_form_is_not_to_be_found(drawn, path):
    head = tags(drawn(path).text)
    assert (head["robots"], head["og:description"]) == ("noindex, follow", head["description"])


def test_errors_have_no_address(client):
    for path in ("/nothing/", "/closest-finishes/?era=x"):
        head = tags(client.get(path).content.decode())
        assert not {"canonical", "og:url"} & set(head)


DESCRIBED = [
    ("/drivers/kyle-larson/", "Kyle Larson, Cup Series active since 2013: 402 starts, 32 wins"),
    ("/drivers/richard-petty/", "at least 49,920 laps led"),
    ("/leaderboards/laps_led/", "Richard Petty at least 49,920"),
    ("/races/cup/2025/12/", "Kyle Larson led 221 of 267 laps from the pole and won by .712 seconds."),
    ("/closest-finishes/", "by margin of victory: .001 seconds in the 2024 Kansas I, .002 seconds in the "),
    ("/on-this-day/02-26/", "Mario Andretti led 112 of 200 laps"),
]


@pytest.mark.parametrize(("path", "text"), DESCRIBED)
def test_descriptions_have_the_facts(drawn, path, text):
    assert text in tags(drawn(path).text)["description"]


def test_a_driver_is_a_person(drawn):
    person = data(drawn("/drivers/kyle-larson/").text)["Person"]
    assert person["name"] == "Kyle Larson"
    assert person["url"] == f"{SITE}/drivers/kyle-larson/"
    assert person["birthDate"] == "1992-07-31"
    assert person["award"] == ["Cup champion 2021, 2025"]


def test_a_race_is_an_event(drawn):
    event = data(drawn("/races/cup/2025/12/").text)["SportsEvent"]
    assert (event["startDate"], event["location"]["name"]) == ("2025-05-11", "Kansas Speedway")
    assert [each["name"] for each in event["competitor"]] == ["Kyle Larson", "Christopher Bell", "Ryan Blaney"]
    assert event["superEvent"]["url"] == f"{SITE}/races/cup/2025/"


def test_a_board_is_a_data_set(client, drawn):
    found = data(drawn("/leaderboards/wins/").text)["Dataset"]
    assert len(found["description"]) >= 50
    kinds = [client.get(each["contentUrl"])["Content-Type"] for each in found["distribution"]]
    assert kinds == ["text/csv; charset=utf-8", "application/json"]


@pytest.fixture
def hostile(empty_book):
    """A race to come, and one that was won by a driver of a hostile name, who came to a round number in it."""
    make_milestone("wins", 1)
    season = make_season(2030)
    season.rounds = 2
    driver = make_driver(HOSTILE, slug="hostile", hometown=HOSTILE, born=date(1990, 3, 1))
    with deferred():
        season.save()
        race = make_race(2030, 1, date=date(2030, 3, 1), field_size=1, name=f"{HOSTILE}\x01")
        make_result(race, driver, 1)
        make_race(2030, 2, track="Dover", status="scheduled", date=date(2030, 3, 8), name="To come")
        make_ruling(race, date(2030, 3, 2), {}, title=f"{HOSTILE}\x08", reason="<b>\x0b")
    return driver


def test_hostile_texts_stay_texts(client, hostile):
    """In the head of pages, in feeds and in the calendar."""
    for path in ("/drivers/hostile/", "/races/cup/2030/1/", "/on-this-day/03-01/"):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert HOSTILE in tags(html)["description"]
        assert data(html)
    assert data(client.get("/drivers/hostile/").content.decode())["Person"]["name"] == HOSTILE
    for name in ("results", "milestones", "rulings", "drivers/hostile"):
        feed = ElementTree.fromstring(client.get(f"/feeds/{name}/").content)
        entries = feed.findall(f"{ATOM}entry")
        assert entries, name
        told = " ".join(entry.findtext(f"{ATOM}{part}") or "" for entry in entries for part in ("title", "summary"))
        assert HOSTILE in unescape(told), name
        assert "<script>" not in "".join(entry.findtext(f"{ATOM}summary") or "" for entry in entries)
    text = client.get("/feeds/schedule.ics").content.decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert "\x01" not in text


FEEDS = ["results", "milestones", "rulings", "drivers/kyle-larson"]


@pytest.mark.parametrize("name", FEEDS)
def test_feeds(client, name):
    """The latest first, each entry with an id of its own and an address that is there."""
    response = client.get(f"/feeds/{name}/")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    assert 3 < len(entries) <= 30
    days = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert days == sorted(days, reverse=True)
    ids = {entry.findtext(f"{ATOM}id") for entry in entries}
    assert len(ids) == len(entries)
    links = [entry.find(f"{ATOM}link").attrib["href"] for entry in entries]
    assert all(resolve(link.removeprefix(SITE).partition("#")[0]) for link in links)
    assert client.get(links[0]).status_code == 200


def test_a_feed_tells_what_the_page_tells(client):
    entries = ElementTree.fromstring(client.get("/feeds/results/").content).findall(f"{ATOM}entry")
    assert entries[0].findtext(f"{ATOM}title") == "2025 Phoenix II: Ryan Blaney won"
    assert "led 20 of 319 laps" in entries[0].findtext(f"{ATOM}summary")


def test_the_calendar_expects_milestones(client, empty_book):
    """In the race in which they would be, at the pace of the last races."""
    make_milestone("wins", 7)
    season = make_season(2025)
    season.rounds = 8
    with deferred():
        season.save()
        for round_ in range(1, 7):
            race = make_race(2025, round_, date=date(2025, 3, round_), field_size=1, laps=10)
            make_result(race, LARSON, 1, laps=10, laps_led=10)
        for round_ in (7, 8):
            make_race(2025, round_, date=date(2025, 3, round_), status="scheduled", track="Dover")
    text = client.get("/feeds/schedule.ics").content.decode().replace("\r\n ", "")
    events = text.split("BEGIN:VEVENT")[1:]
    assert len(events) == 8
    assert "DESCRIPTION:Kyle Larson led all 10 laps" in events[5]
    assert r"DESCRIPTION:Expected at this pace: Kyle Larson\, now 1 win from 7" in events[6]
    assert "DESCRIPTION" not in events[7]


def test_the_calendar_is_of_a_series(client):
    response = client.get("/feeds/schedule.ics?series=x")
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["series"]
    assert client.get("/feeds/schedule.ics?series=cup").status_code == 200


def test_the_sitemap_has_every_driver_and_race(client):
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    parts = [each.text for each in index.iter() if each.tag.endswith("loc")]
    found = [
        each.text.removeprefix(SITE)
        for part in parts
        for each in ElementTree.fromstring(client.get(part).content).iter()
        if each.tag.endswith("loc")
    ]
    assert len(found) == len(set(found))
    assert {driver.get_absolute_url() for driver in Driver.objects.all()} <= set(found)
    assert {race.get_absolute_url() for race in Race.objects.with_label()} <= set(found)
    kinds = {named(path) for path in found}
    assert {"home", "drivers:detail", "races:race", "races:track", "on-this-day", "drivers:leaderboard"} <= kinds


@pytest.mark.parametrize(("query", "status"), [("?p=1", 200), ("?p=99", 404), ("?p=x", 400), ("?q=1", 400)])
def test_parts_of_the_sitemap(client, query, status):
    assert client.get(f"/sitemap-drivers.xml{query}").status_code == status
    assert client.get(reverse("sitemap-part", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("query", "above"),
    [("", "May 11, 2025 · NASCAR Cup Series · "), ("?as_of=cup-2025-36", "As it stood ")],
)
def test_a_card_says_first_of_when_it_is(client, monkeypatch, query, above):
    """What is too long is cut from the end, and a picture goes about without its page."""
    drawn: list[Card] = []
    monkeypatch.setattr("pages.for_programs.cards.png", lambda card: drawn.append(card) or b"")
    assert client.get(f"/races/cup/2025/12/card.png{query}").status_code == 200
    assert drawn[0].kicker.startswith(above)


WITH_CARD = [
    "/drivers/kyle-larson/",
    "/races/cup/2025/12/",
    "/races/cup/1967/1/",
    "/leaderboards/wins/",
    "/leaderboards/average_finish/?from=2022&as_of=2024-05-06",
    "/closest-finishes/?era=next-gen",
    "/drivers/kyle-larson/vs/chris-buescher/",
]


@pytest.mark.parametrize("path", WITH_CARD)
def test_cards(client, path):
    """A page names its card, under its own filters: a picture of the size that is said, and not a heavy one."""
    head = tags(client.get(path).content.decode())
    address, _, query = path.partition("?")
    assert head["og:image"] == f"{SITE}{address}card.png{'?' if query else ''}{query}"
    assert head["twitter:card"] == "summary_large_image"
    response = client.get(head["og:image"].removeprefix(SITE))
    assert response["Content-Type"] == "image/png"
    assert len(response.content) < 60_000
    with Image.open(BytesIO(response.content)) as image:
        assert image.size == (int(head["og:image:width"]), int(head["og:image:height"])) == (1200, 630)


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/closest-finishes/card.png?era=x", 400, "era"),
        ("/leaderboards/wins/card.png?sort=-starts", 400, "sort"),
        ("/drivers/kyle-larson/card.png?as_of=never", 400, "as_of"),
        ("/drivers/nobody/card.png", 404, ""),
        ("/races/cup/2025/99/card.png", 404, ""),
        ("/leaderboards/luck/card.png", 404, ""),
        ("/drivers/kyle-larson/vs/kyle-larson/card.png", 404, ""),
    ],
)
def test_cards_of_nothing(client, path, status, field):
    response = client.get(path)
    assert response.status_code == status
    assert not field or field in response.json()["fields"]


def test_cards_of_hostile_names(client, hostile):
    for path in ("/drivers/hostile/", "/races/cup/2030/1/", "/races/cup/2030/2/", "/leaderboards/wins/"):
        assert client.get(f"{path}card.png")["Content-Type"] == "image/png"


CARDS = [
    Card("", ""),
    Card("K" * 500, "T" * 500, "0000000", [("1" * 40, "L" * 90)] * 9, [("T1", "N" * 500, "9" * 40)] * 9, "S " * 900),
    Card("a\x00b", "\x07\n", "é", [("—", "x")], (), "\ud7ff\u202e"),
    Card("k", "t", rows=[("1", "Name", "9")], sentence="one two three " * 30),
    Card("k", "t", sentence="W" * 3000),
]


@pytest.mark.parametrize("card", CARDS)
def test_whatever_a_card_says_it_is_drawn(card):
    with Image.open(BytesIO(png(card))) as image:
        assert image.size == SIZE


A_DAY = re.compile(rf"\b(?:{'|'.join(month_name[1:])}) \d{{1,2}}, \d{{4}}\b")


@pytest.mark.parametrize("path", FIRST_OF_EACH)
def test_every_day_is_told_to_machines(drawn, path):
    """A day that is named to readers stands in a <time>; but what a reader may write is an example."""
    html = drawn(path).text
    html = re.sub(r'<(time|script|textarea|head)\b.*?</\1>|<p class="hint".*?</p>', "", html, flags=re.S)
    assert A_DAY.findall(re.sub(r"<[^>]*>", " ", html)) == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("As it stood on May 6, 2024.", 'As it stood on <time datetime="2024-05-06">May 6, 2024</time>.'),
        ("<b> February 30, 2024", "&lt;b&gt; February 30, 2024"),
        ("Mayhem 6, 2024 and 99", "Mayhem 6, 2024 and 99"),
    ],
)
def test_days_within_sentences(text, html):
    assert timed(text) == html


def test_cards_without_the_fonts_of_the_site(settings, tmp_path):
    """A Pillow that cannot unpack them draws with its own."""
    settings.BASE_DIR = tmp_path
    font.cache_clear()
    with Image.open(BytesIO(png(CARDS[1]))) as image:
        assert image.size == SIZE
    font.cache_clear()


@pytest.mark.parametrize(
    "path",
    [
        *("/feeds/results/", "/feeds/milestones/", "/feeds/rulings/", "/feeds/schedule.ics"),
        *("/sitemap.xml", "/sitemap-drivers.xml", "/leaderboards/wins/card.png", "/closest-finishes/card.png"),
    ],
)
def test_of_an_empty_book(client, empty_book, path):
    assert client.get(path).status_code == 200
