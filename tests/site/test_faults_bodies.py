"""Bodies that are too large, too slow or broken, against the real server; and who is told what, live."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psutil
import pytest
from tests.site.isolation_office import Office, open_office
from tests.site.runtime_processes import until

from vinloop.site.runtime.body import SILENCE_SECONDS

pytestmark = pytest.mark.process
MIB = 1024 * 1024
TOO_LARGE = 50 * MIB


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The product as it is served."""
    with open_office(tmp_path_factory.mktemp("bodies") / "home") as opened:
        assert opened.call("GET", "/api/v1/me")[0] == 200
        yield opened


@contextmanager
def _watched_memory(office: Office) -> Iterator[list[int]]:
    """The most memory the web processes held at once, in bytes, is in the list at the end."""
    web = office.child("web")
    family = [web, *web.children(recursive=True)]
    readings: list[int] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.02):
            with suppress(psutil.Error):
                readings.append(sum(process.memory_info().rss for process in family))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    until(lambda: readings, "a first reading")
    try:
        yield readings
    finally:
        is_over.set()
        thread.join()


def _chunks() -> Iterator[bytes]:
    for _piece in range(TOO_LARGE // MIB):
        yield b"x" * MIB


def _send_chunked(office: Office, path: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", office.installation.port, timeout=60)
    headers = {"Authorization": f"Bearer {office.keys['admin']}", "Transfer-Encoding": "chunked"}
    connection.request("POST", path, _chunks(), headers, encode_chunked=True)
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


@pytest.mark.parametrize("path", ["/in/adf", "/api/v1/leads"])
def test_fifty_megabytes_are_refused_and_cost_no_memory(office: Office, path: str) -> None:
    documents = office.rows("SELECT count(*) FROM kernel_receiveddocument")
    with _watched_memory(office) as readings:
        at_first = readings[0]
        for status, problem in (office.call("POST", path, b"x" * TOO_LARGE, timeout=60), _send_chunked(office, path)):
            assert status == problem["status"] == 413
            assert "MiB" in problem["detail"]
    assert max(readings) - at_first < 40 * MIB
    assert office.rows("SELECT count(*) FROM kernel_receiveddocument") == documents


def test_who_sends_slowly_keeps_nobody_waiting_and_is_sent_away(office: Office) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(_half_a_body(office)) for _each in range(12)]
        for _time in range(5):
            assert office.call("GET", "/api/v1/me", timeout=10)[0] == 200
        for connection in slow:
            connection.settimeout(SILENCE_SECONDS + 15)
            assert connection.recv(200).startswith(b"HTTP/1.1 408")


@contextmanager
def _half_a_body(office: Office) -> Iterator[socket.socket]:
    connection = socket.create_connection(("127.0.0.1", office.installation.port), timeout=10)
    head = (
        "POST /api/v1/leads HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {office.keys['admin']}\r\nContent-Length: 1000\r\n\r\n"
    )
    connection.sendall(head.encode() + b'{"source":')
    try:
        yield connection
    finally:
        connection.close()


def _broken_bodies() -> list[bytes]:
    good = {"source": "portal", "customer": {"name": "a"}, "interest": {"brand": "Aurora"}}
    return [
        b"\x00",
        b'{"source": "\x00"}',
        b'{"source": "\xff\xfe"}',
        json.dumps(good).encode("utf-16"),
        b"[" * 200_000,
        b'{"a":' * 200_000,
        json.dumps(good | {"timeframe": 10**4000}).encode(),
        b'{"source": 1e999}',
        json.dumps(good | {"customer": {"name": "a", "phones": ["13800138000"] * 10_000}}).encode(),
        json.dumps(good | {"comments": ["x"] * 10_000}).encode(),
        json.dumps(good | {"customer": {"name": "a" * 5_000_000}}).encode(),
        json.dumps(good | {"customer": {"name": "a\u0000b", "phones": ["1" * 100_000]}}).encode(),
    ]


def test_broken_bodies_are_refused_with_words(office: Office) -> None:
    leads = office.rows("SELECT count(*) FROM leads_lead")
    for body in _broken_bodies():
        for path in ("/api/v1/leads", "/in/adf"):
            status, problem = office.call("POST", path, body, timeout=60)
            assert 400 <= status < 500, (path, body[:40], status)
            assert problem["type"].startswith("urn:vinloop:problem:")
            assert "Traceback" not in json.dumps(problem)
    assert office.rows("SELECT count(*) FROM leads_lead") == leads
    quarantined = office.rows("SELECT count(*) FROM kernel_receiveddocument WHERE state = 'quarantined'")
    assert quarantined[0][0] >= len(_broken_bodies())


@contextmanager
def _listening(office: Office, key: str) -> Iterator[Iterator[dict[str, Any]]]:
    """What is told live to the bearer of a key."""
    connection = http.client.HTTPConnection("127.0.0.1", office.installation.port, timeout=30)
    connection.request("GET", "/live", headers={"Authorization": f"Bearer {office.keys[key]}"})
    response = connection.getresponse()
    assert response.status == 200
    assert response.readline().startswith(b"retry:")
    yield (json.loads(line[6:]) for line in iter(response.readline, b"") if line.startswith(b'data: {"kind'))
    connection.close()


def _capture(office: Office, key: str, phone: str) -> str:
    body = {
        "source": "showroom",
        "customer": {"name": "李婷", "phones": [phone]},
        "interest": {"brand": "Aurora", "model": "Aurora S"},
    }
    status, answer = office.call("POST", "/api/v1/leads", body, key=key)
    assert status == 201, answer
    return str(answer["ref"])


def test_nobody_is_told_live_of_another_dealers_things(office: Office) -> None:
    with _listening(office, "dealer") as heard, _listening(office, "admin") as everything:
        theirs = _capture(office, "stranger", "13912345678")
        ours = _capture(office, "dealer", "13612345678")
        told = next(heard)
        assert (told["ref"], str(told["organisation"])) == (ours, office.keys["dealer_id"])
        seen_by_headquarters = next(each for each in everything if each["ref"] == theirs)
        assert str(seen_by_headquarters["organisation"]) != office.keys["dealer_id"]
        last = _capture(office, "dealer", "13712345678")
        assert theirs not in {each["ref"] for each in _until(heard, last)}


def _until(heard: Iterator[dict[str, Any]], ref: str) -> list[dict[str, Any]]:
    told = []
    for each in heard:
        told.append(each)
        if each["ref"] == ref:
            break
    return told


def test_a_stream_needs_a_valid_key(office: Office) -> None:
    for header in ({}, {"Authorization": "Bearer vl_nothing"}, {"Cookie": "sessionid=nothing"}):
        connection = http.client.HTTPConnection("127.0.0.1", office.installation.port, timeout=10)
        connection.request("GET", "/live", headers=header)
        assert connection.getresponse().status == 401
        connection.close()
