"""The watch: the next round number and the next name, how far, at which rate, and which race that would be."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Race
from races.order import race_order
from stats.milestones.in_reach import MOST_OF_A_KIND, WEIGHT, in_reach
from stats.milestones.watch import NEAR, SOON, Target, next_above, races_away, watch
from stats.scope import Scope
from testing.makers import (
    BLANEY,
    BYRON,
    HAMLIN,
    LARSON,
    PETTY,
    make_given,
    make_milestone,
    make_race,
    make_result,
    make_season,
    make_series,
)

pytestmark = pytest.mark.django_db
needs_an_empty_book = pytest.mark.usefixtures("empty_book")

CAST = {"L": LARSON, "H": HAMLIN, "B": BYRON, "R": BLANEY, "P": PETTY}


@pytest.mark.parametrize(
    ("to_go", "per_start", "races"),
    [
        (149, Fraction(50), 3),
        (150, Fraction(50), 3),
        (151, Fraction(50), 4),
        (1, Fraction(1, 3), 3),
        (1, Fraction(0), None),
        (1, None, None),
    ],
)
def test_races_away(to_go, per_start, races):
    """Whole races, the last of them included; none where there is no rate, or one of nothing."""
    assert races_away(to_go, per_start) == races


@given(st.integers(1, 10_000), st.fractions(min_value=Fraction(1, 500), max_value=500))
def test_enough_races_and_no_more(to_go, per_start):
    """After so many races the distance is made good, and not a race earlier."""
    races = races_away(to_go, per_start)
    assert races * per_start >= to_go > (races - 1) * per_start


@pytest.mark.parametrize(("total", "expected"), [(0, 10), (9, 10), (10, 20), (19, 20), (20, None), (99, None)])
def test_next_above(total, expected):
    """The first that is more: who is there already goes for the next."""
    found = next_above(total, [Target(10, "", ""), Target(20, "", "")])
    assert (found and found.value) == expected


def make_season_of(orders: str, year=2024, start=1, **fields) -> None:
    """Whole races with these finishing orders; the winner leads 10 laps."""
    season = make_season(year)
    season.rounds = len(orders.split()) + start - 1
    season.save()
    with deferred():
        for round_, order in enumerate(orders.split(), start=start):
            race = make_race(year, round_, date=date(year, 3, round_), field_size=len(order), laps=10, **fields)
            for place, letter in enumerate(order, start=1):
                make_result(race, CAST[letter], place, laps=10, laps_led=10 if place == 1 else 0)


def watched(statistic="wins", **scope) -> list[tuple]:
    found = watch(Scope(series=make_series(), **scope)).rows
    return [
        (str(row.driver), row.watch, row.races_away, row.race and row.race.label)
        for row in found
        if row.statistic.key == statistic
    ]


@needs_an_empty_book
def test_next_number_and_next_name():
    """Larson has three wins of five starts, Hamlin two; Petty, whose given totals hold ten, does not race."""
    with deferred():
        make_given(PETTY, (2023, 0), starts=900, wins=10)
        make_milestone("wins", 5)
        make_milestone("wins", 3)
        make_season_of("LH HL LH HL LH")
    assert watched() == [
        (HAMLIN, "1 win from 3", 3, None),
        (HAMLIN, "1 win from tying Kyle Larson (3)", 3, None),
        (LARSON, "2 wins from 5", 4, None),
        (LARSON, "7 wins from tying Richard Petty (10)", 12, None),
    ]


@needs_an_empty_book
def test_those_who_are_tied_are_named_together():
    """Up to three by name; more are counted."""
    make_season_of("PLHBR LHBRP HBRPL BRPLH RPLHB PLHBR LHBRP HBRPL BRPLH")
    assert watched() == [(BLANEY, "1 win from tying 4 drivers (2)", 9, None)]
    make_season_of("HRBLP BHRLP", start=10)
    assert {driver: words for driver, words, _, _ in watched()} == {
        BLANEY: "1 win from tying Kyle Larson and Richard Petty (2)",
        LARSON: "1 win from tying Denny Hamlin and William Byron (3)",
        PETTY: "1 win from tying Denny Hamlin and William Byron (3)",
    }


@needs_an_empty_book
def test_on_the_schedule():
    """The race it would be in, of those to come; as of an earlier day, of those that had not been run."""
    with deferred():
        for number in (6, 8, 99):
            make_milestone("starts", number)
        make_season_of("LH " * 5)
        make_season_of("LH", start=6, track="Talladega")
        make_race(2024, 7, "Bristol", status=Race.Status.SCHEDULED)
        make_race(2024, 8, "Dover", status=Race.Status.CANCELLED)
        make_race(2024, 9, "Darlington", status=Race.Status.SCHEDULED)

    def of_larson(**scope):
        return [row[1:] for row in watched("starts", **scope) if row[0] == LARSON]

    assert of_larson() == [("2 starts from 8", 2, "2024 Darlington")]
    make_race(2024, 10, "Kansas", status=Race.Status.SCHEDULED)
    as_of = AsOf(date(2024, 3, 5), "2024-03-05")
    assert of_larson(as_of=as_of) == [("1 start from 6", 1, "2024 Talladega")]


@needs_an_empty_book
def test_a_round_that_was_passed_over_is_not_to_come():
    """Rounds are run in their order: to come are those on the schedule after the latest race."""
    with deferred():
        make_season_of("LH " * 5)
        make_race(2024, 6, "Talladega", status=Race.Status.SCHEDULED)
        make_season_of("LH", start=7)
        make_race(2024, 8, "Bristol", status=Race.Status.SCHEDULED)
        make_race(2025, 1, "Dover", status=Race.Status.SCHEDULED)
    to_come = Scope(series=make_series()).races_to_come(race_order(2024, 7))
    assert [race.label for race in to_come] == ["2024 Bristol", "2025 Dover"]


@needs_an_empty_book
def test_rate_is_of_two_seasons_held_whole():
    """No race of the season before the last is in it, nor one that is held in part; five starts make a rate."""
    with deferred():
        make_milestone("wins", 10)
        make_season_of("LH LH LH", year=2022)
        make_season_of("HL HL", year=2023)
        make_season_of("LH HL LH", year=2024)
        make_result(make_race(2024, 4, date=date(2024, 3, 4), field_size=40), LARSON, 1)

    def rate(day: int):
        scope = Scope(series=make_series(), as_of=AsOf(date(2024, 3, day), f"2024-03-0{day}"))
        return next(row.rate for row in watch(scope).rows if str(row.driver) == LARSON)

    assert rate(2) is None
    assert rate(3) == rate(4) == (Fraction(2, 5), 5)


@needs_an_empty_book
def test_only_the_active_are_watched():
    """Who has not started one of the last ten races is on the list, and not on the watch."""
    with deferred():
        make_milestone("starts", 5)
        make_season_of("PL " + "LH " * 10)
    assert watched("starts") == [(HAMLIN, "1 start from tying Kyle Larson (11)", 1, None)]


@pytest.mark.parametrize(
    ("query", "driver", "row"),
    [
        (
            "?as_of=2025-05-10",
            LARSON,
            {"watch": "149 laps led from 10,000", "statistic": "Laps led", "total": 9851, "to_go": 149},
        ),
        ("?as_of=2025-05-10", LARSON, {"watch": "1 win from tying Dale Jarrett (32)", "total": 31, "to_go": 1}),
        ("?as_of=2025-05-10&stat=laps_led&driver=kyle-larson", LARSON, {"to_go": 149, "races_away": 3}),
        (
            "?driver=kyle-larson&stat=wins",
            LARSON,
            {"watch": "1 win from tying Fireball Roberts (33)", "to_go": 1},
        ),
    ],
)
def test_printed_facts(client, query, driver, row):
    """Before the 2025 race at Kansas, and after it."""
    rows = client.get(f"/milestones/{query}&format=json").json()["rows"]
    assert row in [{key: each[key] for key in row} for each in rows if each["driver"] == driver]


def test_what_is_shown(client):
    """Unasked, what is near; with `within`, what is so many races away; of a driver, everything."""
    everything = watch(Scope(series=make_series())).rows

    def shown(query: str) -> dict:
        return client.get(f"/milestones/?{query}&format=json").json()

    body = shown("")
    assert (body["total"], body["matching"]) == (len(everything), len(body["rows"]))
    assert len(body["rows"]) == sum(row.is_near for row in everything) < len(everything)
    assert all(row["races_away"] <= SOON for row in body["rows"] if row["races_away"])
    assert all(row["to_go"] <= NEAR * (row["total"] + row["to_go"]) for row in body["rows"] if not row["races_away"])
    assert {row["races_away"] for row in shown("within=3")["rows"]} == {1, 2, 3}
    assert {row["statistic"] for row in shown("stat=top_tens&within=9")["rows"]} == {"Top tens"}
    of_larson = [row.watch for row in everything if row.driver.slug == "kyle-larson"]
    assert [row["watch"] for row in shown("driver=kyle-larson")["rows"]] == of_larson
    for query in (
        "?stat=average_finish",
        "?stat=points",
        "?within=0",
        "?within=1001",
        "?within=soon",
        "?driver=nobody",
    ):
        assert client.get(f"/milestones/{query}").status_code == 400


def test_records_in_reach():
    """For the home page: of the watch the weightiest, none of what may be higher, and nobody twice."""
    rows = watch(Scope(series=make_series())).rows
    found = in_reach(rows, 6)
    assert len({row.driver for row in found}) == len(found) == 6
    assert all(row in rows and row.is_near and row.target.exact for row in found)
    weights = [WEIGHT.index(row.statistic.key) for row in found]
    assert weights == sorted(weights)
    assert max(weights.count(weight) for weight in weights) <= MOST_OF_A_KIND
    assert next((str(row.driver), row.watch) for row in found) == (LARSON, "1 win from tying Fireball Roberts (33)")


@needs_an_empty_book
def test_what_may_be_higher_is_not_in_reach():
    """Petty has at least ten wins, and may have more: to draw level with him is no certain thing."""
    with deferred():
        make_given(PETTY, (2023, 0), starts=900, wins=10, wins_unknown=3)
        make_season_of("LH " * 9)
    rows = watch(Scope(series=make_series())).rows
    of_larson = [row.watch for row in rows if str(row.driver) == LARSON and row.statistic.key == "wins"]
    assert of_larson == ["1 win from tying Richard Petty (10+)"]
    assert not [row for row in in_reach(rows, 9) if str(row.driver) == LARSON and row.statistic.key == "wins"]


@needs_an_empty_book
@pytest.mark.parametrize(
    ("given", "laps_led", "expected"),
    [
        pytest.param(None, 49, [("Laps led", 49), ("Starts", 1)], id="the lines alone"),
        pytest.param({"starts": 0}, 49, [("Laps led", 49), ("Starts", 1)], id="totals that do not speak of it"),
        pytest.param({"starts": 5}, 49, [("Starts", 6)], id="nor of some of the starts"),
        pytest.param({"starts": 5, "laps_led": 0}, 49, [("Laps led", 49), ("Starts", 6)], id="they speak of both"),
        pytest.param({"starts": 5, "starts_unknown": 2, "laps_led": 0}, 49, [("Laps led", 49)], id="at least so many"),
        pytest.param({"starts": 0}, None, [("Starts", 1)], id="not known in this race"),
    ],
)
def test_figures_that_are_not_exact_are_left_out(client, given, laps_led, expected):
    """How far it is to a number is not known where the figure may be higher: of the watch."""
    season = make_season(2024)
    season.rounds = 1
    with deferred():
        season.save()
        make_result(make_race(2024, 1, laps=50, field_size=1), LARSON, 1, laps_led=laps_led)
        if given:
            make_given(LARSON, (2023, 36), **given)
        make_milestone("laps_led", 50)
        make_milestone("starts", 9)
    rows = watch(Scope(series=make_series())).rows
    assert {(row.statistic.label, row.total.value) for row in rows} == set(expected)
    notes = client.get("/milestones/?format=json").json()["notes"]
    left_out = [note for note in notes if note.startswith("Drivers whose figures are not exact are left out")]
    assert any("laps led" in note for note in left_out) is ("Laps led" not in dict(expected))


def test_links(client):
    """A number leads to its club, a name to the driver, tied names to the board, and a total to its races."""
    rows = client.get("/milestones/?as_of=2025-05-10&driver=kyle-larson&format=json").json()["rows"]
    links = {row["watch"]: (row["watch_url"], row["total_url"]) for row in rows}
    log = "/drivers/kyle-larson/races/?series=cup&as_of=2025-05-10&stat="
    assert links["149 laps led from 10,000"] == (
        "/milestones/cup-laps-led-10000/?as_of=2025-05-10",
        f"{log}laps_led",
    )
    assert links["1 win from tying Dale Jarrett (32)"] == ("/drivers/dale-jarrett/?as_of=2025-05-10", f"{log}wins")
