"""What is wrong with a database, known by its own words: told to those who use the site, and to those who run it."""

from __future__ import annotations

import errno
import re
import sqlite3
from typing import NamedTuple

from django.db import DataError, Error, IntegrityError


class Ailment(NamedTuple):
    """By which words of SQLite, PostgreSQL or the system it is known, what a reader is told, and what helps."""

    known_by: str
    sentence: str
    help: str


LOCKED = Ailment(
    r"locked|deadlock|lock timeout|could not serialize",
    "Somebody else is writing, an import perhaps: nothing was saved. Please save again in a minute.",
    "Another process is writing: try again when it has ended.",
)
AILMENTS = (
    Ailment(
        r"is full|no space left|could not extend file",
        "There is no room left to write: nothing was saved, and nothing can be until the owner of the site makes room.",
        "Make room on the disk.",
    ),
    Ailment(
        r"readonly|read-only|permission denied",
        "The book can only be read just now: nothing was saved.",
        "The file of the database and its folder must be writable for whoever runs this.",
    ),
    LOCKED,
    Ailment(
        r"no such (?:table|column)|has no column|does not exist",
        "The site is being renewed: please try again soon.",
        "The tables are not those of this code. Run: manage.py migrate",
    ),
    Ailment(
        r"malformed|not a database",
        "The book cannot be read just now. Please try again soon.",
        "The file is damaged, or no database. Put a backup back: manage.py restore",
    ),
    Ailment(
        r"unable to open|connection failed|connection refused|could not connect|closed the connection|disk i/o error",
        "The book cannot be read just now. Please try again soon.",
        "See whether DATABASE_URL is right, and whether the server or the disk is there, and not full.",
    ),
)
OTHER = Ailment("", "It cannot be read or written just now: nothing was saved. Please try again soon.", "")
OF_THE_DISK = (errno.ENOSPC, errno.EROFS, errno.EACCES)


def ailment_of(error: Exception) -> Ailment | None:
    """What it is that a database or a disk fails of; None where it is the values or the code that are wrong."""
    if isinstance(error, DataError | IntegrityError):
        return None
    if not isinstance(error, Error | sqlite3.Error) and getattr(error, "errno", None) not in OF_THE_DISK:
        return None
    said = str(error)
    return next((each for each in AILMENTS if re.search(each.known_by, said, re.IGNORECASE)), OTHER)


def in_words(error: Exception) -> str:
    """A failure of the database in a sentence or two, for whoever gave a command; empty where it is none."""
    return failed(error, "What was under way is not in the book.") if ailment_of(error) else ""


def failed(error: Exception, so: str) -> str:
    """How the database or the disk failed, what that means for the book, and what helps."""
    ailment = ailment_of(error)
    said = " ".join(str(error).split()).rstrip(".")
    what = "disk" if isinstance(error, OSError) else "database"
    return f"The {what} failed: {said}. {so} {ailment.help if ailment else ''}".strip()
