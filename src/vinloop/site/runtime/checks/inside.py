"""What only the database can tell: version, rights, tables, workers, jobs, clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from vinloop.site.runtime.checks.finding import Finding, fail, ok, warn
from vinloop.site.runtime.config import Config
from vinloop.site.runtime.database import check_version, connect, prepare_database, where_is

HEARTBEAT = timedelta(seconds=60)
LARGEST_DRIFT = timedelta(seconds=2)
UNPROTECTED = """
SELECT c.relname FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT row_security_active(c.oid)
ORDER BY c.relname
"""


def database_checks(config: Config) -> Iterator[Finding]:
    """All checks that need the database. Raises `DatabaseNotUsableError` when it cannot be used at all."""
    url = config.effective_database_url
    prepare_database(url)
    with connect(url) as connection:
        yield ok("database", f"PostgreSQL {check_version(connection)}, {where_is(url)}")
        yield from _clock(connection)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vinloop.site.settings")
    django.setup()
    is_current = True
    for finding in _tables():
        is_current = finding.remedy == ""
        yield finding
    yield from _rights()
    if is_current:
        yield from _workers()
        yield from _dead_letters()
        yield _sealed_numbers()


def _clock(connection: Any) -> Iterator[Finding]:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    drift = abs(datetime.now(UTC) - row[0])
    if drift > LARGEST_DRIFT:
        text = f"this machine and the database differ by {drift.total_seconds():.0f} s"
        yield fail("clock", text, "run a time service (chrony, systemd-timesyncd) on both")
    else:
        yield ok("clock", "agrees with the database's")


def _tables() -> Iterator[Finding]:
    from vinloop.site.runtime.schema import pending_migrations, unknown_migrations

    pending, unknown = pending_migrations(), unknown_migrations()
    if pending:
        yield fail("tables", f"{len(pending)} migrations are missing", "run: vinloop migrate")
    elif unknown:
        yield fail("tables", f"made by a newer version ({unknown[-1]})", "install that version or restore a backup")
    else:
        yield ok("tables", "up to date")


def _rights() -> Iterator[Finding]:
    remedy = "let the product's role own the tables and have neither SUPERUSER nor BYPASSRLS"
    role, is_above = _row("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    if is_above:
        yield fail("row security", f"the product works as {role}, whom no row-level security binds", remedy)
        return
    open_tables = [name for (name,) in _rows(UNPROTECTED)]
    if open_tables:
        yield fail("row security", f"not in force for {role} on {', '.join(open_tables[:5])}", remedy)
    else:
        yield ok("row security", f"in force for {role}")


def _workers() -> Iterator[Finding]:
    (alive,) = _row("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %s", HEARTBEAT)
    if alive:
        yield ok("workers", f"{alive} at work")
        return
    waiting, oldest = _row(
        "SELECT count(*), min(coalesce(scheduled_at, now())) FROM procrastinate_jobs"
        " WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
    )
    text = f"none at work; {waiting} jobs wait" + (f" since {oldest:%Y-%m-%d %H:%M} UTC" if waiting else "")
    yield warn("workers", text, "start vinloop up, or vinloop worker on a machine of its own")


def _dead_letters() -> Iterator[Finding]:
    (failed,) = _row("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    if failed:
        yield warn("dead letters", f"{failed} jobs failed for good", "look at them under Administration, Jobs")
    else:
        yield ok("dead letters", "none")


def _sealed_numbers() -> Finding:
    from vinloop.site.runtime.processes import find_target

    if find_target("vinloop.customers.running:are_numbers_behind_now")():
        remedy = "run: vinloop customers reseal, and keep the old key in VINLOOP_SECRET_KEY_FALLBACKS until then"
        return warn("identity numbers", "some are sealed with a key that was replaced", remedy)
    return ok("identity numbers", "sealed with the key of today")


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def _row(statement: str, *values: Any) -> tuple[Any, ...]:
    return _rows(statement, *values)[0]
