"""Values kept until somebody writes: what many pages read of the book alike is read once for each version of it.

`kept` is the one way to keep anything of the data in a process. Pages as they were sent are kept in `page_cache`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from .data_version import Version, version_of_database

Value = TypeVar("Value")

KEPT: list[Callable[..., Any]] = []
"""All functions whose values are kept; `__wrapped__` of one reads anew."""
MOST = 20
"""So many values of one function are kept; those read first go first."""


class Values(NamedTuple):
    """Those read of one version of a database, by function and by what it was asked."""

    database: Version | None
    version: Hashable
    by_function: dict[Callable[..., Any], dict[Hashable, Any]]


_values = Values(None, None, {})


def kept(read: Callable[..., Value]) -> Callable[..., Value]:
    """Keep what a function reads of the book as it stands now, by what it is asked: by position, and by few values.

    What it gives is the same for all who ask, and nobody changes it.
    """

    @wraps(read)
    def answer(*asked: Hashable) -> Value:
        values = values_now()
        if values is None:
            return read(*asked)
        known = values.by_function.setdefault(read, {})
        if asked in known:
            found: Value = known[asked]
            return found
        made = read(*asked)
        if len(known) >= MOST:
            known.pop(next(iter(known), None), None)
        known[asked] = made
        return made

    KEPT.append(answer)
    return answer


def values_now() -> Values | None:
    """The values kept of the data as it is now. The version is asked for before a value is read, so that none is older.

    None within a transaction, which sees what it has written itself, and of a database without a version.
    """
    global _values
    database = None if connection.in_atomic_block else version_of_database()
    version = database and database.read()
    if version is None:
        return None
    values = _values
    if values.database is not database or values.version != version:
        # Who still reads for the version before keeps it among its values, which go with it.
        values = _values = Values(database, version, {})
    return values


def forget() -> None:
    """Forget all, and look anew whether the database is there."""
    global _values
    _values = Values(None, None, {})
    if database := version_of_database():
        database.read()
