"""Databases for the suite: migrated once per run into a template, then cloned for each worker."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.environment import RUN_VARIABLE
from vinloop.site.runtime.config import config
from vinloop.site.runtime.database import APP_ROLE, prepare_database
from vinloop.site.runtime.embedded import embedded_server

TEMPLATE_LOCK = 7_246_003


@contextmanager
def database_server() -> Iterator[None]:
    """The server the tests run on: the one of DATABASE_URL, or an embedded one in the run's own folder."""
    if config().database_url is not None:
        yield
        return
    with embedded_server(config().home, durable=False):
        yield


@contextmanager
def cloned_database(worker: str) -> Iterator[str]:
    """A database of this worker's own, like a freshly migrated one. Dropped at the end."""
    run = os.environ[RUN_VARIABLE]
    template, name = f"vinloop_template_{run}", f"test_vinloop_{run}_{worker}"
    with _administrator() as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if not _exists(admin, template):
            _make_template(template)
        _clone(admin, template, name)
        admin.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    try:
        _use(name)
        yield name
    finally:
        connections.close_all()
        with _administrator() as admin:
            _drop(admin, name)
            _drop(admin, template)


def _administrator() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(make_conninfo(config().effective_database_url, dbname="postgres"), autocommit=True)


def _exists(admin: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _make_template(name: str) -> None:
    """Migrate a draft and rename it: a template that exists is a complete one."""
    draft = f"{name}_draft"
    with _administrator() as admin:
        _drop(admin, draft)
    prepare_database(make_conninfo(config().effective_database_url, dbname=draft))
    _use(draft)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    with _administrator() as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def _clone(admin: psycopg.Connection[tuple[object, ...]], template: str, name: str) -> None:
    admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    # Rights on the database itself are not cloned.
    if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone():
        admin.execute(
            sql.SQL("GRANT CREATE, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(name), sql.Identifier(APP_ROLE)
            )
        )


def _drop(admin: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Drop unless somebody uses it: the template goes with the last worker."""
    try:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    except psycopg.errors.ObjectInUse:
        return


def _use(name: str) -> None:
    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = name
