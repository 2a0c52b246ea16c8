"""Django's SQLite, but for two things.

A connection is kept from request to request, but not when its file is deleted or another takes its place: SQLite would
go on to read and write what has no name any more. Nor is a book that has been open made anew, empty, where its file is
missing.

And a book can be read from a disk on which nothing can be written. SQLite needs a file beside a book to read it,
which a disk that is full, or one that is only for reading, has no place for. As long as any process has the book open
that file is there; so this matters where the site starts on such a disk.

To subclass a backend is public. Not so what is overridden or set here, for which Django has no settings:
`close_if_unusable_or_obsolete`, `get_new_connection`, `close_at`, `init_commands`, `supports_json_field`.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import Database
from django.db.backends.sqlite3.features import DatabaseFeatures

NOT_WRITABLE = ("disk I/O error", "unable to open database file", "readonly")


class Features(DatabaseFeatures):
    # Django tries it out, and of a book that is locked or missing its checks said that SQLite has no JSON.
    supports_json_field = True


_opened: set[str] = set()
"""The books that this process has had open, or the process that it began as a copy of."""


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = Features
    file: tuple[int, int] | None = None
    """That which is open, by its numbers."""

    def close_if_unusable_or_obsolete(self):
        """Asked by Django before and after each request."""
        free = self.connection is not None and not self.in_atomic_block
        if free and self.file != file_of(self.settings_dict["NAME"]):
            self.close()
        super().close_if_unusable_or_obsolete()

    def get_new_connection(self, conn_params):
        name = str(self.settings_dict["NAME"])
        if name in _opened and not Path(name).exists():
            raise Database.OperationalError(f"unable to open database file: {name} is gone")
        connection = self._open(conn_params)
        self.file = file_of(name)
        if self.file:
            _opened.add(name)
        return connection

    def _open(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except Database.OperationalError as error:
            book = Path(str(self.settings_dict["NAME"]))
            if not any(said in str(error) for said in NOT_WRITABLE) or not is_whole(book):
                raise
        # It takes no notice of what others write, so it serves one request and no more.
        self.close_at = 0
        self.init_commands = []
        address = f"{book.absolute().as_uri()}?mode=ro&immutable=1"
        return super().get_new_connection(conn_params | {"database": address})


def file_of(name: str | Path) -> tuple[int, int] | None:
    """By its numbers, the file that has the name now; None where none has, as of a book in memory."""
    try:
        found = os.stat(name)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_whole(book: Path) -> bool:
    """Whether all commits are in the file itself, and none in the one beside it."""
    try:
        beside = book.with_name(f"{book.name}-wal")
        return book.stat().st_size > 0 and not (beside.exists() and beside.stat().st_size)
    except OSError:
        return False


__all__ = ["Database", "DatabaseWrapper"]
