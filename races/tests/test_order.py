"""Where a race stands among those of its series."""

from types import SimpleNamespace

import pytest

from races.order import (
    after_season,
    as_year,
    before_season,
    is_next,
    is_to_come,
    is_within,
    latest_years,
    may_be_going_on,
    missing_orders,
    order_of,
    race_order,
    round_of,
    season_length,
    year_and_round,
)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1949", 1949),
        ("2200", 2200),
        ("1899", None),
        ("2201", None),
        ("949", None),
        ("20249", None),
        (" 2024", None),
        ("2024\n", None),
        ("٢٠٢٤", None),
        ("", None),
    ],
)
def test_a_year_is_four_digits(text, year):
    assert as_year(text) == year


@pytest.mark.parametrize(("year", "round_"), [(1949, 1), (2025, 12), (2025, 36), (1956, 56)])
def test_order(year, round_):
    order = race_order(year, round_)
    assert order_of(SimpleNamespace(season=SimpleNamespace(year=year), round=round_)) == order
    assert (year_and_round(order), round_of(order)) == ((year, round_), round_)
    assert before_season(order) < race_order(year, 1) <= order < after_season(order) < race_order(year + 1, 1)
    assert before_season(race_order(year + 1, 1)) == after_season(order)


def test_a_race_without_a_round_has_none():
    assert order_of(SimpleNamespace(season=SimpleNamespace(year=2025), round=None)) is None


@pytest.mark.parametrize(
    ("rounds", "last", "going_on", "length"),
    [
        pytest.param(36, 12, True, 12, id="going on"),
        pytest.param(36, 12, False, 36, id="over"),
        pytest.param(None, 12, False, 12, id="of unknown length"),
        pytest.param(36, 37, False, 37, id="longer than was said"),
        pytest.param(36, None, False, 36, id="nothing on file"),
        pytest.param(36, None, True, 0, id="not begun"),
    ],
)
def test_season_length(rounds, last, going_on, length):
    assert season_length(rounds, last, going_on) == length


@pytest.mark.parametrize(
    ("rounds", "last", "going_on", "length"),
    [
        pytest.param(36, 12, True, 20, id="going on"),
        pytest.param(36, 22, True, 22, id="going on, with more on file"),
        pytest.param(None, None, False, 20, id="over, and known by a sum alone"),
        pytest.param(36, 12, False, 36, id="over, and said to be longer"),
    ],
)
def test_a_season_is_as_long_as_what_a_source_sums_of_it(rounds, last, going_on, length):
    assert season_length(rounds, last, going_on, summed=20) == length


def test_missing_orders():
    assert missing_orders(2024, 4, {2024002, 2023001}) == [2024001, 2024003, 2024004]


@pytest.mark.parametrize(
    ("order", "before", "length", "found"),
    [
        pytest.param(2024002, 2024001, 36, True, id="the next round"),
        pytest.param(2024003, 2024001, 36, False, id="a round between"),
        pytest.param(2024001, 2023036, 36, True, id="the next season's first"),
        pytest.param(2024001, 2023035, 36, False, id="before a season's last"),
        pytest.param(2024002, 2023036, 36, False, id="the next season's second"),
        pytest.param(2024001, 2022036, 36, False, id="a season between"),
    ],
)
def test_is_next(order, before, length, found):
    assert is_next(order, before, length) == found


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (2004, 2007, True),
        (2005, None, True),
        (None, 2005, True),
        (None, None, True),
        (2006, None, False),
        (1971, 2003, False),
    ],
)
def test_is_within(first, last, found):
    assert is_within(2005, first, last) == found


@pytest.mark.parametrize(
    ("year", "latest", "going_on", "to_come"),
    [
        pytest.param(2024, 2025, False, False, id="before the latest"),
        pytest.param(2025, 2025, True, False, id="the latest"),
        pytest.param(2026, 2025, True, True, id="after it"),
        pytest.param(2025, None, True, True, id="of a series without a race"),
    ],
)
def test_the_latest_season_with_a_race_may_be_going_on(year, latest, going_on, to_come):
    assert (may_be_going_on(year, latest), is_to_come(year, latest)) == (going_on, to_come)


def test_latest_years():
    assert latest_years([(1, 2024), (2, 1949), (1, 2025), (1, 2023)]) == {1: 2025, 2: 1949}
