"""Copies of a book in PostgreSQL and of its photos, by pg_dump and pg_restore: read back, compared and put back as
those of SQLite are. To read one back a database of its own is made beside, and dropped again: its user needs CREATEDB.
"""

from __future__ import annotations

import os
import subprocess  # nosec B404
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from .backups import MEDIA, BadBackup, archive_into, put_back_media, unpacked

DUMP, DIGEST = "book.dump", "digest"


def back_up(server: dict, media: Path, folder: Path, now: datetime, keep: int) -> Path:
    """Write an archive into the folder and return its path; of the older ones the latest stay, `keep` in all."""

    def fill(tar: tarfile.TarFile, scratch: Path) -> None:
        dump, told = scratch / DUMP, scratch / DIGEST
        with _connected(server) as book, book.transaction():
            # One snapshot: the digest is of what is dumped, whoever writes meanwhile.
            book.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            (snapshot,) = book.execute("SELECT pg_export_snapshot()").fetchone()
            _run("pg_dump", server, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}")
            told.write_text(digest(book))
        tar.add(dump, DUMP)
        tar.add(told, DIGEST)
        if media.is_dir():
            tar.add(media, MEDIA)

    def check(found: Path) -> None:
        with beside(server) as other:
            _run("pg_restore", other, "--no-owner", "--exit-on-error", str(found / DUMP))
            with _connected(other) as again:
                if digest(again) != (found / DIGEST).read_text():
                    raise BadBackup("The archive does not hold what the book does.")

    return archive_into(folder, now, keep, DUMP, fill, check)


def put_back(archive: Path, server: dict, media: Path) -> None:
    """Make the book and the photos those of an archive, as one commit: who reads meanwhile waits, and sees the new."""
    with unpacked(archive, archive.parent, DUMP) as found:
        clean = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        _run("pg_restore", server, *clean, str(found / DUMP))
        with _connected(server) as book:
            if digest(book) != (found / DIGEST).read_text():
                raise BadBackup(f"The book is not what {archive.name} holds: the disk may be at fault.")
        put_back_media(found, media)


def digest(book: psycopg.Connection) -> str:
    """A digest of every table and every row, and of where the numbers of new rows go on."""
    found = blake2b()
    of_tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
    for (name,) in book.execute(of_tables).fetchall():
        found.update(f"{name}\0".encode())
        rows = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(name))
        with book.cursor(name="rows") as cursor:
            for (row,) in cursor.execute(rows):
                found.update(row.encode() + b"\0")
    of_numbers = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
    found.update(repr(book.execute(of_numbers).fetchall()).encode())
    return found.hexdigest()


@contextmanager
def beside(server: dict) -> Iterator[dict]:
    """An empty database on the same server, for as long as it is needed."""
    name = sql.Identifier(dbname := f"racestats_check_{uuid4().hex[:12]}")
    with psycopg.connect(**server, autocommit=True) as book:
        try:
            book.execute(sql.SQL("CREATE DATABASE {}").format(name))
        except psycopg.errors.InsufficientPrivilege as error:
            raise BadBackup("To read the archive back the user of the database needs CREATEDB.") from error
        try:
            yield server | {"dbname": dbname}
        finally:
            book.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@contextmanager
def _connected(server: dict) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**server) as book:
        yield book


def _run(tool: str, server: dict, *arguments: str) -> None:
    """One of PostgreSQL's own tools; the password is not for everybody to see who lists processes."""
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "host": "PGHOST", "port": "PGPORT"}
    names["password"] = "PGPASSWORD"  # nosec B105
    environment = os.environ | {names[name]: str(value) for name, value in server.items()}
    database = [f"--dbname={server['dbname']}"] if tool == "pg_restore" else []
    try:
        # No shell, and the two tools are named here.
        done = subprocess.run(  # nosec B603
            [tool, *database, *arguments], env=environment, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise BadBackup(f"{tool} is not installed here: it comes with PostgreSQL's client.") from error
    if done.returncode:
        raise BadBackup(f"{tool}: {done.stderr.strip()}")
