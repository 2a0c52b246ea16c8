"""What rulings do to results, as they did in real races; pure."""

from dataclasses import replace
from typing import NamedTuple

import pytest

from desk.rulings.actions import RACE, CarResult, Impossible, Results, amend, credit, disqualify, penalise, restore


class Stages(NamedTuple):
    """The format of 2017 to 2024."""

    by_position: tuple[int, ...] = (40, *range(35, 0, -1), 1, 1, 1, 1)
    win_bonus: int = 0
    lap_led: int = 0
    most_laps_led: int = 0
    by_stage_position: tuple[int, ...] = tuple(range(10, 0, -1))
    fastest_lap: int = 0


HAMLIN, BUSCH, ELLIOTT, REDDICK, SUAREZ, BELL = range(1, 7)
NAMES = {
    HAMLIN: ("Denny Hamlin", "11"),
    BUSCH: ("Kyle Busch", "18"),
    ELLIOTT: ("Chase Elliott", "9"),
    REDDICK: ("Tyler Reddick", "8"),
    SUAREZ: ("Daniel Suarez", "99"),
    BELL: ("Christopher Bell", "20"),
}


def row(entry: int, position: int | None, points: int | None = None, session: str = RACE, **said) -> CarResult:
    name, number = NAMES.get(entry, (f"Driver {entry}", str(100 + entry)))
    key = entry + 100 * [RACE, "stage-1", "stage-2"].index(session)
    return CarResult(key, entry, entry, number, name, session, position, points=points, **said)


def results(*rows: CarResult, **said) -> Results:
    return Results(rows, **{"rules": Stages(), "has_margin": True, **said})


def pocono(*more: CarResult) -> Results:
    """The 400 miles of 2022 at Pocono at the flag: 36 cars, the first six by name. Busch had won the second stage."""
    first = [row(HAMLIN, 1, 44), row(BUSCH, 2, 51), row(ELLIOTT, 3, 46), row(REDDICK, 4, 33), row(SUAREZ, 5, 44)]
    others = [row(entry, entry, 37 - entry) for entry in range(BELL, 37)]
    stage = [row(BUSCH, 1, 10, "stage-2"), row(30, 2, 9, "stage-2")]
    stage += [row(SUAREZ, 7, 4, "stage-2"), row(ELLIOTT, 8, 3, "stage-2")]
    return results(*first, *others, *stage, *more, field_size=36)


def after(plan, column="position", session=RACE) -> dict[int, object]:
    """By entry, what a column becomes in a session."""
    return {
        each.row.entry: each.after[column]
        for each in plan.changes
        if each.row.session == session and column in each.after
    }


def done(found: Results, plan) -> Results:
    """The results with a plan carried out."""
    said = {each.row.id: each.after for each in plan.changes}
    rows = [replace(each, **said.get(each.id, {})) for each in found.rows]
    rows = tuple(replace(each, crossed_line=plan.crossed_line.get(each.id, each.crossed_line)) for each in rows)
    return replace(found, rows=rows, margin_against=plan.margin_against)


def test_both_who_were_first_at_pocono():
    """Hamlin and Busch went to the last two places, Elliott won without a lap led, and the stage passed on."""
    at_the_flag = pocono()
    first = disqualify(at_the_flag, HAMLIN)
    second = disqualify(done(at_the_flag, first), BUSCH)
    book = done(done(at_the_flag, first), second)
    assert [(each.entry, each.points) for each in book.of(RACE)[:3]] == [(ELLIOTT, 53), (REDDICK, 35), (SUAREZ, 47)]
    assert [(each.entry, each.position, each.points) for each in book.of(RACE)[-2:]] == [
        (HAMLIN, 35, 2),
        (BUSCH, 36, 1),
    ]
    assert after(second, "position", "stage-2") == {BUSCH: None, 30: 1, SUAREZ: 6, ELLIOTT: 7}
    assert after(second, "points", "stage-2") == {BUSCH: 0, 30: 10, SUAREZ: 5, ELLIOTT: 4}
    assert (first.title, second.title) == (
        "Denny Hamlin (No. 11) disqualified from 1st",
        "Kyle Busch (No. 18) disqualified from 2nd",
    )


@pytest.mark.parametrize(
    ("points", "fastest_lap", "is_told"),
    [
        pytest.param(46, 1, True, id="with the fastest lap"),
        pytest.param(45, 1, False, id="without it"),
        pytest.param(46, 0, False, id="before 2025"),
        pytest.param(None, 1, False, id="points unknown"),
    ],
)
def test_the_point_for_the_fastest_lap_is_lost_and_nobody_gets_it(points, fastest_lap, is_told):
    """Since 2025. Whether it is passed on no source says, so that the page asks to look."""
    rules = Stages(fastest_lap=fastest_lap)
    found = results(row(1, 1, 40), row(2, 2, points), row(3, 3, 34), row(2, 1, 10, "stage-1"), rules=rules)
    plan = disqualify(found, 2)
    assert after(plan, "points") == {2: 34, 3: 35}
    assert any("What the fastest lap gave" in told for told in plan.told) == is_told


def test_where_cars_crossed_the_line_is_kept_and_the_margin_with_it():
    at_the_flag = pocono()
    first = disqualify(at_the_flag, HAMLIN)
    second = disqualify(done(at_the_flag, first), BUSCH)
    book = done(done(at_the_flag, first), second)
    assert [book.row_of(each).crossed_line for each in (HAMLIN, BUSCH, ELLIOTT, 36)] == [1, 2, 3, 36]
    assert (first.margin_against, second.margin_against) == (BUSCH, BUSCH)
    assert "The margin stays as it was measured" in first.told[-1]


@pytest.mark.parametrize(
    ("car", "against"),
    [pytest.param(2, 2, id="second"), pytest.param(3, None, id="third"), pytest.param(1, 2, id="the winner")],
)
def test_the_car_that_was_second_at_the_line_is_named_once_it_is_not_second(car, against):
    assert disqualify(results(*(row(entry, entry) for entry in range(1, 5))), car).margin_against == against


@pytest.mark.parametrize(
    ("cars", "field_size", "last"),
    [
        pytest.param(38, 38, 38, id="a whole field"),
        pytest.param(3, 40, 40, id="three cars of a field of 40"),
        pytest.param(38, None, 38, id="a field of unknown size"),
    ],
)
def test_who_is_disqualified_is_last(cars, field_size, last):
    found = results(*(row(entry, entry, 1) for entry in range(1, cars + 1)), field_size=field_size)
    plan = disqualify(found, 2)
    assert after(plan)[2] == last
    assert after(plan, "disqualified") == {2: True}


def test_points_of_those_who_may_not_score_and_those_unknown_stay():
    found = results(row(1, 1, 40), row(2, 2, 35), row(3, 3, 0, ineligible=True), row(4, 4), row(5, 5, 32))
    plan = disqualify(found, 2)
    assert after(plan, "points") == {2: 32, 5: 33}
    assert after(plan) == {2: 5, 3: 2, 4: 3, 5: 4}


def test_two_cars_level_stay_level():
    """As the third of the 1974 Firecracker 400 were."""
    found = results(row(1, 1), row(2, 2), row(3, 3), row(4, 3), row(5, 5))
    assert after(disqualify(found, 1)) == {1: 5, 2: 1, 3: 2, 4: 2, 5: 4}


def test_without_a_format_points_stay():
    found = results(row(1, 1, 200), row(2, 2, 190), rules=None)
    plan = disqualify(found, 1)
    assert after(plan, "points") == {}
    assert plan.told == (plan.told[0], "The book has no points format of the season: points stay as they are.")


def test_who_came_next_in_a_stage_is_asked_for():
    (told,) = disqualify(results(row(1, 1), row(2, 2), row(2, 1, 10, "stage-1"), row(2, 3, 8, "stage-2")), 2).told
    assert told == (
        "Who came next after those listed is not in the book for stage 1 and stage 2: where he scores, enter him."
    )


def test_a_win_of_1971_is_credited():
    """The race had no official winner, and its first car was second: nobody moves."""
    plan = credit(results(row(1, None), row(2, 2), row(3, 3), rules=None), 1, 1)
    assert after(plan) == {1: 1}
    assert plan.kind == "correction"


@pytest.mark.parametrize(
    ("car", "place", "expected"),
    [
        pytest.param(3, 1, {3: 1, 1: 2, 2: 3}, id="up: those passed move down"),
        pytest.param(1, 3, {1: 3, 2: 1, 3: 2}, id="down: those that pass move up"),
        pytest.param(4, 2, {4: 2, 2: 3, 3: 4}, id="up, with one ahead and one behind"),
        pytest.param(5, 9, {5: 9}, id="to a place that nobody has"),
    ],
)
def test_a_place_is_awarded(car, place, expected):
    assert after(credit(results(*(row(entry, entry) for entry in range(1, 6))), car, place)) == expected


def test_a_place_has_its_points():
    found = results(row(1, 1, 50), row(2, 2, 45), row(3, 3, 34))
    assert after(credit(found, 3, 1), "points") == {3: 40, 1: 45, 2: 44}


def test_values_are_amended_and_nobody_moves():
    found = results(row(1, 1, laps_led=63), row(2, 2))
    plan = amend(found, {1: {"laps_led": 64, "encumbered": True}, 2: {"position": 2}})
    assert [(each.row.entry, each.before, each.after) for each in plan.changes] == [
        (1, {"laps_led": 63, "encumbered": False}, {"laps_led": 64, "encumbered": True})
    ]


def test_points_of_the_season_are_taken_and_the_result_stands():
    plan = penalise(results(row(1, 8, 29), margin_against=7), [(4, "Chris Buescher (No. 17)")], 60)
    assert (plan.title, plan.kind, plan.changes) == ("Chris Buescher (No. 17) docked 60 points", "penalty", ())
    assert plan.taken == ((4, "Chris Buescher (No. 17)", 60),)
    assert plan.margin_against == 7


def rows_of(plan) -> list:
    return [(each.row.id, each.before, each.after) for each in plan.changes]


@pytest.mark.parametrize("car", [HAMLIN, BUSCH, ELLIOTT, 36])
def test_what_is_restored_is_as_it_was(car):
    """The rows, where each crossed the line, and whom the margin was measured against."""
    before = pocono()
    plan = disqualify(before, car)
    book = done(before, plan)
    again = done(book, restore(book, "On appeal", rows_of(plan)))
    assert again == before


def test_later_rulings_are_restored_first():
    before = pocono()
    first = disqualify(before, HAMLIN)
    second = disqualify(done(before, first), BUSCH)
    book = done(done(before, first), second)
    with pytest.raises(Impossible, match="a later one comes first"):
        restore(book, "On appeal", rows_of(first))
    book = done(book, restore(book, "On appeal", rows_of(second)))
    assert done(book, restore(book, "On appeal", rows_of(first))) == before


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        pytest.param(lambda found: disqualify(found, 9), "no place of that car", id="no such car"),
        pytest.param(lambda found: disqualify(found, 3), "no place of that car", id="a car without a place"),
        pytest.param(lambda found: disqualify(found, 4), "is disqualified already", id="twice"),
        pytest.param(lambda found: credit(found, 9, 1), "no result of that car", id="a place for nobody"),
        pytest.param(lambda found: credit(found, 1, 1), "is 1st already", id="the place that it has"),
        pytest.param(lambda found: credit(replace(found, field_size=4), 1, 5), "had 4 cars", id="behind the last"),
        pytest.param(lambda found: amend(found, {1: {"position": 1}}), "Nothing is amended", id="nothing"),
        pytest.param(lambda found: penalise(found, [], 5), "Choose whom", id="nobody"),
    ],
)
def test_what_cannot_be_done(does, reason):
    found = results(row(1, 1), row(2, 2), row(3, None), row(4, 4, disqualified=True))
    with pytest.raises(Impossible, match=reason):
        does(found)


def test_another_plan_has_another_fingerprint():
    found = pocono()
    plans = [
        disqualify(found, HAMLIN),
        disqualify(found, BUSCH),
        credit(found, BUSCH, 1),
        disqualify(pocono(row(40, 40)), BUSCH),
    ]
    assert len({plan.fingerprint for plan in plans}) == len(plans)
    assert disqualify(pocono(), HAMLIN).fingerprint == plans[0].fingerprint
