"""Backup and restore of everything an installation cannot make again."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from psycopg import sql

from vinloop.site.runtime.archive import (
    DUMP,
    SECRET,
    ArchiveError,
    Manifest,
    extract_files,
    extract_member,
    list_files,
    open_archive,
    write_archive,
)
from vinloop.site.runtime.config import Config
from vinloop.site.runtime.database import (
    DatabaseNotUsableError,
    Prepared,
    connect,
    prepare_database,
)
from vinloop.site.runtime.pgtools import find_tool, run_tool
from vinloop.site.runtime.secret import keep_secret

# A log-in bound by row-level security dumps what the widest scope sees: everything.
WIDEST_SCOPE = {"PGOPTIONS": "-c vinloop.orgs=*"}
FIRST_WITH_TRANSACTION_TIMEOUT = 17
RELATIONS = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
AND c.relkind IN ('r', 'p', 'v')
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def back_up(config: Config, target: Path) -> Manifest:
    """Write a backup of the running product to `target`; people may go on working.

    Raises `DatabaseNotUsableError`.
    """
    url = config.effective_database_url
    prepared = prepare_database(url)
    with tempfile.TemporaryDirectory(prefix=".vinloop-backup-", dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        tool = find_tool("pg_dump", prepared.major, embedded=config.uses_embedded_database)
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"]
        if prepared.role is None:
            run_tool(tool, [*words, "--enable-row-security"], url, WIDEST_SCOPE)
        else:
            run_tool(tool, words, url)
        manifest = Manifest(
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            version=version("vinloop"),
            server_major=prepared.major,
            dump_major=prepared.major,
            migrations=_migrations(url, prepared),
            files=len(list_files(config.media_root)),
        )
        write_archive(target, manifest, dump=dump, secret=config.secret_key, files=config.media_root)
    return manifest


def restore(config: Config, source: Path, *, force: bool) -> Manifest:
    """Put the database, the files and the secret key back as the backup has them.

    The database changes in one transaction, so a failure leaves it as it was. Raises `ArchiveError` for a bad
    file, `DatabaseNotUsableError` for a database that holds data (without `force`) or is in use.
    """
    url = config.effective_database_url
    prepared = prepare_database(url)
    with open_archive(source) as (manifest, tar):
        is_empty = require_restorable(url, manifest, prepared, force=force)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=config.home) as name:
            folder = Path(name)
            extract_files(tar, folder / "files")
            secret = _read_secret(tar, folder)
            _restore_database(config, tar, folder, prepared, is_empty=is_empty)
            _swap_files(folder / "files", config.media_root)
            keep_secret(config.home, secret, replace=True)
    return manifest


def require_restorable(url: str, manifest: Manifest, prepared: Prepared, *, force: bool) -> bool:
    """Refuse what would destroy data or cannot work; returns whether the database is empty."""
    if manifest.server_major > prepared.major:
        raise DatabaseNotUsableError(
            f"the backup is of PostgreSQL {manifest.server_major}, the server is {prepared.major}; use a newer server"
        )
    with connect(url) as connection:
        relations = connection.execute(RELATIONS).fetchone()
        others = connection.execute(OTHERS).fetchone()
    is_empty = relations is not None and relations[0] == 0
    if not is_empty and not force:
        raise DatabaseNotUsableError("the database is not empty; --force replaces everything in it")
    if others is not None and others[0]:
        raise DatabaseNotUsableError(f"{others[0]} other sessions use the database; stop Vinloop everywhere first")
    return is_empty


def _restore_database(
    config: Config, tar: tarfile.TarFile, folder: Path, prepared: Prepared, *, is_empty: bool
) -> None:
    url, embedded = config.effective_database_url, config.uses_embedded_database
    extract_member(tar, DUMP, folder / DUMP)
    script = folder / "restore.sql"
    words = ["--no-owner", "--no-privileges", f"--file={script}", str(folder / DUMP)]
    run_tool(find_tool("pg_restore", prepared.major, embedded=embedded), words, url)
    if prepared.major < FIRST_WITH_TRANSACTION_TIMEOUT:
        _drop_line(script, b"SET transaction_timeout = 0;")
    prelude = folder / "prelude.sql"
    prelude.write_text(_prelude(url, prepared, is_empty=is_empty), encoding="utf-8")
    words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    words += [f"--file={prelude}", f"--file={script}"]
    run_tool(find_tool("psql", prepared.major, embedded=embedded), words, url)


def _prelude(url: str, prepared: Prepared, *, is_empty: bool) -> str:
    """SQL before the restored objects: clear what was there, and let the product's role own what comes."""
    owner = sql.Identifier(prepared.role or prepared.login)
    lines = []
    with connect(url) as connection:
        database = sql.Identifier(connection.info.dbname)
        if not is_empty:
            lines.append(sql.SQL("DROP OWNED BY {};").format(owner))
        if prepared.role is not None:
            lines.append(sql.SQL("GRANT CREATE, CONNECT, TEMPORARY ON DATABASE {} TO {};").format(database, owner))
            lines.append(sql.SQL("GRANT ALL ON SCHEMA public TO {};").format(owner))
            lines.append(sql.SQL("SET ROLE {};").format(owner))
        return "\n".join(line.as_string(connection) for line in lines)


def _drop_line(script: Path, line: bytes) -> None:
    """Remove the first occurrence of a whole line; a newer pg_restore sets what an older server does not know."""
    draft = script.with_suffix(".draft")
    with script.open("rb") as source, draft.open("wb") as target:
        for current in source:
            if current.strip() == line:
                break
            target.write(current)
        shutil.copyfileobj(source, target)
    draft.replace(script)


def _read_secret(tar: tarfile.TarFile, folder: Path) -> str:
    extract_member(tar, SECRET, folder / SECRET)
    secret = (folder / SECRET).read_text(encoding="utf-8").strip()
    if not secret:
        raise ArchiveError("the backup has an empty secret key")
    return secret


def _swap_files(fresh: Path, place: Path) -> None:
    old = place.with_name(f"{place.name}.replaced")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    fresh.mkdir(exist_ok=True, mode=0o700)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _migrations(url: str, prepared: Prepared) -> dict[str, str]:
    """The newest migration per app, so that a reader of the manifest knows the version of the tables."""
    with connect(url) as connection:
        found = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
        if found is None or found[0] is None:
            return {}
        if prepared.role is not None:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(prepared.role)))
        rows = connection.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        return {str(app): str(name) for app, name in rows}
