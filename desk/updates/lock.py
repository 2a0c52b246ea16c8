"""One run at a time. The lock is the database's or the system's, and goes with the process that held it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

NUMBER = 720_319_002
"""Of PostgreSQL's advisory lock."""


class Going(Exception):
    """Another run is going on."""

    def __init__(self) -> None:
        super().__init__("Another update is going on; this one asked for nothing.")


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock, or raise Going."""
    with _in_postgresql() if connection.vendor == "postgresql" else locked(_file()):
        yield


@contextmanager
def _in_postgresql() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [NUMBER])
        if not cursor.fetchone()[0]:
            raise Going
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [NUMBER])


def _file() -> Path:
    """Beside SQLite's file. It stays, empty: whoever took it away could let in two."""
    if connection.is_in_memory_db():  # It is this process's alone.
        return Path(tempfile.gettempdir(), f"racestats-{os.getpid()}.update-lock")
    return Path(f"{connection.settings_dict['NAME']}.update-lock")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Going from None
        yield
