"""Runs, gaps and the streaks over them: pure."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.streaks.runs import KINDS, Calendar, CareerLines, RaceHeld, Run, consecutive, gaps, ongoing, runs, streaks

T, F, U = True, False, None
KANSAS, TEXAS = 1, 2
BELL, LARSON = 20, 5


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ([], []),
        ([F, U], []),
        ([T], [(0, 0)]),
        ([T, T, F, T], [(0, 1), (3, 3)]),
        ([U, T, U, T, T], [(1, 1), (3, 4)]),
        ([F, U, F, T], [(3, 3)]),
    ],
)
def test_runs(flags, found):
    """False ends a run, and so does the unknown."""
    assert runs(flags) == [Run(*each) for each in found]


@given(st.lists(st.sampled_from([T, F, U])))
def test_runs_are_maximal(flags):
    """Every True is in just one run, and what stands beside a run is no True."""
    found = runs(flags)
    inside = [place for run in found for place in range(run.first, run.last + 1)]
    assert inside == [place for place, flag in enumerate(flags) if flag]
    assert sum(run.length for run in found) == flags.count(True)
    assert all(later.first > earlier.last + 1 for earlier, later in pairwise(found))


@given(st.lists(st.sampled_from([T, F, U])))
def test_consecutive_numbers_are_runs(flags):
    """The places of the True ones, taken as numbers, give runs of the same lengths."""
    places = [place for place, flag in enumerate(flags) if flag]
    assert [(places[run.first], places[run.last]) for run in consecutive(places)] == runs(flags)


@pytest.mark.parametrize(
    ("orders", "rounds", "found"),
    [
        ([], {}, []),
        ([2024001, 2024002, 2024003], {2024: 36}, []),
        ([2024001, 2024003], {2024: 36}, [2024003]),
        ([2023036, 2024001], {2023: 36}, []),
        ([2023035, 2024001], {2023: 36}, [2024001]),
        ([2023035, 2024001], {2023: None}, []),
        ([2023036, 2024002], {2023: 36}, [2024002]),
        ([2022036, 2024001], {2022: 36}, [2024001]),
    ],
)
def test_gaps(orders, rounds, found):
    """A round left out within a season, at its end, at the beginning of the next, or a season left out."""
    assert gaps(orders, rounds) == found


def calendar(*races):
    """Races numbered from 1: each a track, or a RaceHeld with the order to be set; None is one that the book lacks."""
    held = [
        race._replace(order=order) if isinstance(race, RaceHeld) else RaceHeld(order, race)
        for order, race in enumerate(races, 1)
        if race
    ]
    return Calendar(held, gaps([race.order for race in held], {}))


PARTIAL = RaceHeld(0, KANSAS, whole=False)
"""Known by its winner."""
NO_WINNER = RaceHeld(0, KANSAS, whole=False, winner=False, pole=False)
NO_AWARD = RaceHeld(0, KANSAS, no_award=True)
NO_POLE = RaceHeld(0, KANSAS, whole=False, pole=False)
ALL_ABOARD = RaceHeld(0, KANSAS, winner=False, pole=False)
"""Who won is not known, nor whose the pole was; but whoever has no line was not there."""
FIVE = calendar(KANSAS, TEXAS, KANSAS, TEXAS, KANSAS)
GAP = calendar(KANSAS, KANSAS, None, KANSAS, KANSAS, KANSAS)
CASES = [
    # kind, calendar, (order, does it extend) of one driver, streaks as (track, first, last, length, exact)
    ("wins", FIVE, [(1, T), (2, T), (3, F), (4, T), (5, T)], [(None, 1, 2, 2, T), (None, 4, 5, 2, T)]),
    ("wins", FIVE, [(1, T), (3, T), (5, T)], [(None, 1, 5, 3, T)]),
    ("lead_lap_finishes", FIVE, [(1, T), (2, U), (3, T)], []),
    ("lead_lap_finishes", FIVE, [(1, T), (2, T), (3, U), (4, F), (5, T)], [(None, 1, 2, 2, F)]),
    ("lead_lap_finishes", FIVE, [(1, U), (2, F), (3, T), (4, T)], [(None, 3, 4, 2, T)]),
    ("wins", FIVE, [(1, T)], []),
    ("wins", GAP, [(1, T), (2, T), (4, T), (5, T)], [(None, 1, 2, 2, F), (None, 4, 5, 2, F)]),
    ("wins", GAP, [(1, T), (6, T)], []),
    ("wins", calendar(KANSAS, PARTIAL, KANSAS), [(1, T), (3, T)], []),
    ("wins", calendar(KANSAS, PARTIAL, KANSAS), [(1, T), (2, T), (3, T)], [(None, 1, 3, 3, T)]),
    ("wins", calendar(PARTIAL, KANSAS, KANSAS, PARTIAL, KANSAS), [(2, F), (3, T), (4, T)], [(None, 3, 4, 2, T)]),
    ("wins", calendar(PARTIAL, KANSAS, KANSAS), [(2, T), (3, T)], [(None, 2, 3, 2, F)]),
    ("wins", calendar(KANSAS, KANSAS, PARTIAL), [(1, T), (2, T)], [(None, 1, 2, 2, F)]),
    ("starts", FIVE, [(1, T), (2, T), (4, T), (5, T)], [(None, 1, 2, 2, T), (None, 4, 5, 2, T)]),
    ("starts", calendar(KANSAS, KANSAS, None, KANSAS), [(1, T), (2, T), (4, T)], [(None, 1, 2, 2, F)]),
    ("starts", calendar(PARTIAL, KANSAS, KANSAS, KANSAS), [(2, T), (3, T)], [(None, 2, 3, 2, F)]),
    ("wins_of_series", calendar(PARTIAL, KANSAS, KANSAS, PARTIAL), [(2, T), (3, T)], [(None, 2, 3, 2, T)]),
    ("wins_of_series", calendar(NO_WINNER, KANSAS, KANSAS, KANSAS), [(2, T), (3, T)], [(None, 2, 3, 2, F)]),
    ("wins_of_series", calendar(ALL_ABOARD, KANSAS, KANSAS, ALL_ABOARD), [(2, T), (3, T)], [(None, 2, 3, 2, T)]),
    ("poles_at_track", calendar(KANSAS, KANSAS, ALL_ABOARD), [(1, T), (2, T)], [(KANSAS, 1, 2, 2, T)]),
    ("wins_of_series", GAP, [(1, T), (2, T), (5, T), (6, T)], [(None, 1, 2, 2, F), (None, 5, 6, 2, T)]),
    ("wins_at_track", FIVE, [(1, T), (2, T), (3, T), (5, T)], [(KANSAS, 1, 5, 3, T)]),
    ("wins_at_track", FIVE, [(1, T), (5, T)], []),
    ("wins_at_track", FIVE, [(1, T), (2, T), (3, T), (4, T)], [(KANSAS, 1, 3, 2, T), (TEXAS, 2, 4, 2, T)]),
    ("wins_at_track", calendar(KANSAS, KANSAS, TEXAS, NO_WINNER), [(1, T), (2, T)], [(KANSAS, 1, 2, 2, F)]),
    ("poles_at_track", calendar(KANSAS, NO_AWARD, KANSAS), [(1, T), (3, T)], [(KANSAS, 1, 3, 2, T)]),
    ("poles_at_track", calendar(KANSAS, KANSAS, KANSAS), [(1, T), (3, T)], []),
    ("poles_at_track", calendar(KANSAS, KANSAS, NO_AWARD, NO_POLE), [(1, T), (2, T)], [(KANSAS, 1, 2, 2, F)]),
]


def career(driver: int, lines) -> CareerLines:
    """A career of lines: the race order, and whether it extends."""
    extending = [order for order, extends in lines if extends]
    return CareerLines(
        driver, [order for order, _ in lines], extending, [order for order, extends in lines if extends is U]
    )


@pytest.mark.parametrize(("key", "races", "lines", "found"), CASES)
def test_streaks(key, races, lines, found):
    """Each kind over its own sequence: what breaks it, and what does not."""
    assert [streak[1:] for streak in streaks(KINDS[key], races, [career(LARSON, lines)])] == found


@pytest.mark.parametrize(
    ("key", "races", "years", "span", "exact"),
    [
        ("starts", [2023001, 2023002], (2022, 2024), (0, 2200000), F),
        ("starts", [2023001, 2023002], (2023, 2023), (0, 2200000), T),
        ("starts", [2023001, 2023002], (2022, 2024), (2023001, 2023002), T),
        ("top_fives", [2023001, 2023002], (2022, 2023), (0, 2200000), F),
        ("top_fives", [2023001, 2023002], (2023, 2024), (0, 2200000), F),
        ("top_fives", [2023001, 2023002], (2023, 2023), (0, 2200000), T),
        ("top_fives", [2023001, 2023002], (2022, 2024), (2023001, 2023002), T),
    ],
)
def test_doubt_is_of_the_career_and_of_what_is_asked_for(key, races, years, span, exact):
    """A race known by its winner, in a season before the first or after the last, says nothing of a streak; nor does
    one outside the scope."""
    held = [RaceHeld(order, KANSAS, whole=order in races) for order in (2022001, *races, 2024001)]
    (streak,) = streaks(KINDS[key], Calendar(held, span=span), [CareerLines(LARSON, races, races, years=years)])
    assert (streak.length, streak.exact) == (2, exact)


def test_streaks_are_of_one_driver():
    """The lines of the next driver begin anew."""
    careers = [career(LARSON, [(1, T), (2, T)]), career(BELL, [(3, T), (4, T)])]
    assert [streak.driver for streak in streaks(KINDS["wins"], FIVE, careers)] == [LARSON, BELL]


@pytest.mark.parametrize(
    ("key", "lines", "latest", "active"),
    [
        ("wins", [(2, T), (3, T)], {LARSON: 3}, True),
        ("wins", [(2, T), (3, T), (4, F)], {LARSON: 4}, False),
        ("wins", [(2, T), (3, T)], {}, False),
        ("starts", [(4, T), (5, T)], {LARSON: 5}, True),
        ("starts", [(3, T), (4, T)], {LARSON: 4}, False),
        ("wins_at_track", [(2, T), (4, T)], {LARSON: 5}, True),
        ("wins_at_track", [(1, T), (3, T)], {LARSON: 3}, False),
    ],
)
def test_ongoing(key, lines, latest, active):
    """It goes on where the latest start or race of its sequence is in it, and the driver is active."""
    (streak,) = streaks(KINDS[key], FIVE, [career(LARSON, lines)])
    assert ongoing(KINDS[key], FIVE, [streak], latest) == ({streak} if active else set())


def test_every_kind_says_its_rule():
    """What it runs over, and what ends it."""
    assert all(("consecutive" in kind.rule) and ("ends it" in kind.rule) for kind in KINDS.values())
    assert [key for key, kind in KINDS.items() if kind.key != key] == []
