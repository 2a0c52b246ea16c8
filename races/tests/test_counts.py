"""Running counts and who reached what: cases by hand, and any career against the plainest way to add it up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from races.derived.counts import BEFORE, CountedLine, Opening, first_to_reach, highest_counts, running_counts


def career(*adds, first=1):
    """Lines of one count, in the rounds that follow one another."""
    return [CountedLine(order, (add,)) for order, add in enumerate(adds, first)]


def counts(lines, opening=None):
    return [after[0] for after in running_counts(lines, opening, 1)]


@pytest.mark.parametrize(
    ("adds", "opening", "expected"),
    [
        pytest.param([], None, [], id="no lines"),
        pytest.param([1, 0, 1], None, [1, 1, 2], id="counted from nothing"),
        pytest.param([1, None, 1], None, [1, None, None], id="unknown from then on"),
        pytest.param([0, 1], Opening(0, (31,)), [31, 32], id="counted on from the opening"),
        pytest.param([1, 1, 1], Opening(2, (2,)), [1, 2, 3], id="before it: the lines, as they add up to it"),
        pytest.param([1, 1, 1], Opening(2, (31,)), [None, None, 32], id="before it: unknown, as lines are missing"),
        pytest.param([1, None, 1], Opening(2, (1,)), [None, None, 2], id="before it: unknown, as one line is"),
        pytest.param([1, 1], Opening(0, (None,)), [1, 2], id="the opening says nothing"),
        pytest.param([1, 1], Opening(9, (2,)), [1, 2], id="all before the opening"),
        pytest.param([1, 1], Opening(9, (3,)), [None, None], id="all before it, one missing"),
        pytest.param([None, 1], Opening(0, (31,)), [None, None], id="unknown after it"),
    ],
)
def test_running_counts(adds, opening, expected):
    assert counts(career(*adds), opening) == expected


def test_each_count_runs_by_itself():
    lines = [CountedLine(1, (1, None, 221)), CountedLine(2, (1, 0, 0))]
    assert running_counts(lines, Opening(0, (30, 5, None)), 3) == [(31, None, None), (32, None, None)]


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        pytest.param(Opening(15, (15, None)), True, id="every start is held"),
        pytest.param(Opening(15, (16, None)), True, id="one of 21 is missing"),
        pytest.param(Opening(15, (17, None)), False, id="two of 22 are missing"),
        pytest.param(Opening(15, (None, None)), True, id="it does not say how many there were"),
        pytest.param(Opening(0, (1, None)), True, id="one before the first line"),
        pytest.param(Opening(0, (2, None)), False, id="two before the first line"),
        pytest.param(Opening(99, (21, None)), True, id="all before it"),
    ],
)
def test_what_an_opening_says_nothing_of_is_counted_by_lines_that_are_the_whole(opening, expected):
    lines = [CountedLine(order, (1, 2)) for order in range(1, 21)]
    after = [count[1] for count in running_counts(lines, opening, 2)]
    assert after == (list(range(2, 41, 2)) if expected else [None] * 20)
    assert first_to_reach(10, 1, lines, running_counts(lines, opening, 2), opening) == (4 if expected else None)
    lines[7] = CountedLine(8, (1, None))
    after = [count[1] for count in running_counts(lines, opening, 2)]
    assert after == ([2, 4, 6, 8, 10, 12, 14] if expected else [None] * 7) + [None] * 13


addends = st.none() | st.integers(0, 400)
lines_of_two = st.lists(st.tuples(addends, addends), max_size=12).map(
    lambda rows: [CountedLine(2 * order, adds) for order, adds in enumerate(rows, 1)]
)
openings = st.none() | st.builds(
    Opening, st.integers(0, 26), st.tuples(st.none() | st.integers(0, 12), st.none() | st.integers(0, 500))
)


def naive(lines, opening, index, place):
    """The count after one line, added up from the beginning."""
    order = lines[index].order
    if opening is None:
        return total(line.adds[place] for line in lines[: index + 1])
    official = opening.counts[place]
    if official is None and is_the_whole(lines, opening):
        return total(line.adds[place] for line in lines[: index + 1])
    if order > opening.through:
        return total([official, *(line.adds[place] for line in lines[: index + 1] if line.order > opening.through)])
    if official is None or total(line.adds[place] for line in lines if line.order <= opening.through) != official:
        return None
    return total(line.adds[place] for line in lines[: index + 1])


def is_the_whole(lines, opening):
    after = [line for line in lines if line.order > opening.through]
    return opening.counts[0] is None or 100 * len(lines) >= 95 * (opening.counts[0] + len(after))


def total(values):
    values = list(values)
    return None if None in values else sum(values)


@settings(deadline=None)
@given(lines_of_two, openings)
def test_running_counts_equal_the_naive_sums(lines, opening):
    expected = [tuple(naive(lines, opening, index, place) for place in range(2)) for index in range(len(lines))]
    assert running_counts(lines, opening, 2) == expected


@settings(deadline=None)
@given(lines_of_two.filter(bool), st.integers(0, 26))
def test_an_opening_that_equals_the_lines_changes_nothing(lines, through):
    plain = running_counts(lines, None, 2)
    summed = tuple(total(line.adds[place] for line in lines if line.order <= through) for place in range(2))
    if None not in summed:
        assert running_counts(lines, Opening(through, summed), 2) == plain


@pytest.mark.parametrize(
    ("threshold", "adds", "opening", "expected"),
    [
        pytest.param(2, [1, 0, 1, 1], None, 2, id="in the third race"),
        pytest.param(4, [1, 0, 1, 1], None, None, id="not yet"),
        pytest.param(32, [0, 1], Opening(0, (31,)), 1, id="counted on"),
        pytest.param(31, [0, 1], Opening(0, (31,)), BEFORE, id="at the opening"),
        pytest.param(31, [], Opening(0, (31,)), BEFORE, id="at the opening, no lines"),
        pytest.param(2, [1, 1, 1], Opening(2, (2,)), 1, id="before the opening, in a complete run"),
        pytest.param(2, [1, 1, 1], Opening(2, (30,)), BEFORE, id="before the opening, lines missing"),
        pytest.param(2, [1, None, 1], None, None, id="nobody knows"),
        pytest.param(1, [1, None, 1], None, 0, id="known until then"),
        pytest.param(1, [1], Opening(0, (None,)), 0, id="the opening says nothing"),
    ],
)
def test_first_to_reach(threshold, adds, opening, expected):
    lines = career(*adds)
    counts = running_counts(lines, opening, 1)
    assert first_to_reach(threshold, 0, lines, counts, opening) == expected
    assert (highest_counts(counts, opening, 1)[0] >= threshold) is (expected is not None)


@settings(deadline=None)
@given(lines_of_two, openings, st.integers(1, 500))
def test_whoever_reached_a_threshold_had_not_a_race_earlier(lines, opening, threshold):
    after = running_counts(lines, opening, 2)
    index = first_to_reach(threshold, 0, lines, after, opening)
    known = [count[0] is not None and count[0] >= threshold for count in after]
    if index is None:
        assert not any(known)
    elif index == BEFORE:
        assert opening.counts[0] >= threshold
        assert not any(reached for reached, line in zip(known, lines) if line.order <= opening.through)
    else:
        assert known.index(True) == index
