"""Lap arithmetic: printed pairs of times and speeds, and any lap there and back."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from races.laps import (
    LapMismatch,
    agree,
    complete_lap,
    distance_in_inches,
    round_half_up,
    speed_of_lap,
    time_of_lap,
)
from races.models.races import margin_in_words

KANSAS = Decimal("1.5")


def decimals(*texts):
    return [None if text is None else Decimal(text) for text in texts]


PRINTED = [
    pytest.param("29.391", "183.730", "1.5", id="Larson, Kansas 2025"),
    pytest.param("29.448", "183.374", "1.5", id="Buescher, Kansas 2025"),
    pytest.param("29.465", "183.268", "1.5", id="Bell, Kansas 2025"),
    pytest.param("44.270", "203.298", "2.5", id="a 2.5 mile track"),
    pytest.param("15.000", "126.240", "0.526", id="a short track"),
]


@pytest.mark.parametrize(("seconds", "speed", "miles"), PRINTED)
def test_a_printed_pair(seconds, speed, miles):
    seconds, speed, miles = decimals(seconds, speed, miles)
    assert speed_of_lap(seconds, miles) == speed
    assert agree(seconds, speed, miles)
    assert complete_lap(seconds, None, miles) == (seconds, speed)
    assert complete_lap(None, speed, miles)[1] == speed
    assert agree(complete_lap(None, speed, miles)[0], speed, miles)
    assert complete_lap(seconds, speed, miles) == (seconds, speed)


@pytest.mark.parametrize(("speed", "seconds"), [("183.730", "29.391"), ("183.374", "29.448"), ("182.871", "29.529")])
def test_time_of_a_speed(speed, seconds):
    assert time_of_lap(Decimal(speed), KANSAS) == Decimal(seconds)


@pytest.mark.parametrize(
    ("seconds", "speed", "miles", "said"),
    [
        pytest.param(
            "29.391", "183.374", "1.5", "29.391 s on 1.5 miles is 183.730 mph, not 183.374 mph.", id="another's speed"
        ),
        pytest.param(
            "29.391", "183.743", "1.5", "29.391 s on 1.5 miles is 183.730 mph, not 183.743 mph.", id="digits swapped"
        ),
        pytest.param(
            "29.391", "183.730", "2.5000", "29.391 s on 2.5 miles is 306.216 mph, not 183.730 mph.", id="another track"
        ),
        pytest.param(
            None, "18.373E2", "1.5", "1837.3 mph is not the speed of a racing lap (5 to 400 mph).", id="too fast"
        ),
        pytest.param(
            "2939.1", None, "1.5", "1.837 mph is not the speed of a racing lap (5 to 400 mph).", id="too slow"
        ),
        pytest.param(
            "-29.391",
            None,
            "1.5",
            "A lap time and a speed are more than zero; leave an unknown one empty.",
            id="backwards",
        ),
        pytest.param(
            "0", None, "1.5", "A lap time and a speed are more than zero; leave an unknown one empty.", id="no time"
        ),
        pytest.param(
            None, "0", "1.5", "A lap time and a speed are more than zero; leave an unknown one empty.", id="no speed"
        ),
        pytest.param(
            "0",
            "183",
            "1.5",
            "A lap time and a speed are more than zero; leave an unknown one empty.",
            id="no time but a speed",
        ),
    ],
)
def test_what_cannot_be_true_is_said(seconds, speed, miles, said):
    with pytest.raises(LapMismatch) as told:
        complete_lap(*decimals(seconds, speed, miles))
    assert str(told.value) == said


@pytest.mark.parametrize(
    ("seconds", "speed", "miles"),
    [
        pytest.param("29.391", "183.374", None, id="length unknown, pair"),
        pytest.param("29.391", None, None, id="length unknown, time"),
        pytest.param(None, "1837.3", None, id="length unknown, speed"),
        pytest.param(None, None, "1.5", id="no lap"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
def test_what_cannot_be_worked_out_is_left(seconds, speed, miles):
    lap = decimals(seconds, speed, miles)
    assert complete_lap(*lap) == tuple(lap[:2])


@pytest.mark.parametrize(
    ("value", "expected"), [("0.0005", "0.001"), ("0.0015", "0.002"), ("0.00149", "0.001"), ("2.5", "2.500")]
)
def test_halves_go_up(value, expected):
    assert str(round_half_up(Decimal(value))) == expected


def test_a_thousandth_at_racing_speed():
    """The closest finish ever, Kansas 2024: .001 s at pole speed is a little over three inches."""
    inches = distance_in_inches(Decimal("0.001"), Decimal("183.730"))
    assert inches.quantize(Decimal("0.01")) == Decimal("3.23")


speeds = st.decimals(5, 400, places=3)
lengths = st.decimals(Decimal("0.2"), 5, places=4)


@settings(deadline=None)
@given(speeds, lengths)
def test_a_speed_agrees_with_its_own_time(speed, miles):
    assert agree(time_of_lap(speed, miles), speed, miles)
    assert complete_lap(time_of_lap(speed, miles), speed, miles)[1] == speed


@settings(deadline=None)
@given(st.decimals(5, 150, places=3), lengths)
def test_a_time_agrees_with_its_own_speed(seconds, miles):
    assert agree(seconds, speed_of_lap(seconds, miles), miles)


@settings(deadline=None)
@given(st.decimals(20, 60, places=3), speeds)
def test_agreement_is_within_the_rounding(seconds, speed):
    """A speed further off than the two roundings allow never agrees."""
    off = abs(3600 * KANSAS / seconds - speed)
    slack = 3600 * KANSAS / (seconds - Decimal("0.0005")) - 3600 * KANSAS / seconds + Decimal("0.0006")
    assert not (off > slack and agree(seconds, speed, KANSAS))


@pytest.mark.parametrize(
    ("kind", "margin", "words"),
    [
        ("time", "0.712", ".712 s"),
        ("laps", "2.000", "2 laps"),
        ("car-lengths", "1.000", "1 car length"),
        ("car-lengths", "0.5", "0.5 car lengths"),
        ("feet", "6.000", "6 feet"),
        ("caution", None, "under caution"),
        ("", None, ""),
    ],
)
def test_a_margin_is_said_in_its_unit(kind, margin, words):
    assert margin_in_words(kind, margin and Decimal(margin)) == words
