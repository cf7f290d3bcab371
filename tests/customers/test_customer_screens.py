"""The customer list, the one page about a customer, and the search over everything."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.leads.browser import as_user, page, questions
from tests.leads.world import World

from vinloop.customers.actions import edit_customer
from vinloop.customers.models import Consent, Customer
from vinloop.kernel.models import Event
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.leads.models import Lead
from vinloop.orders.actions import OrderInput, place_order, report_delivery

VIN, PLATE = "LSVAB2BR7MN123456", "沪A12345"


def _owner(world: World) -> str:
    """A customer of dealer D1 who got their car; the customer's reference."""
    ref = world.dispatched_lead()
    now = timezone.now()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=now)
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=now)
        order = place_order(
            actor=actor, lead_ref=ref, order=OrderInput(model_code="aurora-s", price=15_000_000), at=now
        )
        today = date(now.year, now.month, now.day)
        report_delivery(actor=actor, ref=order.ref, vin=VIN, delivery_date=today, plate=PLATE, at=now)
    return world.lead(ref).customer.ref


@pytest.mark.parametrize("text", ["王建", "wangjianguo", "wjg", "8000", "123456", VIN, "A12345", PLATE])
def test_an_owner_is_found_by_name_number_and_car(world: World, text: str) -> None:
    ref = _owner(world)
    for user in (world.headquarters, world.manager):
        assert ref in page(as_user(user), reverse("customers:customer_list"), q=text)
    assert ref not in page(as_user(world.other_manager), reverse("customers:customer_list"), q=text)


def test_the_page_says_who_they_are_and_what_is_open(world: World) -> None:
    ref = _owner(world)
    manager = as_user(world.manager)
    shown = page(manager, reverse("customers:customer_page", args=[ref]))
    for expected in ("王建国", "138…8000", VIN, "沪A·12345", "Car handed over"):
        assert expected in shown
    assert "13800138000" not in shown
    more = page(manager, reverse("customers:customer_panels", args=[ref]))
    assert "Delivered" in more
    assert "Aurora S" in more


def test_pages_ask_no_more_for_a_longer_history(world: World) -> None:
    ref = _owner(world)
    manager = as_user(world.manager)
    urls = [
        reverse("customers:customer_list"),
        reverse("customers:customer_page", args=[ref]),
        reverse("customers:customer_panels", args=[ref]),
        f"{reverse('search')}?q=8000",
    ]
    before = [questions(manager, url) for url in urls]
    with world.acting_as(world.manager) as actor:
        for number in range(40):
            edit_customer(actor=actor, ref=ref, changes={"address": f"Street {number}"}, at=timezone.now())
    assert [questions(manager, url) for url in urls] == before
    assert max(before[:3]) <= 8


def _lead_ref(world: World) -> str:
    with world.system():
        return Lead.objects.get().ref


def test_another_dealer_learns_nothing(world: World) -> None:
    ref = _owner(world)
    stranger = as_user(world.other_manager)
    with world.system():
        contact_id = Customer.objects.get(ref=ref).contact_points.get().pk
    for name in ("customer_page", "customer_panels", "customer_timeline", "customer_consent"):
        assert stranger.get(reverse(f"customers:{name}", args=[ref])).status_code == 404
    assert stranger.post(reverse("customers:unmask", args=[ref, "contact", contact_id])).status_code == 404
    assert stranger.post(reverse("customers:customer_edit", args=[ref, "name"]), {"name": "x"}).status_code == 404
    for text in ("王建国", "8000", VIN, ref):
        assert "Nothing found" in page(stranger, reverse("search"), q=text)
    with world.system():
        assert Customer.objects.get(ref=ref).name == "王建国"
        assert not Event.objects.filter(kind="customers.CustomerUnmasked").exists()


def test_a_value_is_edited_in_its_place(world: World) -> None:
    ref = _owner(world)
    manager = as_user(world.manager)
    url = reverse("customers:customer_edit", args=[ref, "city"])
    assert 'name="city"' in page(manager, url)
    saved = manager.post(url, {"city": "苏州"})
    assert "Suzhou" in saved.content.decode()
    assert manager.post(reverse("customers:customer_edit", args=[ref, "name"]), {"name": ""}).status_code == 422
    assert manager.get(reverse("customers:customer_edit", args=[ref, "ref"])).status_code == 404
    assert "Suzhou" in page(manager, reverse("customers:customer_value", args=[ref, "city"]))
    with world.system():
        assert Customer.objects.get(ref=ref).name == "王建国"
        assert Event.objects.get(kind="customers.CustomerEdited").payload["fields"] == "city"


def test_consent_is_recorded_once_per_answer(world: World) -> None:
    ref = _owner(world)
    manager = as_user(world.manager)
    url = reverse("customers:customer_consent", args=[ref])
    said = {"consent_phone": "yes", "consent_sms": "no", "proof": "signed form"}
    assert "Saved." in manager.post(url, said, follow=True).content.decode()
    assert "Nothing was changed" in manager.post(url, said, follow=True).content.decode()
    with world.system():
        assert dict(Consent.objects.values_list("channel", "is_granted")) == {"phone": True, "sms": False}
    shown = page(manager, reverse("customers:customer_page", args=[ref]))
    assert "Phone: yes" in shown
    assert "SMS: no" in shown


def test_people_at_the_same_number_are_named_and_nobody_else(world: World) -> None:
    world.capture("李婷", "13800138000")
    world.capture("张三", "13700137000")
    ref = world.capture("王建国", "13800138000").customer_ref
    shown = page(as_user(world.headquarters), reverse("customers:customer_page", args=[ref]))
    assert "李婷" in shown
    assert "张三" not in shown


def test_a_reference_and_a_vin_lead_straight_to_their_page(world: World) -> None:
    ref = _owner(world)
    lead = _lead_ref(world)
    manager = as_user(world.manager)
    for text, url in ((ref, reverse("customers:customer_page", args=[ref])),
                      (lead.lower(), reverse("leads:lead_page", args=[lead])),
                      (VIN, reverse("customers:customer_page", args=[ref]))):  # fmt: skip
        assert manager.get(reverse("search"), {"q": text}).headers.get("Location") == url
    found = page(manager, reverse("search"), q="王建国")
    assert ref in found
    assert lead in found
