"""How points are given: real results of every format, and what a result can have scored where some of it is unknown."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from races.models import PointsFormat, Series
from races.points import MOST, led_and_led_most, most_led, points_for, possible_points, problem_of
from testing.makers import make_format
from testing.points_formats import format_of, points_formats

FACTS = {
    # name: season, series, finish, what else, points
    "1979 Daytona 500, Petty": (1979, "cup", 1, {"led": True}, 180),
    "1992 finale, Elliott wins": (1992, "cup", 1, {"led": True}, 180),
    "1992 finale, Kulwicki second with the most laps led": (1992, "cup", 2, {"led": True, "most_led": True}, 180),
    "a Latford win with everything": (2003, "cup", 1, {"led": True, "most_led": True}, 185),
    "sixth, where steps of five end": (1990, "cup", 6, {}, 150),
    "eleventh, where steps of four end": (1990, "cup", 11, {}, 130),
    "43rd under Latford": (2000, "cup", 43, {}, 34),
    "the most of 2004": (2004, "cup", 1, {"led": True, "most_led": True}, 190),
    "the most of 2007": (2007, "cup", 1, {"led": True, "most_led": True}, 195),
    "2011 finale, Stewart wins": (2011, "cup", 1, {"led": True}, 47),
    "2011 finale, Edwards second with the most laps led": (2011, "cup", 2, {"led": True, "most_led": True}, 44),
    "last of 43 in 2015": (2015, "cup", 43, {}, 1),
    "the most of 2016": (2016, "cup", 1, {"led": True, "most_led": True}, 45),
    "a truck win of 2016": (2016, "trucks", 1, {"led": True}, 36),
    "laps led count for nothing from 2017": (2017, "cup", 2, {"led": True, "most_led": True}, 35),
    "36th to 40th score one": (2018, "cup", 36, {}, 1),
    "a place beyond the table": (2018, "cup", 41, {}, 0),
    "the most of the 600, with three stages": (2021, "cup", 1, {"stage_positions": [1, 1, 1]}, 70),
    "2025 Kansas, Larson": (2025, "cup", 1, {"stage_positions": [1, 1], "fastest_lap": True, "led": True}, 61),
    "2025 Kansas, Bell": (2025, "cup", 2, {"stage_positions": [3, 5]}, 49),
    "2025 Kansas, Elliott": (2025, "cup", 15, {"stage_positions": [2, 2]}, 40),
    "2025 Kansas, Keselowski out in 37th": (2025, "cup", 37, {"stage_positions": [None, 6]}, 6),
    "eleventh in a stage": (2025, "cup", 20, {"stage_positions": [11, None]}, 17),
    "a win of 2026": (2026, "cup", 1, {"stage_positions": [1, 1], "fastest_lap": True}, 76),
    "second of 2026": (2026, "national", 2, {}, 35),
}


@pytest.mark.parametrize(("season", "series", "finish", "led_and_led_most", "points"), FACTS.values(), ids=FACTS)
def test_points_of_a_result(season, series, finish, led_and_led_most, points):
    assert points_for(format_of(season, series), finish, **led_and_led_most) == points


RANGES = {
    # what is known: season, what is known of second place, the least and the most
    "nothing but the place, 1985": (1985, {}, 170, 180),
    "led no lap": (1985, {"led": False, "most_led": False}, 170, 170),
    "led a lap, perhaps the most": (1985, {"led": True}, 175, 180),
    "stages unknown, two of them": (2020, {"stages": 2}, 35, 55),
    "stages known": (2020, {"stage_positions": [4, None]}, 42, 42),
    "no stages before 2017": (2014, {"led": False, "most_led": False}, 42, 42),
    "perhaps the fastest lap": (2025, {"stage_positions": []}, 35, 36),
}


@pytest.mark.parametrize(("season", "known", "least", "most"), RANGES.values(), ids=RANGES)
def test_what_a_second_place_can_have_scored(season, known, least, most):
    found = possible_points(format_of(season), 2, **known)
    assert (found[0], found[-1]) == (least, most)


def test_nothing_is_possible_where_not_even_the_number_of_stages_is_known():
    assert not possible_points(format_of(2020), 2)


flags = st.booleans()


@given(
    rules=st.sampled_from(points_formats()),
    position=st.integers(1, 60),
    facts=st.tuples(flags, flags, flags),
    hidden=st.tuples(flags, flags, flags),
    places=st.lists(st.none() | st.integers(1, 45), max_size=3),
    hide_stages=flags,
)
def test_what_is_unknown_only_widens_the_range(rules, position, facts, hidden, places, hide_stages):
    led, most, fastest = facts
    points = points_for(rules, position, led, most, places, fastest)
    shown = [None if hide else fact for fact, hide in zip(facts, hidden)]
    stages = {"stage_positions": None, "stages": len(places)} if hide_stages else {"stage_positions": places}
    assert points in possible_points(rules, position, shown[0], shown[1], fastest_lap=shown[2], **stages)
    assert points >= points_for(rules, position + 1, led, most, places, fastest)


@pytest.mark.parametrize(
    ("laps_led", "laps", "most"),
    [
        ([200, 67, 0], 267, 200),
        ([100, 100, 67], 267, 100),
        ([200, None, None], 267, 200),
        ([100, None], 267, None),
        ([133, 1, None], 267, 133),
        ([], 267, None),
        ([0, 0], 267, None),
        ([200, 67], None, None),
    ],
)
def test_the_most_laps_led(laps_led, laps, most):
    """Known as soon as nobody unlisted can have led more."""
    assert most_led(laps_led, laps) == most


@pytest.mark.parametrize(
    ("laps_led", "most", "found"),
    [
        (200, 200, (True, True)),
        (67, 200, (True, False)),
        (67, None, (True, None)),
        (0, None, (False, False)),
        (None, 200, (None, None)),
    ],
)
def test_feats(laps_led, most, found):
    assert led_and_led_most(laps_led, most) == found


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ([40, 35, 34], None),
        ([1, 1], None),
        ([], None),
        ({"1": 40}, "Write a list of points"),
        ("40, 35", "Write a list of points"),
        ([40, "35"], "Place 2 has '35': expected a whole number"),
        ([40, True], "Place 2 has True"),
        ([40.5], "Place 1 has 40.5"),
        ([40, -1], "Place 2 has -1"),
        ([MOST + 1], "from 0 to 1,000"),
        ([35, 40], "Place 2 has 40, more than the 35 of the place before it."),
    ],
)
def test_what_is_wrong_with_a_table(table, problem):
    found = problem_of(table)
    assert found is None if problem is None else problem in found


# The formats as rows.


def test_the_formats_of_a_series_follow_each_other():
    """Every season from 1975 on has one format, and only one."""
    for season in range(1975, 2031):
        assert sum(each.gave_points_in("cup", season) for each in points_formats()) == 1, season
    assert format_of(1974) is None
    assert all(problem_of(table) is None for each in points_formats() for table in (each.by_position,))


@pytest.mark.parametrize(
    ("season", "words"),
    [
        (
            1992,
            "175 points for a win, 170 for second, 165 for third; 5 for leading a lap; 5 for leading the most laps.",
        ),
        (2012, "46 points for a win, 42 for second, 41 for third; 1 for leading a lap; 1 for leading the most laps."),
        (
            2024,
            "40 points for a win, 35 for second, 34 for third; 10 for winning a stage; "
            "in the last race the 4 who may win the title score for their place alone.",
        ),
        (
            2026,
            "55 points for a win, 35 for second, 34 for third; 10 for winning a stage; 1 for the fastest lap.",
        ),
    ],
)
def test_a_format_in_words(season, words):
    assert format_of(season).in_words == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(2017, 2024, "first_season"), (2024, None, "first_season"), (2010, None, "first_season"), (2025, 2025, None)],
)
def test_seasons_of_two_formats_do_not_overlap(empty_book, first, last, field):
    made = make_format(2017, 2024)
    other = PointsFormat(series=made.series, name="Other", first_season=first, last_season=last, by_position=[40])
    if field is None:
        other.full_clean()
        return
    with pytest.raises(ValidationError) as told:
        other.clean()
    assert told.value.message_dict == {field: ["These seasons are also in the format “Stages”."]}


def test_a_format_with_a_table_that_makes_no_sense_is_refused():
    rules = PointsFormat(series=Series(), name="A", first_season=2017, by_position=[35, 40], by_stage_position="10")
    with pytest.raises(ValidationError) as told:
        rules.clean_fields(exclude=["series"])
    assert set(told.value.message_dict) == {"by_position", "by_stage_position"}


@pytest.mark.django_db
def test_the_format_in_force_is_found(empty_book):
    for first, last in ((2011, 2016), (2017, None)):
        make_format(first, last)
    found = {year: PointsFormat.objects.in_season(year).count() for year in (2010, 2011, 2016, 2017, 2030)}
    assert found == {2010: 0, 2011: 1, 2016: 1, 2017: 1, 2030: 1}
