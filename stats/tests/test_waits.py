"""How long a driver has gone without, and in how many seasons in a row he has won."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from drivers.models import Driver
from races.as_of import AsOf
from races.derived.counts import SeasonRaces
from races.models import Series
from races.statistics import STATISTICS
from stats.careers.page import driver_page
from stats.careers.waits import SINCE, CareerCourse
from stats.figures.figure import Figure
from stats.finder.answering.answer import answer
from stats.finder.asking.question import Question
from stats.finder.declared.fields import FIELDS
from stats.finder.declared.groupings import GROUPINGS
from stats.finder.declared.measures import MEASURES
from stats.finder.declared.ranges import Range
from stats.scope import Scope

FIGURES = {"wins": Figure(1)}
SINCE_WIN, SINCE_FIVE, SINCE_TEN = (f"Starts since the last {what}" for what in ("win", "top five", "top ten"))
WITHOUT = "Most starts in a row without a win"


def course(finishes: dict[int, int | None], doubtful: dict[str, list[int]]) -> CareerCourse:
    """A season in which he finished so in these rounds; of the doubtful rounds not all is on file."""
    lines = [
        SimpleNamespace(
            race_id=round_,
            race_order=2024000 + round_,
            finish=finish,
            whole=round_ not in doubtful.get("whole", ()),
            winner=round_ not in doubtful.get("winner", ()),
        )
        for round_, finish in finishes.items()
    ]
    for line in lines:
        for key in SINCE:
            setattr(line, f"adds_{key}", STATISTICS[key].of_line(line))
    orders = {told: [2024000 + round_ for round_ in doubtful.get(told, ())] for told in ("whole", "winner")}
    return CareerCourse(lines, [SeasonRaces(1, 1, 2024, 9, 2024009, orders)], 2024)


@pytest.mark.parametrize(
    ("finishes", "doubtful", "expected"),
    [
        pytest.param(
            {1: 1, 2: 4, 3: 20, 4: None},
            {},
            {SINCE_WIN: (3, 0), SINCE_FIVE: (2, 0), SINCE_TEN: (2, 0), WITHOUT: (3, 0)},
            id="all on file",
        ),
        pytest.param(
            {1: 20, 2: 20, 3: 1},
            {},
            {SINCE_WIN: (0, 0), SINCE_FIVE: (0, 0), SINCE_TEN: (0, 0), WITHOUT: (2, 0)},
            id="won the latest",
        ),
        pytest.param({1: 20, 2: 11}, {}, {}, id="none yet"),
        pytest.param(
            {1: 1, 2: 20, 4: 20}, {"whole": [3]}, {SINCE_WIN: (2, 1), WITHOUT: (2, 1)}, id="he may have started another"
        ),
        pytest.param(
            {1: 1, 2: 20},
            {"whole": [2]},
            {SINCE_WIN: (1, 0), SINCE_FIVE: (1, 0), SINCE_TEN: (1, 0), WITHOUT: (1, 0)},
            id="he is among those on file",
        ),
        pytest.param(
            {1: 20, 2: 1},
            {"whole": [3], "winner": [3]},
            {WITHOUT: (1, 0)},
            id="he may have won one that is not on file",
        ),
    ],
)
def test_stretches(finishes, doubtful, expected):
    """How long, and how many starts may be missing."""
    found = course(finishes, doubtful).stretches(FIGURES)
    assert {each.what: each.length[:2] for each in found} == expected


def test_an_unknown_win_tells_nothing_of_the_longest():
    found = course({1: 1, 2: 20}, {}).stretches({"wins": Figure(1, unknown=2)})
    assert WITHOUT not in {each.what for each in found}


FACTS = {
    # driver and day: what his page says, of what goes on with its days
    ("richard-petty", None): {"Most seasons in a row with a win": ("18", "1960", "1977")},
    ("bill-elliott", None): {WITHOUT: ("226", "1994 Richmond II", "2001 Rockingham II")},
    ("brad-keselowski", "2024-03-07"): {SINCE_WIN: ("101", "2021 Talladega I", 1043)},
    ("justin-haley", "2024-03-07"): {SINCE_WIN: ("108", "2019 Daytona II", 1701)},
    ("kyle-larson", None): {"Seasons in a row with a win, now": ("5", "2021", "2025")},
}


@pytest.mark.django_db
def test_facts(full_book):
    """What was printed, and what the finder answers for whose wait goes on."""
    cup = Series.objects.get(slug="cup")
    for (slug, day), facts in FACTS.items():
        scope = Scope(driver=Driver.objects.get(slug=slug), as_of=day and AsOf.on(date.fromisoformat(day)))
        found = {each.what: each for each in driver_page(scope).main.waits}
        said = {
            what: (str(each.length), each.begins, each.days if each.goes_on and each.first else each.ends)
            for what, each in found.items()
        }
        assert {what: said[what] for what in facts} == facts, slug
        if SINCE_WIN in facts:
            for over, value in (("starts", found[SINCE_WIN].length.value), ("days", found[SINCE_WIN].days)):
                question = Question(
                    find="drivers",
                    scope=scope.narrowed(series=cup),
                    conditions=((FIELDS["finish"], Range(1, 1)),),
                    groupings=(GROUPINGS["driver"],),
                    measure=MEASURES["wait-now"],
                    grouped=True,
                    over=over,
                )
                assert [row.figure.value for row in answer(question).rows] == [value]
