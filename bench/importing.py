"""Importing: the whole history into an empty database, again, and one weekend into it."""

import gc
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from .process import manage
from .rows import Row

TABLES = ("races_%", "drivers_%")
RAW_TIMES = 5
"""One raw run takes up to a third more or less than another on a busy machine: what counts is their median."""


def measure(root: Path, scratch: Path, history: Path, weekend: Path) -> Iterator[Row]:
    database = scratch / "book.sqlite3"
    manage(root, database, "migrate", "-v0")
    first, peak = manage(root, database, "import_results", str(history))
    again, _ = manage(root, database, "import_results", str(history))
    feed, _ = manage(root, database, "import_results", str(weekend), "--create-drivers")
    raw = raw_inserts(database, scratch / "raw.sqlite3")
    yield Row(
        "the whole history, derived lines included",
        first,
        f"raw executemany of the same rows, median of {RAW_TIMES}",
        raw,
        6,
    )
    yield Row("peak memory of that", peak, "a megabyte", 1, 700, "MB")
    yield Row("the same file again", again, "the first time", first, 0.5)
    yield Row("one weekend feed", feed, "the whole history", first, 0.03)


def raw_inserts(source: Path, target: Path) -> float:
    """CPU seconds for the same rows into the same tables with the same indexes, by executemany in one transaction: the
    median of several times, without garbage collection, as an import runs."""
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
    gc.disable()
    try:
        return median(_inserted(schema, rows, target) for _ in range(RAW_TIMES))
    finally:
        gc.enable()


def _inserted(schema: list[tuple[str]], rows: dict[str, list[tuple]], target: Path) -> float:
    """CPU seconds of one time, into a database that is gone afterwards."""
    with closing(sqlite3.connect(target)) as empty:
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
        taken = time.process_time() - started
    target.unlink()
    return taken
