"""Erasure by law: nothing of the person is left anywhere, nobody else is touched, and a refusal changes nothing."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.utils import timezone
from tests.customers.privacy_world import GONE, OTHER, make_person, picture, places_of, received
from tests.leads.world import AT, World

from vinloop.customers.actions.merging import merge_customers, undo_step
from vinloop.customers.events import CustomerNotFound, StepNotUndoable
from vinloop.customers.models import Customer, IdentityStep, PrivacyRequest, SourceRecord, Tombstone
from vinloop.customers.personal_data import personal_data, words_of
from vinloop.customers.privacy.requests import Asked, answer_erasure, open_request, refuse_request
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.models import Event
from vinloop.kernel.refusals import Refused
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.leads.models import Lead
from vinloop.orders.actions import OrderInput, place_order
from vinloop.orders.models import Order
from vinloop.vehicles.models import Ownership

VINS = ("LSVAB2BR7MN123456", "LSVAB2BR7MN123457")
ASKED = Asked(who="self", way="email", proof="call_back", note=f"{GONE.name} wrote from {GONE.email}")


def _erase(world: World, ref: str) -> PrivacyRequest:
    with world.acting_as(world.headquarters) as actor:
        request = open_request(actor=actor, ref=ref, kind="erasure", asked=ASKED, at=timezone.now())
        return answer_erasure(actor=actor, ref=request.ref, at=timezone.now())


def test_nothing_of_the_person_is_left_and_nobody_else_is_touched(world: World) -> None:
    ref = make_person(world, GONE, "7001", VINS[0])
    make_person(world, OTHER, "7002", VINS[1])
    theirs = places_of(OTHER.needles)
    assert {needle for needle in places_of(GONE.needles)} >= {GONE.name, GONE.phone, GONE.email, GONE.street}
    request = _erase(world, ref)
    assert places_of(GONE.needles) == {}
    assert places_of(OTHER.needles) == theirs
    with world.system():
        customer = Customer.objects.get(ref=ref)
        assert customer.erased_at is not None
        assert Order.objects.filter(customer=customer).count() == 1
        assert Ownership.objects.filter(customer=customer).count() == 1
    assert request.state == "done"
    outcomes = {(each["what"], each["done"]) for room in request.report["rooms"] for each in room["outcomes"]}
    assert {("customers.contact", "removed"), ("orders.order", "kept"), ("vehicles.ownership", "kept")} <= outcomes
    assert {("messaging.message", "emptied"), ("kernel.document", "emptied"), ("leads.contact", "emptied")} <= outcomes


def test_the_report_is_spelt_and_names_nobody(world: World) -> None:
    ref = make_person(world, GONE, "7001", VINS[0])
    report = _erase(world, ref).report
    codes = {code for room in report["rooms"] for each in room["outcomes"] for code in (each["what"], each["duty"])}
    assert [code for code in codes if code and str(words_of(code)) == code] == []
    assert not any(needle in json.dumps(report, ensure_ascii=False) for needle in GONE.needles)
    assert {room["room"] for room in report["rooms"]} == {handler.code for handler in personal_data()}


def test_a_later_import_does_not_bring_the_person_back(world: World) -> None:
    _erase(world, make_person(world, GONE, "7001", VINS[0]))
    assert received(world, GONE, "7001", "again") == 0
    assert received(world, OTHER, "7002") == 1
    with world.system():
        assert not SourceRecord.objects.filter(key="7001").exists()
        assert Tombstone.objects.count() >= 1
    assert places_of(GONE.needles) == {}


def test_records_merged_into_the_customer_are_erased_too(world: World) -> None:
    ref = make_person(world, GONE, "7001", VINS[0])
    with world.system():
        kept = Customer.objects.get(ref=ref)
        old = Customer.objects.create(
            ref="C-OLDONE22", name=GONE.name, address=GONE.street, merged_into=kept, created_at=AT, updated_at=AT
        )
        IdentityStep.objects.create(
            kind="merge", source=old, target=kept, moved={"changed": {"name": GONE.name}}, note=GONE.phone, at=AT
        )
    assert _erase(world, ref).report["records"] == 2
    assert places_of(GONE.needles) == {}
    with world.system() as actor:
        with pytest.raises(StepNotUndoable):
            undo_step(actor=actor, step_id=IdentityStep.objects.get().pk, at=AT)
        with pytest.raises(CustomerNotFound):
            merge_customers(actor=actor, winner=ref, loser="C-OLDONE22", at=AT)


def test_an_open_lead_is_closed_and_its_clocks_with_it(world: World) -> None:
    ref = world.dispatched_lead(GONE.name, GONE.phone)
    _erase(world, world.lead(ref).customer.ref)
    lead = world.lead(ref)
    assert (lead.status, lead.next_follow_up_at, lead.next_attempt_at) == ("invalid", None, None)
    with world.system():
        assert not lead.assignments.filter(ended_at__isnull=True).exists()
    assert places_of((GONE.name, GONE.phone)) == {}


def _with_open_order(world: World) -> str:
    lead_ref = world.dispatched_lead(GONE.name, GONE.phone)
    now = timezone.now()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=lead_ref, at=now)
        log_contact(actor=actor, ref=lead_ref, contact=ContactInput(channel="phone", result="reached"), at=now)
        place_order(actor=actor, lead_ref=lead_ref, order=OrderInput(model_code="aurora-s", price=1_000_000), at=now)
    return world.lead(lead_ref).customer.ref


TABLES = [table for handler in personal_data() for table in handler.tables] + ["kernel_event"]


def test_an_open_order_stands_against_it(world: World) -> None:
    ref = _with_open_order(world)
    with world.acting_as(world.headquarters) as actor:
        request = open_request(actor=actor, ref=ref, kind="erasure", asked=ASKED, at=AT)
        before = picture(TABLES)
        with pytest.raises(Refused) as refused:
            answer_erasure(actor=actor, ref=request.ref, at=AT)
        assert refused.value.code == "erasure_hindered"
        assert Order.objects.get().ref in str(refused.value)
        assert picture(TABLES) == before


def test_who_may_not_changes_nothing(world: World) -> None:
    ref = make_person(world, GONE, "7001", VINS[0])
    with world.acting_as(world.headquarters) as actor:
        request = open_request(actor=actor, ref=ref, kind="erasure", asked=ASKED, at=AT)
    before = picture(TABLES)
    with world.acting_as(world.manager) as actor:
        with pytest.raises(NotAllowed):
            open_request(actor=actor, ref=ref, kind="access", asked=ASKED, at=AT)
        with pytest.raises(NotAllowed):
            answer_erasure(actor=actor, ref=request.ref, at=AT)
        with pytest.raises(NotAllowed):
            refuse_request(actor=actor, ref=request.ref, reason="contract", at=AT)
    assert picture(TABLES) == before


def test_an_erased_customer_cannot_be_asked_for_again(world: World) -> None:
    ref = world.capture(GONE.name, GONE.phone).ref
    customer = world.lead(ref).customer.ref
    request = _erase(world, customer)
    with world.acting_as(world.headquarters) as actor:
        with pytest.raises(Refused) as refused:
            open_request(actor=actor, ref=customer, kind="access", asked=ASKED, at=AT)
        assert refused.value.code == "customer_erased"
        with pytest.raises(Refused):
            answer_erasure(actor=actor, ref=request.ref, at=AT)
    with world.system():
        assert Event.objects.filter(kind="customers.CustomerErased", subject_ref=customer).count() == 1


def test_the_same_person_may_come_again_of_their_own_will(world: World) -> None:
    ref = world.capture(GONE.name, GONE.phone).ref
    gone = world.lead(ref).customer
    _erase(world, gone.ref)
    again = world.lead(world.capture(GONE.name, GONE.phone).ref)
    assert again.customer.pk != gone.pk
    with world.system():
        assert Lead.objects.filter(customer=gone).count() == 1


def test_a_request_is_due_by_the_law_and_asked_only_once(world: World) -> None:
    ref = world.lead(world.capture().ref).customer.ref
    with world.acting_as(world.headquarters) as actor:
        request = open_request(actor=actor, ref=ref, kind="access", asked=ASKED, at=AT)
        assert request.due_on == date(2026, 4, 1)
        with pytest.raises(Refused):
            open_request(actor=actor, ref=ref, kind="access", asked=ASKED, at=AT)
        refused = refuse_request(actor=actor, ref=request.ref, reason="not_proven", at=AT)
        assert (refused.state, refused.report) == ("refused", {"reason": "not_proven"})
