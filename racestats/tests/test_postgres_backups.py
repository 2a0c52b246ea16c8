"""Backups of a book in PostgreSQL: made by its own tools, read back, put back, and refused where they are not whole."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from drivers.models import Driver
from racestats.serving.data_version import postgres_server
from racestats.serving.postgres_backups import digest

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the database of the tests is SQLite"),
]


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "larson.jpg").write_bytes(b"a portrait")
    Driver.objects.get_or_create(name="Kyle Larson", slug="kyle-larson")
    return tmp_path / "backups"


def digest_now() -> str:
    with psycopg.connect(**postgres_server()) as book:
        return digest(book)


def others() -> int:
    with psycopg.connect(**postgres_server()) as book:
        return book.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'racestats_check_%'").fetchone()[0]


def test_what_was_backed_up_comes_back(folder, settings, capsys):
    before = digest_now()
    call_command("backup", folder)
    (made,) = folder.glob("racestats-*")
    assert f"{made}: " in capsys.readouterr().out
    Driver.objects.filter(slug="kyle-larson").update(name="Somebody Else")
    (settings.MEDIA_ROOT / "larson.jpg").unlink()
    assert digest_now() != before
    call_command("restore", made, yes=True)
    assert digest_now() == before
    assert Driver.objects.get(slug="kyle-larson").name == "Kyle Larson"
    assert (settings.MEDIA_ROOT / "larson.jpg").read_bytes() == b"a portrait"
    assert others() == 0


def test_a_bad_archive_changes_nothing(folder):
    call_command("backup", folder)
    (made,) = folder.glob("racestats-*")
    made.write_bytes(made.read_bytes()[:-5000])
    before = digest_now()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("restore", made, yes=True)
    assert digest_now() == before


def test_what_cannot_be_compared_is_no_backup(folder, monkeypatch):
    monkeypatch.setattr("racestats.serving.postgres_backups.digest", lambda book: str(id(object())) + book.info.dbname)
    with pytest.raises(CommandError, match=r"does not hold what the book does\. No archive was made\."):
        call_command("backup", folder)
    assert list(folder.iterdir()) == []
    assert others() == 0
