"""PostgreSQL's own programs for backup and restore: the right version, and no password on the command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from vinloop.site.runtime.cluster import MAJOR, bundled_tools
from vinloop.site.runtime.database import DatabaseNotUsableError

OLD_BUNDLED_MAJOR = 16
ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
}


def find_tool(name: str, server_major: int, *, embedded: bool) -> Path:
    """The program `name` that can talk to a server of that version.

    For an outside server an installed program comes first: the bundled ones cannot speak TLS.
    Raises `DatabaseNotUsableError` when there is none.
    """
    installed = None if embedded else shutil.which(name)
    if installed and _major(Path(installed)) >= server_major:
        return Path(installed)
    if server_major <= MAJOR:
        return bundled_tools(OLD_BUNDLED_MAJOR if server_major <= OLD_BUNDLED_MAJOR else MAJOR) / name
    raise DatabaseNotUsableError(
        f"the server is PostgreSQL {server_major} and no {name} of that version is installed; "
        f"install postgresql-client-{server_major}"
    )


def run_tool(tool: Path, arguments: list[str], url: str, extra: Mapping[str, str] | None = None) -> None:
    """Run a program against the database. Raises `DatabaseNotUsableError` with its last words."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= connection_environment(url) | dict(extra or {})
    result = subprocess.run(
        [str(tool), *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    if result.returncode:
        words = [line for line in result.stderr.strip().splitlines() if line.strip()]
        raise DatabaseNotUsableError(f"{tool.name} failed: {' / '.join(words[:3]) or result.returncode}")


def connection_environment(url: str) -> dict[str, str]:
    """The database's address in libpq's environment variables."""
    parts = conninfo_to_dict(url)
    return {variable: str(parts[key]) for key, variable in ENVIRONMENT.items() if parts.get(key)}


def _major(tool: Path) -> int:
    text = subprocess.run([str(tool), "--version"], check=False, capture_output=True, text=True).stdout
    match = re.search(r"(\d+)(?:\.\d+)?", text)
    return int(match.group(1)) if match else 0
