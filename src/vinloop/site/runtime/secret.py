"""The installation's own secret key, made once and kept readable by its owner only."""

import contextlib
import os
import secrets
from pathlib import Path

from vinloop.site.runtime.paths import make_home

NAME = "secret_key"


def kept_secret(home: Path) -> str:
    """The key in `home/secret_key`; made on first use. Two processes starting at once agree on one key."""
    path = home / NAME
    if not path.exists():
        make_home(home)
        keep_secret(home, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def keep_secret(home: Path, value: str, *, replace: bool = False) -> None:
    """Write the key completely or not at all; without `replace` a key that is already there wins."""
    path = home / NAME
    draft = home / f".{NAME}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    if replace:
        draft.replace(path)
        return
    with contextlib.suppress(FileExistsError):
        # A hard link fails when the name exists: the one atomic way to say "only if nobody was first".
        os.link(draft, path)
    draft.unlink()
