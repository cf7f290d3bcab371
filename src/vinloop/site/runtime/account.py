"""The operating-system account the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root. For root (a container, a fresh server) a system account without log-in is
made, or an unprivileged one that exists is used; for everybody else the server runs as the user itself.
"""

import logging
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("vinloop.database")
ACCOUNT = "vinloop-postgres"
PASS_THROUGH = stat.S_IXOTH
READ_AND_PASS = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class Account:
    """Whom to become; `None` in both fields means: stay who we are."""

    uid: int | None = None
    gid: int | None = None

    @property
    def groups(self) -> list[int] | None:
        """Further groups to keep: none as somebody else, all as ourselves."""
        return None if self.uid is None else []

    def own(self, path: Path) -> None:
        """Give `path` and everything below it to the account."""
        if self.uid is None or self.gid is None:
            return
        for folder, _, files in os.walk(path):
            os.chown(folder, self.uid, self.gid)
            for name in files:
                os.chown(Path(folder) / name, self.uid, self.gid, follow_symlinks=False)


def server_account(data: Path) -> Account:
    """The account for the cluster in `data`: its owner when it exists, so that it never changes hands."""
    if os.geteuid() != 0:
        return Account()
    version = data / "PG_VERSION"
    if version.exists() and version.stat().st_uid != 0:
        return Account(version.stat().st_uid, version.stat().st_gid)
    entry = _find(ACCOUNT) or _create() or _find("postgres") or pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def let_pass(path: Path) -> None:
    """Let other accounts walk through (not list) the folders above `path`."""
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & PASS_THROUGH:
            folder.chmod(mode | PASS_THROUGH)
            log.info("opened %s for passing through, so that the database account reaches its data", folder)


def let_read(tree: Path) -> None:
    """Let other accounts read and run the files below `tree` (a strict umask may have closed them)."""
    for folder, _, files in os.walk(tree):
        _open(Path(folder), READ_AND_PASS)
        for name in files:
            path = Path(folder) / name
            _open(path, READ_AND_PASS if path.stat().st_mode & stat.S_IXUSR else stat.S_IROTH)


def _open(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits != bits:
        path.chmod(mode | bits)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    command = [
        useradd,
        "--system",
        "--no-create-home",
        "--user-group",
        "--shell",
        "/usr/sbin/nologin",
        ACCOUNT,
    ]
    subprocess.run(command, check=False, capture_output=True)
    return _find(ACCOUNT)
