"""What a statistic counts in a query of lines is what it counts of each line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from races.derived.season_totals import given_parts
from races.models import GivenTotals, RaceCoverage, SeasonTotals, StatLine
from races.statistics import CAREER_COUNTS, CLOSE, STATISTICS, LineCount, LineShare
from testing.makers import make_driver, make_race, make_result

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]

PLACES = st.none() | st.sampled_from([1, 2, 3, 5, 6, 10, 11, 43])
AMOUNTS = st.none() | st.sampled_from([0, 1, 2, 300])
KNOWN = st.none() | st.booleans()
MARGINS = st.none() | st.sampled_from([Decimal("0.001"), CLOSE, CLOSE + Decimal("0.001"), Decimal(9)])
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "start": PLACES,
            "finish": PLACES,
            "laps": AMOUNTS,
            "laps_led": AMOUNTS,
            "points": AMOUNTS,
            "stage_wins": AMOUNTS,
            "lead_lap": KNOWN,
            "dnf": KNOWN,
            "pole": KNOWN,
            "margin": MARGINS,
            "led_most": KNOWN,
            "swept": KNOWN,
            "race_laps": AMOUNTS,
            "race": st.sampled_from(["time", "caution", "laps", "feet", ""]),
        }
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(LINES)
def test_query_and_line_agree(lines):
    """Whatever the lines: the total, what each adds, of which it is unknown, and which make up the figure."""
    with transaction.atomic():
        make_lines(lines)
        for statistic in STATISTICS.values():
            check(statistic)
        transaction.set_rollback(True)


def make_lines(lines: list[dict]) -> None:
    driver = make_driver()
    races = {
        "time": make_race(2024, 1, margin_kind="time", margin=CLOSE),
        "caution": make_race(2024, 2, margin_kind="caution"),
        "laps": make_race(2024, 3, margin_kind="laps", margin=2),
        "feet": make_race(2024, 4, margin_kind="feet", margin=3),
        "": make_race(2024, 5),
    }
    RaceCoverage.objects.filter(race__in=races.values()).update(whole=True)
    StatLine.objects.bulk_create(
        StatLine(
            **(line | {"race": races[line["race"]]}),
            driver=driver,
            series=races["time"].season.series,
            season=races["time"].season,
            track=races["time"].layout.track,
            layout=races["time"].layout,
            year=2024,
            race_order=2024001,
            valid_from=date(2024, 1, 1) + timedelta(days=day),
        )
        for day, line in enumerate(lines)
    )


def check(statistic) -> None:
    lines = StatLine.objects.select_related("race").order_by("pk")
    added = {line.pk: statistic.of_line(line) for line in lines}
    known = [add for add in added.values() if add is not None]
    lacking = {pk for pk, add in added.items() if add is None}
    assert dict(lines.values_list("pk", statistic.addend)) == added
    assert {line.pk for line in lines.filter(statistic.unknown)} == lacking if statistic.unknown else not lacking
    total = lines.aggregate(total=statistic.total())["total"]
    if isinstance(statistic, LineShare):
        whole = sum(values[1] for line in lines if (values := statistic.values(line)))
        assert total is None if not whole else float(total) == pytest.approx(sum(known) / whole)
        rests_on = set(added) - lacking
    elif statistic.is_rate and not statistic.mean.per:
        assert total == (sum(known) if known else None)
        rests_on = set(added) - lacking
    elif statistic.is_rate:
        assert total is None if not known else float(total) == pytest.approx(sum(known) / len(known))
        rests_on = set(added) - lacking
    else:
        nothing = 0 if isinstance(statistic, LineCount) else None
        assert total == (sum(known) if known else nothing)
        rests_on = {pk for pk, add in added.items() if add}
    assert {line.pk for line in lines.filter(statistic.evidence)} == rests_on


def test_career_counts_are_columns_of_lines():
    """Each of them runs on from line to line."""
    columns = {field.name for field in StatLine._meta.get_fields()}
    assert {f"{key}_after" for key in CAREER_COUNTS} <= columns
    assert len({name for name in columns if name.endswith("_after")}) == len(CAREER_COUNTS)


@pytest.mark.parametrize(
    ("fields", "close"),
    [
        pytest.param({"margin_kind": "time", "margin": CLOSE}, 1, id="half a second"),
        pytest.param({"margin_kind": "caution"}, 0, id="under caution"),
        pytest.param({"margin_kind": "laps", "margin": 2}, 0, id="by two laps"),
        pytest.param({"margin_kind": "feet", "margin": 3}, None, id="by feet"),
        pytest.param({}, None, id="unknown"),
    ],
)
def test_closeness_and_its_coverage_agree(empty_book, fields, close):
    """What is known of a win's closeness is known of the race's, in lines and in the totals made of them."""
    race = make_race(2024, 1, **fields)
    make_result(race, position=1)
    assert STATISTICS["close_wins"].of_line(race.stat_lines.get()) == close
    assert race.coverage.margin == (close is not None)
    totals = SeasonTotals.objects.get()
    assert (totals.close_wins or 0, totals.close_wins_unknown) == (close or 0, int(close is None))


def test_given_totals_are_said_by_the_names_of_the_statistics():
    given = GivenTotals(
        starts=454, wins=1, laps_led=661, laps_led_unknown=2, stage_wins=1, stage_wins_unknown=1, dnfs=3
    )
    assert given.in_words == "454 starts, 1 win, 661+ laps led, 1+ stage wins, 3 DNFs"


OF_A_SEASON = {"starts": 30, "wins": 2, "laps": 9000, "laps_led": 900}
PLACES_SUMMED = {"start_sum": 300, "start_known": 30, "finish_sum": 360, "finish_known": 30}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            OF_A_SEASON | PLACES_SUMMED,
            PLACES_SUMMED
            | {"finish_wins": 2, "gained_sum": -60, "gained_known": 30}
            | {"share_led": 900, "share_led_of": 9000, "share_led_known": 30},
            id="all of every start",
        ),
        pytest.param(
            OF_A_SEASON | PLACES_SUMMED | {"start_known": 29, "laps_unknown": 1},
            PLACES_SUMMED | {"start_known": 29, "finish_wins": 2},
            id="one start of which a value is unknown",
        ),
        pytest.param({"starts": 30, "laps": 9000}, {}, id="laps led are not given"),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_what_a_source_tells_of_figures_over_starts(given, expected):
    """What is made of two values it tells where it has both of every start."""
    assert given_parts(GivenTotals(**given)) == expected
