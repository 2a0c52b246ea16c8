"""Where a race stands among those of its series."""

from types import SimpleNamespace

import pytest

from races.order import (
    after_season,
    before_season,
    missing_orders,
    order_of,
    race_order,
    round_of,
    season_length,
    year_and_round,
)


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


def test_missing_orders():
    assert missing_orders(2024, 4, {2024002, 2023001}) == [2024001, 2024003, 2024004]
