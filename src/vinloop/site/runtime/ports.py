"""Claiming the web server's port before anything else is done, so that of two installations one starts."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

POLL_SECONDS = 0.01
WAIT_SECONDS = 5.0


@contextmanager
def claimed_port(host: str, port: int) -> Iterator[None]:
    """Hold an address for our own web server, which comes later. Raises ``OSError`` when somebody has it.

    The server's workers share their port (SO_REUSEPORT) and would silently share it with another installation of the
    same account too. So the address is bound here, without that option: only one can. Our own workers are let in
    afterwards; nothing is ever accepted here.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as held:
        with _one_at_a_time():
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of the last run may linger
            held.bind((host, port))
            # While it says so, the next one could bind beside it as nobody listens yet.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        if sys.platform == "linux":
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        else:  # elsewhere the server binds one socket for all workers, and alone
            held.close()
        yield


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """For the instant between binding and claiming, among this account's processes.

    A name in Linux' abstract namespace goes with the process and needs no folder everybody can write to.
    """
    if sys.platform != "linux":
        yield
        return
    deadline = time.monotonic() + WAIT_SECONDS
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as turn:
        while True:
            try:
                turn.bind(f"\0vinloop-port-{os.getuid()}")
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)
        yield
