"""PostgreSQL, never as a superuser: row-level security does not bind those who stand above it."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

APP_ROLE = "vinloop_app"
_IS_ABOVE_SECURITY = """
SELECT rolsuper OR rolbypassrls FROM pg_roles
WHERE rolname = session_user AND EXISTS (SELECT FROM pg_roles WHERE rolname = %s)
"""


class DatabaseWrapper(base.DatabaseWrapper):
    """Steps down to ``vinloop_app`` on connect when the log-in would bypass row-level security."""

    def init_connection_state(self) -> None:
        """Set up a fresh connection."""
        super().init_connection_state()
        connection: Any = self.connection
        with connection.cursor() as cursor:
            cursor.execute(_IS_ABOVE_SECURITY, [APP_ROLE])
            row = cursor.fetchone()
            if row and row[0]:
                cursor.execute(f"SET ROLE {APP_ROLE}")
        if not self.get_autocommit():
            connection.commit()
