"""Books for tests: kept copies of the demo content and of the whole history, and books beside the test database."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

HISTORY = "cup_series_1949_2025.csv.gz"


def fingerprint(*further) -> str:
    """A digest of all that decides what a loaded book looks like: every source below the pages, and every fixture."""
    root = Path(settings.BASE_DIR)
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root and app.label != "pages"]
    files = (path for app in ours for kind in ("*.py", "*.csv") for path in app.rglob(kind))
    sources = [path for path in files if "tests" not in path.relative_to(root).parts]
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version} {further}".encode())
    for path in sorted([*sources, *(root / "fixtures").rglob("*.*")]):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder(config: pytest.Config, name: str, temporary: pytest.TempPathFactory) -> Path:
    """Where copies outlast a run of the tests; where pytest keeps no cache, a folder of all processes of this run."""
    if cache := getattr(config, "cache", None):
        return cache.mkdir(name)
    of_process = temporary.getbasetemp()
    folder = (of_process.parent if hasattr(config, "workerinput") else of_process) / name
    folder.mkdir(exist_ok=True)
    return folder


def fill(book: sqlite3.Connection, kept: Path, make: Callable[[], bool]) -> None:
    """Fill an empty book from the copy kept of it; where there is none, `make` it, and keep it if it says so."""
    if kept.exists():
        with closing(sqlite3.connect(f"{kept.as_uri()}?mode=ro", uri=True)) as source:
            source.backup(book)
    elif make():
        _keep(book, kept)


def _keep(book: sqlite3.Connection, kept: Path) -> None:
    """Write the copy under a name of this process first: another may be reading, or writing the same one."""
    draft = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(draft)) as target:
        book.backup(target)
    for old in kept.parent.glob("*.sqlite3"):
        if old != kept:
            old.unlink(missing_ok=True)
    draft.replace(kept)


def sqlite_only() -> None:
    if connections["default"].vendor != "sqlite":
        pytest.skip("books beside the test database are SQLite's")


@contextmanager
def another_book(name: str | Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a book of this name beside the test database."""
    book = connections["default"].copy()
    book.settings_dict["NAME"] = name
    book.ensure_connection()
    try:
        yield book
    finally:
        BaseDatabaseWrapper.close(book)  # SQLite's own passes over one in memory.


@contextmanager
def in_use(book: BaseDatabaseWrapper) -> Iterator[None]:
    """Let everything read and write this book."""
    before = connections["default"]
    connections["default"] = book
    try:
        yield
    finally:
        connections["default"] = before


@contextmanager
def book_on_disk(path: Path, contents: sqlite3.Connection) -> Iterator[Path]:
    """A book on disk that holds these contents at first, and that everything reads and writes, for good."""
    with another_book(path) as book:
        contents.backup(book.connection)
        book.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with in_use(book):
            yield path


@contextmanager
def one_process_at_a_time(folder: Path) -> Iterator[None]:
    """Waits for its turn; the lock is SQLite's, which ends with its process and is there on every system."""
    with closing(sqlite3.connect(folder / "lock", timeout=600)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def book_models() -> list[type[Model]]:
    """Every model of the book."""
    return [model for label in ("drivers", "races") for model in apps.get_app_config(label).get_models()]


def everything() -> dict[type[Model], list[tuple]]:
    """Every row of every table as the database has it, to tell that nothing was written."""
    found = {}
    with connections["default"].cursor() as cursor:
        for model in book_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{model._meta.pk.column}"')
            found[model] = cursor.fetchall()
    return found
