"""Django's SQLite, but for one thing: a book can also be read from a disk on which nothing can be written.

SQLite needs a file beside a book to read it, which a disk that is full, or one that is only for reading, has no place
for. As long as any process has the book open that file is there; so this matters where the site starts on such a disk.
"""

from __future__ import annotations

from pathlib import Path

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import Database
from django.db.backends.sqlite3.features import DatabaseFeatures

NOT_WRITABLE = ("disk I/O error", "unable to open database file", "readonly")


class Features(DatabaseFeatures):
    # Django tries it out, and of a book that is locked or missing its checks said that SQLite has no JSON.
    supports_json_field = True


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = Features

    def get_new_connection(self, conn_params):
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


def is_whole(book: Path) -> bool:
    """Whether all commits are in the file itself, and none in the one beside it."""
    try:
        beside = book.with_name(f"{book.name}-wal")
        return book.stat().st_size > 0 and not (beside.exists() and beside.stat().st_size)
    except OSError:
        return False


__all__ = ["Database", "DatabaseWrapper"]
