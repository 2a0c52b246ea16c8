"""Labels lie over no other, stay in their box and are moved as little as may be."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.labels import apart, room_for, shortened, spread, width_of

places = st.lists(st.floats(-100, 900), max_size=40).map(sorted)
labels = st.lists(st.tuples(st.floats(0, 900), st.text(max_size=12)), max_size=20).map(sorted)


@given(places, st.floats(1, 30))
def test_labels_are_spread(wanted, gap):
    kept = wanted[: room_for(gap, 0, 400)]
    found = spread(kept, gap, 0, 400)
    assert len(found) == len(kept)
    assert all(after - before >= gap - 1e-6 for before, after in itertools.pairwise(found))
    assert all(-1e-6 <= place <= 400 + 1e-6 for place in found)


@given(places, st.floats(1, 30))
def test_labels_that_have_room_are_not_moved(wanted, gap):
    if all(after - before >= gap for before, after in itertools.pairwise(wanted)):
        assert spread(wanted, gap, -100, 900) == pytest.approx(wanted)


def test_neighbours_share_what_they_are_moved():
    assert spread([100, 100, 300], 16, 0, 400) == [92, 108, 300]
    assert spread([0, 0, 0], 10, 0, 400) == [0, 10, 20]
    assert spread([], 16, 0, 400) == []


@given(labels)
def test_labels_along_an_axis_are_apart(wanted):
    found = apart(wanted)
    assert set(found) <= set(wanted)
    assert found[-1:] == wanted[-1:]
    ends = [(middle - width_of(text) / 2, middle + width_of(text) / 2) for middle, text in found]
    assert all(after[0] - before[1] >= 8 - 1e-6 for before, after in itertools.pairwise(ends))


@given(st.text(max_size=60), st.floats(20, 300))
def test_a_shortened_text_fits(text, room):
    found = shortened(text, room)
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))
    assert width_of(found) <= room or found == "…"


def test_a_text_is_shortened_at_its_end():
    assert shortened("Dale Earnhardt Jr.", 200) == "Dale Earnhardt Jr."
    assert shortened("Dale Earnhardt Jr.", 90) == "Dale Earnh…"
