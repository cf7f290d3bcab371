"""What arrives is kept byte for byte, can be quarantined, replayed and dismissed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest
from tests.kernel.people import AT, Network, acting_as, make_network, make_user

from vinloop.kernel.access import Actor, NotAllowed, acting
from vinloop.kernel.access.facts import system_actor, visitor_actor
from vinloop.kernel.intake import channels
from vinloop.kernel.intake.actions import (
    LIMIT_BYTES,
    Envelope,
    dismiss,
    mark_processed,
    quarantine,
    receive_document,
    replay,
)
from vinloop.kernel.intake.channels import NotUnderstood, register_channel
from vinloop.kernel.intake.queries import body_as_hex, body_as_text
from vinloop.kernel.models import Event, ReceivedDocument
from vinloop.kernel.refusals import Refused

pytestmark = pytest.mark.django_db
BODY = '<?ADF VERSION "1.0"?><adf>王建国</adf>'.encode("gb18030") + b"\x00\xff"
State = ReceivedDocument.State


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def channel() -> Iterator[list[str]]:
    """A channel that understands what is in the list it answers with, and nothing when the list is empty."""
    results: list[str] = []

    def handle(document: ReceivedDocument, actor: Actor, at: datetime) -> Sequence[str]:
        if not results:
            raise NotUnderstood("no_prospect", "line 1")
        return results

    register_channel("test", handle)
    yield results
    del channels._channels["test"]


def receive(network: Network, body: bytes = BODY, *, at_dealer: bool = False) -> ReceivedDocument:
    owner = network.dealer if at_dealer else network.root
    envelope = Envelope(channel="test", content_type="text/xml", filename="C:\\leads\\neu.xml")
    with acting(system_actor("adf")) as actor:
        return receive_document(actor=actor, owner_id=owner.pk, body=body, envelope=envelope, at=AT)


def stored(document: ReceivedDocument) -> ReceivedDocument:
    with acting(system_actor()):
        return ReceivedDocument.objects.get(pk=document.pk)


def kinds() -> list[str]:
    with acting(system_actor()):
        found = Event.objects.filter(subject_kind="kernel.document").order_by("id")
        return [kind.removeprefix("kernel.Document") for kind in found.values_list("kind", flat=True)]


def test_bytes_are_kept_as_they_came(network: Network) -> None:
    document = stored(receive(network))
    assert bytes(document.body) == BODY
    assert document.digest == hashlib.sha256(BODY).hexdigest()
    assert (document.size, document.filename, document.state) == (len(BODY), "neu.xml", State.RECEIVED)
    assert kinds() == ["Received"]


def test_more_than_the_limit_is_cut_and_says_so(network: Network) -> None:
    body = b"x" * (LIMIT_BYTES + 7)
    document = stored(receive(network, body))
    assert document.is_truncated
    assert (len(document.body), document.size) == (LIMIT_BYTES, LIMIT_BYTES + 7)
    assert document.digest == hashlib.sha256(body).hexdigest()


def test_a_sender_who_sees_nothing_can_hand_in(network: Network) -> None:
    visitor = visitor_actor("adf", frozenset())
    with acting(visitor):
        envelope = Envelope(channel="test")
        document = receive_document(actor=visitor, owner_id=network.root.pk, body=BODY, envelope=envelope, at=AT)
        quarantine(actor=visitor, document=document, reason="bad_xml", detail="line 3", at=AT)
        assert not ReceivedDocument.objects.exists()
    assert stored(document).state == State.QUARANTINED


def test_a_quarantined_document_is_replayed(network: Network, channel: list[str]) -> None:
    admin = make_user("boss", "administrator", network.root)
    document = receive(network)
    with acting_as(admin) as actor:
        replay(actor=actor, ref=document.ref, at=AT)
    assert (stored(document).state, stored(document).reason) == (State.QUARANTINED, "no_prospect")
    channel.append("L-12345678")
    with acting_as(admin) as actor:
        replay(actor=actor, ref=document.ref, at=AT)
    done = stored(document)
    assert (done.state, done.results, done.reason) == (State.PROCESSED, ["L-12345678"], "")
    assert kinds() == ["Received", "Replayed", "Quarantined", "Replayed", "Processed"]


def test_what_was_handled_is_not_replayed(network: Network, channel: list[str]) -> None:
    admin = make_user("boss", "administrator", network.root)
    document = receive(network)
    with acting(system_actor("adf")) as actor:
        mark_processed(actor=actor, document=document, results=["L-1"], at=AT)
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        replay(actor=actor, ref=document.ref, at=AT)
    assert refusal.value.code == "already_handled"
    assert stored(document).results == ["L-1"]


def test_a_dismissed_document_stays_readable(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    document = receive(network)
    with acting_as(admin) as actor:
        dismiss(actor=actor, ref=document.ref, at=AT)
    assert stored(document).state == State.DISMISSED
    assert bytes(stored(document).body) == BODY


def test_without_the_permission_nothing_is_replayed(network: Network, channel: list[str]) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    document = receive(network, at_dealer=True)
    for act in (replay, dismiss):
        with pytest.raises(NotAllowed), acting_as(seller) as actor:
            act(actor=actor, ref=document.ref, at=AT)
    assert stored(document).state == State.RECEIVED
    assert kinds() == ["Received"]


def test_an_unknown_channel_is_refused(network: Network) -> None:
    admin = make_user("boss", "administrator", network.root)
    document = receive(network)
    with acting_as(admin) as actor, pytest.raises(Refused) as refusal:
        replay(actor=actor, ref=document.ref, at=AT)
    assert refusal.value.code == "unknown_channel"


def test_content_is_shown_as_text_or_bytes(network: Network) -> None:
    chinese = stored(receive(network, "<adf>王建国\x07</adf>".encode("gb18030")))
    assert body_as_text(chinese) == "<adf>王建国�</adf>"
    binary = stored(receive(network, b"\x50\x4b\x03\x04" + bytes(range(256)) * 4))
    assert body_as_text(binary) is None
    assert body_as_hex(binary).startswith("000000  50 4b 03 04")
    cut = stored(receive(network, "好".encode() * 40_000))
    assert (body_as_text(cut) or "").startswith("好好")
