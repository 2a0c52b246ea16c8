"""A few rows beside each row, in the query that reads it: as JSON, for texts, whole numbers and days."""

from __future__ import annotations

from django.db.models import Aggregate, Func, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONArray


class _Row(JSONArray):
    """Without Django's question to SQLite, once in each process, for its JSON: it would wait there for any writer."""

    def as_sql(self, compiler, connection, **extra):
        return Func.as_sql(self, compiler, connection, **extra)


class Gathered(Aggregate):
    """The values of a group as a list, in no order; of none, null or an empty one."""

    function = "json_group_array"
    output_field = JSONField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="jsonb_agg", **extra)


def rows_of(queryset: QuerySet, group: str, *columns: str) -> Subquery:
    """The rows of a subquery as a list of lists, in no order; null where there are none.

    `group` names the column that the subquery holds equal to the outer row. What JSON cannot hold comes as text.
    """
    gathered = queryset.order_by().values(group).annotate(_rows=Gathered(_Row(*columns)))
    return Subquery(gathered.values("_rows"), output_field=JSONField())
