"""How figures are written: a table of cases for each function, and ranks against their definition."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from racestats import formatting

D = Decimal

CASES = {
    "in_words": [(True, "yes"), (False, "no"), (None, "unknown"), ("", "unknown"), (0, "0"), ("running", "running")],
    "sentence": [("A win", "A win."), ("Martin Truex Jr.", "Martin Truex Jr."), ("", ".")],
    "number": [(1234, "1,234"), (0, "0"), (-60, "-60"), (1_000_000, "1,000,000"), (None, "—")],
    "decimal": [
        (D("12.345"), "12.3"),
        (D("12.35"), "12.4"),
        (D("0.05"), "0.1"),
        (D("-0.05"), "-0.1"),
        (D(12), "12.0"),
        (12.25, "12.3"),
        (0.1 + 0.2, "0.3"),
        (1234.5, "1,234.5"),
        (0, "0.0"),
        (None, "—"),
    ],
    "percent": [(D("0.345"), "34.5%"), (0.34523, "34.5%"), (1, "100.0%"), (0, "0.0%"), (0.0005, "0.1%"), (None, "—")],
    "margin": [
        (D("0.012"), ".012"),
        (D("1.331"), "1.331"),
        (D("0"), ".000"),
        (D("0.5"), ".500"),
        (D("10.5"), "10.500"),
        (D("100.000"), "100.000"),
        (None, "—"),
    ],
    "gap": [(D("0.057"), "+.057"), (D("0.000"), ""), (D("12.3"), "+12.300"), (None, "—")],
    "lap_time": [
        (D("29.391"), "29.391"),
        (D("59.999"), "59.999"),
        (D("60"), "1:00.000"),
        (D("68.25"), "1:08.250"),
        (D("125.004"), "2:05.004"),
        (None, "—"),
    ],
    "duration": [
        (timedelta(hours=3, minutes=5, seconds=13), "3:05:13"),
        (timedelta(minutes=59, seconds=9), "0:59:09"),
        (timedelta(days=1, hours=1), "25:00:00"),
        (timedelta(hours=2, microseconds=999_999), "2:00:00"),
        (None, "—"),
    ],
    "day": [(date(2024, 5, 5), "May 5, 2024"), (date(1949, 6, 19), "June 19, 1949"), (None, "—")],
    "short_day": [
        (date(2024, 5, 5), "May 5, 2024"),
        (date(2024, 9, 29), "Sept 29, 2024"),
        (date(2025, 2, 16), "Feb 16, 2025"),
        (None, "—"),
    ],
    "possessive": [("Kyle Larson", "Kyle Larson's"), ("Carl Edwards", "Carl Edwards'")],
    "signed": [(2, "+2"), (-1, "−1"), (0, "0"), (1234, "+1,234"), (None, "—")],
    "signed_decimal": [(2.44, "+2.4"), (D("-1.25"), "−1.3"), (-0.04, "0.0"), (0, "0.0"), (None, "—")],
    "yes_no": [(True, "yes"), (False, "no"), (None, "—")],
    "miles": [
        (D("1.5000"), "1.5"),
        (D("2.6600"), "2.66"),
        (D("0.5330"), "0.533"),
        (D("10.0000"), "10"),
        (D("2.0000"), "2"),
        (None, "—"),
    ],
    "ordinal": [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (101, "101st"),
        (111, "111th"),
        (112, "112th"),
        (1003, "1,003rd"),
    ],
    "about": [
        (D("3.23"), "about three inches"),
        (D("1.4"), "about one inch"),
        (D("0.5"), "about one inch"),
        (D("0.4"), "less than an inch"),
        (D("12.4"), "about twelve inches"),
        (D("12.5"), "about 13 inches"),
        (D("35.9"), "about 36 inches"),
        (D("36"), "about 3 feet"),
        (D("2303"), "about 192 feet"),
        (D("63360"), "about 1.0 miles"),
    ],
    "distance": [
        (D("3.2336"), "3.2 inches"),
        (D("35.94"), "35.9 inches"),
        (D("36"), "3.0 feet"),
        (D("2303.2"), "191.9 feet"),
        (D("15839"), "1,319.9 feet"),
        (D("15840"), "0.25 miles"),
        (D("76032"), "1.20 miles"),
    ],
    "megabytes": [(64_000_000, "64 MB"), (8_300_000, "8.3 MB"), (123_456, "0.1 MB"), (1_234_500_000, "1,234.5 MB")],
    "listed": [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
    "ranks": [
        ([], []),
        ([5], ["1"]),
        ([D(".001"), D(".002"), D(".002"), D(".003")], ["1", "T2", "T2", "4"]),
        ([3, 3, 3], ["T1", "T1", "T1"]),
        ([9, 7, 7, 5, 5, 5, 1], ["1", "T2", "T2", "T4", "T4", "T4", "7"]),
        ([None, None], ["T1", "T1"]),
    ],
}
EACH = [(name, value, text) for name, cases in CASES.items() for value, text in cases]


@pytest.mark.parametrize(("name", "value", "text"), EACH, ids=[f"{name} {value}" for name, value, _ in EACH])
def test_written_as(name, value, text):
    """One value, and how it is written."""
    assert getattr(formatting, name)(value) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(D("2.345"), 2, "2.35"), (D("2.5"), 0, "3"), (D("3.5"), 0, "4"), (D("0.0005"), 3, "0.001")],
)
def test_decimal_places(value, places, text):
    """Halves go up, to as many places as are asked for."""
    assert formatting.decimal(value, places) == text


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (29, 84, D("0.345")),
        (7, 29, D("0.241")),
        (0, 5, D("0.000")),
        (5, 5, D("1.000")),
        (1, 16, D("0.063")),
        (3, 0, None),
    ],
)
def test_share(part, whole, share):
    """A share to a tenth of a percent; of nothing there is none."""
    assert formatting.share(part, whole) == share


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((1, "race"), "1 race"),
        ((2, "race"), "2 races"),
        ((0, "race"), "0 races"),
        ((1200, "lap"), "1,200 laps"),
        ((1, "series", "series"), "1 series"),
        ((2, "inch", "inches"), "2 inches"),
    ],
)
def test_plural(arguments, text):
    """One of a thing, or many."""
    assert formatting.plural(*arguments) == text


@pytest.mark.parametrize(
    ("place", "tied", "text"), [(1, False, "1"), (2, True, "T2"), (100, False, "100"), ("2nd", True, "T2nd")]
)
def test_rank(place, tied, text):
    """A place, marked where it is shared."""
    assert formatting.rank(place, tied) == text


@pytest.mark.parametrize(
    ("names", "text"), [(["a"], "a"), (["a", "b", "c"], "a, b and c"), (["a", "b", "c", "d"], "4 drivers")]
)
def test_named(names, text):
    """As many as may be named, and one more."""
    assert formatting.named(names, "driver") == text


@pytest.mark.parametrize(("most", "text"), [(1, "a and 3 more"), (3, "a, b, c and 1 more"), (4, "a, b, c, d")])
def test_first_few(most, text):
    assert formatting.first_few(["a", "b", "c", "d"], most) == text


@pytest.mark.parametrize(("first", "last", "text"), [(2013, 2025, "2013–2025"), (2013, 2013, "2013")])
def test_years(first, last, text):
    """A stretch of seasons, or one alone."""
    assert formatting.years(first, last) == text


@given(st.lists(st.integers(0, 9)), st.booleans())
def test_ranks_by_their_definition(values, descending):
    """A rank is one more than the number of better values, and is tied where another value is the same."""
    ordered = sorted(values, reverse=descending)
    naive = []
    for value in ordered:
        better = sum(1 for other in values if (other > value if descending else other < value))
        naive.append(f"T{better + 1}" if values.count(value) > 1 else str(better + 1))
    assert formatting.ranks(ordered) == naive


@given(st.lists(st.integers(0, 3)), st.integers(0, 9))
def test_no_list_ends_inside_a_tie(values, most):
    """Listed are those of whom fewer than so many are better."""
    ordered = sorted(values)
    better = [value for value in ordered if sum(other < value for other in ordered) < most]
    assert formatting.first_and_tied(ordered, most, lambda value: value) == better


@given(st.decimals(0, 9999, places=3))
def test_margin_loses_no_digit(seconds):
    """A margin read back is the margin that was written."""
    assert Decimal(formatting.margin(seconds)) == seconds


@given(st.integers(0, 10**7))
def test_lap_times_sort_as_they_read(thousandths):
    """Minutes and seconds of a lap add up to it again."""
    text = formatting.lap_time(Decimal(thousandths) / 1000)
    minutes, _, seconds = text.rpartition(":")
    assert int(minutes or 0) * 60 + Decimal(seconds) == Decimal(thousandths) / 1000


def test_every_function_has_cases():
    """A function that is added to the module is added here."""
    functions = {
        name
        for name, value in vars(formatting).items()
        if callable(value) and getattr(value, "__module__", "") == formatting.__name__
    }
    assert functions == {*CASES, "share", "plural", "named", "first_few", "rank", "years", "first_and_tied"}
