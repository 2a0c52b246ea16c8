"""Importing: the whole history into an empty database, again, and one weekend into it."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from .rows import Row

TABLES = ("races_%", "drivers_%")
COMMAND = """
import resource, sys, time
import django
from django.core.management import execute_from_command_line, load_command_class
django.setup()
if sys.argv[1] == "import_results":
    load_command_class("races", sys.argv[1])
started = time.perf_counter()
execute_from_command_line(sys.argv)
print("figures", time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def measure(root: Path, scratch: Path, history: Path, weekend: Path) -> Iterator[Row]:
    database = scratch / "book.sqlite3"
    manage(root, database, "migrate", "-v0")
    first, peak = manage(root, database, "import_results", str(history))
    again, _ = manage(root, database, "import_results", str(history))
    feed, _ = manage(root, database, "import_results", str(weekend), "--create-drivers")
    raw = raw_inserts(database, scratch / "raw.sqlite3")
    yield Row("the whole history, derived lines included", first, "raw executemany of the same rows", raw, 10)
    yield Row("peak memory of that", peak, "a megabyte", 1, 700, "MB")
    yield Row("the same file again", again, "the first time", first, 0.5)
    yield Row("one weekend feed", feed, "the whole history", first, 0.03)


def manage(root: Path, database: Path, *arguments: str) -> tuple[float, float]:
    """Run a command in a process of its own; return its seconds, without Python's start, and its peak megabytes."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "racestats.settings",
        "PYTHONPATH": str(root),
    }
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments], cwd=root, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    seconds, peak = done.stderr.rsplit("figures", 1)[1].split()
    return float(seconds), int(peak) / 1024


def raw_inserts(source: Path, target: Path) -> float:
    """Seconds for the same rows into the same tables with the same indexes, by executemany in one transaction."""
    with sqlite3.connect(source) as book:
        schema = book.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name LIKE ? OR tbl_name LIKE ?)", TABLES
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
        started = time.perf_counter()
        for name, held in rows.items():
            if held:
                marks = ", ".join("?" * len(held[0]))
                empty.executemany(f'INSERT INTO "{name}" VALUES ({marks})', held)
        empty.commit()
        return time.perf_counter() - started
