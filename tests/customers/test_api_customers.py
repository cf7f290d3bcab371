"""Customers and orders through the API: masked, scoped, and refusing in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.kernel.programs import bearer, token_of
from tests.leads.world import World
from vinloop.customers.models import Consent, Customer
from vinloop.kernel.models import Event, User
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.orders.models import Order

VIN = "LSVAB2BR7MN123456"


class Caller:
    """A program acting for a person."""

    def __init__(self, world: World, user: User) -> None:
        self._client = Client()
        self._headers: dict[str, Any] = bearer(token_of(user, user.memberships.get().organisation))

    def get(self, path: str, **query: str) -> Any:
        """GET below ``/api/v1``; the answer's status and JSON."""
        answer = self._client.get(f"/api/v1/{path}", query, **self._headers)
        return answer.status_code, answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """POST below ``/api/v1``; the answer's status and JSON."""
        answer = self._client.post(f"/api/v1/{path}", body, content_type="application/json", **self._headers)
        return answer.status_code, answer.json()


@pytest.fixture
def manager(world: World) -> Caller:
    return Caller(world, world.manager)


@pytest.fixture
def stranger(world: World) -> Caller:
    return Caller(world, world.other_manager)


def _worked_lead(world: World) -> str:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=timezone.now())
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=timezone.now())
    return ref


def test_customers_are_listed_and_read_masked(world: World, manager: Caller, stranger: Caller) -> None:
    ref = world.lead(_worked_lead(world)).customer.ref
    status, found = manager.get("customers", q="wjg")
    assert (status, [each["ref"] for each in found["items"]]) == (200, [ref])
    assert found["items"][0]["contacts"][0]["shown"] == "138…8000"
    status, customer = manager.get(f"customers/{ref}")
    assert status == 200
    assert "13800138000" not in str(customer)
    assert "leads.LeadAccepted" in {fact["kind"] for fact in customer["history"]}
    assert stranger.get("customers", q="wjg")[1]["items"] == []
    status, problem = stranger.get(f"customers/{ref}")
    assert (status, problem["type"]) == (404, "urn:vinloop:problem:customer-not-found")


def test_consent_and_unmasking_are_recorded(world: World, manager: Caller, stranger: Caller) -> None:
    ref = world.lead(_worked_lead(world)).customer.ref
    contact_id = manager.get(f"customers/{ref}")[1]["contacts"][0]["id"]
    asked = {"contact_id": contact_id, "reason": "delivery call"}
    assert stranger.post(f"customers/{ref}/unmask", asked)[0] == 404
    assert manager.post(f"customers/{ref}/unmask", asked)[1]["value"] == "+8613800138000"
    said = {"answers": {"phone": True, "sms": False}, "proof": "form 17"}
    assert stranger.post(f"customers/{ref}/consents", said)[0] == 404
    assert manager.post(f"customers/{ref}/consents", said) == (
        201, {"ref": ref, "consents": {"phone": True, "sms": False}},
    )  # fmt: skip
    with world.system():
        assert Event.objects.filter(kind="customers.CustomerUnmasked").count() == 1
        assert Consent.objects.count() == 2
        assert Customer.objects.count() == 1


def test_an_order_goes_from_sale_to_delivery(world: World, manager: Caller, stranger: Caller) -> None:
    lead = _worked_lead(world)
    wanted = {"lead": lead, "model_code": "aurora-s", "price": 15_800_000}
    assert stranger.post("orders", wanted)[0] == 404
    status, problem = manager.post("orders", {**wanted, "model_code": "nothing"})
    assert (status, problem["code"], problem["detail"]) == (409, "unknown_model", "Choose a model of the catalogue.")
    status, order = manager.post("orders", wanted)
    assert (status, order["status"], order["allowed_actions"]) == (201, "ordered", ["deliver", "cancel"])
    ref = order["ref"]
    handover = {"vin": VIN, "delivery_date": timezone.localdate().isoformat()}
    assert stranger.post(f"orders/{ref}/delivery", handover)[0] == 404
    refused = manager.post(f"orders/{ref}/delivery", {**handover, "vin": "X"})[1]
    assert (refused["status"], refused["code"]) == (409, "not_a_vin")
    status, order = manager.post(f"orders/{ref}/delivery", handover)
    assert (status, order["status"], order["vin"], order["allowed_actions"]) == (200, "delivered", VIN, [])
    assert manager.post(f"orders/{ref}/cancel", {"note": "x"})[0] == 409
    assert [each["ref"] for each in manager.get("orders", status="delivered")[1]["items"]] == [ref]
    assert stranger.get("orders")[1]["items"] == []
    assert stranger.get(f"orders/{ref}")[0] == 404
    with world.system():
        assert Order.objects.get().status == "delivered"


def test_leads_refuse_in_words_with_codes(world: World, manager: Caller) -> None:
    ref = world.dispatched_lead()
    status, problem = manager.post(f"leads/{ref}/lost", {"reason": "price"})
    assert (status, problem["code"]) == (409, "wrong_state")
    assert problem["detail"].startswith("The lead has moved on")
    status, problem = manager.post(f"leads/{ref}/contacts", {"channel": "phone", "result": "reached"})
    assert (status, problem["code"], problem["detail"]) == (409, "accept_first", "Accept the lead first.")
    body = {"source": "web", "customer": {"name": "王"}, "interest": {"brand": "aurora"}}
    status, problem = manager.post("leads", body)
    assert (status, problem["errors"][0]["pointer"]) == (422, "/customer/phones")
    status, problem = manager.get("leads/L-7K3QX9MD")
    assert (status, problem["type"]) == (404, "urn:vinloop:problem:lead-not-found")
