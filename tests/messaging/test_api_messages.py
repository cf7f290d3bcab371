"""Messages through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.kernel.programs import Network, make_network, member
from tests.leads.callers import Caller

from vinloop.customers.models import Customer
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Organisation
from vinloop.messaging.models import Message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
READ = "messaging.message:read"


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def messages(network: Network) -> list[Message]:
    """Two of headquarters', one of a dealer's, one to a colleague."""
    colleague = member("colleague", network.root)
    with acting(system_actor()):
        ann = Customer.objects.create(ref="C-1", name="Ann", created_at=AT, updated_at=AT)
        rows = [
            _message("M-1", network.root, 0, customer=ann),
            _message("M-2", network.root, 1, state="failed", error="550 ann@example.com: no such mailbox"),
            _message("M-3", network.dealer, 2),
            _message("M-4", network.root, 3, user=colleague),
        ]
        return Message.objects.bulk_create(rows)


def _message(ref: str, owner: Organisation, minutes: int, **facts: object) -> Message:
    at = AT + timedelta(minutes=minutes)
    letter: dict[str, object] = {"address": "ann@example.com", "template": "lead_received", "language": "en"}
    return Message(ref=ref, owner=owner, created_at=at, subject="Hello", body="…", **(letter | facts))


def _caller(network: Network, place: Organisation, *permissions: str) -> Caller:
    return Caller(member(f"reader-{place.code}", place, *permissions), place)


def test_messages_are_listed_masked_narrowed_and_paged(network: Network, messages: list[Message]) -> None:
    caller = _caller(network, network.root, READ, "customers.customer:read")
    first = caller.get("messages?limit=2")
    assert [each["ref"] for each in first["items"]] == ["M-3", "M-2"]
    rest = caller.get(f"messages?limit=2&cursor={first['next']}")
    assert [each["ref"] for each in rest["items"]] == ["M-1"]
    assert [each["ref"] for each in caller.get("messages?customer=C-1")["items"]] == ["M-1"]
    failed = caller.get("messages?state=failed")["items"]
    assert [each["ref"] for each in failed] == ["M-2"]
    assert "no such mailbox" in failed[0]["error"]
    assert "ann@example.com" not in str([first, rest, failed])
    assert caller.get("messages/M-1")["customer"] == "C-1"
    caller.get("messages/M-4", expect=404)


def test_another_dealers_messages_do_not_exist(network: Network, messages: list[Message]) -> None:
    caller = _caller(network, network.sister, READ)
    assert caller.get("messages")["items"] == []
    caller.get("messages/M-3", expect=404)
    owner = _caller(network, network.dealer, READ)
    assert [each["ref"] for each in owner.get("messages")["items"]] == ["M-3"]


def test_reading_needs_the_permission(network: Network, messages: list[Message]) -> None:
    assert _caller(network, network.dealer).get("messages", expect=403)["permission"] == READ
