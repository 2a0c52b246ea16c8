"""Importing: the whole history into an empty database, again, and one weekend into it."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from .process import manage
from .rows import Row

TABLES = ("races_%", "drivers_%")


def measure(root: Path, scratch: Path, history: Path, weekend: Path) -> Iterator[Row]:
    database = scratch / "book.sqlite3"
    manage(root, database, "migrate", "-v0")
    first, peak = manage(root, database, "import_results", str(history))
    again, _ = manage(root, database, "import_results", str(history))
    feed, _ = manage(root, database, "import_results", str(weekend), "--create-drivers")
    raw = raw_inserts(database, scratch / "raw.sqlite3")
    yield Row("the whole history, derived lines included", first, "raw executemany of the same rows", raw, 6)
    yield Row("peak memory of that", peak, "a megabyte", 1, 700, "MB")
    yield Row("the same file again", again, "the first time", first, 0.5)
    yield Row("one weekend feed", feed, "the whole history", first, 0.03)


def raw_inserts(source: Path, target: Path) -> float:
    """CPU seconds for the same rows into the same tables with the same indexes, by executemany in one transaction."""
    with sqlite3.connect(source) as book:
        schema = book.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger' "
            "AND (tbl_name LIKE ? OR tbl_name LIKE ?)",
            TABLES,
        ).fetchall()
        names = [
            name
            for (name,) in book.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE ? OR name LIKE ?)", TABLES
            )
        ]
        rows = {name: book.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    with sqlite3.connect(target) as empty:
        empty.execute("PRAGMA journal_mode=WAL")
        empty.execute("PRAGMA synchronous=NORMAL")
        for (sql,) in schema:
            empty.execute(sql)
        empty.commit()
        started = time.process_time()
        for name, held in rows.items():
            if held:
                marks = ", ".join("?" * len(held[0]))
                empty.executemany(f'INSERT INTO "{name}" VALUES ({marks})', held)
        empty.commit()
        return time.process_time() - started
