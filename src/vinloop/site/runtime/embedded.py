"""Using the embedded PostgreSQL: have it started if need be, share it, let go of it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from vinloop.site.runtime.cluster import Cluster, DatabaseStartError
from vinloop.site.runtime.config import Config
from vinloop.site.runtime.guardian import Locks, locks_of
from vinloop.site.runtime.locks import POLL_SECONDS, is_taken
from vinloop.site.runtime.paths import embedded_database_url, make_home

START_SECONDS = 90.0
STOP_SECONDS = 10.0


@contextmanager
def database_running(config: Config) -> Iterator[None]:
    """The configured database can be used inside the block; an outside server is its operator's business."""
    if config.database_url is not None:
        yield
        return
    with embedded_server(config.home):
        yield


@contextmanager
def embedded_server(home: Path, *, durable: bool = True) -> Iterator[None]:
    """Hold the embedded server of `home`: started if it is not, stopped after its last user.

    Raises `DatabaseStartError`.
    """
    make_home(home)
    locks = locks_of(home)
    if not locks.users.wait_shared(START_SECONDS):
        raise DatabaseStartError(f"the database in {home} is being stopped and does not end; see postgres.log there")
    try:
        _ensure_running(home, locks, durable=durable)
        yield
    finally:
        _leave(locks)


def _ensure_running(home: Path, locks: Locks, *, durable: bool) -> None:
    guardian = None if is_taken(locks.guardian.path) else _start_guardian(home, durable=durable)
    deadline = time.monotonic() + START_SECONDS
    while not (is_taken(locks.guardian.path) and _answers(home)):
        if guardian is not None and guardian.poll() not in {None, 0}:
            raise DatabaseStartError(_failure(home))
        if time.monotonic() > deadline:
            raise DatabaseStartError(
                f"the database in {home} did not answer in {START_SECONDS:.0f} s. {_failure(home)}"
            )
        time.sleep(POLL_SECONDS)


def _start_guardian(home: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "vinloop.site.runtime.guardian", str(home)]
    if not durable:
        command.append("--fast-and-unsafe")
    with (home / "guardian.log").open("wb") as log:
        # A session of its own: Ctrl-C in a terminal reaches the product and not its database.
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=home
        )


def _answers(home: Path) -> bool:
    try:
        with psycopg.connect(embedded_database_url(home, "postgres"), connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def _failure(home: Path) -> str:
    said = (home / "guardian.log").read_text(errors="replace").strip()
    return f"PostgreSQL did not start: {said or 'no reason given'}\n{Cluster(home).log_tail()}".strip()


def _leave(locks: Locks) -> None:
    """Let go; the last one waits until the server has stopped, so that nothing is left behind."""
    is_last = locks.users.try_exclusive()
    locks.users.release()
    deadline = time.monotonic() + STOP_SECONDS
    while is_last and is_taken(locks.guardian.path) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
