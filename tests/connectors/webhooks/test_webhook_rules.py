"""Pure decisions about webhooks, and where they may go."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime

import pytest

from vinloop.connectors.webhooks.rules import PAUSES, message_of, pause_after, unknown_patterns, wants
from vinloop.connectors.webhooks.targets import Target, TargetRefused, check_url, find_target, is_public
from vinloop.connectors.webhooks.transport import post


@pytest.mark.parametrize(
    ("pattern", "is_wanted"),
    [
        ("*", True),
        ("leads.*", True),
        ("leads.LeadCaptured", True),
        ("orders.*", False),
        ("leads.Lead*", False),
        ("", False),
    ],
)
def test_patterns(pattern: str, is_wanted: bool) -> None:
    assert wants([pattern], "leads.LeadCaptured") is is_wanted


def test_patterns_nobody_announces_are_found() -> None:
    assert unknown_patterns(["*", "leads.*", "leads.Nothing"], ["leads.LeadCaptured"]) == ["leads.Nothing"]


def test_pauses_are_the_standards_and_end() -> None:
    assert [pause.total_seconds() for pause in PAUSES[:3]] == [5, 300, 1800]
    assert pause_after(9) == PAUSES[-1]
    assert pause_after(10) is None


def test_a_message_holds_no_row_numbers() -> None:
    told = message_of("leads.LeadAssigned", datetime(2026, 1, 1, tzinfo=UTC), {"ref": "L-1", "consultant_id": 7})
    assert told == {"type": "leads.LeadAssigned", "timestamp": "2026-01-01T00:00:00+00:00", "data": {"ref": "L-1"}}


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::"],
)  # fmt: skip
def test_inner_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_open_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "https_only"),
        ("ftp://example.com/", "not_a_url"),
        ("https:///x", "not_a_url"),
        ("https://[bad", "not_a_url"),
        ("https://example.com:99999/", "not_a_url"),
        ("https://exa mple.com/", "not_a_url"),
        ("https://a:b@example.com/", "credentials"),
    ],
)
def test_addresses_nobody_delivers_to(url: str, code: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        check_url(url, allow_private=False)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://2130706433/", "https://0x7f.1/"]
)
def test_names_for_ourselves_are_seen_through(url: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        find_target(url, allow_private=False)
    assert refused.value.code in ("private", "unresolved")


def test_an_answer_drop_by_drop_is_cut_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def drip() -> None:
            line, _peer = server.accept()
            with line:
                try:
                    while True:
                        line.sendall(b"H")
                        line.settimeout(0.05)
                        try:
                            if not line.recv(4096):
                                return
                        except TimeoutError:
                            continue
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        answer = post(Target("127.0.0.1", "localhost", port, "/", is_tls=False), b"{}", {}, timeout=0.3)
        thread.join(10)
    assert answer.status is None
    assert answer.error in ("timeout", "no_http", "ConnectionResetError")


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert post(Target("127.0.0.1", "x", port, "/", is_tls=False), b"", {}).error == "ConnectionRefusedError"
