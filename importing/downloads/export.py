"""One download: written whole into a folder of its day, with checksums, and then shown; the latest few are kept."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from racestats import clock

from .files import write_csv, write_documents, write_parquet, write_sqlite, writes_parquet
from .tables import tables

CONTENTS = "contents.json"
CHECKSUMS = "SHA256SUMS"
NOTICE = "NOTICE.txt"


@dataclass(frozen=True)
class DownloadFile:
    """A file of a download; its size is in bytes."""

    name: str
    what: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Download:
    """A download that is there, with how many rows each table has. `parquet`: whether it holds Parquet."""

    day: date
    folder: Path
    files: tuple[DownloadFile, ...]
    rows: dict[str, int]

    @property
    def parquet(self) -> bool:
        return any("parquet" in file.name for file in self.files)

    def file(self, name: str) -> DownloadFile | None:
        return next((file for file in self.files if file.name == name), None)


def export(folder: Path, keep: int, say: Callable[[str], None] = lambda text: None) -> Download:
    """Write the book as it is at this moment, and take away all but the latest downloads; raise OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    day = clock.today()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as scratch:
        made = Path(scratch) / day.isoformat()
        made.mkdir()
        _write(made, say)
        made.chmod(0o755)
        target = folder / day.isoformat()
        if target.exists():
            target.rename(Path(scratch) / "before")
        made.rename(target)
    for old in _days(folder)[keep:]:
        shutil.rmtree(folder / old.isoformat())
    if download := read(folder, day):
        return download
    raise OSError(f"{target} was taken away by somebody else.")


def _write(folder: Path, say: Callable[[str], None]) -> None:
    notice = (settings.BASE_DIR / "NOTICE").read_text(encoding="utf-8")
    of_the_book, said = tables(), {}
    with one_moment():
        say("SQLite")
        plain = folder / "racestats.sqlite3"
        rows = write_sqlite(of_the_book, plain, notice)
        said[_packed(plain).name] = "All tables in one SQLite database, packed with gzip"
        say("CSV")
        write_csv(of_the_book, folder / "racestats-csv.zip", notice)
        said["racestats-csv.zip"] = "A sheet for each table, with a dictionary of its columns"
        if writes_parquet():
            say("Parquet")
            write_parquet(of_the_book, folder / "racestats-parquet.zip", notice)
            said["racestats-parquet.zip"] = "A Parquet file for each table"
        say("race documents")
        rows["race documents"] = write_documents(folder / "racestats-races.jsonl.gz")
        said["racestats-races.jsonl.gz"] = "Every race as a document, a line of JSON each, for import_results"
    (folder / NOTICE).write_text(notice, encoding="utf-8")
    said[NOTICE] = "Whose the facts are, and under which terms"
    files = [
        {"name": name, "what": what, "size": (folder / name).stat().st_size, "sha256": _digest(folder / name)}
        for name, what in said.items()
    ]
    (folder / CHECKSUMS).write_text("".join(f"{file['sha256']}  {file['name']}\n" for file in files))
    (folder / CONTENTS).write_text(json.dumps({"files": files, "rows": rows}, indent=1))


def latest(folder: Path) -> Download | None:
    """The newest download that is there."""
    return next(filter(None, (read(folder, day) for day in _days(folder))), None)


def read(folder: Path, day: date) -> Download | None:
    """The download of a day; None where there is none, or none that is whole."""
    try:
        said: dict[str, Any] = json.loads((folder / day.isoformat() / CONTENTS).read_bytes())
    except (OSError, ValueError):
        return None
    files = tuple(DownloadFile(**file) for file in said["files"])
    return Download(day, folder / day.isoformat(), files, said["rows"])


def _days(folder: Path) -> list[date]:
    """Those of which there is a folder, the newest first."""
    if not folder.is_dir():
        return []
    return sorted(filter(None, (_day_of(each.name) for each in folder.iterdir())), reverse=True)


def _day_of(name: str) -> date | None:
    """The day that a folder is named after; None of any other name."""
    try:
        return date.fromisoformat(name) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", name) else None
    except ValueError:
        return None


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, while others may write."""
    if connection.in_atomic_block:  # The same holds already.
        yield
        return
    isolated = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN{isolated}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _packed(file: Path) -> Path:
    """Packed beside itself; the plain one is gone."""
    packed = file.with_name(f"{file.name}.gz")
    with file.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(plain, target)
    file.unlink()
    return packed


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as read_from:
        while piece := read_from.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
