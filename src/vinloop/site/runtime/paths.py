"""Where things lie in the data folder, and where the embedded database's socket is."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

SOCKET_NAME = ".s.PGSQL.5432"
# A Unix socket's address is a fixed field of 108 bytes with a closing zero (104 on macOS); PostgreSQL appends
# ".lock" to the name for its lock file, which is an ordinary path and does not count.
LONGEST_SOCKET_PATH = 103
SUPERUSER = "postgres"
DATABASE = "vinloop"


def make_home(home: Path) -> None:
    """Create the data folder, which others may pass through but not list: as root the embedded server runs as
    another user and must reach its own sub-folder. Everything inside is closed by its own mode."""
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o711, exist_ok=True)


def data_directory(home: Path) -> Path:
    """The embedded server's cluster."""
    return home / "postgres"


def socket_directory(home: Path) -> Path:
    """The folder of the embedded server's socket: beside the data, or a short one when the path is too long.

    The answer depends on nothing but `home`, so every process finds the same server.
    """
    beside = data_directory(home)
    if len(os.fsencode(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return beside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"vinloop-{os.getuid()}-{digest}"  # noqa: S108 - fixed, private (0700), owner checked


def embedded_database_url(home: Path, database: str = DATABASE) -> str:
    """The embedded server's address for `database`, as its superuser (the product itself sets its role)."""
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(socket_directory(home)), safe='')}"
