"""Rules for every chart: a small well-formed file that names itself, and refuses what it does not take."""

import re
from xml.etree import ElementTree

import pytest
from django.utils.text import slugify

from charts.chart import SIZES
from charts.palette import STYLE, STYLE_HASH
from pages.kit.links import filters_taken
from races.derived.refresh import deferred
from testing.answers import read_once
from testing.makers import make_milestone, make_race, make_result
from testing.reading import LEAKS
from testing.site import CHART_ADDRESSES

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"
FEWEST, MOST = 1_500, 8_000
"""Bytes of one chart, as it is sent to who takes no compressed one."""


@pytest.mark.parametrize("path", CHART_ADDRESSES)
def test_a_chart_is_a_small_file(client, path):
    """In each size it tells what it is and what it shows; nothing in it runs, is fetched or is raw."""
    with read_once(path):
        answers = [client.get(path, {"size": size}) for size in SIZES]
    for response in answers:
        text = response.content.decode()
        assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
        assert FEWEST < len(response.content) < MOST
        title, description, style = ElementTree.fromstring(text)[:3]
        assert title.text
        assert 20 < len(description.text) < 900
        assert description.text.endswith(".")
        assert style.text == STYLE
        assert not re.search(r"<script|\son\w+=|href|\sstyle=|url\(|nan|inf\b", text)
        assert {name: found for name, mark in LEAKS.items() if (found := re.findall(mark, description.text))} == {}


@pytest.mark.parametrize("path", CHART_ADDRESSES[:1])
def test_the_policy_of_a_chart_lets_it_have_its_own_colours(client, path):
    policy = dict(part.strip().partition(" ")[::2] for part in client.get(path)["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["style-src"]) == ("'none'", STYLE_HASH)
    assert client.get(path)["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", CHART_ADDRESSES)
def test_a_chart_refuses_what_it_does_not_take(client, path):
    """With a 400 that names the parameter, as a page of the site, or as JSON where that is preferred."""
    taken = ", ".join([*filters_taken(path), "size"])
    told = {
        "nonsense": f"Unknown parameter “nonsense”. This address takes {taken}.",
        "siz": "Unknown parameter “siz”: did you mean “size”?",
        "size": "“huge” is not a size. A chart is wide or narrow.",
    }
    asked = {"nonsense": "<script>alert(1)</script>", "siz": "1", "size": "huge"}
    with read_once(path):
        response = client.get(path, asked, headers={"accept": "application/json"})
        page = client.get(path, asked)
    assert (response.status_code, response.json()["fields"]) == (400, {name: [each] for name, each in told.items()})
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "<script>alert" not in page.content.decode()
    assert 'name="size"' not in page.content.decode()
    for name in filters_taken(path):
        assert client.get(path, {name: "a\0"}).status_code == 400
        assert client.get(path, {name: "<nonsense>"}).status_code == 400


def test_the_last_ten_finishes_lead_to_their_table(drawn):
    html = drawn("/drivers/kyle-larson/").text
    assert '<a href="#races-table">As a table</a>' in html
    assert 'id="races-table"' in html


@pytest.mark.parametrize("path", CHART_ADDRESSES)
def test_a_chart_can_be_asked_for_as_of_a_day(client, path):
    """Where there was nothing to draw by then, there is no chart; its page says so."""
    with read_once(path):
        assert client.get(path, {"as_of": "2025-05-11"}).status_code in (200, 404)
        assert client.get(path, {"as_of": "2025-05-11", "utm_source": "x"}).status_code in (200, 404)
        assert client.head(path, {"as_of": "2025-05-11"}).status_code in (200, 404)
    assert client.get(path, {"as_of": "1900-01-01"}).status_code == 404


@pytest.mark.parametrize("path", CHART_ADDRESSES)
def test_a_chart_of_nothing_is_a_404(client, empty_book, path):
    assert client.get(path).status_code == 404


SAID = [
    # chart, what it says
    ("/standings/cup/2025/rounds.svg", "after each of 36 rounds. After the last: 1 Kyle Larson, 2 Christopher Bell,"),
    ("/standings/cup/2025/rounds.svg?as_of=cup-2025-12", "after each of 12 rounds. After the last: 1 Kyle Larson, 2 W"),
    ("/drivers/kyle-larson/career.svg", "13 seasons, 2013–2025. Most wins in a season: 10 in 2021."),
    ("/drivers/kyle-larson/career.svg", "Champion in 2021 and 2025."),
    ("/drivers/richard-petty/career.svg", "Most wins in a season: 27 in 1967."),
    ("/drivers/kyle-larson/career.svg?as_of=cup-2024-36", "Champion in 2021."),
    ("/drivers/kyle-larson/last-ten.svg?as_of=cup-2025-12", "and 1st in the 2025 Kansas I."),
    ("/races/cup/2025/12/laps-led.svg", "of 267: Kyle Larson 221, Chase Elliott 29,"),
    ("/races/cup/2025/12/laps-led.svg", "7 cautions."),
    ("/races/cup/2024/busch-light-clash-at-the-coliseum/laps-led.svg", "Ty Gibbs 84, Denny Hamlin 58,"),
    ("/leaderboards/wins/top.svg", "1 Richard Petty 200, 2 David Pearson 105,"),
    ("/leaderboards/poles/top.svg", "Kevin Harvick 31+"),
    ("/leaderboards/wins/top.svg?by=manufacturer", "1 Chevrolet "),
    ("/closest-finishes/to-scale.svg", "2024 Kansas I, .001 s, 3.2 inches,"),
    ("/closest-finishes/by-year.svg", "from .001 to 1.000 s."),
    ("/finder/chart.svg?find=drivers&series=cup&count=wins", "1 Richard Petty 200, 2 David Pearson 105,"),
    ("/finder/chart.svg?find=drivers&series=cup&by=season&finish=1&from=2021", "1 Kyle Larson, 2021 10"),
    ("/finder/chart.svg?find=seasons&series=cup&finish=1&count=drivers&from=2022", "2022 19"),
    ("/finder/chart.svg?series=cup&driver=kyle-larson&finish=1&from=2021", "most in 2021, 10."),
    ("/tracks/kansas/winners.svg", "40 races, 2001–2025. Most wins: Denny Hamlin 4,"),
]


@pytest.mark.parametrize(("address", "words"), SAID)
def test_what_a_chart_says(client, address, words):
    """The facts of the day that it is asked for."""
    _, description, *_ = ElementTree.fromstring(client.get(address).content)
    assert words in description.text


NOTHING_TO_DRAW = [
    "/races/cup/1967/1/laps-led.svg",  # known by its winner alone
    "/standings/cup/1949/rounds.svg",  # points that are not on file
    "/leaderboards/average_finish/top.svg",  # less is better
    "/finder/chart.svg?find=tracks&count=average_finish",
    "/finder/chart.svg?find=drivers&series=cup&count=first",
    "/finder/chart.svg?series=cup&driver=hb-bailey&finish=1",
    "/drivers/kyle-larson/vs/hb-bailey/ahead.svg",
    "/closest-finishes/by-year.svg?max_margin=0.001",
    "/races/cup/1948/1/laps-led.svg",
    "/drivers/nobody/career.svg",
    "/drivers/kyle-larson/vs/kyle-larson/ahead.svg",
    "/leaderboards/luck/top.svg",
    "/milestones/cup-luck-7/way.svg",
    "/tracks/nowhere/speeds.svg",
]


@pytest.mark.parametrize("address", NOTHING_TO_DRAW)
def test_no_chart_where_there_is_nothing_to_draw(client, address):
    assert client.get(address).status_code == 404


HOSTILE = "Bob <b>O'Neil & Sons</b> ]]> \""


@deferred()
def make_hostile_rows() -> list[str]:
    """Enough for one of each chart, of somebody with such a name; and their addresses."""
    for year in (2023, 2024):
        for round_ in (1, 2):
            race = make_race(year, round_, laps=100, margin="0.100", average_speed=f"{150 + round_}.000")
            first, second = (HOSTILE, "Second Man")[:: 1 if round_ == 1 else -1]
            make_result(race, first, 1, laps=100, laps_led=60, points=40, number="1", manufacturer="<Make>")
            make_result(race, second, 2, laps=100, laps_led=40, points=35, number="2")
    make_milestone("wins", 1)
    bob = slugify(HOSTILE)
    return [
        "/standings/cup/2024/rounds.svg",
        f"/drivers/{bob}/career.svg",
        f"/drivers/{bob}/last-ten.svg",
        f"/drivers/{bob}/vs/second-man/ahead.svg",
        "/races/cup/2024/1/laps-led.svg",
        "/leaderboards/wins/top.svg",
        "/milestones/cup-wins-1/way.svg",
        "/closest-finishes/to-scale.svg",
        "/closest-finishes/by-year.svg",
        "/tracks/kansas/winners.svg",
        "/tracks/kansas/speeds.svg",
    ]


def test_names_stay_texts(client, empty_book):
    """Whatever somebody is called: a file with such a name is whole, and has it as a text."""
    for address in make_hostile_rows():
        response = client.get(address)
        assert response.status_code == 200, address
        root = ElementTree.fromstring(response.content)
        assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {*ELEMENTS}, address
        if "finishes" not in address and "speeds" not in address:
            assert "<b>O'Neil & Sons</b>" in " ".join(each.text or "" for each in root.iter()), address


ELEMENTS = ("svg", "title", "desc", "style", "rect", "path", "text")
