"""The page of one race: what is told first, what is folded, and what machines are given."""

import re
from datetime import date
from html import unescape

import pytest

from testing.makers import BYRON, HAMLIN, LARSON, make_race, make_result
from testing.reading import Page

pytestmark = pytest.mark.django_db

KANSAS = "/races/cup/2025/12/"


@pytest.fixture
def kansas(client) -> str:
    return client.get(KANSAS).content.decode()


def test_the_head_of_a_race(kansas):
    """Label with its time of year, day of the week, the sentence; the same in what search engines show."""
    page = Page(kansas)
    assert page.title == "2025 Kansas I, spring · racestats"
    assert "AdventHealth 400 · Kansas Speedway · Sunday, May 11, 2025" in page.text
    sentence = "Kyle Larson led 221 of 267 laps from the pole and won by .712 seconds."
    assert sentence in page.text
    [description] = re.findall(r'<meta name="description" content="([^"]*)">', kansas)
    assert description == f"2025 Kansas I, spring: AdventHealth 400, Kansas Speedway, May 11, 2025. {sentence}"


def test_machines_are_given_the_label_of_the_press(client):
    assert client.get(f"{KANSAS}?format=json").json()["title"] == "2025 Kansas I"


@pytest.mark.parametrize(
    ("query", "before"), [("", "/races/cup/2025/11/"), ("?as_of=2025-05-20", "/races/cup/2025/11/?as_of=2025-05-20")]
)
def test_the_rounds_beside_it(client, query, before):
    body = client.get(f"{KANSAS}{query}").content.decode()
    assert f'rel="prev" href="{before}"' in body
    assert 'rel="next"' not in client.get("/races/cup/2025/12/qualifying/").content.decode()


def test_an_exhibition_has_no_rounds_beside_it(client):
    body = client.get("/races/cup/2024/busch-light-clash-at-the-coliseum/").content.decode()
    assert 'rel="prev"' not in body
    assert 'rel="next"' not in body


def test_the_podium(kansas):
    [podium] = re.findall(r'<ol class="podium cars">.*?</ol>', kansas, re.S)
    assert " ".join(re.sub(r"<[^>]*>", " ", podium).split()) == (
        "1st Kyle Larson 5 Chevrolet Hendrick Motorsports 2nd Christopher Bell 20 Toyota Joe Gibbs Racing +.712 "
        "3rd Ryan Blaney 12 Ford Team Penske +.832"
    )
    assert podium.count('class="won"') == 1


def test_who_is_known_by_a_win_alone_stands_on_no_podium(client):
    body = client.get("/races/cup/1967/1/").content.decode()
    assert 'class="podium cars"' not in body
    assert "Richard Petty" in body


def test_five_notes_are_shown_and_the_others_folded(client, kansas):
    """As lines; machines are given every note in the same order."""
    shown, folded = re.findall(r'<ul class="notes">(.*?)</ul>', unescape(kansas), re.S)
    lines = [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in re.findall(r"<li>(.*?)</li>", shown, re.S)]
    assert [line.split(":")[0].split(",")[0] for line in lines[:3]] == [
        "Kyle Larson passed 10",
        "Kyle Larson's 32nd career win",
        "Kyle Larson's 221 laps led are the most on file in a race at Kansas; the record was 197",
    ]
    assert len(lines) == 5
    assert "Chevrolet's 16th Kansas win; 14th Kansas pole" in re.sub(r"<[^>]*>", "", folded)
    rows = client.get(f"{KANSAS}?format=json").json()["tables"]["notes"]["rows"]
    assert [row["note"][:30] for row in rows[:3]] == [
        "Kyle Larson passed 10,000 care",
        "Kyle Larson's 32nd career win,",
        "Kyle Larson's 3rd win of 2025.",
    ]


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/races/cup/1967/5/?", "Mario Andretti's first and only career win."),
        # As the book stood that year he might have won again.
        ("/races/cup/1967/5/?as_of=1967-03-01", "Mario Andretti's first career win."),
        ("/races/cup/2016/24/?", "Kyle Larson's first career win."),
        # His only one so far.
        ("/races/cup/2025/5/?", "Josh Berry's first career win."),
    ],
)
def test_a_first_win_comes_first_and_is_the_only_one_where_none_can_follow(client, path, first):
    """Before the seventh of a make, and as the book stood on the day that is asked for."""
    rows = client.get(f"{path}&format=json").json()["tables"]["notes"]["rows"]
    assert rows[0]["note"] == first


def test_places_gained_are_told_where_both_are_known(client):
    rows = client.get("/races/cup/2023/31/?format=json").json()["rows"]
    gained = {row["driver"]: (row["start"], row["position"], row["gained"]) for row in rows}
    assert gained["Ryan Blaney"] == (10, 1, 9)
    assert gained["Kevin Harvick"] == (11, 38, -27)
    [unknown] = [row for row in client.get("/races/cup/2017/32/?format=json").json()["rows"] if not row["start"]]
    assert (unknown["driver"], unknown["gained"]) == ("Kurt Busch", None)


def test_people_are_told_only_of_cars_that_were_not_running(client, kansas):
    rows = client.get(f"{KANSAS}?format=json").json()["rows"]
    assert rows[0]["status"] == "running"
    main = next(table for table in Page(kansas).tables if table.caption == "Results")
    assert [row[-1] for row in main.rows if row[0] in ("1", "38")] == ["", "engine"]


def test_a_car_that_was_not_in_the_race_is_told_no_laps_led(client):
    """Machines are told the source's zero; one that ran and led none has its zero."""
    path = "/races/cup/2024/busch-light-clash-at-the-coliseum/"
    rows = {row["driver"]: row for row in client.get(f"{path}?format=json").json()["rows"]}
    assert (rows["Kaz Grala"]["laps_led"], rows["Chase Elliott"]["laps_led"]) == (0, 0)
    main = next(table for table in Page(client.get(path).content.decode()).tables if table.caption == "Results")
    shown = {row[4]: row for row in main.rows}
    assert shown["Kaz Grala"][-2:] == ["", "did not qualify"]
    assert shown["Chase Elliott"][-2:] == ["0", "steering"]


def test_nor_is_one_that_withdrew_before_the_start(client, empty_book):
    race = make_race(2024, 1, date=date(2024, 6, 1))
    for place, (driver, laps) in enumerate(((LARSON, 100), (BYRON, 3), (HAMLIN, 0)), start=1):
        led, status = (laps, "running") if place == 1 else (0, "withdrew")
        make_result(race, driver, place, laps=laps, laps_led=led, status=status)
    main = next(table for table in Page(client.get("/races/cup/2024/1/").content.decode()).tables if table.rows)
    assert [row[-2:] for row in main.rows] == [["100", ""], ["0", "withdrew"], ["", "withdrew"]]


@pytest.mark.parametrize(("race", "told"), [(KANSAS, False), ("/races/cup/2023/31/", True)])
def test_the_place_at_the_line_is_shown_where_a_ruling_changed_it(client, race, told):
    assert ("At the line" in client.get(race).content.decode()) == told


def test_before_the_race_nothing_of_its_end_is_told(client):
    text = Page(client.get(f"{KANSAS}?as_of=2025-05-10").content.decode()).text
    assert "It had not been run by then." in text
    assert [told for told in ("On the lead lap", "Margin .", "won by", "1st Kyle Larson") if told in text] == []


def test_a_list_of_all_series_tells_them_apart(client):
    rows = client.get("/races/?format=json&season=2025").json()["rows"]
    assert {row["series"] for row in rows} == {"Cup Series"}
    assert "series" not in client.get("/races/cup/?format=json&season=2025").json()["rows"][0]
