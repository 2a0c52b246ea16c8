"""What an update takes from the list and what it asks for, by the list and the book."""

from datetime import date

import pytest

from desk.updates.asking import ListedRace, comes_as_listed, is_asked_for, list_address, weekend_address

BASE = "https://cf.nascar.com/cacher"
DAY, LATER, LONG_AFTER = date(2026, 2, 15), date(2026, 3, 17), date(2026, 3, 18)


def race(status=None, has_results=False, *, was_run=True, number=7001, day=DAY) -> ListedRace:
    return ListedRace("$[0]", "cup", 2026, number, "A race", day, was_run, 1, None, status, has_results)


CASES = [
    pytest.param(race(was_run=False), True, False, id="to come, and not in the book"),
    pytest.param(race("scheduled", was_run=False), True, False, id="to come"),
    pytest.param(race(), True, True, id="run, and not in the book"),
    pytest.param(race("scheduled"), True, True, id="run since"),
    pytest.param(race("provisional"), True, True, id="run, without results"),
    pytest.param(race("official"), False, True, id="official without results"),
    pytest.param(race("provisional", True), False, True, id="provisional"),
    pytest.param(race("official", True), False, True, id="official"),
    pytest.param(race("cancelled"), False, False, id="cancelled by an editor"),
    pytest.param(race("provisional", number=None), True, False, id="without a number"),
    pytest.param(race("official", True, day=None), False, False, id="official of an unknown day"),
]


@pytest.mark.parametrize(("listed", "comes", "asked"), CASES)
def test_what_comes_and_what_is_asked_for(listed, comes, asked):
    assert comes_as_listed(listed) == comes
    assert is_asked_for(listed, LATER, all_of_them=False, waits=False) == asked


@pytest.mark.parametrize(
    ("today", "all_of_them", "waits", "asked"),
    [
        (LATER, False, False, True),
        (LONG_AFTER, False, False, False),
        (LONG_AFTER, True, False, True),
        (LONG_AFTER, False, True, True),
    ],
    ids=["for a month", "no longer", "the season is asked for", "something of it waits"],
)
def test_how_long_an_official_race_is_watched(today, all_of_them, waits, asked):
    assert is_asked_for(race("official", True), today, all_of_them=all_of_them, waits=waits) == asked


def test_a_race_without_results_is_asked_for_however_long_ago():
    assert is_asked_for(race("provisional"), date(2027, 1, 1), all_of_them=False, waits=False)


def test_addresses():
    assert list_address(BASE, 2026) == "https://cf.nascar.com/cacher/2026/race_list_basic.json"
    assert weekend_address(BASE, 2026, 1, 5596) == "https://cf.nascar.com/cacher/2026/1/5596/weekend-feed.json"
