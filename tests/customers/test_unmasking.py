"""Looking behind the mask: for a reason only, recorded without the value, asked once an hour, for every field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from tests.customers.privacy_world import GONE, OTHER, make_person, picture
from tests.kernel.people import make_user
from tests.leads.browser import as_user, page
from tests.leads.world import AT, World

from vinloop.customers.actions.unmask import GOLDEN, Part, unmask
from vinloop.customers.events import CustomerNotFound, ReasonNeeded
from vinloop.customers.models import Address, ContactPoint, Customer, SealedNumber
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.events.facts import render_fact, spell
from vinloop.kernel.models import Event
from vinloop.kernel.refusals import Refused

VIN, KIND = "LSVAB2BR7MN123456", "customers.CustomerUnmasked"


@pytest.fixture
def parts(world: World) -> dict[tuple[Part, int], str]:
    """Every hidden value of a person, by part and key."""
    ref = make_person(world, GONE, "7001", VIN)
    with world.system():
        customer = Customer.objects.get(ref=ref)
        place = {"province": "上海市", "county": "浦东新区"}
        home = Address.objects.create(customer=customer, text="香樟路12号", door="x", **place)
        found: dict[tuple[Part, int], str] = {
            ("address", GOLDEN): GONE.street,
            ("address", home.pk): home.text,
            ("identity", SealedNumber.objects.get(record__customer=customer).pk): GONE.number,
        }
        points = ContactPoint.objects.filter(customer=customer)
        return {**{("contact", each.pk): each.value for each in points}, **found}


def _ref(world: World) -> str:
    with world.system():
        return Customer.objects.get(name=GONE.name).ref


def _shown() -> list[dict[str, object]]:
    return [each.payload for each in Event.objects.filter(kind=KIND).order_by("id")]


def test_every_hidden_field_wants_a_reason_and_records_no_value(
    world: World, parts: dict[tuple[Part, int], str]
) -> None:
    ref = _ref(world)
    with world.acting_as(world.headquarters) as actor:
        before = picture(["kernel_event"])
        for part, key in parts:
            for reason in ("", "  ", "other"):
                with pytest.raises(ReasonNeeded):
                    unmask(actor=actor, ref=ref, part=part, key=key, reason=reason, at=AT)
            with pytest.raises(CustomerNotFound):
                unmask(actor=actor, ref=ref, part=part, key=key + 999, reason="contact", at=AT)
        assert picture(["kernel_event"]) == before
        for (part, key), value in parts.items():
            assert unmask(actor=actor, ref=ref, part=part, key=key, reason="complaint", at=AT) == value
        told = _shown()
    assert {each["field"] for each in told} == {"phone", "email", "address", "identity"}
    assert len(told) == len(parts)
    assert {(each["reason"], each["words"]) for each in told} == {("complaint", "")}
    assert not any(value in str(told) for value in parts.values())


def test_who_may_not_see_hidden_values_sees_none(world: World, parts: dict[tuple[Part, int], str]) -> None:
    ref = _ref(world)
    marketer = make_user("marketer", "marketer", world.network.root)
    with world.acting_as(marketer) as actor:
        before = picture(["kernel_event"])
        for part, key in parts:
            with pytest.raises(NotAllowed):
                unmask(actor=actor, ref=ref, part=part, key=key, reason="contact", at=AT)
        assert picture(["kernel_event"]) == before
    shown = page(as_user(marketer), reverse("customers:customer_page", args=[ref]))
    assert "上海市 浦东新区 …" in shown or "Shanghai" in shown
    assert not any(value in shown for value in parts.values())


def test_a_reason_is_kept_for_the_person_the_customer_and_an_hour(
    world: World, parts: dict[tuple[Part, int], str]
) -> None:
    ref = _ref(world)
    (phone, *_more) = (key for part, key in parts if part == "contact")
    number = next(key for part, key in parts if part == "identity")
    with world.acting_as(world.headquarters) as actor:
        unmask(actor=actor, ref=ref, part="contact", key=phone, reason="appointment", at=AT)
        later = AT + timedelta(minutes=59)
        assert unmask(actor=actor, ref=ref, part="address", key=GOLDEN, reason="", at=later) == GONE.street
        with pytest.raises(ReasonNeeded):
            unmask(actor=actor, ref=ref, part="identity", key=number, reason="", at=later)
        with pytest.raises(ReasonNeeded):
            unmask(actor=actor, ref=ref, part="contact", key=phone, reason="", at=AT + timedelta(minutes=61))
        assert [each["reason"] for each in _shown()] == ["appointment", "appointment"]
        assert [each["is_kept"] for each in _shown()] == [False, True]
    other = make_person(world, OTHER, "7002", "LSVAB2BR7MN123457")
    with world.acting_as(world.headquarters) as actor, pytest.raises(ReasonNeeded):
        unmask(actor=actor, ref=other, part="address", key=GOLDEN, reason="", at=AT)
    with world.acting_as(world.manager) as actor, pytest.raises(ReasonNeeded):
        unmask(actor=actor, ref=ref, part="address", key=GOLDEN, reason="", at=AT)


def test_own_words_name_nobody(world: World, parts: dict[tuple[Part, int], str]) -> None:
    ref = _ref(world)
    with world.acting_as(world.headquarters) as actor:
        before = picture(["kernel_event"])
        for words in (f"{GONE.name} asked", "call 138 0013 8000", GONE.email):
            with pytest.raises(Refused, match="原因中请勿填写"):
                unmask(actor=actor, ref=ref, part="address", key=GOLDEN, reason=words, at=AT)
        assert picture(["kernel_event"]) == before
        unmask(actor=actor, ref=ref, part="address", key=GOLDEN, reason="Lost parcel", at=AT)
        (told,) = _shown()
        assert (told["reason"], told["words"]) == ("other", "Lost parcel")
    for language, title, why in (("en", "Hidden value shown: Address", "To answer a complaint"),
                                 ("zh-hans", "查看隐藏信息：地址", "处理客户投诉")):  # fmt: skip
        with translation.override(language):
            assert render_fact(KIND, told) == title
            assert spell(KIND, "detail", told) == "Lost parcel"
            assert spell(KIND, "detail", {"field": "address", "reason": "complaint", "words": ""}) == why


def test_a_page_asks_why_in_the_place_of_the_value(world: World, parts: dict[tuple[Part, int], str]) -> None:
    ref = _ref(world)
    browser = as_user(world.manager)
    phone = next(key for (part, key), value in parts.items() if value.startswith("+86"))
    url = reverse("customers:unmask", args=[ref, "contact", phone])
    asked = browser.post(url)
    assert (asked.status_code, "Why do you need to see it?" in asked.content.decode()) == (200, True)
    for said in ({"reason": "other", "words": ""}, {"reason": "other", "words": "13800138000"}):
        again = browser.post(url, said)
        assert (again.status_code, 'role="alert"' in again.content.decode()) == (422, True)
    with world.system():
        assert not Event.objects.filter(kind=KIND).exists()
    given = browser.post(url, {"reason": "contact"})
    assert "tel:+8613800138000" in given.content.decode()
    assert "no-store" in given["Cache-Control"]
    home = reverse("customers:unmask", args=[ref, "address", GOLDEN])
    assert GONE.street not in page(browser, home)
    assert GONE.street in browser.post(home).content.decode()
    assert as_user(world.other_manager).post(url, {"reason": "contact"}).status_code == 404
    assert browser.post(f"/desk/customers/{ref}/hidden/secret/1/").status_code == 404
    with world.system():
        assert [(each["field"], each["is_kept"]) for each in _shown()] == [("phone", False), ("address", True)]


def test_correcting_the_address_shows_it_and_says_why(world: World, parts: dict[tuple[Part, int], str]) -> None:
    ref = _ref(world)
    assert parts
    url = reverse("customers:customer_edit", args=[ref, "address"])
    reception = as_user(make_user("reception", "dealer_reception", world.network.dealer))
    assert {reception.get(url).status_code, reception.post(url, {"address": "x"}).status_code} == {403}
    assert GONE.street in page(as_user(world.manager), url)
    with world.system():
        (told,) = _shown()
        assert (told["field"], told["reason"]) == ("address", "correction")
    saved = as_user(world.manager).post(url, {"address": "银杏路9号"}).content.decode()
    assert "银杏路9号" not in saved
    with world.system():
        assert Customer.objects.get(ref=ref).address == "银杏路9号"


def test_pages_of_records_show_places_only(world: World, parts: dict[tuple[Part, int], str]) -> None:
    ref = _ref(world)
    shown = page(as_user(world.headquarters), reverse("customers:customer_records", args=[ref]))
    assert not any(value in shown for value in parts.values())
