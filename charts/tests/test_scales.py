"""Scales are monotone and stay in their box; marks are round, in range, and no more than asked for."""

import itertools
from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from charts.scales import TINY, Scale, rounded_up, step_of, ticks

values = st.floats(-1e6, 1e6, allow_nan=False)


@given(values, values, values, values)
def test_a_scale_keeps_the_order(low, high, one, other):
    scale = Scale(low, high, 10, 500)
    assert scale(min(one, other)) <= scale(max(one, other))
    assert 10 <= scale(one) <= 500


@given(values, values, values)
def test_a_flipped_scale_turns_it(low, high, value):
    upright, flipped = Scale(low, high, 10, 500), Scale(low, high, 500, 10)
    assert isclose(upright(value) + flipped(value), 510, abs_tol=1e-6)


def test_the_ends_of_a_scale():
    scale = Scale(1, 36, 40, 740)
    assert (scale(1), scale(36), scale(0), scale(99), scale(18.5)) == (40, 740, 40, 740, 390)
    assert Scale(5, 5, 0, 100)(5) == 50


@given(values, values, st.integers(1, 20), st.booleans())
def test_marks_are_round_and_in_range(low, high, most, whole):
    assume(high - low > 1e-3)
    found = ticks(low, high, most, whole=whole)
    assert len(found) <= most
    assert found == sorted(set(found))
    hair = TINY * step_of(low, high, most, whole=whole) + TINY
    assert all(low - hair <= value <= high + hair for value in found)
    assert not whole or all(value == int(value) for value in found)
    assert len({round(after - before, 6) for before, after in itertools.pairwise(found)}) <= 1


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (1949, 2025, 7, [1960, 1980, 2000, 2020]),
        (1949, 2025, 8, [1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020]),
        (0, 27, 6, [0, 5, 10, 15, 20, 25]),
        (1, 3, 6, [1, 2, 3]),
        (7, 7, 6, [7]),
        (0, 0, 6, [0]),
        (3, 2, 6, []),
        (0, 1, 0, []),
    ],
)
def test_marks_of_whole_numbers(low, high, most, expected):
    assert ticks(low, high, most) == expected


def test_marks_of_seconds():
    """Tenths and thousandths are exact."""
    assert ticks(0, 0.3, 4, whole=False) == [0, 0.1, 0.2, 0.3]
    assert ticks(0.001, 0.005, 5, whole=False) == [0.001, 0.002, 0.003, 0.004, 0.005]


@given(st.floats(0.01, 1e6), st.integers(2, 12))
def test_an_axis_ends_at_a_round_value_above(high, most):
    end = rounded_up(high, most)
    assert end >= high
    assert end - high < step_of(0, high, most)
