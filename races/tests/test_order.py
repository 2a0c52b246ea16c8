"""Where a race stands among those of its series."""

from types import SimpleNamespace

import pytest

from races.order import after_season, before_season, order_of, race_order, round_of, year_and_round


@pytest.mark.parametrize(("year", "round_"), [(1949, 1), (2025, 12), (2025, 36), (1956, 56)])
def test_order(year, round_):
    order = race_order(year, round_)
    assert order_of(SimpleNamespace(season=SimpleNamespace(year=year), round=round_)) == order
    assert (year_and_round(order), round_of(order)) == ((year, round_), round_)
    assert before_season(order) < race_order(year, 1) <= order < after_season(order) < race_order(year + 1, 1)
    assert before_season(race_order(year + 1, 1)) == after_season(order)


def test_a_race_without_a_round_has_none():
    assert order_of(SimpleNamespace(season=SimpleNamespace(year=2025), round=None)) is None
