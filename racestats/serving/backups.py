"""Copies of an SQLite book and its photos: one archive each, made while the site serves, and put back the same way."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from racestats.sqlite3.base import is_whole

BOOK, MEDIA = "book.sqlite3", "media"
NAME = "racestats-*.tar.gz"


class BadBackup(Exception):
    """An archive that is none, or that does not hold what it was made of."""


def back_up(book: Path, media: Path, folder: Path, now: datetime, keep: int) -> Path:
    """Write an archive into the folder and return its path; of the older ones the latest stay, `keep` in all.

    What is in the archive was read back and is the same, row by row, as the book was.
    """
    made_of = ""

    def fill(tar: tarfile.TarFile, scratch: Path) -> None:
        nonlocal made_of
        with closing(_read(book)) as source:
            # One transaction: the digest is of what is copied, whoever writes meanwhile.
            source.execute("BEGIN")
            with closing(sqlite3.connect(scratch / BOOK)) as target:
                source.backup(target)
            made_of = digest(source)
        tar.add(scratch / BOOK, BOOK)
        if media.is_dir():
            tar.add(media, MEDIA)

    def check(found: Path) -> None:
        with closing(_read(found / BOOK)) as again:
            if digest(again) != made_of:
                raise BadBackup("The archive does not hold what the book does.")

    return archive_into(folder, now, keep, BOOK, fill, check)


def archive_into(
    folder: Path,
    now: datetime,
    keep: int,
    book: str,
    fill: Callable[[tarfile.TarFile, Path], None],
    check: Callable[[Path], None],
) -> Path:
    """An archive that is filled, unpacked and checked before it has its name; of the older ones the latest stay."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"racestats-{now:%Y-%m-%dT%H%M%S}.tar.gz"
    if archive.exists():
        raise BadBackup(f"{archive} is there already, of this second.")
    draft = archive.with_suffix(".part")
    try:
        with TemporaryDirectory(dir=folder) as scratch, tarfile.open(draft, "w:gz", compresslevel=6) as tar:
            fill(tar, Path(scratch))
        with unpacked(draft, folder, book) as found:
            check(found)
        draft.replace(archive)
    finally:
        draft.unlink(missing_ok=True)
    for old in sorted(folder.glob(NAME))[:-keep]:
        old.unlink()
    return archive


def put_back(archive: Path, book: Path, media: Path) -> None:
    """Make the book and the photos those of an archive, as one commit: who reads meanwhile sees the old or the new."""
    with unpacked(archive, book.parent, BOOK) as found:
        with closing(_read(found / BOOK)) as source, closing(sqlite3.connect(book, timeout=60)) as target:
            made_of = digest(source)
            source.backup(target)
            if digest(target) != made_of:
                raise BadBackup(f"The book is not what {archive.name} holds: the disk may be at fault.")
        put_back_media(found, media)


def put_back_media(found: Path, media: Path) -> None:
    if (found / MEDIA).is_dir():
        shutil.copytree(found / MEDIA, media, dirs_exist_ok=True)


def is_plain(member: tarfile.TarInfo) -> bool:
    """Whether it is a file or a folder within the archive."""
    path = PurePosixPath(member.name)
    return (member.isfile() or member.isdir()) and not path.is_absolute() and ".." not in path.parts


@contextmanager
def unpacked(archive: Path, beside: Path, book: str) -> Iterator[Path]:
    """The folder of what an archive holds, for as long as it is looked at; the book is there under this name."""
    with TemporaryDirectory(dir=beside) as scratch:
        try:
            with tarfile.open(archive) as tar:
                # Older Pythons have no filter; what they unpack must be plain too.
                tar.extraction_filter = getattr(tarfile, "data_filter", None)
                if odd := next((member.name for member in tar.getmembers() if not is_plain(member)), None):
                    raise BadBackup(f"{archive} is no backup: it holds “{odd}”.")
                tar.extractall(scratch)  # nosec B202
        except (tarfile.TarError, OSError, EOFError) as error:
            raise BadBackup(f"{archive} cannot be read: {error}") from error
        if not (Path(scratch) / book).is_file():
            raise BadBackup(f"{archive} holds no book of this database.")
        yield Path(scratch)


def digest(book: sqlite3.Connection) -> str:
    """A digest of every table and every row."""
    found = hashlib.blake2b()
    try:
        (told,) = book.execute("PRAGMA integrity_check(1)").fetchone()
        if told != "ok":
            raise BadBackup(f"The book is damaged: {told}")
        tables = book.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for name, sql in tables:
            found.update(f"{name}\0{sql}\0".encode())
            # One of the tables that an index of trigrams is made of has no other order than its own.
            order = "" if "WITHOUT ROWID" in sql else "ORDER BY rowid"
            for row in book.execute(f'SELECT * FROM "{name}" {order}'):
                found.update(repr(row).encode())
    except sqlite3.DatabaseError as error:
        raise BadBackup(f"The book cannot be read: {error}") from error
    return found.hexdigest()


def _read(book: Path) -> sqlite3.Connection:
    """A connection that makes no file where there is none, and that needs no room on a disk that is full."""
    address = f"{book.absolute().as_uri()}?mode=ro"
    try:
        opened = sqlite3.connect(address, uri=True, isolation_level=None)
        try:
            opened.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError:
            opened.close()
            if not is_whole(book):
                raise
            opened = sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise BadBackup(f"{book} cannot be read: {error}") from error
    return opened
