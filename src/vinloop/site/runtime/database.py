"""Making a PostgreSQL database ready: version, existence, and a role bound by row-level security."""

from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

OLDEST_MAJOR = 15
# The same name as in vinloop.kernel.db.base, which cannot be imported before Django is configured.
APP_ROLE = "vinloop_app"
# Any number will do, as long as every process asks for the same one.
PREPARE_LOCK = 7_246_001
MIGRATE_LOCK = 7_246_002


class DatabaseNotUsableError(Exception):
    """The database cannot serve; the message says why and what the operator can do."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was found. `role` is what the product steps down to; None when the log-in is bound already."""

    major: int
    login: str
    role: str | None


def prepare_database(url: str) -> Prepared:
    """Create the database if it is missing and the product's role if the log-in stands above row security.

    Safe to run at any time and by several processes at once. Raises `DatabaseNotUsableError`.
    """
    _create_if_missing(url)
    with connect(url) as connection, connection.transaction():
        major = check_version(connection)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [PREPARE_LOCK])
        login, is_above = _login(connection)
        if is_above:
            _make_role(connection, login)
    return Prepared(major=major, login=login, role=APP_ROLE if is_above else None)


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A plain connection (in autocommit), with failures put in words that hold no password."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10, application_name="vinloop")
    except psycopg.OperationalError as error:
        where = where_is(url)
        raise DatabaseNotUsableError(
            f"no connection to the database {where}: {_first_line(error)}. Check DATABASE_URL and the server."
        ) from error


def has_users(url: str) -> bool:
    """Whether anybody can log in. The tables must be there."""
    with connect(url) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM kernel_user WHERE is_active)").fetchone()
    return bool(row and row[0])


def where_is(url: str) -> str:
    """The database's address without user and password, for messages."""
    parts = conninfo_to_dict(url)
    host = parts.get("host") or "the local socket"
    return f"{parts.get('dbname')} on {host}" + (f":{parts['port']}" if parts.get("port") else "")


def check_version(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """The server's major version. Raises `DatabaseNotUsableError` below the oldest supported one."""
    major = connection.info.server_version // 10_000
    if major < OLDEST_MAJOR:
        raise DatabaseNotUsableError(f"the server is PostgreSQL {major}; Vinloop needs {OLDEST_MAJOR} or newer")
    return major


def _create_if_missing(url: str) -> None:
    name = str(conninfo_to_dict(url)["dbname"])
    try:
        psycopg.connect(url, connect_timeout=10).close()
        return
    except psycopg.OperationalError as error:
        # libpq reports a missing database as a failed connection; only the server's words tell it apart.
        if "does not exist" not in str(error) or f'database "{name}"' not in str(error):
            return
    with connect(make_conninfo(url, dbname="postgres")) as connection:
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
            )
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return
        except psycopg.Error as error:
            raise DatabaseNotUsableError(
                f"the database {name} does not exist and could not be created ({_first_line(error)}); "
                f"create it, owned by the log-in in DATABASE_URL"
            ) from error


def _login(connection: psycopg.Connection[tuple[object, ...]]) -> tuple[str, bool]:
    row = connection.execute(
        "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
    ).fetchone()
    return (str(row[0]), bool(row[1])) if row else ("", False)


def _make_role(connection: psycopg.Connection[tuple[object, ...]], login: str) -> None:
    role, who = sql.Identifier(APP_ROLE), sql.Identifier(login)
    database = sql.Identifier(connection.info.dbname)
    found = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [APP_ROLE])
    row = found.fetchone()
    if row and row[0]:
        raise DatabaseNotUsableError(
            f"the role {APP_ROLE} may bypass row-level security; run ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS"
        )
    try:
        if row is None:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS").format(role))
        connection.execute(sql.SQL("GRANT {} TO {}").format(role, who))
        connection.execute(sql.SQL("GRANT CREATE, CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, role))
        connection.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(role))
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseNotUsableError(
            f"the log-in {login} bypasses row-level security but may not create the role {APP_ROLE} "
            f"({_first_line(error)}); use a plain log-in that owns the database"
        ) from error


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().split("\n", 1)[0]
