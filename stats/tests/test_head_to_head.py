"""Two drivers head to head: every count, and the races behind it."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from races.derived.refresh import deferred
from testing.makers import BUESCHER, HAMLIN, LARSON, make_driver, make_race, make_result

pytestmark = pytest.mark.django_db

PAGE = "/drivers/kyle-larson/vs/chris-buescher/"
RACES = [
    # finish, start and laps led of Larson, the same of Buescher, margin of the race
    (((1, 4, 64), (2, 12, 14)), "0.001"),
    (((2, 1, 10), (1, 2, 90)), "1.200"),
    (((5, 3, 0), (6, 1, None)), None),
    (((None, 8, 0), (1, 9, 50)), None),
    (((20, None, 0), (12, 9, 30)), None),
]


@pytest.fixture
@deferred()
def book(empty_book):
    for round_, (sides, margin) in enumerate(RACES, start=1):
        led = [side[2] for side in sides]
        known = {"laps": None if None in led else sum(led)} | ({"margin": margin} if margin else {})
        race = make_race(2024, round_, "Kansas" if round_ < 3 else "Texas", **known)
        for driver, (finish, start, led) in zip((LARSON, BUESCHER), sides):
            make_result(race, driver, finish, start=start, laps_led=led)
    alone = make_race(2024, 6)
    make_result(alone, LARSON, 1)
    for race in range(7, 9):
        make_result(make_race(2024, race), BUESCHER, 1)


def as_json(client, path=PAGE, **asked):
    asked = urlencode({"format": "json", **asked})
    return client.get(f"{path}{'&' if '?' in path else '?'}{asked}").json()


FIGURES = {
    # figure: Larson, Buescher, known in
    "Ahead at the finish": (2, 2, 4),
    "Ahead at the start": (3, 1, 4),
    "Ahead in qualifying": (None, None, 0),
    "Wins": (1, 2, 5),
    "Top fives": (3, 3, 5),
    "Top tens": (3, 4, 5),
    "Poles": (None, None, 0),
    "Races led": (2, 4, 4),
    "Won, the other second": (1, 1, 4),
    "Won by .500 s or less": (1, 0, 2),
    "Laps led": (74, 184, 4),
    "Average finish": (7.0, 5.25, 4),
    "Titles": (0, 0, None),
}


def test_figures(client, book):
    """Counted over the races in which they are known of both; what is known of none is a dash."""
    found = as_json(client)["tables"]["figures"]["rows"]
    assert {row["figure"]: (row["value"], row["rival_value"], row["races"]) for row in found} == FIGURES


def test_a_count_leads_to_its_races(client, book):
    """The list behind a count is as long as the count, in the summary and by season and track."""
    body = as_json(client)
    counts = []
    for row in body["tables"]["figures"]["rows"]:
        if row["figure"] not in ("Laps led", "Average finish"):
            counts += [(row[key], row[f"{key}_url"]) for key in ("value", "rival_value")]
    for table in ("seasons", "tracks"):
        for row in body["tables"][table]["rows"]:
            counts += [
                (row[key], row[f"{key}_url"]) for key in ("together", "ahead", "rival_ahead", "wins", "rival_wins")
            ]
    for count, url in counts:
        assert len(as_json(client, url.removesuffix("#table"))["rows"]) == (count or 0), url


def test_notes_say_what_is_unknown(client, book):
    """How many races, who was ahead, and in how many nobody knows."""
    body = as_json(client)
    assert (body["title"], body["total"], body["matching"]) == ("Kyle Larson vs. Chris Buescher: Cup Series", 5, 5)
    assert body["notes"] == [
        "5 races together on file: both started. Kyle Larson finished ahead in 2, Chris Buescher in 2.",
        "A finish is unknown in 1 race, counted for neither.",
        "Whole fields are on file for 0 of 8 races.",
    ]
    assert as_json(client, only="rival-wins")["notes"][-1] == "Listed: Wins (Chris Buescher), 2 races."


def test_first_and_second(client, book):
    """The closest first."""
    found = as_json(client)["tables"]["first_two"]["rows"]
    assert [(row["margin"], row["winner"]) for row in found] == [("0.001", LARSON), ("1.200", BUESCHER)]


def test_the_other_way_round(client, book):
    """The columns change sides; the counts stay."""
    rows = as_json(client, "/drivers/chris-buescher/vs/kyle-larson/")["tables"]["figures"]["rows"]
    assert {row["figure"]: (row["rival_value"], row["value"], row["races"]) for row in rows} == FIGURES
    labels = [column["label"] for column in as_json(client)["columns"]]
    assert {"Larson finish", "Buescher finish"} <= set(labels)
    assert 'href="/drivers/chris-buescher/vs/kyle-larson/?series=cup"' in client.get(PAGE).content.decode()


def test_an_unknown_margin_is_no_close_finish(client, empty_book):
    """First and second, but nobody knows by how much."""
    with deferred():
        race = make_race(2024, 1)
        make_result(race, LARSON, 1)
        make_result(race, BUESCHER, 2)
    body = as_json(client)
    figures = {row["figure"]: (row["value"], row["races"]) for row in body["tables"]["figures"]["rows"]}
    assert (figures["Won, the other second"], figures["Won by .500 s or less"]) == ((1, 1), (None, 0))
    assert as_json(client, only="close")["rows"] == []
    assert [row["margin"] for row in body["tables"]["first_two"]["rows"]] == [None]


def test_a_dead_heat_counts_for_neither(client, empty_book):
    """They shared a finish."""
    with deferred():
        race = make_race(2024, 1)
        make_result(race, LARSON, 3)
        make_result(race, BUESCHER, 3)
    body = as_json(client)
    assert body["rows"][0]["ahead"] is None
    assert body["notes"][1] == "They shared a finish in 1 race, counted for neither."


def test_qualifying(client, empty_book):
    """The place in qualifying as a whole; a cancelled one says nothing."""
    for round_, cancelled in ((1, False), (2, True)):
        with deferred():
            race = make_race(2024, round_)
            for place, driver in enumerate((BUESCHER, LARSON), start=1):
                make_result(race, driver, place)
                result = make_result(race, driver, place, session="qualifying")
        result.session.cancelled = cancelled
        result.session.save()
    figures = {row["figure"]: row for row in as_json(client)["tables"]["figures"]["rows"]}
    of = figures["Ahead in qualifying"]
    assert (of["value"], of["rival_value"], of["races"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("driver", "rival", "named"),
    [
        ("Kyle Larson", "Chris Buescher", {"Larson", "Buescher"}),
        ("Kyle Busch", "Kurt Busch", {"Kyle", "Kurt"}),
        ("Dale Earnhardt", "Dale Earnhardt Jr.", {"Earnhardt", "Earnhardt Jr."}),
    ],
)
def test_columns_name_the_two_shortly(client, empty_book, driver, rival, named):
    """By last names, brothers by their first, father and son by what the son has more."""
    with deferred():
        race = make_race(2024, 1)
        make_result(race, driver, 1)
        make_result(race, rival, 2)
    path = reverse("drivers:versus", args=[make_driver(driver).slug, make_driver(rival).slug])
    labels = {column["label"] for column in as_json(client, path)["columns"]}
    assert {f"{name} finish" for name in named} <= labels


def test_rivals(client, book):
    """Those met most often, with who finished ahead."""
    with deferred():
        make_result(make_race(2024, 9), LARSON, 2)
    rows = as_json(client, "/drivers/kyle-larson/vs/")["rows"]
    assert [(row["rival"], row["together"], row["ahead"], row["rival_ahead"]) for row in rows] == [(BUESCHER, 5, 2, 2)]
    for key in ("together", "ahead", "rival_ahead"):
        assert len(as_json(client, rows[0][f"{key}_url"].removesuffix("#table"))["rows"]) == rows[0][key]


def test_picking_a_rival(client, book):
    """By name or slug; an unknown name is a 400 that names the field, in every form."""
    for name in ("Chris Buescher", "chris-buescher"):
        found = client.get("/drivers/kyle-larson/vs/", {"driver": name})
        assert (found.status_code, found["Location"]) == (302, PAGE)
    assert client.get("/drivers/nobody/vs/", {"driver": BUESCHER}).status_code == 404
    assert client.get("/drivers/kyle-larson/vs/", {"driver": " "}).status_code == 200
    found = client.get("/drivers/kyle-larson/vs/", {"driver": HAMLIN, "format": "json"})
    assert (found.status_code, list(found.json()["fields"])) == (400, ["driver"])


def test_one_driver_is_no_pair(client, book):
    """A reason, not a page of zeros."""
    found = client.get("/drivers/kyle-larson/vs/kyle-larson/")
    assert found.status_code == 404
    assert "A head-to-head takes two drivers." in found.content.decode()
