"""A database that is full, only for reading, locked, missing, damaged or older than the code: what readers, editors and
whoever gives a command are told, and that nothing is half written."""

import importlib.util
import random
import resource
import shutil
import sqlite3
import sys
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections
from django.db.backends.signals import connection_created

from drivers.models import Driver
from racestats.ailments import AILMENTS, OTHER, ailment_of, in_words
from racestats.serving import kept_values
from racestats.serving.backups import _read, digest
from testing.books import everything
from testing.editing import typed
from testing.files.samples import as_bytes, document
from testing.makers import make_little_book

make_book = make_little_book
LARSON = "/drivers/kyle-larson/"
FULL, READ_ONLY, LOCKED, OLDER, DAMAGED, MISSING = AILMENTS


@contextmanager
def each_connection(pragma: str):
    """Every connection that is made meanwhile begins with this."""

    def begin(connection, **kwargs):
        connection.connection.execute(pragma)

    connection.close()
    connection_created.connect(begin)
    try:
        yield
    finally:
        connection_created.disconnect(begin)
        connection.close()


@contextmanager
def full(book):
    """SQLite says the same of a limit to its pages as of a disk."""
    with closing(sqlite3.connect(book)) as other:
        other.execute("VACUUM")
        (pages,) = other.execute("PRAGMA page_count").fetchone()
    with each_connection(f"PRAGMA max_page_count = {pages}"):
        yield


@contextmanager
def only_for_reading(book):
    with each_connection("PRAGMA query_only = ON"):
        yield


@contextmanager
def locked(book):
    with closing(sqlite3.connect(book)) as other, each_connection("PRAGMA busy_timeout = 10"):
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def missing(book):
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/book.sqlite3"
    yield
    connection.close()
    connection.settings_dict["NAME"] = book


@contextmanager
def damaged(book):
    connection.close()
    shutil.copy(book, book.with_suffix(".kept"))
    book.write_bytes(b"no database at all " * 1000)
    yield
    connection.close()
    shutil.move(book.with_suffix(".kept"), book)


@contextmanager
def older(book):
    """Without the tables of later migrations, which the book does not know to have been applied either."""
    with closing(sqlite3.connect(book)) as other:
        other.execute("DELETE FROM django_migrations WHERE app = 'races' AND name > '0015'")
        for table in ("careertotals", "findableword", "findable"):
            other.execute(f"DROP TABLE races_{table}")
        other.commit()
    yield


ILL = {
    "full": (full, FULL),
    "only for reading": (only_for_reading, READ_ONLY),
    "locked": (locked, LOCKED),
    "missing": (missing, MISSING),
    "damaged": (damaged, DAMAGED),
    "older": (older, OLDER),
}
READABLE = ("full", "only for reading", "locked")
ill = pytest.mark.parametrize("name", ILL)


def manage(monkeypatch, capsys, *arguments) -> tuple[object, str]:
    """How a command ends, and what it says of it."""
    spec = importlib.util.spec_from_file_location("manage", settings.BASE_DIR / "manage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", ["manage.py", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        module.main()
    code, told = end.value.code, capsys.readouterr().err
    return (1, code) if isinstance(code, str) else (code, told)


@ill
def test_readers_read_on_or_are_told(client, made_file, name):
    client.raise_request_exception = False
    make, ailment = ILL[name]
    page = client.get(LARSON).content
    with make(made_file):
        response = client.get(LARSON)
        if name in READABLE:
            assert (response.status_code, response.content) == (200, page)
        else:
            assert (response.status_code, response["Retry-After"]) == (503, "30")
            assert ailment.sentence in response.content.decode()
            assert client.get(LARSON, {"format": "json"}).json()["error"] == "unavailable"
    if name != "older":
        assert client.get(LARSON).content == page


@pytest.mark.parametrize("name", READABLE)
def test_editors_are_told_why_nothing_was_saved(client, made_file, name):
    client.raise_request_exception = False
    client.force_login(get_user_model().objects.create_superuser("chief", password="x"))
    driver = Driver.objects.get(slug="kyle-larson")
    address = f"/admin/drivers/driver/{driver.pk}/change/"
    form = typed(client.get(address)) | {"biography": "Fast. " * 20_000}
    make, ailment = ILL[name]
    before = everything()
    with make(made_file):
        response = client.post(address, form)
    assert response.status_code == 503
    assert ailment.sentence in response.content.decode()
    assert everything() == before
    assert client.post(address, form).status_code == 302


@pytest.mark.parametrize("name", READABLE)
def test_whoever_imports_is_told_beside_what_was_chosen(client, made_file, name):
    client.force_login(get_user_model().objects.create_superuser("chief", password="x"))
    blanks = "".join(random.Random(1).choices(" \t\n", k=100_000))
    races = as_bytes([document(round=number) for number in range(13, 33)]) + blanks.encode()

    def choose():
        return client.post("/admin/import/", {"file": SimpleUploadedFile("a.json", races), "strict": "on"})

    address = choose().url
    plan = client.get(address).context_data["plan"].hash
    make, ailment = ILL[name]
    before = everything()
    with make(made_file):
        for answer in (choose(), client.post(address, {"confirm": "", "plan": plan})):
            assert answer.status_code == 200
            assert ailment.sentence in answer.content.decode()
            assert 'name="strict" id="id_strict" checked' in answer.content.decode()
    assert everything() == before
    assert client.post(address, {"confirm": "", "plan": plan}).status_code == 302


@ill
def test_commands_tell_it_in_a_sentence(made_file, tmp_path, monkeypatch, capsys, settings, name):
    settings.SILENCED_SYSTEM_CHECKS = ["templates.E002", "axes.W001"]  # Both are of the settings of tests.
    race = tmp_path / "race.json"
    race.write_bytes(as_bytes(document(round=40, note="Rain. " * 5000)))
    fixture = tmp_path / "many.json"
    rows = [
        {"model": "drivers.driver", "fields": {"name": f"Nobody {n}", "slug": f"nobody-{n}", "biography": "x" * 5000}}
        for n in range(20)
    ]
    fixture.write_bytes(as_bytes(rows))
    commands = [["import_results", race, "--create-drivers"]]
    commands += [] if name == "older" else [["loaddata", fixture]]
    commands += [] if name in ("older", "full") else [["migrate", "races", "0014"], ["demo"]]
    commands += [] if name in READABLE else [["rebuild_stats", "--check"], ["history", tmp_path]]
    commands += [["backup", tmp_path / "backups"]] if name in ("missing", "damaged") else []
    make, _ = ILL[name]
    before = {} if name == "older" else everything()
    with make(made_file):
        for command in commands:
            code, told = manage(monkeypatch, capsys, *command)
            assert code == 1, (command, told)
            assert "Traceback" not in told
            assert len(told.strip().splitlines()) == 1, told
    assert name == "older" or everything() == before


@pytest.mark.parametrize(
    ("said", "ailment"),
    [
        (OSError(28, "No space left on device"), FULL),
        (OSError(30, "Read-only file system"), READ_ONLY),
        (sqlite3.OperationalError("database or disk is full"), FULL),
        (sqlite3.OperationalError("something new"), OTHER),
        (sqlite3.IntegrityError("UNIQUE constraint failed"), OTHER),
        (OSError(2, "No such file"), None),
        (ValueError("database is locked"), None),
    ],
    ids=str,
)
def test_what_ails(said, ailment):
    assert ailment_of(said) is ailment


def test_a_failure_of_something_else_has_no_words():
    assert in_words(KeyError("x")) == ""


@contextmanager
def no_file_grows():
    """No process may write to a file here: the system says of its size what it would of the disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_book_on_a_disk_without_room_is_read(client, made_file, monkeypatch):
    """SQLite cannot make the file that it needs beside the book, and nobody has it open: it is read without, for one
    request at a time."""
    monkeypatch.setattr(kept_values, "version_of_database", lambda: None)
    page = client.get(LARSON).content
    connection.close()
    with no_file_grows():
        response = client.get(LARSON)
        assert (response.status_code, response.content) == (200, page)
        assert connections["default"].close_at == 0
        with closing(_read(made_file)) as opened:
            assert len(digest(opened)) > 100
        with pytest.raises(OperationalError, match="readonly"):
            Driver.objects.filter(slug="kyle-larson").update(name="Somebody Else")
        connection.close()
    # What was committed and is not in the book itself yet would be missing.
    with closing(sqlite3.connect(made_file)) as other:
        other.execute("UPDATE drivers_driver SET name = 'Kyle M. Larson' WHERE slug = 'kyle-larson'")
        other.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{made_file}{ending}", f"{made_file}.kept{ending}")
    connection.settings_dict["NAME"] = f"{made_file}.kept"
    with no_file_grows(), pytest.raises(OperationalError, match="disk I/O error"):
        connection.ensure_connection()
    connection.settings_dict["NAME"] = made_file
