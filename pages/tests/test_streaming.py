"""The forms that hold all rows are sent in blocks, as their rows are read: no answer is held whole, however long."""

import csv
import gc
import json
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from pages.careers.race_log import LogLine, RaceLog
from pages.kit.tables.base import READ_AT_ONCE
from pages.kit.tables.columns import make_reader
from pages.kit.writers import BLOCK, in_blocks
from races.models import StatLine
from testing.site import CONTENT_TYPES, FORMS, view_class

LOG = "/manufacturers/dodge/races/"
IN_BLOCKS = [form for form in FORMS if form != "html"]
ROWS = {
    "csv": lambda text: len(list(csv.reader(text.splitlines()))) - 1,
    "json": lambda text: len(json.loads(text)["rows"]),
    "md": lambda text: text.count("\n| ") - 2,
    "embed": lambda text: text.count("<tr>") - 1,
}
"""How many rows an answer has; the head of a table is none."""


@pytest.mark.parametrize("form", IN_BLOCKS)
def test_the_log_of_a_make(full_book, form):
    """Every row, in blocks; so many queries for so many rows, and never more lines held than are read at once."""
    rows = StatLine.objects.as_of().filter(manufacturer__slug="dodge").count()
    assert rows > 4 * READ_AT_ONCE
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(LOG, {"format": form})
        assert len(queries) <= 6
        blocks, most_held = [], 0
        for block in response.streaming_content:
            blocks.append(block)
            if len(blocks) % 10 == 0:
                most_held = max(most_held, sum(type(each) is LogLine for each in gc.get_objects()))
    assert response.headers["Content-Type"] == CONTENT_TYPES[form]
    assert ROWS[form](b"".join(blocks).decode()) == rows
    assert len(blocks) >= rows / BLOCK
    assert 0 < most_held <= 2 * READ_AT_ONCE
    assert len(queries) <= 4 + 2 * (rows / READ_AT_ONCE + 1)


def test_a_reader_who_leaves(full_book):
    """Nothing more is read for a reader who has gone."""
    response = Client().get(LOG, {"format": "csv"})
    next(response.streaming_content)
    response.close()
    with CaptureQueriesContext(connection) as queries:
        assert list(response.streaming_content) == []
    assert len(queries) == 0


@pytest.mark.django_db
def test_a_race_deleted_meanwhile():
    """The lines of a race that is deleted while a log is read are left out of it."""
    lines = StatLine.objects.as_of().latest_first()
    latest = lines[0].race_id

    class Log(RaceLog):
        def _read_races(self, missing):
            super()._read_races(missing - {latest})

    log = Log(lines, lines.count())
    assert len(list(log)) == len(log) - lines.filter(race=latest).count() > 0


@pytest.mark.django_db
@pytest.mark.parametrize("form", IN_BLOCKS)
def test_headers_alone(form):
    """A HEAD request has the headers of the answer, and no row is written for it."""
    asked = RequestFactory().head(LOG, {"format": form})
    response = view_class(LOG).as_view()(asked, slug="dodge")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == CONTENT_TYPES[form]
    assert b"".join(response) == b""


def test_what_fails_at_once_is_an_error():
    """The first block is written before the answer begins: until then an error is one, and not half an answer."""

    def rows(good: int):
        yield from ["row"] * good
        raise ConnectionError

    with pytest.raises(ConnectionError):
        in_blocks(rows(BLOCK - 1), "text/plain")
    assert next(iter(in_blocks(rows(BLOCK), "text/plain"))) == b"row" * BLOCK


RACE = SimpleNamespace(label="2024 Kansas I", track=SimpleNamespace(name="Kansas"), day=None, words=lambda: "Official")


@pytest.mark.parametrize(
    ("path", "record", "value"),
    [
        ("label", RACE, "2024 Kansas I"),
        ("track__name", RACE, "Kansas"),
        ("race__track__name", {"race": RACE}, "Kansas"),
        ("words", RACE, "Official"),
        ("day", RACE, None),
        ("day__year", RACE, None),
        ("track__owner__name", RACE, None),
        ("winner__name", RACE, None),
        ("winner__name", {"winner": {"name": "Larson"}}, "Larson"),
        ("winner__name", {}, None),
        ("count", {"count": 0}, 0),
    ],
)
def test_paths_into_records(path, record, value):
    """Through objects and dicts alike; nothing is where a path ends early, and a zero is a zero."""
    assert make_reader(path)(record) == value
