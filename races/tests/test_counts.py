"""Counts that are exact or at least: cases by hand, and any career against the plainest way to add it up."""

from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from races.derived.counts import (
    BEFORE,
    TELLING,
    Count,
    CountedLine,
    GivenCounts,
    SeasonRaces,
    SeasonSoFar,
    SoFar,
    doubtful_orders,
    first_to_reach,
    larger,
    running_counts,
    tells_of_absent,
)
from races.derived.season_totals import silent_on
from races.models import RaceCoverage

FIELD = "whole"


def races(year, rounds, *, doubtful=()):
    """A season of so many races; `doubtful` are the rounds that tell nothing of a driver without a line."""
    return SeasonRaces(year, 1, year, rounds, year * 1000 + rounds, {FIELD: [year * 1000 + each for each in doubtful]})


def lines(year, adds):
    """By round, what each line adds."""
    return [CountedLine(year * 1000 + round_, (add,)) for round_, add in sorted(adds.items())]


def season(of, made, own=None):
    """A season whose totals are what its lines and doubts come to, or its own given totals with what follows."""
    so_far = SoFar(of, FIELD)
    for line in made:
        if line.order // 1000 == of.year:
            so_far.add(line.order, line.adds[0])
    total = so_far.since(0, to_the_end=True)
    if own and not total.exact:
        total = larger(total, own.counts[0].plus(so_far.since(own.through, to_the_end=True)))
    return SeasonSoFar(of, (total,), own)


def counted(made, seasons, official=None):
    after, total = running_counts(made, seasons, official, [FIELD])
    return [tuple(count[0]) for count in after], tuple(total[0])


WHOLE, LAST_MISSING = races(2024, 4), races(2024, 4, doubtful=[3, 4])
ONE_IN_DOUBT = races(2024, 4, doubtful=[2])


@pytest.mark.parametrize(
    ("of", "adds", "official", "own", "expected", "total"),
    [
        pytest.param(WHOLE, {}, None, None, [], (0, 0), id="no lines"),
        pytest.param(WHOLE, {1: 1, 3: 0, 4: 1}, None, None, [(1, 0), (1, 0), (2, 0)], (2, 0), id="from nothing"),
        pytest.param(WHOLE, {1: 1, 2: None, 3: 1}, None, None, [(1, 0), (1, 1), (2, 1)], (2, 1), id="one lacks it"),
        pytest.param(ONE_IN_DOUBT, {1: 1, 3: 1}, None, None, [(1, 0), (2, 1)], (2, 1), id="absent from a doubtful one"),
        pytest.param(ONE_IN_DOUBT, {1: 1, 2: 1}, None, None, [(1, 0), (2, 0)], (2, 0), id="there in a doubtful one"),
        pytest.param(LAST_MISSING, {1: 1, 2: 1}, None, None, [(1, 0), (2, 0)], (2, 2), id="doubtful ones after it"),
        pytest.param(WHOLE, {1: 1}, (2023036, Count(31)), None, [(32, 0)], (32, 0), id="on from the total of a career"),
        pytest.param(
            WHOLE, {1: 1, 3: 1}, (2024002, Count(2)), None, [(1, 1), (3, 0)], (3, 0), id="through a round of the season"
        ),
        pytest.param(WHOLE, {1: 1, 3: 1}, (2024002, Count(0)), None, [(1, 0), (2, 0)], (2, 0), id="lines say more"),
        pytest.param(
            ONE_IN_DOUBT, {1: 1, 3: 1}, (2024002, Count(1)), None, [(1, 0), (2, 0)], (2, 0), id="says the same exactly"
        ),
        pytest.param(
            WHOLE, {1: None}, (2023036, Count(31, 2)), None, [(31, 3)], (31, 3), id="a total that is at least so much"
        ),
        pytest.param(
            ONE_IN_DOUBT, {1: 1, 4: 1}, None, (2024003, Count(5)), [(1, 0), (6, 0)], (6, 0), id="a season's total"
        ),
        pytest.param(
            WHOLE, {1: 1, 4: 1}, None, (2024003, Count(5)), [(1, 0), (2, 0)], (2, 0), id="lines that are exact"
        ),
    ],
)
def test_one_season(of, adds, official, own, expected, total):
    made = lines(2024, adds)
    own = own and GivenCounts(own[0], (own[1],))
    official = official and GivenCounts(official[0], (official[1],))
    assert counted(made, [season(of, made, own)], official) == (expected, total)


def test_seasons_add_up_and_a_season_in_doubt_between_them_is_doubted():
    made = lines(2022, {1: 1}) + lines(2024, {1: 1})
    gap = SeasonSoFar(races(2023, 3, doubtful=[2, 3]), (Count(0, 2),))
    seasons = [season(races(2022, 1), made), gap, season(races(2024, 1), made)]
    assert counted(made, seasons) == ([(1, 0), (2, 2)], (2, 2))


def test_each_count_runs_by_itself():
    """What a source does not give is in doubt in the races that only its starts tell of."""
    made = [CountedLine(2024001, (1, None, 221)), CountedLine(2024002, (1, 0, 0))]
    totals = SeasonSoFar(WHOLE, (Count(2), Count(0, 1), Count(221)))
    after, total = running_counts(made, [totals], GivenCounts(2023036, (Count(30), Count(5), None)), [FIELD] * 3)
    assert after == [(Count(31), Count(5, 1), Count(221, 30)), (Count(32), Count(5, 1), Count(221, 30))]
    assert total == (Count(32), Count(5, 1), Count(221, 30))


@pytest.mark.parametrize(
    ("through", "starts", "unknown"),
    [
        pytest.param(2024002, 2, [0, 0, 0], id="they are on file"),
        pytest.param(2024002, 5, [3, 3, 3], id="more than are on file"),
        pytest.param(2024002, 1, [0, 0, 0], id="fewer"),
        pytest.param(2023036, 2, [2, 2, 2], id="before those on file"),
        pytest.param(2024004, 5, [2, 2, 2], id="to the season's end"),
        pytest.param(2024002, None, [0, 0, 0], id="not given"),
    ],
)
def test_what_is_not_given_of_starts_that_only_a_source_has_is_in_doubt(through, starts, unknown):
    made = [CountedLine(2024000 + round_, (1, 10)) for round_ in (1, 2, 4)]
    totals = SeasonSoFar(WHOLE, (Count(3), Count(30)))
    official = GivenCounts(through, (None if starts is None else Count(starts), None))
    after, total = running_counts(made, [totals], official, [FIELD] * 2)
    assert [tuple(count[1]) for count in after] == list(zip([10, 20, 30], unknown))
    assert total[1] == Count(30, unknown[-1])


@pytest.mark.parametrize(("starts", "unknown"), [(None, 1), (Count(0), 0), (Count(3), 3)])
def test_a_total_without_starts_may_be_of_some_where_nothing_else_is_on_file(starts, unknown):
    _, total = running_counts([], [], GivenCounts(2023036, (starts, None, Count(5))), [FIELD] * 3)
    assert total == (starts or Count(0, 1), Count(0, unknown), Count(5))


def test_at_least_none_says_nothing():
    assert (Count(0, 1).known, Count(0).known, Count(3, 1).known) == (None, 0, 3)


adds = st.dictionaries(st.integers(1, 6), st.none() | st.integers(0, 9), max_size=6)
givens = st.none() | st.tuples(
    st.integers(2021, 2024), st.integers(0, 6), st.builds(Count, st.integers(0, 40), st.integers(0, 3))
)


@st.composite
def careers(draw):
    made, seasons = [], []
    for year in (2022, 2023, 2024):
        of = races(year, 6, doubtful=sorted(draw(st.sets(st.integers(1, 6), max_size=3))))
        mine = lines(year, draw(adds))
        own = draw(givens)
        seasons.append(season(of, mine, own and GivenCounts(year * 1000 + own[1], (own[2],))))
        made += mine
    official = draw(givens)
    return made, seasons, official and GivenCounts(official[0] * 1000 + official[1], (official[2],))


def since(made, of, after, until):
    """What the lines of a season between two races come to, added up from the beginning."""
    mine = [line for line in made if line.order // 1000 == of.year and after < line.order <= until]
    held = {line.order for line in mine}
    doubt = sum(1 for order in of.doubtful[FIELD] if after < order <= until and order not in held)
    known = [line.adds[0] for line in mine]
    return Count(sum(filter(None, known)), known.count(None) + doubt)


def naive(made, seasons, official, order):
    """The count after the race of this order, from the rule as it is written."""
    total, on_from = Count(0), official and official.counts[0]
    for each in seasons:
        first, last = each.races.year * 1000, each.races.year * 1000 + 999
        if first > order:
            break
        if last < order:
            total = total.plus(each.totals[0])
            if on_from and official.through < first:
                on_from = on_from.plus(each.totals[0])
            elif on_from and official.through <= last:
                on_from = on_from.plus(since(made, each.races, official.through, last))
            continue
        of_season = since(made, each.races, 0, order)
        if each.given and not of_season.exact and each.given.through <= order:
            summed = each.given.counts[0].plus(since(made, each.races, each.given.through, order))
            of_season = larger(of_season, summed)
        total = total.plus(of_season)
        if on_from and official.through <= order:
            total = larger(total, on_from.plus(since(made, each.races, max(official.through, first), order)))
    if on_from and order < official.through:
        total = total.doubted(max(0, official.counts[0].value - on_file(made, seasons, official.through)))
    return total


def on_file(made, seasons, through):
    """What the seasons had come to at the last line by a race of its season, or else before that season."""
    by_then = [line.order for line in made if through // 1000 * 1000 < line.order <= through]
    if by_then:
        return naive(made, seasons, None, by_then[-1]).value
    return sum(each.totals[0].value for each in seasons if each.races.year < through // 1000)


@settings(deadline=None)
@given(careers())
def test_running_counts_equal_the_rule_as_it_is_written(career):
    made, seasons, official = career
    after, _ = running_counts(made, seasons, official, [FIELD])
    assert [count for (count,) in after] == [naive(made, seasons, official, line.order) for line in made]


@settings(deadline=None)
@given(careers())
def test_no_count_falls(career):
    made, seasons, official = career
    after, (total,) = running_counts(made, seasons, official, [FIELD])
    values = [count.value for (count,) in after]
    # A season that turns out exact says less than its source did only where the source is wrong.
    if not any(each.given for each in seasons):
        assert values == sorted(values)
        assert not values or total.value >= values[-1]


@pytest.mark.parametrize(
    ("threshold", "counts", "added", "expected"),
    [
        pytest.param(2, [1, 1, 2, 3], [1, 0, 1, 1], 2, id="in the third race"),
        pytest.param(4, [1, 1, 2, 3], [1, 0, 1, 1], None, id="not yet"),
        pytest.param(32, [31, 32], [0, 1], 1, id="on from a total"),
        pytest.param(31, [31, 32], [0, 1], BEFORE, id="in a total before the first race"),
        pytest.param(30, [1, 33], [1, 1], BEFORE, id="in a total between two races"),
        pytest.param(1, [], [], None, id="no lines"),
        pytest.param(5, [3, 3, 8], [3, None, 5], 2, id="past one that lacks it"),
    ],
)
def test_first_to_reach(threshold, counts, added, expected):
    assert first_to_reach(threshold, [Count(count) for count in counts], added) == expected


TOLD = [dict(zip(TELLING, flags)) for flags in product((False, True), repeat=len(TELLING))]
"""Whatever a race can tell of who has no line in it."""


def test_doubtful_orders():
    """A whole field tells of everything, its own column of one thing, and a race that is missing of nothing."""
    on_file = [SimpleNamespace(race_order=2024000 + order, **told) for order, told in enumerate(TOLD)]
    found = doubtful_orders(reversed(on_file), [2024050, 2024040])
    assert {told: [order - 2024000 for order in orders] for told, orders in found.items()} == {
        "whole": [*range(16), 40, 50],
        "winner": [0, 1, 2, 3, 4, 5, 6, 7, 40, 50],
        "second": [0, 1, 2, 3, 8, 9, 10, 11, 40, 50],
        "pole": [0, 1, 4, 5, 8, 9, 12, 13, 40, 50],
        "stages": [0, 2, 4, 6, 8, 10, 12, 14, 40, 50],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("told", TELLING)
def test_a_query_picks_the_races_that_do_not_tell_of_the_absent(told):
    held = list(RaceCoverage.objects.order_by("pk")[: len(TOLD)])
    for race, flags in zip(held, TOLD):
        for name, flag in flags.items():
            setattr(race, name, flag)
    RaceCoverage.objects.bulk_update(held, TELLING)
    silent = RaceCoverage.objects.filter(silent_on(told), pk__in=[race.pk for race in held])
    assert {race.pk for race in silent} == {race.pk for race in held if not tells_of_absent(race, told)}
    assert 0 < len(silent) < len(held) == len(TOLD)
