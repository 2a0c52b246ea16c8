"""Points that no line holds: whose, and the days between which they stood in the book."""

from datetime import date

import pytest

from races.derived.points_beside import points_beside
from races.derived.refresh import deferred
from races.models import RulingChange
from testing.makers import BYRON, HAMLIN, LARSON, make_race, make_result, make_ruling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]

RUN, LATER, LAST = (date(2024, 2, day) for day in (1, 8, 15))


@pytest.mark.parametrize(
    ("status", "laps", "changes", "found"),
    [
        pytest.param("did-not-start", 0, [], [(10, RUN, None)], id="did not start"),
        pytest.param("withdrew", 0, [], [(10, RUN, None)], id="withdrew before the start"),
        pytest.param("withdrew", 5, [], [], id="withdrew after it, and so has a line"),
        pytest.param("running", 90, [], [], id="started"),
        pytest.param("did-not-start", 0, [(LATER, {"points": 0})], [(10, LATER, None)], id="given by a ruling"),
        pytest.param(
            "did-not-start",
            0,
            [(LATER, {"points": 30}), (LAST, {"points": 20})],
            [(30, RUN, LATER), (20, LATER, LAST), (10, LAST, None)],
            id="changed twice",
        ),
        pytest.param(
            "did-not-start",
            0,
            [(LATER, {"points": 30}), (LATER, {"points": 20})],
            [(30, RUN, LATER), (10, LATER, None)],
            id="changed twice in a day",
        ),
        pytest.param(
            "did-not-start", 0, [(LATER, {"status": "running"})], [(10, LATER, None)], id="a start until the ruling"
        ),
        pytest.param("running", 90, [(LATER, {"status": "did-not-start"})], [(10, RUN, LATER)], id="a start since"),
        pytest.param("did-not-start", 0, [(LATER, {"points": "ten"})], [(10, RUN, None)], id="a change of no sense"),
    ],
)
def test_points_of_a_round_that_no_line_holds(status, laps, changes, found):
    with deferred():
        race = make_race(2024, 1, date=RUN)
        make_result(race, BYRON, 1, points=40)
        result = make_result(race, HAMLIN, points=10, status=status, laps=laps)
        for day, before in changes:
            RulingChange.objects.create(ruling=make_ruling(race, day, {}), result=result, before=before)
    beside = points_beside(race.season)
    assert [(each.points, each.valid_from, each.valid_to) for each in beside] == found
    lines = race.stat_lines.filter(driver__name=HAMLIN)
    assert not {line.valid_from for line in lines} & {since for _, since, _ in found}


def test_points_of_an_exhibition():
    with deferred():
        race = make_race(2024, "duel", date=RUN)
        first, second = make_result(race, LARSON, 1, points=10), make_result(race, BYRON, 2)
        changes = {first: ({"points": 10}, {"points": 0}), second: ({"points": None}, {"points": 10})}
        make_ruling(race, LATER, changes)
    assert [(each.driver, *each[2:]) for each in points_beside(race.season)] == [
        (first.entry.driver_id, 10, RUN, LATER),
        (second.entry.driver_id, 10, LATER, None),
    ]
