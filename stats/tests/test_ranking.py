"""The rows of a ranking: which are named, and that any part of it is that part of the whole."""

from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.models import Driver
from races.derived.tallies import SummedColumns, Tally
from stats.boards.ranking import NamesOfSubjects, Ranked, Ranking

NAMES = ["Ann", "Bob", "Cal", "Dee", "Eve", "Fay", "Gus"]


class Known(NamesOfSubjects):
    """Names that no database holds; it keeps account of whose were asked for."""

    def __init__(self):
        super().__init__("driver")
        self.asked = set()

    def of(self, pks):
        self.asked.update(pks)
        return {pk: Driver(pk=pk, name=name, slug=name.lower()) for pk, name in enumerate(NAMES)}


def ranking(values, active=()) -> Ranking:
    """The people of NAMES, by their values, the highest first."""
    summed = SummedColumns.of([])
    ranked = [Ranked(-value, pk, value, "starts", Tally(summed, [value, 0, value])) for pk, value in enumerate(values)]
    return Ranking(sorted(ranked, key=itemgetter(0, 1)), Known(), set(active), {})


def in_words(rows) -> list[str]:
    return [f"{row.rank} {row.who} {row.value.value}" for row in rows]


def test_ties_by_name():
    found = ranking([1, 5, 5, 7, 1])
    assert in_words(found) == ["1 Dee 7", "T2 Bob 5", "T2 Cal 5", "T4 Ann 1", "T4 Eve 1"]
    assert found.values == [7, 5, 5, 1, 1]
    assert in_words([found[0], found[-1], found[3]]) == ["1 Dee 7", "T4 Eve 1", "T4 Ann 1"]


@pytest.mark.parametrize(
    ("part", "named"),
    [
        (slice(0, 1), {3}),
        (slice(0, 2), {3, 1, 2}),  # A tie is in order of names, so the whole of it is read.
        (slice(3, 9), {0, 4}),
        (slice(9, 12), set()),
    ],
)
def test_only_what_is_looked_at_is_named(part, named):
    found = ranking([1, 5, 5, 7, 1])
    found[part]
    assert found.names.asked == named


@given(
    st.lists(st.integers(0, 3), max_size=len(NAMES)),
    st.slices(len(NAMES)),
)
def test_a_part_is_that_part_of_the_whole(values, part):
    found = ranking(values)
    assert found[part] == list(found)[part]
    assert [found[place] for place in range(len(values))] == list(found)


def test_no_place_beyond_the_last():
    with pytest.raises(IndexError):
        ranking([1])[1]
    assert list(ranking([])) == []


@pytest.mark.parametrize(
    ("place", "down_to", "above"),
    [
        (0, 9, []),
        (1, 9, ["1 Dee 7"]),
        (2, 9, ["1 Dee 7"]),
        (3, 9, ["T2 Bob 5", "T2 Cal 5"]),
        (3, 2, ["T2 Bob 5", "T2 Cal 5"]),
        (3, 1, []),
    ],
)
def test_just_above(place, down_to, above):
    found = ranking([1, 5, 5, 7, 1])
    assert in_words(found.just_above(found[place], down_to)) == above


def test_the_first_and_the_active():
    found = ranking([1, 5, 5, 7, 1], active=[4, 3])
    assert set(found.first_and_active(2)) == {3, 1, 2, 4}
    assert set(found.first_and_active(0)) == {3, 4}
    assert set(found.first_and_active(99)) == {0, 1, 2, 3, 4}
    assert in_words(found.of_active()) == ["1 Dee 7", "T4 Eve 1"]
