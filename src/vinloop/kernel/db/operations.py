"""Migration operations for row-level security.

A policy reads the session setting ``vinloop.orgs``: ``*`` for everything, ``{1,2}`` for a list of
organisations, unset for nothing. The sub-selects make PostgreSQL evaluate it once per statement.
"""

from __future__ import annotations

from django.db import migrations

SCOPE = "(SELECT current_setting('vinloop.orgs', true))"
SEES_ALL = f"{SCOPE} = '*'"
ORGANISATIONS = (
    "((SELECT CASE WHEN current_setting('vinloop.orgs', true) LIKE '{%' "
    "THEN current_setting('vinloop.orgs', true) END)::bigint[])"
)


def sees(owner: str) -> str:
    """SQL that is true when the acting scope covers the organisation in column ``owner``."""
    return f"({SEES_ALL} OR {owner} = ANY {ORGANISATIONS})"


def protect(table: str, *, owner: str = "owner_id", visible: str | None = None) -> migrations.RunSQL:
    """Put a table under row-level security that fails closed.

    ``visible`` replaces the plain owner rule, for rows that are seen through a relation.
    """
    rule = visible or sees(owner)
    return migrations.RunSQL(
        sql=[
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table}_scope ON {table} USING ({rule}) WITH CHECK (true)",
        ],
        reverse_sql=[
            f"DROP POLICY {table}_scope ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )
