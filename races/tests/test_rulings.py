"""The rulings on a result lead from one to the next, and to what the result says."""

from datetime import date

import pytest

from races.rulings import RulingStep, contradictions


def steps(*changes: tuple[dict, dict]) -> list[RulingStep]:
    """Changes of rulings on the days of May 2025, before and after."""
    return [RulingStep(date(2025, 5, day), 1, *change) for day, change in enumerate(changes, 1)]


def told(found: list[RulingStep], **now) -> list[str]:
    return [each.in_words for each in contradictions(found, now)]


HARVICK = ({"position": 2, "points": None}, {"position": 38, "points": 1})


@pytest.mark.parametrize(
    ("found", "now"),
    [
        pytest.param(steps(HARVICK), {"position": 38, "points": 1}, id="one"),
        pytest.param(steps(HARVICK), {"position": 38}, id="what is not asked for"),
        pytest.param(steps(HARVICK, ({"position": 38}, {"position": 2})), {"position": 2, "points": 1}, id="and back"),
        pytest.param(steps(({"status": "running"}, {"status": None})), {"status": ""}, id="an unknown status"),
        pytest.param(steps(({"disqualified": None}, {"disqualified": None})), {"disqualified": False}, id="no flag"),
        pytest.param([], {"position": 1}, id="none"),
    ],
)
def test_rulings_that_lead_to_the_result(found, now):
    assert told(found, **now) == []


@pytest.mark.parametrize(
    ("found", "now", "expected"),
    [
        pytest.param(
            steps(HARVICK),
            {"position": 2, "points": 1},
            ["position is 38 by this ruling, and the result says 2"],
            id="not carried out",
        ),
        pytest.param(
            steps(({"position": 5, "disqualified": False}, {"position": 40, "disqualified": True})),
            {"position": 2, "disqualified": False},
            [
                "position is 40 by this ruling, and the result says 2",
                "disqualified is yes by this ruling, and the result says no",
            ],
            id="two columns",
        ),
        pytest.param(
            steps(HARVICK, ({"position": 37}, {"position": 2})),
            {"position": 2, "points": 1},
            ["position is 38 by this ruling, and the next one, of May 2, 2025, begins with 37"],
            id="a chain that is broken",
        ),
        pytest.param(
            steps(HARVICK),
            {"position": 38, "points": None},
            ["points is 1 by this ruling, and the result says unknown"],
            id="an unknown value",
        ),
    ],
)
def test_rulings_that_do_not(found, now, expected):
    assert told(found, **now) == expected


def test_rulings_of_a_day_follow_by_number():
    """As those of Preece and Logano at Talladega in 2025."""
    day = date(2025, 4, 27)
    logano = [
        RulingStep(day, 2, {"position": 4}, {"position": 39}),
        RulingStep(day, 1, {"position": 5}, {"position": 4}),
    ]
    assert told(logano, position=39) == []
