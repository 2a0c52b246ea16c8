"""Days of a year, whatever the year."""

import pytest

from racestats import clock
from racestats.clock import YearDay
from testing.site import TODAY


@pytest.mark.parametrize(
    ("text", "words", "before", "after", "years"),
    [
        ("05-04", "May 4", "05-03", "05-05", 351),
        ("01-01", "January 1", "12-31", "01-02", 351),
        ("12-31", "December 31", "12-30", "01-01", 351),
        ("02-28", "February 28", "02-27", "02-29", 351),
        ("02-29", "February 29", "02-28", "03-01", 85),
    ],
)
def test_a_day_of_a_year(text, words, before, after, years):
    day = YearDay.read(text)
    assert (str(day), day.in_words) == (text, words)
    assert (str(day.shifted(-1)), str(day.shifted(1))) == (before, after)
    assert len(day.dates()) == years
    assert {YearDay.of(each) for each in day.dates()} == {day}


@pytest.mark.parametrize("text", ["02-30", "13-01", "00-10", "04-31", "x", ""])
def test_no_day_of_any_year(text):
    with pytest.raises(ValueError, match=r"day|month|invalid literal"):
        YearDay.read(text)


def test_tests_have_a_day_of_their_own():
    assert clock.today() == TODAY


def test_the_days_of_a_year():
    months = YearDay.months()
    assert [len(days) for days in months.values()] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert list(months)[1] == "February"
