"""How races ended, in one sentence: real races, and what is known of each."""

from decimal import Decimal

import pytest

from races.models import Race
from stats.race.page import race_page, with_details
from stats.race.sentence import RaceOutcome, in_a_sentence, outcome_of

TIME, CAUTION = Race.MarginKind.TIME, Race.MarginKind.CAUTION


def won(who: str, *, margin: str = "", **known) -> RaceOutcome:
    """By so many seconds, where that is known."""
    by = {"margin_kind": TIME, "margin": Decimal(margin)} if margin else {}
    return RaceOutcome(winners=[who], place="Daytona", **(by | known))


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        pytest.param(
            won("Kyle Larson", start=1, had_pole=True, laps_led=221, laps=267, scheduled_laps=267, margin="0.712"),
            "Kyle Larson led 221 of 267 laps from the pole and won by .712 seconds.",
            id="2025 Kansas I",
        ),
        pytest.param(
            won(
                "Kyle Larson", start=4, laps_led=63, laps=268, scheduled_laps=267, end_reason="Overtime", margin=".001"
            ),
            "Kyle Larson led 63 of 268 laps after starting 4th and won by .001 seconds in overtime.",
            id="2024 Kansas I, in overtime",
        ),
        pytest.param(
            won("Ross Chastain", start=19, laps_led=1, laps=188, margin="0.105"),
            "Ross Chastain led only the last of 188 laps after starting 19th and won by .105 seconds.",
            id="2022 Talladega I, one lap led",
        ),
        pytest.param(
            won("Mario Andretti", start=12, laps_led=112, laps=200, margin_kind=CAUTION, first_win=True),
            "Mario Andretti led 112 of 200 laps after starting 12th and took a first career win under caution.",
            id="1967 Daytona 500, under caution",
        ),
        pytest.param(
            won("Bobby Allison", start=1, had_pole=True, laps_led=400, laps=400),
            "Bobby Allison led all 400 laps from the pole and won.",
            id="every lap, margin unknown",
        ),
        pytest.param(won("Cale Yarborough", start=1), "Cale Yarborough started first and won.", id="start alone"),
        pytest.param(
            won("Cale Yarborough", start=1, had_pole=True, margin="1.2"),
            "Cale Yarborough started from the pole and won by 1.200 seconds.",
            id="laps led unknown",
        ),
        pytest.param(
            won("Kyle Busch", start=38, had_pole=True, laps_led=47, laps=100),
            "Kyle Busch led 47 of 100 laps after starting 38th and won.",
            id="on the pole and sent to the rear",
        ),
        pytest.param(won("Lee Petty", laps_led=7), "Lee Petty led 7 laps and won.", id="laps of the race unknown"),
        pytest.param(won("Lee Petty"), "Lee Petty won at Daytona.", id="known by its winner only"),
        pytest.param(
            RaceOutcome(["Lee Petty"], "Daytona", margin_kind=Race.MarginKind.LAPS, margin=Decimal(2)),
            "Lee Petty won by 2 laps.",
            id="by laps",
        ),
        pytest.param(
            won("Martin Truex Jr.", start=2, first_win=True),
            "Martin Truex Jr. started 2nd and took a first career win.",
            id="a first win",
        ),
        pytest.param(
            won("William Byron", start=8, laps_led=5, laps=185, scheduled_laps=260, end_reason="Rain"),
            "William Byron led 5 of 185 laps after starting 8th and won, after rain cut the race to 185 of 260 laps.",
            id="2023 Atlanta II, shortened by rain",
        ),
        pytest.param(
            won("Clint Bowyer", laps=133, scheduled_laps=200, margin_kind=CAUTION),
            "Clint Bowyer won under caution, in a race cut to 133 of 200 laps.",
            id="2018 Michigan I, shortened",
        ),
        pytest.param(
            won("Chase Elliott", start=3, laps_led=0, laps=160, first_at_the_line="Denny Hamlin", disqualified=True),
            "Chase Elliott was declared the winner after Denny Hamlin, first at the line, was disqualified.",
            id="2022 Pocono, the first at the line disqualified",
        ),
        pytest.param(
            won("Lee Petty", first_at_the_line="Richard Petty"),
            "Lee Petty was declared the winner; Richard Petty was first at the line.",
            id="1959 Lakewood, after a protest",
        ),
        pytest.param(
            RaceOutcome(["Tiny Lund", "Bobby Isaac"], "Daytona", start=3),
            "Tiny Lund and Bobby Isaac won at Daytona.",
            id="two",
        ),
    ],
)
def test_sentence(outcome, sentence):
    assert in_a_sentence(outcome) == sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ((2025, "12"), "Kyle Larson led 221 of 267 laps from the pole and won by .712 seconds."),
        ((2024, "12"), "Kyle Larson led 63 of 268 laps after starting 4th and won by .001 seconds in overtime."),
    ],
    ids=["2025 Kansas I", "2024 Kansas I"],
)
def test_a_race_of_the_book(key, sentence):
    race = with_details(Race.objects.all()).get_by_natural_key("cup", *key)
    outcome = outcome_of(race_page(race, None))
    assert outcome
    assert in_a_sentence(outcome) == sentence
