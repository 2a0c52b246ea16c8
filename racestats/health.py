"""Whether the site is alive, and whether it can answer: for whoever watches over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from races.derived.upgrade import unapplied_migrations, what_is_behind_in_rules
from racestats.formatting import megabytes

LEAST_FREE = 200_000_000
"""Bytes: with fewer left on the disk nothing should be imported."""


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> JsonResponse:
    """What stands in the way of answering well, by what was looked at; 503 where anything does."""
    found = problems()
    answer = {"ready": not found, "looked_at": list(LOOKED_AT), "problems": found}
    return JsonResponse(answer, status=503 if found else 200, headers={"Cache-Control": "no-store"})


def problems() -> dict[str, str]:
    """By what was looked at, what is wrong with it, in words."""
    return {name: told for name, look in LOOKED_AT.items() if (told := _asked_safely(look))}


def _asked_safely(look: Callable[[], str]) -> str:
    try:
        return look()
    except DatabaseError as error:
        return f"The database cannot be read: {error}"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    missing = unapplied_migrations()
    return f"Not applied: {', '.join(missing)}. Run: manage.py migrate" if missing else ""


def _disk() -> str:
    """Of SQLite's file; a database server looks after its own."""
    if connection.vendor != "sqlite":
        return ""
    folder = Path(connection.settings_dict["NAME"]).parent
    free = shutil.disk_usage(folder).free if folder.is_dir() else 0
    return f"{megabytes(free)} are free beside the database." if free < LEAST_FREE else ""


LOOKED_AT: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "rules": what_is_behind_in_rules,
    "disk": _disk,
}
