"""What of a book is behind the code that reads it: told when the site starts, and mended after `migrate`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Container, Sequence

from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from racestats.formatting import plural
from racestats.names.trigrams import make_index

from ..models import Findable, FindableWord, Race, RulesVersion
from .refresh import RULES, made_by_older_rules, measure_tables, rebuild_if_older, rules_of_the_book

logger = logging.getLogger(__name__)


def after_migrate(using: str, verbosity: int = 1, stdout=None, plan: Sequence = (), **kwargs) -> None:
    """Rebuild the derived rows that older rules made, once the tables are those of the code.

    A migration backwards drops tables of derived rows, so the book no longer has what any rules made. A table that
    SQLite makes anew for a migration loses the figures by which its indexes are chosen. Django calls this also when
    there was nothing to migrate, and after `flush`.
    """
    if using != DEFAULT_DB_ALIAS or not _has_its_table():
        return
    if any(backwards for _, backwards in plan):
        RulesVersion.objects.all().delete()
    if not unapplied_migrations({"drivers", "races"}):
        make_index(Findable, "words")
        make_index(FindableWord, "word")
        if made_by_older_rules():
            _rebuild(stdout or sys.stdout, verbosity)
    if plan:
        measure_tables()


def _rebuild(out, verbosity: int) -> None:
    try:
        changed = rebuild_if_older()
    except Exception as error:
        raise CommandError(
            f"The migrations are in, but the derived rows could not be rebuilt and are as they were: {error}\n"
            "Once that is mended, run migrate again."
        ) from error
    if verbosity and changed is not None and Race.objects.exists():
        out.write(f"Older rules made the derived rows: rebuilt, {rows_in_words(changed)} changed.\n")


def tell_what_is_behind() -> None:
    """Log it, for a site that starts; it starts all the same, and leaves no connection open."""
    try:
        problem = what_is_behind()
    except DatabaseError as error:
        problem = f"The book cannot be read: {error}"
    finally:
        connection.close()
    if problem:
        logger.warning(problem)


def what_is_behind() -> str:
    """What the operator must do before this code can read this book well, in words; nothing if it can."""
    if missing := unapplied_migrations():
        count = plural(len(missing), "migration")
        return f"{count} not applied, from {missing[0]} on: pages will fail. Run: manage.py migrate"
    return what_is_behind_in_rules()


def what_is_behind_in_rules() -> str:
    """The same of the rules alone by which the derived rows were made."""
    version = rules_of_the_book()
    if version == RULES:
        return ""
    age, command = ("Older", "migrate") if made_by_older_rules() else ("Newer", "rebuild_stats")
    return (
        f"{age} rules made the derived rows (version {version or 'unknown'}; this code has {RULES}): "
        f"figures may be wrong. Run: manage.py {command}"
    )


def unapplied_migrations(apps: Container[str] | None = None) -> list[str]:
    """The names of those that the code has and the database has not, of these apps or of all."""
    executor = MigrationExecutor(connection)
    latest = [node for node in executor.loader.graph.leaf_nodes() if apps is None or node[0] in apps]
    return [str(migration) for migration, _ in executor.migration_plan(latest)]


def _has_its_table() -> bool:
    """Whether the migrations are in indeed: they may have been faked."""
    return RulesVersion._meta.db_table in connection.introspection.table_names()


def rows_in_words(count: int) -> str:
    return plural(count, "derived row")
