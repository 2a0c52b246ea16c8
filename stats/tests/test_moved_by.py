"""What a ruling did to whom, as the page of rulings tells it."""

from datetime import date

import pytest

from races.models import RulingChange
from stats.race.rulings import moved_by
from testing.makers import BLANEY, BYRON, HARVICK, LARSON, make_penalty, make_race, make_result, make_ruling
from testing.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]

DAY = date(2024, 6, 1)


def told(ruling) -> list[tuple]:
    return [(str(each.driver), each.places, each.others, each.against) for each in moved_by(ruling)]


def make_disqualification():
    """Harvick from second to last; Larson and Byron move up, and of Blaney only the points are corrected."""
    race = make_race(2024, 1, date=DAY)
    larson, byron, harvick, blaney = (
        make_result(race, driver, place, points=40 - place)
        for place, driver in enumerate((LARSON, BYRON, HARVICK, BLANEY), start=1)
    )
    changes = {
        byron: ({"position": 3}, {"position": 2}),
        larson: ({"position": None}, {"position": 1}),
        blaney: ({"points": 9}, {"points": 7}),
        harvick: (
            {"position": 2, "points": 35, "disqualified": False},
            {"position": 3, "points": 1, "disqualified": True},
        ),
    }
    return make_ruling(race, DAY, changes, title="Harvick disqualified", reason="Too low.")


def test_whom_it_went_against_comes_first():
    """Then those who moved, by the place that they came to; a place unknown before is no step back."""
    assert told(make_disqualification()) == [
        (HARVICK, (2, 3), ["points 35 → 1", "disqualified"], True),
        (BLANEY, None, ["points 9 → 7"], False),
        (LARSON, (None, 1), [], False),
        (BYRON, (3, 2), [], False),
    ]


def test_penalties_and_what_makes_no_sense():
    """Points taken go against a driver, points given back do not; a change of nothing known says nothing."""
    race = make_race(2024, 1, date=DAY)
    (taken,) = told(make_penalty(race, LARSON, 60, DAY).ruling)
    (back,) = told(make_penalty(race, LARSON, -30, DAY).ruling)
    assert (taken[0], taken[1], taken[3], back[3]) == (LARSON, None, True, False)
    assert "60" in taken[2][0]
    assert "30" in back[2][0]
    odd = make_ruling(race, DAY, {})
    RulingChange.objects.create(ruling=odd, result=make_result(race, BYRON, 1), before={"luck": 1}, after={"luck": 2})
    assert told(odd) == []
    cleared = make_ruling(race, DAY, {make_result(race, BLANEY, 2): ({"encumbered": True}, {"encumbered": False})})
    assert told(cleared) == [(BLANEY, None, ["no longer encumbered"], False)]


def test_a_change_is_told_in_the_same_words_everywhere():
    """By the list of rulings, by the race's page, and to machines."""
    ruling = make_disqualification()
    words = {str(change.result.entry.driver): change.in_words for change in ruling.changes.all()}
    assert words == {
        BYRON: ["position 3 → 2"],
        LARSON: ["position now 1"],
        BLANEY: ["points 9 → 7"],
        HARVICK: ["position 2 → 3", "points 35 → 1", "disqualified"],
    }
    for move in moved_by(ruling):
        assert move.others == [each for each in words[str(move.driver)] if not each.startswith("position")]


def test_the_page_tells_it(client):
    """Day, race, what, from which place to which; the reason folded; what there is no room for, counted."""
    make_disqualification()
    page = Page(client.get("/rulings/").content.decode())
    assert page.problems == []
    assert "June 1, 2024 Disqualification · 2024 Kansas Harvick disqualified Kevin Harvick 2 → to 3" in page.text
    assert "Kyle Larson unknown → to 1 1 more change" in page.text
    assert "Too low." in page.text
