"""The embedded server's guardian: one small process that runs PostgreSQL for as long as anybody uses it.

Users hold a shared lock on `postgres.users`; the guardian stops the server once it can take that lock
alone. So a user may die in any way without leaving a server behind, and two commands share one server. The
guardian does not depend on whoever happened to start it: that command may end first.
"""

import logging
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from vinloop.site.runtime.cluster import Cluster, DatabaseStartError, stop_fast
from vinloop.site.runtime.locks import FileLock

LOOK_EVERY_SECONDS = 0.1
RESTART_AFTER_SECONDS = 1.0
MOST_RESTARTS = 5
log = logging.getLogger("vinloop.database")


@dataclass(frozen=True, slots=True)
class Locks:
    """The two lock files of one data folder."""

    users: FileLock
    guardian: FileLock


def locks_of(home: Path) -> Locks:
    return Locks(users=FileLock(home / "postgres.users"), guardian=FileLock(home / "postgres.guardian"))


def guard(home: Path, *, durable: bool = True) -> int:
    """Run the server of `home` until its last user has gone. Returns the process's exit code."""
    locks = locks_of(home)
    if not _become_guardian(locks.guardian):
        return 0
    for wish in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wish, signal.SIG_IGN)
    cluster = Cluster(home, durable=durable)
    try:
        process = _start(cluster)
        code = _watch(cluster, process, locks.users)
    except DatabaseStartError as error:
        log.error("%s", error)
        return 1
    locks.guardian.release()
    locks.users.release()
    return code


def _become_guardian(lock: FileLock) -> bool:
    """Whoever asks whether a guardian is there holds the lock for a moment: try for a second."""
    deadline = time.monotonic() + 1.0
    while not lock.try_exclusive():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY_SECONDS)
    return True


def _start(cluster: Cluster) -> psutil.Process:
    """The server of an earlier guardian that was killed is taken over; else a new one is started."""
    running = cluster.running_process()
    if running is not None:
        return running
    return psutil.Process(cluster.launch(cluster.prepare()).pid)


def _watch(cluster: Cluster, process: psutil.Process, users: FileLock) -> int:
    restarts = 0
    while not users.try_exclusive():
        if _has_ended(process):
            restarts += 1
            if restarts > MOST_RESTARTS:
                log.error("PostgreSQL ended %d times; giving up. See %s", restarts, cluster.log_path)
                return 1
            log.warning("PostgreSQL ended; starting it again")
            time.sleep(RESTART_AFTER_SECONDS)
            process = _start(cluster)
        time.sleep(LOOK_EVERY_SECONDS)
    stop_fast(process)
    cluster.forget_sockets()
    return 0


def _has_ended(process: psutil.Process) -> bool:
    """Also takes note of a dead child, which would otherwise stay in the system's table with its number."""
    with suppress(psutil.TimeoutExpired):
        process.wait(0)
        return True
    return False


def main(arguments: list[str]) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return guard(Path(arguments[0]), durable="--fast-and-unsafe" not in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
