"""An address is claimed by one; its own server is let in beside the claim, a second installation is not."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from tests.site.runtime_processes import free_port

from vinloop.site.runtime.ports import claimed_port

HOST = "127.0.0.1"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the server itself binds alone")


@contextmanager
def worker(port: int) -> Iterator[socket.socket]:
    """Listens as the web server's workers do."""
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((HOST, port))
        made.listen()
        yield made


def is_free(port: int) -> bool:
    try:
        with claimed_port(HOST, port):
            return True
    except OSError:
        return False


def test_our_own_workers_are_let_in_and_get_the_calls() -> None:
    port = free_port()
    with claimed_port(HOST, port), worker(port) as first, worker(port) as second:
        with socket.create_connection((HOST, port), timeout=5):
            first.setblocking(False)
            second.setblocking(False)
            assert sum(_accepts(each) for each in (first, second)) == 1
        assert not is_free(port)


def test_before_the_server_comes_nobody_else_may_have_it() -> None:
    port = free_port()
    with claimed_port(HOST, port):
        assert not is_free(port)
    assert is_free(port)


def test_lingering_connections_of_the_last_run_do_not_matter() -> None:
    port = free_port()
    with worker(port) as server, socket.create_connection((HOST, port), timeout=5) as caller:
        accepted, _peer = server.accept()
        accepted.close()  # who closes first lingers
        assert caller.recv(1) == b""
    assert is_free(port)


def test_of_many_at_once_one_gets_it() -> None:
    port, together = free_port(), Barrier(8)

    def claim(_number: int) -> bool:
        together.wait(10)
        try:
            with claimed_port(HOST, port):
                together.wait(10)
                return True
        except OSError:
            together.wait(10)
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(claim, range(8))) == 1


def _accepts(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True
