"""A child must not outlive the process that watches it, even when that process is killed with -9.

Linux tells the child itself (PR_SET_PDEATHSIG); elsewhere a thread looks whether the parent is still there.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time

PARENT_VARIABLE = "VINLOOP_PARENT"
PR_SET_PDEATHSIG = 1
LOOK_EVERY_SECONDS = 1.0


def tie_to_parent() -> None:
    """End this process when its parent ends. Does nothing for a process nobody supervises."""
    expected = _expected_parent()
    if expected is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
    else:
        threading.Thread(target=_watch, args=(expected,), name="lifeline", daemon=True).start()
    if os.getppid() != expected:
        # The parent died before the request above was made: nobody will send the signal any more.
        raise SystemExit(0)


def _expected_parent() -> int | None:
    """The parent by id; the web server's workers have the server as parent and not the supervisor."""
    if PARENT_VARIABLE not in os.environ:
        return None
    server = multiprocessing.parent_process()
    if server is not None and server.pid is not None:
        return server.pid
    return int(os.environ[PARENT_VARIABLE])


def _watch(expected: int) -> None:
    while os.getppid() == expected:
        time.sleep(LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
