"""The buyer's page through the API: the same link, the same steps, the same refusals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.leads.world import AT
from tests.portal.site import Visitor
from vinloop.customers.models import Consent
from vinloop.kernel.models import Event
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.leads.models import Contact, DemoCar, Lead, TestDrive
from vinloop.portal.links import VALID_FOR, make_token

pytestmark = pytest.mark.django_db
STEPS: list[tuple[str, str, dict[str, str]]] = [
    ("post", "message", {"text": "Please call me"}),
    ("post", "not-interested", {"reason": "too far"}),
    ("post", "consent", {"channel": "sms"}),
    ("post", "test-drive", {"starts_at": "2026-12-01T10:00:00+08:00"}),
    ("delete", "test-drive", {}),
    ("get", "test-drive", {}),
    ("get", "test-drive/calendar", {}),
]


class Holder:
    """Whoever holds a buyer's link."""

    def __init__(self, token: str) -> None:
        self._page, self._client = f"/api/v1/my/{token}", Client(headers={"Accept-Language": "en"})

    def ask(self, method: str, step: str = "", body: dict[str, Any] | None = None, *, expect: int = 200) -> Any:
        """Ask the enquiry, or one of its steps."""
        address = f"{self._page}/{step}" if step else self._page
        options: dict[str, Any] = {} if method == "get" else {"data": body or {}, "content_type": "application/json"}
        response = getattr(self._client, method)(address, **options)
        assert response.status_code == expect, response.content
        return response.json() if "json" in response["Content-Type"] else response.content


def _at_dealer(visitor: Visitor) -> str:
    world = visitor.world
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=AT)
    with world.system():
        DemoCar.objects.create(owner=world.network.dealer, car_model=world.model, plate="沪A12345")
    return ref


def _holder(ref: str, *, is_full: bool = True) -> Holder:
    return Holder(make_token(ref, is_full=is_full))


def _rows(visitor: Visitor) -> list[Any]:
    with visitor.world.system():
        tables = [list(model._default_manager.order_by("pk").values()) for model in (Lead, Contact, TestDrive, Consent)]
        return [*tables, Event.objects.count()]


def test_the_link_tells_where_the_enquiry_stands(visitor: Visitor) -> None:
    told = _holder(_at_dealer(visitor)).ask("get")
    details = told["details"]
    assert (details["dealer"]["code"], details["is_closed"]) == ("D1", False)
    assert [step["name"] for step in details["steps"] if step["state"] == "done"][:3] == ["received", "call", "dealer"]
    assert details["allowed_actions"] == ["message", "not_interested", "book_test_drive", "withdraw_consent"]
    assert told["desk_hours"]


def test_a_message_is_put_before_the_dealer_and_said_once(visitor: Visitor) -> None:
    ref = _at_dealer(visitor)
    for _time in range(2):
        _holder(ref).ask("post", "message", {"text": " Please call me "})
    with visitor.world.system():
        notes = list(Contact.objects.filter(lead__ref=ref, user=None).values_list("note", flat=True))
        told = Event.objects.get(kind="portal.BuyerWrote")
    assert notes == ["Please call me"]
    assert (told.door, told.user_id, told.subject_ref) == ("api", None, ref)
    assert _holder(ref).ask("post", "message", {"text": "  "}, expect=422)["errors"][0]["pointer"] == "/text"


def test_a_test_drive_is_booked_moved_and_called_off(visitor: Visitor) -> None:
    holder = _holder(_at_dealer(visitor))
    day = (timezone.localtime() + timedelta(days=3)).date()
    times = holder.ask("get", f"test-drive?day={day}")
    assert (times["day"], len(times["days"])) == (str(day), 14)
    first, second = times["items"][0]["starts_at"], times["items"][4]["starts_at"]
    booked = holder.ask("post", "test-drive", {"starts_at": first})["details"]
    assert datetime.fromisoformat(booked["test_drive"]["starts_at"]) == datetime.fromisoformat(first)
    assert "cancel_test_drive" in booked["allowed_actions"]
    assert holder.ask("get", "test-drive/calendar").startswith(b"BEGIN:VCALENDAR")
    moved = holder.ask("post", "test-drive", {"starts_at": second})["details"]["test_drive"]
    assert moved["ref"] == booked["test_drive"]["ref"]
    assert datetime.fromisoformat(moved["starts_at"]) == datetime.fromisoformat(second)
    assert holder.ask("delete", "test-drive")["details"]["test_drive"] is None
    holder.ask("get", "test-drive/calendar", expect=404)
    before = _rows(visitor)
    taken = holder.ask("post", "test-drive", {"starts_at": f"{day}T03:07:00+08:00"}, expect=409)
    assert (taken["code"], taken["detail"]) == ("slot_gone", "This time was just taken. Please choose another one.")
    assert _rows(visitor) == before


def test_a_farewell_is_told_and_a_consent_withdrawn(visitor: Visitor) -> None:
    ref = _at_dealer(visitor)
    consents = _holder(ref).ask("post", "consent", {"channel": "sms"})["details"]["consents"]
    assert [each["state"] for each in consents if each["channel"] == "sms"] == ["no"]
    _holder(ref).ask("post", "consent", {"channel": "fax"}, expect=422)
    left = _holder(ref).ask("post", "not-interested", {})["details"]
    assert left["is_given_up"]
    assert "not_interested" not in left["allowed_actions"]
    with visitor.world.system():
        assert Event.objects.filter(kind="portal.BuyerLostInterest", subject_ref=ref).count() == 1


@pytest.mark.parametrize(("method", "step", "body"), STEPS)
def test_a_link_that_is_not_ours_or_over_or_not_full_does_nothing(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, method: str, step: str, body: dict[str, str]
) -> None:
    ref = _at_dealer(visitor)
    token, before = make_token(ref, is_full=True), _rows(visitor)
    assert Holder("L-1.f:1:2").ask(method, step, body, expect=404)["type"] == "urn:vinloop:problem:not-found"
    Holder(f"{token}x").ask(method, step, body, expect=404)
    part = _holder(ref, is_full=False).ask(method, step, body, expect=403)
    assert part["type"] == "urn:vinloop:problem:link-partial"
    monkeypatch.setattr("vinloop.portal.links.VALID_FOR", -VALID_FOR)
    assert Holder(token).ask(method, step, body, expect=410)["type"] == "urn:vinloop:problem:link-expired"
    assert _rows(visitor) == before


def test_a_link_that_is_not_full_only_says_that_the_enquiry_arrived(visitor: Visitor) -> None:
    ref = _at_dealer(visitor)
    told = _holder(ref, is_full=False).ask("get")
    assert (told["ref"], told["details"]) == (ref, None)


def test_another_link_never_opens_this_enquiry(visitor: Visitor) -> None:
    ref = _at_dealer(visitor)
    other = visitor.world.capture("李婷", "13612345678").ref
    holder = _holder(other)
    assert holder.ask("get")["details"]["dealer"] is None
    assert "book_test_drive" not in holder.ask("get")["details"]["allowed_actions"]
    assert holder.ask("get", "test-drive", expect=409)["code"] == "no_dealer_yet"
    holder.ask("post", "not-interested", {})
    assert not _holder(ref).ask("get")["details"]["is_given_up"]


def test_a_machine_that_writes_on_and_on_is_asked_to_wait(visitor: Visitor) -> None:
    holder = _holder(_at_dealer(visitor))
    for number in range(int(get_setting("portal.enquiries_per_hour"))):
        holder.ask("post", "message", {"text": f"message {number}"})
    before = _rows(visitor)
    assert holder.ask("post", "message", {"text": "one more"}, expect=429)["status"] == 429
    assert _rows(visitor) == before
