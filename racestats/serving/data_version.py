"""Which data the pages stand on: a value that is another one after every commit, whoever made it and however.

It is asked for before every page, and costs no query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable
from threading import Lock

import psycopg
from django.db import connection

from racestats.sqlite3.base import file_of

from .metrics import found_changed

CHANNEL = "racestats_written"
"""On which PostgreSQL tells of commits; `notices` has the triggers that do."""


class SqliteVersion:
    """SQLite's own count of what others have committed, asked on a connection that is kept and never writes."""

    def __init__(self, path: str):
        self.path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._opened = 0
        self._last: tuple[int, int] | None = None

    def read(self) -> Hashable | None:
        """The version now; None where the file cannot be read. No commit is missed."""
        with self._lock:
            try:
                found = file_of(self.path)
                if found is None:
                    raise FileNotFoundError(self.path)
                # A book that was restored is another file under the same name.
                if self._file != found:
                    self._open(found)
                (count,) = self._connection.execute("PRAGMA data_version").fetchone()
            except (OSError, sqlite3.Error):
                self._close()
                return None
            version = (self._opened, count)
            if self._last not in (None, version):
                found_changed()
            self._last = version
            return version

    def _close(self) -> None:
        """Let go of a book that is gone: what lies beside it would be taken for that of another."""
        if self._connection:
            self._connection.close()
        self._connection = self._file = None

    def _open(self, file: tuple[int, int]) -> None:
        self._close()
        self._connection = sqlite3.connect(self.path, check_same_thread=False)
        self._file, self._opened = file, self._opened + 1


class PostgresVersion:
    """How many notices of commits have come in, on a connection that listens for them.

    A notice is under way for a moment after the commit: so old may a page be.
    """

    def __init__(self, parameters: dict):
        self._parameters = parameters
        self._lock = Lock()
        self.connection: psycopg.Connection | None = None
        self._count = 0

    def read(self) -> Hashable | None:
        """The version now; None while the server cannot be reached."""
        with self._lock:
            try:
                if self.connection is None:
                    self.connection = psycopg.connect(**self._parameters, autocommit=True)
                    self.connection.execute(f"LISTEN {CHANNEL}")
                    self._count += 1
                if notices := sum(1 for _ in self.connection.notifies(timeout=0)):
                    self._count += notices
                    found_changed()
            except psycopg.Error:
                self.connection = None
                return None
            return self._count


Version = SqliteVersion | PostgresVersion


_in_use: tuple[tuple[str, ...], Version] | None = None


def version_of_database() -> Version | None:
    """What tells the version of the database in use, one for the whole process; None of one in memory, which has one
    process and no readers."""
    global _in_use
    if connection.vendor != "postgresql" and connection.is_in_memory_db():
        return None
    database = tuple(str(connection.settings_dict[name]) for name in ("NAME", "HOST", "PORT"))
    if _in_use is None or _in_use[0] != database:
        is_postgres = connection.vendor == "postgresql"
        _in_use = database, PostgresVersion(postgres_server()) if is_postgres else SqliteVersion(database[0])
    return _in_use[1]


def postgres_server() -> dict:
    """How the PostgreSQL database in use is reached."""
    names = ("dbname", "user", "password", "host", "port")
    known = connection.get_connection_params()
    return {name: known[name] for name in names if known.get(name)}
