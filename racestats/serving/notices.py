"""Lets PostgreSQL tell of every commit that changes a table, whoever makes it: triggers that send a notice.

SQLite tells of commits by itself.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connections

from .data_version import CHANNEL

FUNCTION = f"""
CREATE OR REPLACE FUNCTION {CHANNEL}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', '');
    RETURN NULL;
END $$
"""
TRIGGER = f"""
CREATE OR REPLACE TRIGGER {CHANNEL} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {{table}}
FOR EACH STATEMENT EXECUTE FUNCTION {CHANNEL}()
"""
UNSEEN = {"django_session", "django_admin_log", "django_migrations"}
"""What is written there shows on no page."""


def after_migrate(using: str = DEFAULT_DB_ALIAS, **kwargs) -> None:
    """Give every table its trigger."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        for table in sorted(set(tables) - UNSEEN):
            cursor.execute(TRIGGER.format(table=connection.ops.quote_name(table)))
