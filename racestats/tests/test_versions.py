"""Books that released versions made, in versions/: `migrate` brings each to this code, with nothing lost or wrong."""

import gzip
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from drivers.models import Driver
from races.derived.refresh import differences
from races.models import Entry, GivenTotals, Race, Result, StatLine
from racestats.health import problems
from testing.books import book_on_disk, sqlite_only

VERSIONS = sorted((Path(__file__).parent / "versions").glob("*.sql.gz"))
KEPT = {Driver: "drivers_driver", Race: "races_race", Entry: "races_entry", Result: "races_result"}
PAGES = {
    "/": "2025",
    "/drivers/kyle-larson/": "Kyle Larson",
    "/races/cup/2025/12/": "Kansas",
    "/races/cup/2025/12/race/": "Larson",
    "/standings/cup/2025/": "Larson",
    "/leaderboards/wins/": "Larson",
    "/milestones/": "wins",
    "/tracks/kansas/": "Kansas",
    "/api/races/cup/2025/12": "racestats.race/1",
}


@pytest.fixture(params=VERSIONS, ids=lambda path: path.name.removesuffix(".sql.gz"))
def old_book(request, db, tmp_path):
    """A book of a released version on disk; how many rows its tables have."""
    sqlite_only()
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(gzip.decompress(request.param.read_bytes()).decode())
        rows = {name: made.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in KEPT.values()}
        given = made.execute("SELECT count(*) FROM races_openingtotals").fetchone()[0]
        with book_on_disk(tmp_path / "book.sqlite3", made):
            yield rows, given


def test_each_released_version_is_here():
    released = re.findall(r"^## (\d+\.\d+\.\d+)$", (settings.BASE_DIR / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert [path.name.removesuffix(".sql.gz") for path in VERSIONS] == sorted(released)


def test_migrate_brings_it_to_this_code(old_book, client, subtests):
    rows, given = old_book
    assert problems()["migrations"]
    call_command("migrate", verbosity=0)
    assert problems() == {}
    assert differences() == 0
    assert {name: model.objects.count() for model, name in KEPT.items()} == rows
    assert GivenTotals.objects.count() == given > 0
    assert StatLine.objects.count() > 100
    connection.check_constraints()
    for path, shown in PAGES.items():
        with subtests.test(path):
            response = client.get(path)
            assert response.status_code == 200
            assert shown in response.content.decode()
