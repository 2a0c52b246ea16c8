"""What articles have said about the sport, asked of the whole history at one address each."""

from urllib.parse import parse_qs

import pytest

from races.models import Series, StatLine
from stats.finder.asking.examples import examples, on_file
from testing.finder import told

pytestmark = pytest.mark.django_db
EIGHTY = 80


def test_there_are_eighty():
    assert len({each.key for each in examples()}) == len(examples()) == EIGHTY
    assert len({each.query for each in examples()}) == EIGHTY


def test_those_on_file_are_listed(drawn):
    """Of the demo content each leads to an answer."""
    page = drawn("/finder/examples/").page
    assert page.problems == []
    listed = on_file(examples())
    assert EIGHTY / 2 < len(listed) < EIGHTY
    for each in listed[::7]:
        assert drawn(f"/finder/?{each.query}", format="json").status == 200, each.key


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.key)
def test_the_whole_history_answers(full_book, client, example):
    """As the file of examples says; where that is not what was printed, the page says why."""
    series = parse_qs(example.query).get("series", ["trucks"])[0]
    if not StatLine.objects.filter(series__slug=series).exists():
        pytest.skip(f"The whole of {Series.objects.get(slug=series)} is not in this book.")
    response = client.get(f"/finder/?{example.query}&format=json")
    assert response.status_code == 200, response.content
    assert told(response.json(), int(example.shown)) == example.answer
