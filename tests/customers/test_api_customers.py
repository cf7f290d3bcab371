"""Customers and orders through the API: masked, scoped, and refusing in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from tests.leads.callers import Caller
from tests.leads.world import World

from vinloop.customers.actions import record_consents
from vinloop.customers.models import Consent, Customer
from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.models import Event
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.orders.models import Order

VIN = "LSVAB2BR7MN123456"


def _worked_lead(world: World) -> str:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=timezone.now())
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=timezone.now())
    return ref


def test_customers_are_listed_and_read_masked(world: World, manager: Caller, stranger: Caller) -> None:
    ref = world.lead(_worked_lead(world)).customer.ref
    found = manager.get("customers?q=wjg")["items"]
    assert [each["ref"] for each in found] == [ref]
    assert found[0]["contacts"][0]["shown"] == "138…8000"
    customer = manager.get(f"customers/{ref}")
    assert "13800138000" not in str(customer)
    assert "leads.LeadAccepted" in {fact["kind"] for fact in customer["history"]}
    assert stranger.get("customers?q=wjg")["items"] == []
    assert stranger.get(f"customers/{ref}", expect=404)["type"] == "urn:vinloop:problem:customer-not-found"


def test_consent_and_unmasking_are_recorded(world: World, manager: Caller, stranger: Caller) -> None:
    ref = world.lead(_worked_lead(world)).customer.ref
    asked = {"contact_id": manager.get(f"customers/{ref}")["contacts"][0]["id"], "reason": "appointment"}
    stranger.post(f"customers/{ref}/unmask", asked, expect=404)
    assert manager.post(f"customers/{ref}/unmask", {**asked, "reason": ""}, expect=422)["code"] == "reason_needed"
    assert manager.post(f"customers/{ref}/unmask", asked, expect=200)["value"] == "+8613800138000"
    assert manager.patch(f"customers/{ref}", {"address": "梧桐路88弄"})["address"].endswith("…")
    home = {"reason": "Lost parcel"}
    assert manager.post(f"customers/{ref}/unmask", home, expect=200)["value"] == "梧桐路88弄"
    said = {"answers": {"phone": True, "sms": False}, "proof": "form 17"}
    stranger.post(f"customers/{ref}/consents", said, expect=404)
    assert manager.post(f"customers/{ref}/consents", said) == {"ref": ref, "consents": {"phone": True, "sms": False}}
    with world.system():
        assert Event.objects.filter(kind="customers.CustomerUnmasked").count() == 2
        assert (Consent.objects.count(), Customer.objects.count()) == (2, 1)


def test_an_order_goes_from_sale_to_delivery(world: World, manager: Caller, stranger: Caller) -> None:
    wanted = {"lead": _worked_lead(world), "model_code": "aurora-s", "price": 15_800_000}
    stranger.post("orders", wanted, expect=404)
    refused = manager.post("orders", {**wanted, "model_code": "nothing"}, expect=409)
    assert (refused["code"], refused["detail"]) == ("unknown_model", "Choose a model of the catalogue.")
    order = manager.post("orders", wanted)
    assert (order["status"], order["allowed_actions"]) == ("ordered", ["deliver", "cancel"])
    ref = order["ref"]
    handover = {"vin": VIN, "delivery_date": timezone.localdate().isoformat()}
    stranger.post(f"orders/{ref}/delivery", handover, expect=404)
    assert manager.post(f"orders/{ref}/delivery", {**handover, "vin": "X"}, expect=409)["code"] == "not_a_vin"
    order = manager.post(f"orders/{ref}/delivery", handover, expect=200)
    assert (order["status"], order["vin"], order["allowed_actions"]) == ("delivered", VIN, [])
    manager.post(f"orders/{ref}/cancel", {"note": "x"}, expect=409)
    assert [each["ref"] for each in manager.get("orders?status=delivered")["items"]] == [ref]
    assert stranger.get("orders")["items"] == []
    stranger.get(f"orders/{ref}", expect=404)
    with world.system():
        assert Order.objects.get().status == "delivered"


def test_leads_refuse_in_words_with_codes(world: World, manager: Caller) -> None:
    ref = world.dispatched_lead()
    refused = manager.post(f"leads/{ref}/lost", {"reason": "price"}, expect=409)
    assert refused["code"] == "wrong_state"
    assert refused["detail"].startswith("The lead has moved on")
    refused = manager.post(f"leads/{ref}/contacts", {"channel": "phone", "result": "reached"}, expect=409)
    assert (refused["code"], refused["detail"]) == ("accept_first", "Accept the lead first.")
    body = {"source": "web", "customer": {"name": "王"}, "interest": {"brand": "aurora"}}
    assert manager.post("leads", body, expect=422)["errors"][0]["pointer"] == "/customer/phones"
    assert manager.get("leads/L-7K3QX9MD", expect=404)["type"] == "urn:vinloop:problem:lead-not-found"


def test_a_record_is_corrected_field_by_field(world: World, manager: Caller, stranger: Caller) -> None:
    ref = world.lead(_worked_lead(world)).customer.ref
    wish = {"name": " 王建军 ", "gender": "male", "birth_date": "1980-02-29", "language": "en"}
    changed = manager.patch(f"customers/{ref}", wish)
    assert (changed["name"], changed["gender"], changed["birth_date"]) == ("王建军", "male", "1980-02-29")
    assert manager.patch(f"customers/{ref}", {"birth_date": None})["birth_date"] is None
    assert [each["ref"] for each in manager.get("customers?q=wjj")["items"]] == [ref]
    with world.system():
        before = list(Customer.objects.values())
    stranger.patch(f"customers/{ref}", {"name": "x"}, expect=404)
    for wrong in ({"name": "  "}, {"gender": "x"}, {"birth_date": "soon"}, {"city": "x" * 81}):
        manager.patch(f"customers/{ref}", wrong, expect=422)
    Caller(world.headquarters, world.network.root, scopes=frozenset({"customers.customer:read"})).patch(
        f"customers/{ref}", {"name": "x"}, expect=403
    )
    with world.system():
        assert list(Customer.objects.values()) == before


def test_consent_is_recorded_only_by_who_may(world: World) -> None:
    customer = world.lead(_worked_lead(world)).customer
    with world.acting_as(world.consultant) as seller:
        narrow = replace(seller, permissions=seller.permissions - {"customers.consent:edit"})
    answers = {"phone": True}
    for permission in ("customers.consent:edit", "leads.lead:verify"):
        with acting(narrow), pytest.raises(NotAllowed) as refused:
            record_consents(
                actor=narrow, customer=customer, answers=answers, proof="x", at=timezone.now(), permission=permission
            )
        assert refused.value.permission == permission
    with world.system():
        assert Consent.objects.count() == 0
        assert not Event.objects.filter(kind="customers.ConsentRecorded").exists()
