"""Bringing the tables up to date, by one process at a time. Needs Django to be set up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vinloop.site.runtime.database import MIGRATE_LOCK, connect
from vinloop.site.runtime.processes import PartMissingError, find_target

# What a fresh database and a new version need besides tables; each may be run again at any time.
AFTER_MIGRATION = (
    "vinloop.kernel.events.positions:mend_generation",
    "vinloop.kernel.foundation:ensure_foundation",
    "vinloop.kernel.accounts.roles:sync_roles",
)


def pending_migrations() -> list[str]:
    """Migrations of this build which the database has not had, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """Migrations the database has had which this build does not know: it was used by a newer version."""
    loader = MigrationExecutor(connection).loader
    ours = {app for app, _ in loader.disk_migrations}
    missing = set(loader.applied_migrations) - set(loader.disk_migrations) - set(loader.replacements)
    return sorted(f"{app}.{name}" for app, name in missing if app in ours)


def migrate(url: str, say: Callable[[str], None]) -> int:
    """Apply what is pending and return how many. Other processes wait: several machines may start at once."""
    with connect(url) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [MIGRATE_LOCK])
        pending = pending_migrations()
        if pending:
            say(f"Bringing the database up to date ({len(pending)} steps)")
            call_command("migrate", verbosity=0, interactive=False)
        _furnish()
    return len(pending)


def _furnish() -> None:
    for target in AFTER_MIGRATION:
        with suppress(PartMissingError):
            find_target(target)()
