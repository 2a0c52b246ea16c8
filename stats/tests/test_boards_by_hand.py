"""Boards of every statistic, over every scope and any few together, are what counting by hand gives."""

from __future__ import annotations

import random

import pytest

from races.statistics import STATISTICS
from stats.boards.leaderboards import leaderboards
from stats.scope import Scope
from testing.makers import make_series
from testing.scorebook import AUTUMN, BY_HAND, NAMED_BY, NARROWER, SCOPES, active_by_hand, by_hand, make_whole_book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_book")]


def rows_of(board) -> list[tuple]:
    return [(row.rank, str(row.who), row.value.value) for row in board.rows]


def exact(rows) -> list[tuple]:
    return [(rank, name, round(float(value), 6)) for rank, name, value in rows]


@pytest.mark.parametrize("seed", [1, 2])
def test_whole_book_is_counted_as_by_hand(seed):
    """Where nothing is missing, every statistic over every scope is a plain count of the lines."""
    assert set(BY_HAND) == set(STATISTICS)
    lines = make_whole_book(seed)
    for make_scope, holds in SCOPES.values():
        scope = Scope(series=make_series(), **make_scope())
        counted = [line for line in lines if holds(line)]
        assert counted
        assert len(counted) < len(lines) or not scope.in_words().replace("Cup Series", "")
        for by in NAMED_BY:
            for found in leaderboards(list(STATISTICS.values()), scope, by=by, min_starts=0):
                key = found.statistic.key
                assert exact(rows_of(found)) == exact(by_hand(key, counted, by)), (key, by, scope.in_words())
                assert found.at_least == found.unknown == 0


def test_filters_combine_as_by_hand():
    """Any few filters together count the lines that all of them hold, of whom enough starts and activity are asked."""
    rng = random.Random(3)
    lines = make_whole_book(3)
    statistics = list(STATISTICS.values())
    for _ in range(40):
        # Of two ways to ask from when, or to when, the last would take the other's place.
        names = {name.partition(" ")[0]: name for name in rng.sample(NARROWER, rng.randint(2, 4))}.values()
        asked = {}
        for name in names:
            asked |= SCOPES[name][0]()
        counted = [line for line in lines if all(SCOPES[name][1](line) for name in names)]
        by, least, active = rng.choice(list(NAMED_BY)), rng.choice([0, 1, 3]), rng.choice([None, True, False])
        scope = Scope(series=make_series(), **asked)
        now = active_by_hand(lines, by, AUTUMN if "as of" in names else None)
        everyone = {NAMED_BY[by](line) for line in lines}
        who = {None: None, True: now, False: everyone - now}[active]
        for found in leaderboards(statistics, scope, by=by, min_starts=least, active=active):
            key = found.statistic.key
            expected = by_hand(key, counted, by, least, who)
            assert exact(rows_of(found)) == exact(expected), (key, by, least, active, asked)
