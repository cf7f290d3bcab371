"""A dealer asks headquarters for a customer: the same answer whoever it asks for, until headquarters has granted it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.leads.browser import as_user, page, questions
from tests.leads.world import World

from vinloop.customers.asking.actions import A_DAY, ask_for_customer, grant_access, refuse_access
from vinloop.customers.events import AskingRefused, CustomerNotFound
from vinloop.customers.models import AccessRequest, Customer, CustomerAccess
from vinloop.customers.queries import list_customers
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.models import Event, SettingValue
from vinloop.messaging.models import Message

KNOWN, UNKNOWN = "13800138000", "13900139000"
NOW = timezone.now()


def _ask(world: World, text: str = KNOWN) -> AccessRequest:
    with world.acting_as(world.manager) as actor:
        return ask_for_customer(actor=actor, text=text, reason="in our showroom", at=NOW)


def test_asking_tells_nothing_about_whether_somebody_is_known(world: World) -> None:
    ref = world.capture("王建国", KNOWN).customer_ref
    browser = as_user(world.manager)
    answers = []
    for number in (KNOWN, UNKNOWN):
        said = browser.post(reverse("customers:ask"), {"text": number, "reason": "in our showroom"}, follow=True)
        answers.append((said.status_code, "Headquarters has your question" in said.content.decode()))
    assert answers == [(200, True), (200, True)]
    shown = page(browser, reverse("customers:asked_list"))
    assert "王建国" not in shown
    assert ref not in shown
    assert KNOWN not in shown
    queue = page(as_user(world.headquarters), reverse("customers:asked_queue"))
    assert queue.count("王建国") == 1
    assert "nobody" in queue
    with world.system():
        for fact in Event.objects.filter(kind="customers.AccessAsked"):
            assert fact.customer_id is None
            assert set(fact.payload) == {"ref"}


@pytest.mark.parametrize("text", ["8000", "王建国", "LSVAB2", ""])
def test_only_whole_numbers_are_asked_by(world: World, text: str) -> None:
    world.capture("王建国", KNOWN)
    with pytest.raises(AskingRefused) as refusal:
        _ask(world, text)
    assert refusal.value.code == "not_whole"
    with world.system():
        assert not AccessRequest.objects.exists()


def test_asking_twice_is_asking_once_and_too_often_is_refused(world: World) -> None:
    with world.system():
        SettingValue.objects.create(organisation=world.network.root, name=A_DAY, value=2)
    assert _ask(world).pk == _ask(world).pk
    _ask(world, UNKNOWN)
    with pytest.raises(AskingRefused) as refusal:
        _ask(world, "13700137000")
    assert refusal.value.code == "too_many"
    with world.system():
        assert AccessRequest.objects.count() == 2
        AccessRequest.objects.update(asked_at=NOW - timedelta(days=2))
    _ask(world, "13700137000")


def test_who_is_in_sight_is_not_asked_for(world: World) -> None:
    world.dispatched_lead()
    with pytest.raises(AskingRefused) as refusal:
        _ask(world)
    assert refusal.value.code == "in_sight"


def test_a_granted_customer_is_seen_until_the_grant_ends(world: World) -> None:
    ref = world.capture("王建国", KNOWN).customer_ref
    asked = _ask(world)
    browser = as_user(world.headquarters)
    until = timezone.localdate() + timedelta(days=3)
    said = {"decision": "grant", "customer": ref, "until": str(until), "answer": "Welcome them"}
    decide = reverse("customers:asked_decide", args=[asked.ref])
    assert f'value="{ref}" selected' in page(browser, decide)
    assert "Choose the customer" in browser.post(decide, {**said, "customer": ""}).content.decode()
    assert browser.post(decide, said).status_code == 302
    assert browser.get(decide)["Location"] == reverse("customers:asked_queue")
    dealer = as_user(world.manager)
    assert "王建国" in page(dealer, reverse("customers:customer_page", args=[ref]))
    assert "Welcome them" in page(dealer, reverse("customers:asked_list"))
    with world.acting_as(world.manager) as actor:
        assert [each.ref for each in list_customers(actor)] == [ref]
        assert [each.ref for each in list_customers(actor, q=KNOWN)] == [ref]
    with world.system():
        told = Message.objects.get(template="access_decided")
        assert told.user_id == world.manager.pk
        assert "王建国" not in told.subject + told.body
        fact = Event.objects.get(kind="customers.AccessGranted")
        assert fact.organisation_id == world.network.dealer.pk
        CustomerAccess.objects.filter(kind="grant").update(until=NOW - timedelta(days=1))
    assert dealer.get(reverse("customers:customer_page", args=[ref])).status_code == 404
    with world.acting_as(world.manager) as actor:
        assert not list_customers(actor).exists()


def test_a_decision_is_made_once_and_by_headquarters(world: World) -> None:
    ref = world.capture("王建国", KNOWN).customer_ref
    asked = _ask(world)
    with world.acting_as(world.manager) as actor, pytest.raises(NotAllowed):
        grant_access(actor=actor, ref=asked.ref, customer_ref=ref, until=None, at=NOW)
    assert as_user(world.manager).get(reverse("customers:asked_queue")).status_code == 403
    with world.acting_as(world.headquarters) as actor:
        with pytest.raises(CustomerNotFound):
            grant_access(actor=actor, ref=asked.ref, customer_ref="C-NOBODY22", until=None, at=NOW)
        refuse_access(actor=actor, ref=asked.ref, at=NOW)
        with pytest.raises(AskingRefused):
            grant_access(actor=actor, ref=asked.ref, customer_ref=ref, until=None, at=NOW)
    with world.system():
        assert not CustomerAccess.objects.filter(kind="grant").exists()
        assert AccessRequest.objects.get().state == "refused"


def test_other_dealers_do_not_see_what_one_asked_for(world: World) -> None:
    _ask(world)
    assert "138…8000" in page(as_user(world.manager), reverse("customers:asked_list"))
    assert "138…8000" not in page(as_user(world.other_manager), reverse("customers:asked_list"))


def test_the_form_of_a_decision_says_what_is_missing(world: World) -> None:
    _ask(world, UNKNOWN)
    with world.system():
        asked = AccessRequest.objects.get()
    browser, url = as_user(world.headquarters), reverse("customers:asked_decide", args=[asked.ref])
    assert "in our showroom" in page(browser, url)
    assert browser.post(url, {"decision": "grant", "customer": ""}).status_code == 422
    assert browser.post(url, {"decision": "refuse", "until": "2001-01-01"}).status_code == 422
    assert browser.get(reverse("customers:asked_decide", args=["Q-NOTHING2"])).status_code == 404
    assert questions(browser, reverse("customers:asked_queue")) <= 8
    assert questions(as_user(world.manager), reverse("customers:asked_list")) <= 8


def test_a_vin_names_its_owner(world: World) -> None:
    from vinloop.vehicles.actions.deliveries import record_vehicle_delivery

    ref = world.capture("王建国", KNOWN).customer_ref
    vin = "LSVAB2BR7MN123456"
    with world.system() as system:
        customer = Customer.objects.get(ref=ref)
        record_vehicle_delivery(
            actor=system, at=NOW, vin=vin, car_model_id=None, customer_id=customer.pk,
            dealer_id=world.network.sister.pk, delivery_date=NOW.date(), trim="", colour="", plate="",
        )  # fmt: skip
    asked = _ask(world, vin)
    assert asked.candidates == [customer.pk]
    assert vin not in asked.asked_for
