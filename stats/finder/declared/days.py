"""Days as numbers within a query. Django's own functions of dates are Python where the database is SQLite, and take
seconds over the lines of a whole history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler


class OfDay(Func):
    """A number made of a day, by a template for each database."""

    arity = 1
    output_field = IntegerField()
    on_sqlite = on_postgresql = ""

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        return self.as_sql(compiler, connection, template=self.on_sqlite, **extra)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, template=self.on_postgresql, **extra)


class AsNumber(OfDay):
    """2009-06-28 → 20090628."""

    on_sqlite = "CAST(REPLACE(%(expressions)s, '-', '') AS INTEGER)"
    on_postgresql = "CAST(TO_CHAR(%(expressions)s, 'YYYYMMDD') AS INTEGER)"


class AsDays(OfDay):
    """Which day it is, counted from one long ago, so that two can be subtracted."""

    on_sqlite = "CAST(JULIANDAY(%(expressions)s) AS INTEGER)"
    on_postgresql = "(%(expressions)s - DATE '1800-01-01')"
