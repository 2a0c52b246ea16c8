"""The closest finishes: ranks with ties, what the list is out of, who was in it, and whom a margin was measured to."""

from datetime import date
from decimal import Decimal

import pytest

from races.as_of import AsOf
from races.derived.refresh import deferred
from races.models import Race
from races.statistics import CLOSE
from stats.race.closest_finishes import closest, denominator, drivers_involved, footnote
from stats.scope import Scope
from testing.makers import (
    BAKER,
    BLANEY,
    BUESCHER,
    BYRON,
    HAMLIN,
    HARVICK,
    LARSON,
    PETTY,
    YARBOROUGH,
    make_driver,
    make_entry,
    make_manufacturer,
    make_race,
    make_result,
    make_ruling,
    make_series,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


@deferred()
def make_finish(round_: int, winner=LARSON, second=BUESCHER, makes=("Chevrolet", "Ford"), **fields) -> Race:
    """A race of 2024 with its first two cars."""
    fields = {"date": date(2024, 2, round_), **fields}
    race = make_race(2024, round_, **fields)
    for place, (driver, manufacturer) in enumerate(zip((winner, second), makes), start=1):
        make_result(race, driver, place, manufacturer=manufacturer)
    return race


def ranked(max_margin=None, **scope) -> list[tuple]:
    found = closest(Scope(**scope), max_margin)
    return [(("T" if race.tied > 1 else "") + str(race.place), race.round, str(race.margin)) for race in found]


def make_margins(*margins: str) -> None:
    with deferred():
        for round_, margin in enumerate(margins, start=1):
            make_finish(round_, margin=margin)


def test_ranks_with_ties():
    """1, T2, T2, 4: what is equal shares a rank, and stands in the order of the races."""
    make_margins("0.003", "0.002", "1.500", "0.001", "0.002")
    assert ranked() == [("1", 4, "0.001"), ("T2", 2, "0.002"), ("T2", 5, "0.002"), ("4", 1, "0.003"), ("5", 3, "1.500")]


@pytest.mark.parametrize(
    ("max_margin", "rounds"),
    [("0.500", [2, 1, 5]), ("0.499", [2]), ("0.501", [2, 1, 5, 3]), ("0", []), ("2", [2, 1, 5, 3, 4])],
)
def test_largest_margin(max_margin, rounds):
    """A margin of exactly the limit is in, with all that tie with it; the ranks are those of the list."""
    make_margins("0.500", "0.499", "0.501", "0.502", "0.500")
    found = ranked(Decimal(max_margin))
    assert [round_ for _, round_, _ in found] == rounds
    assert [rank for rank, *_ in found] == ["1", "T2", "T2", "4", "5"][: len(rounds)]


NOT_IN_SECONDS = {
    "under caution": {"margin_kind": "caution"},
    "unknown": {},
    "in car lengths": {"margin_kind": "car-lengths", "margin": "0.500"},
    "in laps": {"margin_kind": "laps", "margin": "2"},
    "in feet": {"margin_kind": "feet", "margin": "3"},
}


def test_denominator():
    """A finish under caution, an unknown margin and a car length are counted and said, and never ranked."""
    with deferred():
        make_margins("0.100", "0.600")
        for round_, fields in enumerate(NOT_IN_SECONDS.values(), start=3):
            make_finish(round_, **fields)
        make_finish(8)
        make_race(2024, 9, status="scheduled", margin="0.001")
        make_race(2024, 10, status="cancelled")
        make_race(2024, "clash", margin="0.006", date=date(2024, 1, 30))
    assert [round_ for _, round_, _ in ranked()] == [1, 2]
    found = denominator(Scope(), CLOSE)
    assert (found.total, found.matching, found.under_caution, found.unknown, found.in_other_units) == (8, 1, 1, 2, 3)
    assert found.notes(Scope(), CLOSE) == [
        "1 of 8 races (12.5%) were decided by .500 s or less.",
        "Counted: all series; points races that have been run.",
        "Not listed: 1 ended under caution, the margin is unknown for 2 and 3 were measured in laps, lengths or feet.",
    ]
    assert denominator(Scope()).notes(Scope(), None)[0] == "2 of 8 races (25.0%) have a margin in seconds."


def test_denominator_of_nothing():
    """Of no races there is no share, and nothing was left out."""
    scope = Scope(series=make_series())
    assert denominator(scope).notes(scope, None) == [
        "0 of 0 races (—) have a margin in seconds.",
        "Counted: Cup Series; points races that have been run.",
    ]
    assert drivers_involved(scope, None, 0) == []


@pytest.mark.parametrize(
    ("scope", "rounds", "total"),
    [
        ({"driver": LARSON}, [1, 2], 5),
        ({"driver": BYRON}, [2, 3], 5),
        ({"driver": PETTY}, [], 5),
        ({"manufacturer": "Ford"}, [1, 3], 5),
        ({"manufacturer": "Toyota"}, [4], 5),
        ({"driver": LARSON, "manufacturer": "Chevrolet"}, [1, 2], 5),
        ({"driver": LARSON, "manufacturer": "Ford"}, [], 5),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else None,
)
def test_whose_cars(scope, rounds, total):
    """A driver or a make picks the races where it was first or second, both those where one car was of both; the
    races it is out of stay the same."""
    with deferred():
        make_finish(1, LARSON, BUESCHER, ("Chevrolet", "Ford"), margin="0.100")
        race = make_finish(2, LARSON, BYRON, ("Chevrolet", "Chevrolet"), margin="0.200")
        make_result(race, PETTY, 3, manufacturer="Ford")
        make_finish(3, BYRON, BUESCHER, ("Chevrolet", "Ford"), margin="0.300")
        make_finish(4, HAMLIN, BLANEY, ("Toyota", "Toyota"), margin="0.400")
        make_finish(5, LARSON, BLANEY, ("Chevrolet", "Ford"), margin_kind="caution")
    make = {"driver": make_driver, "manufacturer": make_manufacturer}
    scope = {key: make[key](name) for key, name in scope.items()}
    found = ranked(**scope)
    assert [round_ for _, round_, _ in found] == rounds
    assert [rank for rank, *_ in found] == [str(place) for place in range(1, len(rounds) + 1)]
    counts = denominator(Scope(**scope))
    assert (counts.total, counts.matching) == (total, len(rounds))


def test_drivers_involved():
    """Who was in how many, won and came second in them: most wins first, ties kept, shares of the list."""
    with deferred():
        make_finish(1, LARSON, BUESCHER, margin="0.100")
        make_finish(2, LARSON, BYRON, margin="0.200")
        make_finish(3, HAMLIN, BYRON, margin="0.300")
        make_finish(4, BUESCHER, BYRON, margin="0.400")
        make_finish(5, BLANEY, LARSON, margin="0.600")
    found = drivers_involved(Scope(), CLOSE, 4)
    assert [
        (each.rank, str(each.driver), each.involved, str(each.share), each.won, each.runner_up, each.runner_up_rank)
        for each in found
    ] == [
        ("1", LARSON, 2, "0.500", 2, 0, "T3"),
        ("T2", BUESCHER, 2, "0.500", 1, 1, "2"),
        ("T2", HAMLIN, 1, "0.250", 1, 0, "T3"),
        ("4", BYRON, 3, "0.750", 0, 3, "1"),
    ]


def test_dead_heat():
    """Two cars that share second are both runners-up of the race."""
    with deferred():
        race = make_race(1974, 16, "Daytona", margin="0.080", date=date(1974, 7, 4))
        for driver, place in ((PETTY, 1), (BAKER, 2), (YARBOROUGH, 2)):
            make_result(race, driver, place)
    found = {str(each.driver): (each.involved, each.won, each.runner_up) for each in drivers_involved(Scope(), None, 1)}
    assert found == {PETTY: (1, 1, 0), BAKER: (1, 0, 1), YARBOROUGH: (1, 0, 1)}
    assert [race.round for race in closest(Scope(driver=make_driver(YARBOROUGH)))] == [16]


@deferred()
def make_talladega(announced=date(2023, 10, 3)) -> Race:
    """Blaney beats Harvick by .012, who is thrown out two days later: Byron is the official runner-up."""
    race = make_race(2023, 31, "Talladega", margin="0.012", date=date(2023, 10, 1), field_size=3, laps=188)
    make_result(race, BLANEY, 1)
    harvick = make_result(race, HARVICK, 2, number="4")
    byron = make_result(race, BYRON, 3)
    race.margin_against = make_entry(race, HARVICK, "4")
    race.save()
    make_ruling(
        race,
        announced,
        {
            harvick: ({"position": 2, "disqualified": False}, {"position": 3, "disqualified": True}),
            byron: ({"position": 3}, {"position": 2}),
        },
    )
    return race


AT_THE_LINE = "Measured to Kevin Harvick, who crossed the line second"


@pytest.mark.parametrize(
    ("as_of", "second", "note"),
    [
        (None, BYRON, f"{AT_THE_LINE}; William Byron is the official runner-up."),
        ("2023-10-03", BYRON, f"{AT_THE_LINE}; William Byron is the official runner-up."),
        ("2023-10-02", HARVICK, f"{AT_THE_LINE}."),
        ("2023-10-01", HARVICK, f"{AT_THE_LINE}."),
    ],
)
def test_runner_up_changes_with_a_ruling(client, as_of, second, note):
    """The margin stays with the race; who is second to it depends on the day the book is asked for."""
    make_talladega()
    scope = Scope(as_of=as_of and AsOf(date.fromisoformat(as_of), as_of))
    assert ranked(as_of=scope.as_of) == [("1", 31, "0.012")]
    assert {str(each.driver) for each in drivers_involved(scope, None, 1)} == {BLANEY, second}
    query = {"format": "json"} | ({"as_of": as_of} if as_of else {})
    (row,) = client.get("/closest-finishes/", query).json()["rows"]
    assert (row["margin"], row["winner"], row["runner_up"], row["note"]) == ("0.012", BLANEY, second, note)
    for driver in (HARVICK, BYRON):
        of_driver = scope.narrowed(driver=make_driver(driver))
        assert len(closest(of_driver)) == denominator(of_driver).matching == (driver == second)


def test_not_yet_run():
    """As of the day before a race its margin is not in the list, nor the race in the total."""
    make_talladega()
    scope = Scope(as_of=AsOf(date(2023, 9, 30), "2023-09-30"))
    assert ranked(as_of=scope.as_of) == []
    assert denominator(scope).total == 0


@pytest.mark.parametrize(
    ("against", "second", "note", "text"),
    [
        (None, BYRON, "", ""),
        (None, BYRON, "Disputed.", "Disputed."),
        (BYRON, BYRON, "", "Measured to William Byron, who crossed the line second."),
        (HARVICK, BYRON, "", f"{AT_THE_LINE}; William Byron is the official runner-up."),
        (HARVICK, BYRON, "Why.", f"{AT_THE_LINE}; William Byron is the official runner-up. Why."),
        (HARVICK, None, "", f"{AT_THE_LINE}."),
    ],
)
def test_footnote(against, second, note, text):
    """What a reader must know of a margin: whom it was measured to, and what is disputed."""
    with deferred():
        race = make_race(2023, 31, "Talladega", margin="0.012", margin_note=note, date=date(2023, 10, 1))
        make_result(race, BLANEY, 1)
        if second:
            make_result(race, second, 2)
        if against:
            race.margin_against = make_entry(race, against)
            race.save()
    (found,) = closest(Scope())
    runner_up = next((line.driver for line in found.first_two if line.finish == 2), None)
    assert footnote(found, runner_up) == text
