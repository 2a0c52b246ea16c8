"""Imports as tests try them."""

from __future__ import annotations

from importing.outcome import Outcome
from importing.problems import Problem
from importing.run import Options, Refused, import_file


def attempt(path, options: dict, dry_run: bool) -> tuple[list[Problem], Outcome | None]:
    """What an import of a file brought, or why it was refused."""
    try:
        return [], import_file(str(path), Options(**options, dry_run=dry_run))
    except Refused as refused:
        return refused.problems, None
