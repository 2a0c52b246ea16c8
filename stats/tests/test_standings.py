"""The standings after each round: who is ranked, by what, and what rulings and given totals do to it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import PlayOffRound, Race, RaceCoverage, Season, Series
from races.statistics import STATISTICS
from stats.careers.figure import evidence
from stats.completeness import FLAGS
from stats.scope import Scope
from stats.standings.reading import season_book
from stats.standings.sentences import MOST_TOLD, notes_of
from stats.standings.table import COUNTED, SeasonBook, SeasonLine
from testing.makers import (
    BLANEY,
    BUESCHER,
    BYRON,
    HAMLIN,
    LARSON,
    make_format,
    make_given,
    make_penalty,
    make_race,
    make_result,
    make_ruling,
    make_season,
    make_source,
)
from testing.reading import Page

pytestmark = pytest.mark.django_db

FEBRUARY = date(2025, 2, 1)
STANDINGS = "/standings/cup/2025/"


@deferred()
def round_(number: int, *scored, year=2025, dated=True, **fields) -> Race:
    """A round a week after the one before, with (driver, points) in the order of the finish; the field is whole."""
    day = FEBRUARY + timedelta(weeks=number) if dated else None
    race = make_race(year, number, date=day, **{"field_size": len(scored), "laps": 100, "stages": 0, **fields})
    for place, (driver, points) in enumerate(scored, start=1):
        make_result(race, driver, place, points=points, laps=100, laps_led=100 if place == 1 else 0)
    return race


def day_of(number: int) -> date:
    return FEBRUARY + timedelta(weeks=number)


def rows(client, query="", page=STANDINGS) -> list[dict]:
    response = client.get(f"{page}?format=json{query}")
    assert response.status_code == 200
    return response.json()["rows"]


def table(client, query="", keys="rank driver points") -> list[tuple]:
    return [tuple(row[key] for key in keys.split()) for row in rows(client, query)]


def notes(client, query="") -> list[str]:
    return client.get(f"{STANDINGS}?format=json{query}").json()["notes"]


# Ranks, gaps and movement.


def test_points_are_added_up_and_ranked(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40), (BYRON, 35), (HAMLIN, 34))
        round_(2, (BYRON, 40), (LARSON, 36), (HAMLIN, 20))
        round_(3, (BYRON, 40), (HAMLIN, 35), (LARSON, 10))
    assert table(client, keys="rank driver points behind gap movement") == [
        ("1", BYRON, 115, 0, None, 1),
        ("2", HAMLIN, 89, 26, 26, 1),
        ("3", LARSON, 86, 29, 3, -2),
    ]
    assert table(client, "&as_of=cup-2025-1", "rank driver points behind gap movement") == [
        ("1", LARSON, 40, 0, None, None),
        ("2", BYRON, 35, 5, 5, None),
        ("3", HAMLIN, 34, 6, 1, None),
    ]


def test_everything_that_is_counted(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40), *((f"Driver {n}", 40 - n) for n in range(2, 12)))
        round_(2, *((f"Driver {n}", 40 - n) for n in range(2, 12)), (LARSON, 1))
    found = {row["driver"]: row for row in rows(client)}
    keys = ["starts", "wins", "top_fives", "top_tens", "stage_wins", "laps_led"]
    assert [found[LARSON][key] for key in keys] == [2, 1, 1, 1, 0, 100]
    assert [found["Driver 2"][key] for key in keys] == [2, 1, 2, 2, 0, 100]
    assert [found["Driver 11"][key] for key in keys] == [2, 0, 0, 1, 0, 0]


def test_drivers_level_share_a_rank_and_are_listed_by_wins_then_finishes(empty_book, client):
    """Hamlin won; Larson was second twice, Byron once; Blaney and Byron are level in everything but the name."""
    with deferred():
        round_(1, (HAMLIN, 30), (LARSON, 25), (BLANEY, 20), (BYRON, 30), (BUESCHER, 10))
        round_(2, (BUESCHER, 10), (LARSON, 25), (BYRON, 20), (BLANEY, 30), (HAMLIN, 20))
    assert table(client, keys="rank driver points gap") == [
        ("T1", HAMLIN, 50, None),
        ("T1", LARSON, 50, 0),
        ("T1", BLANEY, 50, 0),
        ("T1", BYRON, 50, 0),
        ("5", BUESCHER, 20, 30),
    ]
    level = "Points decide the rank. Drivers level on points are listed by wins, then by best finishes."
    assert level in notes(client)
    assert level not in notes(client, "&as_of=1999-01-01")


def test_movement_over_a_tie_counts_shared_ranks(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40), (BYRON, 40), (HAMLIN, 30))
        round_(2, (HAMLIN, 40), (BYRON, 5), (LARSON, 1))
    assert table(client, keys="rank driver movement") == [("1", HAMLIN, 2), ("2", BYRON, -1), ("3", LARSON, -2)]


def test_who_joins_later_has_not_moved(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40))
        round_(2, (BYRON, 50), (LARSON, 5))
    assert table(client, keys="rank driver movement") == [("1", BYRON, None), ("2", LARSON, -1)]


def test_who_scored_nothing_is_counted_not_ranked(empty_book, client):
    round_(1, (LARSON, 40), ("Corey Heim", 0), ("Jesse Love", 0))
    assert table(client) == [("1", LARSON, 40)]
    assert "2 drivers started without scoring points." in notes(client)


def test_every_figure_leads_to_its_races(empty_book, client):
    round_(1, (LARSON, 40))
    row = rows(client, "&as_of=cup-2025-1")[0]
    log = "/drivers/kyle-larson/races/?series=cup&season=2025&as_of=cup-2025-1&stat="
    assert [row[f"{key}_url"] for key in ("points", "wins", "starts")] == [
        log + key for key in ("points", "wins", "starts")
    ]
    assert row["stage_wins_url"] is None
    assert client.get(row["points_url"]).status_code == 200


# As of.


def test_undated_rounds_are_told_apart(empty_book, client):
    """All are known to have been run by the end of the season; the round asked for still ends the count."""
    with deferred():
        for number, (first, second) in enumerate(((LARSON, BYRON), (BYRON, LARSON), (BYRON, LARSON)), start=1):
            round_(number, (first, 40), (second, 30), dated=False)
    assert table(client, "&as_of=cup-2025-2", "rank driver points movement") == [
        ("T1", LARSON, 70, 0),
        ("T1", BYRON, 70, 1),
    ]
    assert table(client, "&as_of=cup-2025-3", "rank driver points movement") == [
        ("1", BYRON, 110, 0),
        ("2", LARSON, 100, -1),
    ]
    assert table(client, "&as_of=2025-12-30") == []


def test_a_race_of_another_series_limits_only_the_day(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40))
        round_(2, (LARSON, 40))
    make_race(2025, 1, series="trucks", date=day_of(1))
    assert table(client, "&as_of=trucks-2025-1") == [("1", LARSON, 40)]


def test_a_disqualification_moves_points_on_its_day(empty_book, client):
    race = round_(1, (LARSON, 40), (BYRON, 35))
    first, second = race.sessions.get().results.order_by("position")
    changes = {
        first: ({"position": 1, "points": 40}, {"position": 2, "points": 1}),
        second: ({"position": 2, "points": 35}, {"position": 1, "points": 40}),
    }
    make_ruling(race, day_of(1) + timedelta(days=2), changes)
    assert table(client, f"&as_of={day_of(1)}") == [("1", LARSON, 40), ("2", BYRON, 35)]
    assert table(client, keys="rank driver points wins") == [("1", BYRON, 40, 1), ("2", LARSON, 1, 0)]


# Penalties.


@pytest.fixture
@deferred()
def docked(empty_book):
    """Buescher leads after two rounds, is docked 60 points on the Wednesday, and wins the next; 30 come back later."""
    round_(1, (BUESCHER, 50), (LARSON, 40))
    race = round_(2, (BUESCHER, 50), (LARSON, 40))
    make_penalty(race, BUESCHER, 60, day_of(2) + timedelta(days=3))
    round_(3, (BUESCHER, 45), (LARSON, 40))
    make_penalty(race, BUESCHER, -30, day_of(3) + timedelta(days=3))
    return race


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("cup-2025-2", [("1", BUESCHER, 100, None, 0), ("2", LARSON, 80, None, 0)]),
        ("2025-02-17", [("1", BUESCHER, 100, None, 0), ("2", LARSON, 80, None, 0)]),
        ("2025-02-18", [("1", LARSON, 80, None, 1), ("2", BUESCHER, 40, 60, -1)]),
        ("cup-2025-3", [("1", LARSON, 120, None, 1), ("2", BUESCHER, 85, 60, -1)]),
        ("2025-02-25", [("1", LARSON, 120, None, 1), ("2", BUESCHER, 115, 30, -1)]),
    ],
)
def test_a_penalty_counts_from_its_day_until_it_is_given_back(docked, client, as_of, expected):
    """The movement is the one between the two pages, so a penalty of the days between is in it."""
    assert table(client, f"&as_of={as_of}", "rank driver points penalties movement") == expected


def test_penalties_are_said_and_lead_to_the_race(docked, client):
    assert [note for note in notes(client) if BUESCHER in note] == [
        "Chris Buescher: 60-point penalty on February 18, 2025, after 2025 Kansas.",
        "Chris Buescher: 30 points restored on February 25, 2025, after 2025 Kansas.",
    ]
    assert rows(client)[1]["penalties_url"] == docked.get_absolute_url()
    html = client.get(STANDINGS).content.decode()
    assert f'<a href="{docked.get_absolute_url()}"><span class="loss">−30</span></a>' in html


def test_many_penalties_are_counted(empty_book, client):
    race = round_(1, (LARSON, 40))
    for n in range(MOST_TOLD + 1):
        make_penalty(race, LARSON, 1, day_of(1) + timedelta(days=n))
    assert f"{MOST_TOLD + 1} penalties and appeals are counted: the table has them by driver." in notes(client)


def test_who_is_left_with_nothing_or_less_by_a_penalty_is_listed(empty_book, client):
    race = round_(1, (LARSON, 40), (BYRON, 30), (HAMLIN, 20))
    make_penalty(race, BYRON, 30, day_of(1))
    make_penalty(race, HAMLIN, 45, day_of(1))
    assert table(client) == [("1", LARSON, 40), ("2", BYRON, 0), ("3", HAMLIN, -25)]


# Points beside the starts.


@deferred()
def beside(race, *scored, status="did-not-start") -> None:
    for driver, points in scored:
        make_result(race, driver, None, points=points, laps=0, status=status)


def test_points_of_a_car_that_did_not_start_count(empty_book, client):
    """Tolsma, Mesa Marin 1998: 61 points, and no start."""
    with deferred():
        beside(round_(1, (LARSON, 40), (BYRON, 35)), (HAMLIN, 61), (BUESCHER, 0))
        round_(2, (BYRON, 40), (LARSON, 35), (HAMLIN, 30))
    assert table(client, keys="driver points starts wins") == [
        (HAMLIN, 91, 1, 0),
        (LARSON, 75, 2, 1),
        (BYRON, 75, 2, 1),
    ]
    assert table(client, "&as_of=cup-2025-1", "driver points starts") == [
        (HAMLIN, 61, 0),
        (LARSON, 40, 1),
        (BYRON, 35, 1),
    ]
    told = "Points printed for cars that did not start count too, 61 in all: Denny Hamlin 61."
    assert told in notes(client)
    log = client.get(rows(client)[0]["points_url"] + "&format=json").json()
    more = "The standings have 61 more, of a car that did not start or of a race that is no round."
    assert (len(log["rows"]), more in log["notes"]) == (1, True)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-02-05", []),
        ("2025-02-08", [(LARSON, 40), (BYRON, 35)]),
        ("cup-2025-1", [(LARSON, 40), (BYRON, 35)]),
        ("2025-02-13", [(BYRON, 45), (LARSON, 40)]),
        ("2025-02-14", [(LARSON, 40), (BYRON, 35)]),
        ("2025-12-31", [(LARSON, 40), (BYRON, 35), (HAMLIN, 10)]),
    ],
)
def test_points_of_an_exhibition_count_from_its_day_and_by_its_rulings(empty_book, client, as_of, expected):
    """A Duel on the 12th of February, whose ten points a ruling of the 14th gave to another driver."""
    with deferred():
        round_(1, (LARSON, 40), (BYRON, 35))
        duel = make_race(2025, "duel-1", date=date(2025, 2, 12), kind="qualifying", name="Daytona Duel 1")
        first, second = make_result(duel, BYRON, 1, points=10), make_result(duel, HAMLIN, 2)
        changes = {
            first: ({"position": 1, "points": 10}, {"position": 22, "points": 0}),
            second: ({"position": 2, "points": None}, {"position": 1, "points": 10}),
        }
        make_ruling(duel, date(2025, 2, 14), changes)
    expected = [*expected, (HAMLIN, 10)] if as_of == "2025-02-14" else expected
    assert table(client, f"&as_of={as_of}", "driver points") == expected
    told = "Points of 2025 Daytona Duel 1 count too, beside those of the rounds."
    assert (told in notes(client, f"&as_of={as_of}")) == (as_of >= "2025-02-13" and as_of[:3] != "cup")


def test_points_beside_the_starts_are_in_the_given_totals_of_their_time(empty_book, client):
    with deferred():
        first = round_(1, (LARSON, 40), (BYRON, 35))
        second = round_(2, (LARSON, 40), (BYRON, 35))
        beside(first, (HAMLIN, 10))
        beside(second, (HAMLIN, 5))
        opening(HAMLIN, points=10, through=1, starts=0)
    assert table(client, keys="driver points")[2] == (HAMLIN, 15)


def test_a_driver_who_started_another_car_has_that_cars_points(empty_book, client):
    with deferred():
        race = round_(1, (LARSON, 40), (BYRON, 35))
        make_result(race, BYRON, None, number="99", points=12, laps=0, status="did-not-start")
    assert table(client) == [("1", LARSON, 40), ("2", BYRON, 35)]
    assert not any("did not start" in note for note in notes(client))


def test_the_better_of_two_cars_scores(empty_book, client):
    """Brett Bodine, Hampton 1986: 134 points in the one car, 67 in the other."""
    with deferred():
        race = round_(1, (LARSON, 180), (BYRON, 134))
        make_result(race, BYRON, 32, number="11", points=67, laps=50)
    assert table(client) == [("1", LARSON, 180), ("2", BYRON, 134)]


# Given totals, and what the book does not know.


def opening(driver=LARSON, points=200, through=2, **counts):
    return make_given(driver, (2025, through), season=make_season(2025), points=points, **counts)


def test_points_go_on_from_given_totals(empty_book, client):
    """Where a race of his lacks its points: what a source sums, and the races after it."""
    with deferred():
        round_(1, (LARSON, 40), (BYRON, 35))
        round_(2, (LARSON, None), (BYRON, 35))
        round_(3, (BYRON, 40), (LARSON, 35))
        opening(points=90, starts=2, wins=2)
    assert table(client, keys="rank driver points wins starts") == [("1", LARSON, 125, 2, 3), ("2", BYRON, 110, 1, 3)]
    assert table(client, "&as_of=cup-2025-1") == [("1", LARSON, 40), ("2", BYRON, 35)]
    gone_on = "Points of 1 driver through round 2 as nascaR.data sums them."
    assert gone_on in notes(client)
    assert gone_on not in notes(client, "&as_of=cup-2025-1")


def test_points_that_the_races_say_exactly_do_not_go_on_from_given_totals(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40), (BYRON, 35))
        round_(2, (LARSON, 40), (BYRON, 35))
        opening(points=90, through=1)
    assert table(client, keys="driver points points_exact")[0] == (LARSON, 80, True)
    assert not [note for note in notes(client) if "Official points" in note]


def test_what_given_totals_do_not_say_is_counted_in_the_races(empty_book, client):
    with deferred():
        round_(1, (LARSON, None), (BYRON, 35))
        round_(2, (LARSON, 40), (BYRON, 35))
        opening(points=90, through=1)
    assert table(client, keys="driver points wins laps_led")[0] == (LARSON, 130, 2, 200)


@pytest.mark.parametrize(
    ("printed", "days", "points"),
    [(None, 0, 30), (None, -1, 30), (None, 1, 20), (40, 0, 30), (40, -1, 30), (40, 1, 30)],
)
def test_a_penalty_is_in_the_given_totals_of_its_day(empty_book, client, printed, days, points):
    """Points that are added up race by race have none in them, whenever it was."""
    race = round_(1, (LARSON, printed))
    make_penalty(race, LARSON, 10, day_of(1) + timedelta(days=days))
    opening(points=30, through=1)
    assert [row["points"] for row in rows(client)] == [points]


def test_points_that_are_at_least_so_many(empty_book, client):
    """Rounds that are not on file, or without a whole field, may have added to whoever has no line of them."""
    with deferred():
        round_(2, (LARSON, 40), (BYRON, 35))
        round_(3, (LARSON, 40), field_size=40)
        opening(points=90, through=1)
    assert table(client, keys="rank driver points points_exact") == [("1", LARSON, 170, True), ("2", BYRON, 35, False)]
    told = notes(client)
    assert "The points printed for each race, added up over 2 of 3 races." in told
    assert "1 figure with a plus may be higher." in told
    assert ">35+<" in client.get(STANDINGS).content.decode()


def test_whose_points_are_unknown_is_left_out(empty_book, client):
    round_(1, (LARSON, 40), (BYRON, None), (HAMLIN, 0))
    assert table(client) == [("1", LARSON, 40)]
    told = notes(client)
    assert "1 driver left out: no points of theirs are known, though there may be some." in told
    assert "1 driver started without scoring points." in told


@pytest.mark.parametrize("unknown", [0, 1, 2, 20])
def test_points_are_added_up_as_far_as_they_are_known(empty_book, client, unknown):
    """Races of which the points of a car are unknown make them at least so many."""
    with deferred():
        for number in range(1, 21):
            round_(number, (LARSON, 40), (BYRON, None if number <= unknown else 35))
    expected = [(LARSON, 800, True), (BYRON, 35 * (20 - unknown), unknown == 0)]
    assert table(client, keys="driver points points_exact") == [row for row in expected if row[1]]
    body = client.get(f"{STANDINGS}?format=json").json()
    assert (body["total"], body["matching"]) == (20, 20 - unknown)


def test_a_season_whose_points_are_unknown(empty_book, client):
    round_(1, (LARSON, None), (BYRON, None))
    assert rows(client) == []
    assert "The points of this season are not on file." in client.get(STANDINGS).content.decode()


def test_a_season_not_begun_is_empty(empty_book, client):
    make_season(2025).save()
    make_race(2025, 1, status="scheduled", date=date(2025, 2, 16))
    html = client.get(STANDINGS).content.decode()
    assert "No race of this season had been run." in html
    assert "After round" not in html


def test_the_format_says_what_is_not_in_the_points(empty_book, client):
    make_format(2017, note="The play-offs reset the points.")
    round_(1, (LARSON, 40))
    assert notes(client)[-2:] == [
        "Stages: 40 points for a win, 35 for second, 34 for third.",
        "The play-offs reset the points.",
    ]
    assert "The play-offs reset the points." not in notes(client, "&as_of=1999-01-01")


# The latest season.


def test_the_latest_season_of_the_top_series(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40))
        round_(1, (BYRON, 40), year=2024)
        make_race(2026, 1, status="scheduled")
        make_race(2027, 1, status="provisional")  # Its winner is not on file yet.
    found = {
        query: client.get(f"/standings/?format=json{query}").json()["title"]
        for query in ("", "&as_of=cup-2024-1", "&as_of=1990-01-01")
    }
    assert found == {
        "": "2025 Cup Series standings",
        "&as_of=cup-2024-1": "2024 Cup Series standings",
        "&as_of=1990-01-01": "Standings",
    }


# The demo content.

KANSAS_PENALTY = {"2025-05-14": (284, None), "2025-05-15": (224, 60), "2025-05-27": (244, 60), "2025-05-28": (274, 30)}


@pytest.mark.parametrize("as_of", KANSAS_PENALTY)
def test_buescher_after_kansas(client, as_of):
    """Docked 60 points, 284 to 224, and given back half on appeal; between the two he scored 20 at Charlotte."""
    row = next(row for row in rows(client, f"&as_of={as_of}") if row["driver"] == BUESCHER)
    assert (row["points"], row["penalties"]) == KANSAS_PENALTY[as_of]


def test_the_page_leads_to_every_round(client):
    html = client.get(f"{STANDINGS}?as_of=cup-2025-11").content.decode()
    assert all(f'href="?as_of=cup-2025-{number}"' in html for number in range(1, 13))
    assert 'title="2025 Texas" aria-current="true">11</a>' in html
    assert f'<a class="today" href="{STANDINGS}">now</a>' in html


def test_the_rounds_beside_one_and_where_the_play_offs_begin(client, empty_book):
    with deferred():
        for number in (1, 2, 3):
            round_(number, (LARSON, 40), (BYRON, 35))
    season = Season.objects.get(year=2025)
    PlayOffRound.objects.create(season=season, number=1, first_race=3, last_race=3, drivers=4, source=make_source())
    steps = {
        "": ["← Round 2"],
        "?as_of=cup-2025-2": ["← Round 1", "Round 3 →"],
        "?as_of=cup-2025-1": ["Round 2 →"],
        "?as_of=2025-01-01": ["Round 1 →"],
    }
    every = ("← Round 1", "← Round 2", "Round 1 →", "Round 2 →", "Round 3 →")
    for query, said in steps.items():
        html = client.get(STANDINGS + query).content.decode()
        text = Page(html[html.index('class="rounds"') :]).text
        assert [step for step in every if step in text] == said
        assert "After round 1 2 Play-offs 3 now" in text


def test_the_car_and_the_make_are_of_the_latest_race(client, empty_book):
    with deferred():
        for number, (car, make) in enumerate((("5", "Chevrolet"), ("57", "Ford")), start=1):
            race = make_race(2025, number, date=day_of(number), field_size=1)
            make_result(race, LARSON, 1, points=40, number=car, manufacturer=make)
    assert table(client, keys="driver car make") == [(LARSON, "57", "Ford")]
    assert table(client, "&as_of=cup-2025-1", "driver car make") == [(LARSON, "5", "Chevrolet")]


# The season's page.


def test_the_season_is_told(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40), (BYRON, 35), margin="0.500", name="Opener")
        round_(2, (BYRON, 40), (LARSON, 35), margin="0.100", name="Sequel")
        round_(3, (BYRON, 40), (LARSON, 35), margin_kind="caution", name="Finale")
        make_race(2025, 4, status="scheduled", name="Yet to run")
        make_race(2025, 5, status="cancelled", name="Rained out")
        make_race(2025, "clash", name="The Clash", date=date(2025, 2, 2))
    body = client.get("/races/cup/2025/?format=json").json()
    assert [row["round"] for row in body["rows"]] == [1, 2, 3]
    found = {
        name: [tuple(row[key] for key in keys.split()) for row in body["tables"][name]["rows"]]
        for name, keys in {
            "standings": "rank driver points",
            "wins": "rank driver value",
            "laps_led": "rank driver value",
            "poles": "rank driver value",
            "closest": "rank margin winner",
        }.items()
    }
    assert found == {
        "standings": [("1", BYRON, 115), ("2", LARSON, 110)],
        "wins": [("1", BYRON, 2), ("2", LARSON, 1)],
        "laps_led": [("1", BYRON, 200), ("2", LARSON, 100)],
        "poles": [],
        "closest": [("1", "0.100", BYRON), ("2", "0.500", LARSON)],
    }
    html = client.get("/races/cup/2025/").content.decode()
    to_come, _, others = html.partition("Still to come")[2].partition("Other races")
    assert ("Yet to run" in to_come, "Rained out" in to_come, "The Clash" in others) == (True, False, True)


def test_the_season_as_of_a_round(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40), (BYRON, 35))
        round_(2, (BYRON, 40), (LARSON, 10), name="The second")
    body = client.get("/races/cup/2025/?as_of=cup-2025-1&format=json").json()
    assert [row["round"] for row in body["rows"]] == [1]
    assert [row["driver"] for row in body["tables"]["standings"]["rows"]] == [LARSON, BYRON]
    html = client.get("/races/cup/2025/?as_of=cup-2025-1").content.decode()
    assert "The second" in html.partition("Still to come")[2]
    assert "/standings/cup/2025/?as_of=cup-2025-1" in html


def test_a_part_of_the_season_has_no_standings(empty_book, client):
    with deferred():
        round_(1, (LARSON, 40), track="Bristol")
        round_(2, (LARSON, 40))
    body = client.get("/races/cup/2025/?track=bristol&format=json").json()
    assert set(body["tables"]) == {"closest"}
    assert (body["matching"], body["total"]) == (1, 2)


def test_leaders_are_not_cut_inside_a_tie(empty_book, client):
    with deferred():
        for number in range(1, 8):
            round_(number, (f"Winner {number}", 40), (LARSON, 35))
    body = client.get("/races/cup/2025/?format=json").json()
    assert [row["rank"] for row in body["tables"]["wins"]["rows"]] == ["T1"] * 7


# Pure: the same for any season.


def book_of(rounds: list[list[int]]) -> SeasonBook:
    """A season of so many rounds, each with the points of the drivers who started it, in memory."""
    season, nothing = Season(pk=1, series=Series(pk=1, slug="cup"), year=2025), {each.key: 0 for each in COUNTED}
    flags = {column: True for flag in FLAGS for column in flag.split()}
    races, lines = [], []
    for number, scored in enumerate(rounds, start=1):
        race = Race(season=season, round=number, field_size=len(scored))
        race.coverage = RaceCoverage(race_order=2025000 + number, known_on=day_of(number), lines=len(scored), **flags)
        races.append(race)
        lines += [
            SeasonLine(driver, 2025000 + number, day_of(number), None, driver + 1, nothing | {"points": points})
            for driver, points in enumerate(scored)
        ]
    drivers = {pk: Driver(pk=pk, name=f"Driver {pk:02}", slug=f"driver-{pk}") for pk in range(20)}
    return SeasonBook(season, races, lines, {}, [], drivers)


@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=12), min_size=1, max_size=5))
def test_any_season_is_ranked_alike(rounds):
    """Points fall, gaps add up, ranks are competition ranks, and who moved up passed somebody."""
    book = book_of(rounds)
    standings = book.at(None)
    places = standings.places(Scope(series=book.season.series, season=2025))
    points = [place.points.value for place in places]
    assert points == sorted(points, reverse=True)
    assert sum(points) == sum(map(sum, rounds))
    for at, place in enumerate(places):
        assert place.rank.removeprefix("T") == str(points.index(place.points.value) + 1)
        assert place.rank.startswith("T") == (points.count(place.points.value) > 1)
        assert place.behind == points[0] - place.points.value
        assert (place.gap or 0) == (points[at - 1] - points[at] if at else 0)
    last = len(rounds) - 1
    before = book.at(AsOf(day_of(last), "the round before", book.season.series_id, 2025000 + last))
    assert {place.driver.pk: place.movement for place in places} == {
        pk: before.numbers[pk] - standings.numbers[pk] if pk in before.numbers else None for pk in standings.order
    }


def test_a_season_is_read_in_seven_queries(django_assert_num_queries):
    season = Season.objects.get(series__slug="cup", year=2025)
    with django_assert_num_queries(7):
        book = season_book(season)
    as_of = AsOf(date(2025, 5, 11), "2025-05-11")
    with django_assert_num_queries(0):
        standings = book.at(as_of)
        assert standings.order
        assert notes_of(standings)


def test_points_of_winners_alone_make_no_table(client, empty_book):
    """Of a season of which each race is known by its winner, the table is that of its sums, and before its end none."""
    with deferred():
        for number, driver in enumerate((LARSON, BYRON, LARSON), start=1):
            make_result(make_race(2025, number, field_size=38, date=date(2025, 3, number)), driver, 1, points=40)
    assert table(client) == []
    assert client.get("/standings/cup/2025/").text.count("The points of this season are not on file.") == 1
    with deferred():
        make_given(BYRON, (2025, 3), season=True, starts=3, points=120)
        make_given(LARSON, (2025, 3), season=True, starts=3, points=100)
    assert table(client) == [("1", BYRON, 120), ("2", LARSON, 100)]
    assert table(client, "&as_of=cup-2025-2") == []
    assert {row["movement"] for row in client.get("/standings/cup/2025/?format=json").json()["rows"]} == {None}


def test_a_season_known_by_its_champion_has_no_race_on_file(client):
    """The truck seasons of the record have champions alone."""
    assert "No race of this season is on file." in client.get("/standings/trucks/2010/").text


# What the page of a driver's points says of the standings.


@pytest.mark.parametrize(
    ("through", "as_of", "penalty", "points"),
    [
        pytest.param(0, "", 2, (90, 60), id="nothing is given"),
        pytest.param(2, "", 1, (100, 100), id="the totals given hold the penalty"),
        pytest.param(1, "", 2, (145, 115), id="the totals given are of before the penalty"),
        pytest.param(0, "cup-2025-1", 2, (45, 45), id="after the first of races without a day"),
    ],
)
def test_the_page_of_a_figure_says_what_the_standings_say(empty_book, client, through, as_of, penalty, points):
    """What its points are, less what it says was taken, and with what it says stands beside, is what the table has."""
    with deferred():
        first = None if through else 45
        races = [round_(n, (LARSON, first if n == 1 else 45), (BYRON, 40), dated=not as_of) for n in (1, 2)]
        make_penalty(races[penalty - 1], LARSON, 30, day_of(penalty) if not as_of else date(2025, 12, 31))
        beside(races[0], (HAMLIN, 10))
        if through:
            opening(LARSON, points=100, through=through)
            opening(HAMLIN, points=10, through=through, starts=0)
    asked = f"&as_of={as_of}" if as_of else ""
    for driver, url, stands in table(client, asked, "driver points_url points"):
        told = evidence(
            STATISTICS["points"],
            Scope(
                series=races[0].season.series,
                season=2025,
                driver=Driver.objects.get(name=driver),
                as_of=AsOf.after(Race.objects.get(pk=races[0].pk)) if as_of else None,
            ),
        )
        assert (told.figure.value or 0) - told.taken + told.beside == stands, (driver, url)
        if driver == LARSON:
            assert (told.figure.value, stands) == points


@pytest.mark.parametrize(
    ("field_size", "cars", "is_ranked"),
    [
        pytest.param(4, 2, True, id="half the field"),
        pytest.param(5, 2, False, id="less"),
        pytest.param(None, 2, True, id="more than the winner of an unknown field"),
        pytest.param(None, 1, False, id="its winner alone"),
    ],
)
def test_a_round_known_by_its_winner_makes_no_table(empty_book, client, field_size, cars, is_ranked):
    round_(1, *[(LARSON, 40), (BYRON, 35)][:cars], field_size=field_size)
    assert bool(table(client)) == is_ranked
