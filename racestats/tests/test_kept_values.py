"""Values are kept for one version of one database, and so many of them."""

from itertools import count

import pytest

from drivers.models import Driver
from racestats.serving import kept_values
from racestats.serving.kept_values import MOST, kept


@pytest.fixture
def numbered(monkeypatch):
    """A kept function that gives another number whenever it is read."""
    monkeypatch.setattr(kept_values, "KEPT", [])
    numbers = count()
    return kept(lambda *asked: next(numbers))


def test_each_question_is_read_once(made_file, numbered):
    assert [numbered(), numbered("a"), numbered("a"), numbered()] == [0, 1, 1, 0]
    Driver.objects.create(name="Somebody", slug="somebody")
    assert [numbered("a"), numbered()] == [2, 3]


def test_no_more_than_so_many_are_kept(made_file, numbered):
    first = [numbered(place) for place in range(MOST + 1)]
    assert [numbered(place) for place in range(1, MOST + 1)] == first[1:]
    assert numbered(0) == MOST + 1


@pytest.mark.django_db
def test_within_a_transaction_nothing_is_kept(numbered):
    assert [numbered(), numbered()] == [0, 1]
