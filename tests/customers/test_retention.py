"""What is over is forgotten at night, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from tests.customers.privacy_world import GONE, OTHER, make_person, places_of, received
from tests.leads.world import AT, World

from vinloop.customers.models import Customer, SourceVersion
from vinloop.customers.privacy.retention import all_rules, due_tonight, forget_batch, quiet_prospects
from vinloop.kernel.intake.actions import Envelope, quarantine, receive_document
from vinloop.kernel.models import Event, ReceivedDocument
from vinloop.leads.models import Lead

LATER = AT + timedelta(days=365 * 9)
VIN = "LSVAB2BR7MN123456"


def _forget_all(world: World) -> None:
    with world.system() as actor:
        for rule in all_rules():
            forget_batch(actor=actor, code=rule.code, after=0, at=LATER)


def _lose(ref: str) -> None:
    Lead.objects.filter(ref=ref).update(status="lost", closed_at=AT, comments=f"{GONE.name} {GONE.phone}")


def test_a_silent_prospect_is_forgotten_and_an_owner_is_not(world: World) -> None:
    gone = world.capture(GONE.name, GONE.phone).ref
    owner = make_person(world, OTHER, "7002", VIN)
    with world.system():
        _lose(gone)
        Customer.objects.update(updated_at=AT, created_at=AT)
        assert quiet_prospects(LATER, 0, 10) == [Lead.objects.get(ref=gone).customer_id]
        preview = {each.rule.code: each.count for each in due_tonight(LATER)}
    assert preview["prospects"] == 1
    assert Customer.objects.model is Customer
    _forget_all(world)
    assert places_of((GONE.name, GONE.phone)) == {}
    with world.system():
        assert Customer.objects.get(ref=owner).name == OTHER.name
        facts = Event.objects.filter(kind="customers.RetentionApplied")
        assert {"prospects", "versions"} <= {fact.payload["rule"] for fact in facts}


def test_an_open_lead_keeps_its_person(world: World) -> None:
    world.capture(GONE.name, GONE.phone)
    _forget_all(world)
    with world.system():
        assert Customer.objects.get().name == GONE.name


def test_the_preview_changes_nothing(world: World) -> None:
    ref = world.capture(GONE.name, GONE.phone).ref
    with world.system():
        _lose(ref)
        before = places_of((GONE.name, GONE.phone))
        due_tonight(LATER)
        assert places_of((GONE.name, GONE.phone)) == before


def test_old_versions_and_quarantined_documents_go(world: World) -> None:
    make_person(world, OTHER, "7002", VIN)
    with world.system() as actor:
        document = receive_document(
            actor=actor, owner_id=world.network.root.pk, body=b"13712345678", envelope=Envelope(channel="adf"), at=AT
        )
        quarantine(actor=actor, document=document, reason="not_xml", detail="", at=AT)
        assert SourceVersion.objects.count() == 1
    _forget_all(world)
    with world.system():
        assert SourceVersion.objects.count() == 0
        left = ReceivedDocument.objects.get(pk=document.pk)
        assert (bytes(left.body), left.state, left.reason) == (b"", "dismissed", "erased")


def test_who_was_forgotten_comes_back_when_their_source_says_something_new(world: World) -> None:
    received(world, GONE, "7001", "first")
    with world.system():
        from vinloop.customers.models import SourceRecord

        customer = Customer.objects.create(ref="C-QUIET222", name=GONE.name, created_at=AT, updated_at=AT)
        SourceRecord.objects.update(customer=customer)
    _forget_all(world)
    assert received(world, GONE, "7001", "first") == 0
    assert received(world, GONE, "7001", "new number") == 1
