"""What every test can ask for. The test database holds the demo content; for one test `empty_book` clears it,
`full_book` puts the whole Cup history beside it, and `book_file` is a copy of it on disk, with real transactions.
"""

import hashlib
import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import django
import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse
from django.test.client import Client, ClientHandler

HERE = Path(__file__).resolve().parent
SHAPES_THE_BOOK = (
    "fixtures/*.json",
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "*/querysets.py",
    "*/laps.py",
    "*/points.py",
    "*/book/*.py",
    "*/completeness.py",
    "*/management/commands/*.py",
)
"""The files that decide what the loaded demo content looks like: when one changes, it is loaded anew."""
SHAPES_THE_HISTORY = (*SHAPES_THE_BOOK, "races/importing/**/*.py")
HISTORY = "cup_series_1949_2025.csv.gz"


def pytest_collection_modifyitems(items):
    """One process has the tests of the whole history: another would wait for it to be imported, and hold it again."""
    for item in items:
        if "full_book" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("full_book"))


class ReadToTheEnd(ClientHandler):
    """Answers as a browser has them in the end: one that was sent in blocks is whole."""

    def get_response(self, request):
        response = super().get_response(request)
        if not response.streaming:
            return response
        return HttpResponse(b"".join(response), status=response.status_code, headers=response.headers)


@pytest.fixture
def client():
    """Django's test client, which reads every answer to its end."""
    client = Client()
    client.handler = ReadToTheEnd(enforce_csrf_checks=False)
    return client


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, load_demo, _demo):
    """Load the demo content once; the tests that change it roll back."""
    with django_db_blocker.unblock():
        load_demo()
        if connections["default"].vendor == "sqlite":
            connections["default"].connection.backup(_demo)


@pytest.fixture(scope="session")
def _demo():
    """A copy of the demo content, for books beside the test database, which a test may have changed or locked."""
    with closing(sqlite3.connect(":memory:")) as book:
        yield book


@pytest.fixture(scope="session")
def load_demo(pytestconfig):
    """Fills an empty database with the demo content; SQLite keeps a copy of it for the next run."""
    from django.db import connection

    from races.models import Race

    def load():
        if connection.vendor != "sqlite":
            call_command("demo", verbosity=0)
            return
        connection.ensure_connection()
        kept = pytestconfig.cache.mkdir("demo") / f"{_fingerprint()}.sqlite3"
        try:
            _copy(kept, connection.connection)
        except sqlite3.OperationalError:  # There is no copy yet.
            call_command("demo", verbosity=0)
            if Race.objects.exists():
                _keep(connection.connection, kept)

    return load


def _fingerprint(patterns=SHAPES_THE_BOOK, *further) -> str:
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version} {further}".encode())
    for path in sorted({path for pattern in patterns for path in HERE.glob(pattern)}):
        digest.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _copy(kept: Path, into: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(f"{kept.as_uri()}?mode=ro", uri=True)) as source:
        source.backup(into)


def _keep(book: sqlite3.Connection, kept: Path) -> None:
    """Write the copy under a name of this process first: another may be reading, or writing the same one."""
    draft = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(draft)) as target:
        book.backup(target)
    for old in kept.parent.glob("*.sqlite3"):
        if old != kept:
            old.unlink(missing_ok=True)
    draft.replace(kept)


@pytest.fixture
def empty_book(db):
    """A book with no rows in it, for this test only."""
    from django.apps import apps
    from django.db import connection

    with connection.constraint_checks_disabled():
        for label in ("races", "drivers"):
            for model in apps.get_app_config(label).get_models():
                model.objects.all()._raw_delete(connection.alias)


@pytest.fixture
def book_file(django_db_setup, django_db_blocker, tmp_path, _demo):
    """The path of a book on disk that holds the demo content and that this test reads and writes, for good."""
    path = tmp_path / "book.sqlite3"
    with django_db_blocker.unblock():
        _sqlite_only()
        with _another_book(path) as book:
            _demo.backup(book.connection)
            with _in_use(book):
                yield path


@pytest.fixture
def full_book(db, _full_book):
    """The demo content and the whole Cup history, which the test may change: the next one finds them as they were."""
    with _in_use(_full_book), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def _full_book(django_db_setup, django_db_blocker, pytestconfig, _demo):
    """The history takes long to import: one process does it, and keeps a copy for the others and for the next run."""
    from races.importing.run import Options, import_file
    from races.tests.importing.samples import recorded

    history = recorded(HISTORY)
    found = history.stat()
    folder = pytestconfig.cache.mkdir("full_book")
    kept = folder / f"{_fingerprint(SHAPES_THE_HISTORY, found.st_size, found.st_mtime_ns)}.sqlite3"
    with django_db_blocker.unblock():
        _sqlite_only()
        with _another_book(":memory:") as book:
            with _one_process_at_a_time(folder):
                try:
                    _copy(kept, book.connection)
                except sqlite3.OperationalError:  # There is no copy yet.
                    _demo.backup(book.connection)
                    with _in_use(book):
                        import_file(str(history), Options())
                    _keep(book.connection, kept)
            yield book


def _sqlite_only() -> None:
    if connections["default"].vendor != "sqlite":
        pytest.skip("books beside the test database are SQLite's")


@contextmanager
def _another_book(name):
    book = connections["default"].copy()
    book.settings_dict["NAME"] = name
    book.ensure_connection()
    try:
        yield book
    finally:
        BaseDatabaseWrapper.close(book)  # SQLite's own passes over one in memory.


@contextmanager
def _in_use(book: BaseDatabaseWrapper):
    """Let everything read and write this book."""
    before = connections["default"]
    connections["default"] = book
    try:
        yield
    finally:
        connections["default"] = before


@contextmanager
def _one_process_at_a_time(folder: Path):
    """Waits for its turn; the lock is SQLite's, which ends with its process and is there on every system."""
    with closing(sqlite3.connect(folder / "lock", timeout=600)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
