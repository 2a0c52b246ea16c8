"""The fixtures of every test. The test database holds the demo content; for one test `empty_book` clears it,
`full_book` adds the whole Cup history, and `book_file` is a copy of it on disk, with real transactions.
"""

import gc
import sqlite3
from contextlib import closing
from unittest import mock

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.http import FileResponse, HttpResponse
from django.template.base import Template
from django.test import TestCase
from django.test.client import Client, ClientHandler

from racestats import clock
from testing.answers import Answers
from testing.books import (
    HISTORY,
    another_book,
    book_models,
    book_on_disk,
    cache_folder,
    fill,
    fingerprint,
    in_use,
    one_process_at_a_time,
    sqlite_only,
)
from testing.makers import make_sample_book
from testing.site import TODAY

SHARED = ("full_book", "drawn", "old_file")
"""Fixtures that take long to make: the whole history, answers of the demo content, a book under older code's tables."""


def group_of(item) -> str:
    """Tests that share what takes long to make are in one process, where it is made once; else those of a file."""
    if marked := item.get_closest_marker("xdist_group"):
        return marked.args[0]
    return next((name for name in SHARED if name in item.fixturenames), item.path.stem)


@pytest.hookimpl(wrapper=True)
def pytest_collection_finish(session):
    """Tell xdist the group of each test, which stands behind an @: as of pytest 9.2 it cannot write it there itself.

    Look for no garbage among modules and tests, which stay to the end, and seldom elsewhere: kept pages stay too.
    """
    plain = [item._id for item in session.items]
    if hasattr(session.config, "workerinput"):
        for item in session.items:
            item._id = type(item._id).parse(f"{item.nodeid}@{group_of(item)}")
    yield
    for item, named in zip(session.items, plain):
        item._id = named
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


class ReadToTheEnd(ClientHandler):
    """Answers as a browser has them in the end: one that was sent in blocks is whole."""

    def get_response(self, request):
        response = super().get_response(request)
        if not response.streaming:
            return response
        body = b"".join(response)
        if isinstance(response, FileResponse):
            response.file_to_stream.close()
        return HttpResponse(body, status=response.status_code, headers=response.headers)


@pytest.fixture(scope="session", autouse=True)
def _no_signals_of_templates(django_test_environment):
    """Under test Django sends a signal for every template and widget it renders, and the client keeps a copy of its
    context. Nobody here looks at them."""
    with mock.patch.object(Template, "_render", lambda template, context: template.nodelist.render(context)):
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_day():
    """Whatever the day, it is this one."""
    with mock.patch.object(clock, "today", return_value=TODAY):
        yield


@pytest.fixture(scope="session", autouse=True)
def _references_are_checked_after_writes():
    """After each test Django lets SQLite look for rows that refer to nothing, which takes longer than most tests: a
    test that has written no row has left none."""
    should_check, changes = TestCase._should_check_constraints, 0

    def should_check_now(test, book) -> bool:
        nonlocal changes
        before = changes
        if book.vendor == "sqlite" and book.connection:
            changes = book.connection.total_changes
            if changes == before:
                return False
        return should_check(test, book)

    with mock.patch.object(TestCase, "_should_check_constraints", should_check_now):
        yield


@pytest.fixture
def client():
    """Django's test client, which reads every answer to its end."""
    client = Client()
    client.handler = ReadToTheEnd(enforce_csrf_checks=False)
    return client


@pytest.fixture
def drawn(request, db, client, _answers):
    """What the demo content answers: asked once, and kept for all the rules that look at it in this process."""
    changing = {"empty_book", "full_book", "book_file"}.intersection(request.fixturenames)
    assert not changing, "What is kept is of the demo content alone."
    _answers.client = client
    return _answers


@pytest.fixture(scope="session")
def _answers():
    return Answers()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, load_demo, _demo):
    """Load the demo content once; the tests that change it roll back."""
    with django_db_blocker.unblock():
        load_demo()
        if connection.vendor == "sqlite":
            connection.connection.backup(_demo)


@pytest.fixture(scope="session")
def _demo():
    """A copy of the demo content, for books beside the test database, which a test may have changed or locked."""
    with closing(sqlite3.connect(":memory:")) as book:
        yield book


@pytest.fixture(scope="session")
def _kept_demo(pytestconfig, tmp_path_factory):
    """Where SQLite keeps a copy of the demo content for the other processes, and for the next run."""
    return cache_folder(pytestconfig, "demo", tmp_path_factory) / f"{fingerprint()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """On SQLite migrate nothing: a copy of a book that has been migrated is put over it."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def load_demo(_kept_demo):
    """A function that fills an empty database with the demo content: from the kept copy, if there is one; else one
    process migrates a book and loads it, and the others wait for its copy."""
    from django.contrib.contenttypes.models import ContentType

    from races.models import Race

    def make() -> bool:
        tested = connection.connection
        with another_book(":memory:") as book, in_use(book):
            call_command("migrate", verbosity=0)
            call_command("demo", verbosity=0)
            book.connection.backup(tested)
            return Race.objects.exists()

    def load():
        if connection.vendor != "sqlite":
            call_command("demo", verbosity=0)
            return
        connection.ensure_connection()
        with one_process_at_a_time(_kept_demo.parent):
            fill(connection.connection, _kept_demo, make)
        ContentType.objects.clear_cache()

    return load


def clear() -> None:
    """Take every row out of the book in use, and its history."""
    with connection.constraint_checks_disabled():
        for model in (*book_models(), *apps.get_app_config("changes").get_models()):
            model.objects.all()._raw_delete(connection.alias)


@pytest.fixture
def db(db, request):
    """The database: the small or the empty book, where the test asks for one of these, else the demo content."""
    books = {"small_book": "made_book", "empty_book": "_empty_book"}
    asked = [books[name] for name in books if name in request.fixturenames]
    if not asked or connection.vendor != "sqlite":
        yield
        return
    book = request.getfixturevalue(asked[0])
    with in_use(book), transaction.atomic():
        yield
        book.check_constraints()
        transaction.set_rollback(True)


@pytest.fixture
def empty_book(db):
    """A book with no rows in it, for this test only."""
    if connection.vendor != "sqlite":
        clear()


@pytest.fixture(scope="session")
def _empty_book(django_db_setup, django_db_blocker, _demo):
    """The demo content without its rows: cleared once, for SQLite takes its time to."""
    with django_db_blocker.unblock(), another_book(":memory:") as book:
        _demo.backup(book.connection)
        with in_use(book):
            clear()
        yield book


@pytest.fixture(scope="module")
def made_book(request, django_db_blocker):
    """A book in memory, with the rows that `make_book` of its module makes: once, for `small_book` and copies on disk.
    A module without one has what `samples.document` names."""
    sqlite_only()
    empty = request.getfixturevalue("_empty_book")
    with django_db_blocker.unblock(), another_book(":memory:") as book:
        empty.connection.backup(book.connection)
        book.connection.execute("VACUUM")
        with in_use(book):
            make_book_of(request.module)
        yield book


def make_book_of(module) -> None:
    getattr(module, "make_book", make_sample_book)()


@pytest.fixture
def small_book(db, request):
    """The rows of `made_book`, which the test may change: the next one finds them as they were."""
    if connection.vendor != "sqlite":
        clear()
        make_book_of(request.module)


@pytest.fixture
def made_file(db, tmp_path, made_book):
    """The path of a book on disk that holds what `make_book` made and that this test reads and writes, for good."""
    with book_on_disk(tmp_path / "book.sqlite3", made_book.connection) as path:
        yield path


@pytest.fixture
def book_file(db, tmp_path, _demo):
    """The path of a book on disk that holds the demo content and that this test reads and writes, for good."""
    sqlite_only()
    with book_on_disk(tmp_path / "book.sqlite3", _demo) as path:
        yield path


@pytest.fixture
def full_book(db, _full_book):
    """The demo content and the whole Cup history, which the test may change: the next one finds them as they were."""
    with in_use(_full_book), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def _full_book(django_db_setup, django_db_blocker, pytestconfig, tmp_path_factory, _demo):
    """The history takes long to import: one process does it, and keeps a copy for the others and for the next run."""
    from importing.run import Options, import_file
    from testing.files.samples import recorded

    history = recorded(HISTORY)
    found = history.stat()
    folder = cache_folder(pytestconfig, "full_book", tmp_path_factory)
    kept = folder / f"{fingerprint(found.st_size, found.st_mtime_ns)}.sqlite3"
    with django_db_blocker.unblock():
        sqlite_only()
        with another_book(":memory:") as book:

            def make() -> bool:
                _demo.backup(book.connection)
                with in_use(book):
                    import_file(str(history), Options())
                return True

            with one_process_at_a_time(folder):
                fill(book.connection, kept, make)
            yield book
