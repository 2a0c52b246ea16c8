"""Lap times, lap speeds and distances: one lap of L miles in T seconds is 3600 x L / T miles an hour."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from racestats import formatting

THOUSANDTH = Decimal("0.001")
SECONDS_AN_HOUR = 3600
INCHES_A_MILE = 63_360
POSSIBLE_SPEEDS = (Decimal(5), Decimal(400))
FASTEST_RACE = 300
"""Miles an hour: no race averages so much."""
LONGEST_LAYOUT = 50
"""Miles: no lap is so long."""
LONGEST_RACE = timedelta(days=30)


class LapMismatch(ValueError):
    """A lap time and a lap speed that cannot both be true on a layout of this length."""


def round_half_up(value: Decimal) -> Decimal:
    """To a thousandth, as timing sheets round: halves go up."""
    return value.quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def speed_of_lap(seconds: Decimal, miles: Decimal) -> Decimal:
    """Miles an hour, to a thousandth: 29.391 s on 1.5 miles is 183.730 mph."""
    return round_half_up(SECONDS_AN_HOUR * miles / seconds)


def time_of_lap(speed: Decimal, miles: Decimal) -> Decimal:
    """Seconds, to a thousandth: 183.374 mph on 1.5 miles is 29.448 s."""
    return round_half_up(SECONDS_AN_HOUR * miles / speed)


def agree(seconds: Decimal, speed: Decimal, miles: Decimal) -> bool:
    """Whether a time printed to a thousandth can belong to a speed printed to a thousandth."""
    half = THOUSANDTH / 2
    slowest = SECONDS_AN_HOUR * miles / (seconds + half) - half
    fastest = SECONDS_AN_HOUR * miles / (seconds - half) + half
    return slowest <= speed <= fastest


def complete_lap(
    seconds: Decimal | None, speed: Decimal | None, miles: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Return (seconds, miles an hour) with the missing one worked out; raise LapMismatch where the two disagree.

    Where the layout's length is unknown nothing can be worked out or checked, and both come back as they are.
    """
    if not miles:
        return seconds, speed
    if any(figure is not None and figure <= 0 for figure in (seconds, speed)):
        raise LapMismatch("A lap time and a speed are more than zero; leave an unknown one empty.")
    if speed is not None:
        implied = speed
    elif seconds is not None:
        implied = speed_of_lap(seconds, miles)
    else:
        return None, None
    slowest, fastest = POSSIBLE_SPEEDS
    if not slowest <= implied <= fastest:
        raise LapMismatch(f"{implied} mph is not the speed of a racing lap ({slowest} to {fastest} mph).")
    if speed is None:
        return seconds, implied
    if seconds is None:
        return time_of_lap(speed, miles), speed
    if not agree(seconds, speed, miles):
        raise LapMismatch(
            f"{seconds} s on {formatting.miles(miles)} miles is {speed_of_lap(seconds, miles)} mph, not {speed} mph."
        )
    return seconds, speed


def distance_in_inches(seconds: Decimal, speed: Decimal) -> Decimal:
    """How far a car at this speed (mph) goes in this time: .001 s at 183.730 mph is 3.23 inches."""
    return seconds * speed * INCHES_A_MILE / SECONDS_AN_HOUR
