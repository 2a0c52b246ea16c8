"""What every test can ask for. The test database holds the demo content; `empty_book` clears it for one test."""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import django
import pytest
from django.core.management import call_command

HERE = Path(__file__).resolve().parent
SHAPES_THE_BOOK = (
    "fixtures/*.json",
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "*/querysets.py",
    "*/laps.py",
    "*/book/*.py",
    "*/management/commands/*.py",
)
"""The files that decide what the loaded demo content looks like: when one changes, it is loaded anew."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, load_demo):
    """Load the demo content once; the tests that change it roll back."""
    with django_db_blocker.unblock():
        load_demo()


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


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for path in sorted(path for pattern in SHAPES_THE_BOOK for path in HERE.glob(pattern)):
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
