"""Requests by law: taken down with proof of who asked, answered or refused by a day, and both provable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.edit import EDITABLE, correct_customer
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.models import Customer, PrivacyRequest
from vinloop.customers.privacy.erasing import erase_everywhere, hindrances, whole_customer
from vinloop.customers.privacy.events import (
    CustomerErased,
    PrivacyRequestAnswered,
    PrivacyRequestOpened,
    RequestNotFound,
)
from vinloop.customers.privacy.settings import DAYS, SALE_YEARS
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.identifiers import new_ref
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import get_setting

MANAGE = "customers.privacy:manage"
_Kind, _State = PrivacyRequest.Kind, PrivacyRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a request came: ``who`` asked (self, guardian, lawyer, heir), by which ``way``, and the ``proof`` of who they
    are; codes, so that they outlive an erasure. ``note`` is free text and goes with it.
    """

    who: str
    way: str
    proof: str
    note: str = ""


def open_request(*, actor: Actor, ref: str, kind: str, asked: Asked, at: datetime) -> PrivacyRequest:
    """Take down a request; it is due as many days from today as the law gives.

    Raises ``NotAllowed``, ``CustomerNotFound``, and ``Refused`` for a customer who was erased or for a second open
    request of the same kind.
    """
    actor.require(MANAGE)
    customer = _living(ref)
    if PrivacyRequest.objects.filter(customer=customer, kind=kind, state=_State.OPEN).exists():
        raise Refused("request_open", _("A request of this kind is open for this customer already."), "kind")
    today = at.astimezone(ZoneInfo(actor.timezone)).date()
    request = PrivacyRequest.objects.create(
        ref=new_ref("PR"),
        customer=customer,
        kind=kind,
        asked_how=f"{asked.who}:{asked.way}",
        identity_proof=asked.proof,
        note=asked.note,
        opened_at=at,
        due_on=today + timedelta(days=get_setting(DAYS)),
        opened_by=actor.user_id,
    )
    fact = PrivacyRequestOpened(ref=customer.ref, request=request.ref, asked=kind, due=request.due_on.isoformat())
    _tell(actor, customer, fact, at)
    return request


def answer_access(*, actor: Actor, ref: str, at: datetime) -> PrivacyRequest:
    """Say that the person gets their data; from now on they can be downloaded for some days.

    Raises ``NotAllowed``, ``RequestNotFound`` and ``Refused``.
    """
    request = _claimed(actor, ref, _Kind.ACCESS)
    return _close(actor, request, _State.DONE, {}, at)


def answer_correction(*, actor: Actor, ref: str, changes: Mapping[str, Any], at: datetime) -> PrivacyRequest:
    """Correct what the person says is wrong; no rule or import writes these fields again.

    Raises as ``answer_access``.
    """
    request = _claimed(actor, ref, _Kind.CORRECTION)
    changed = correct_customer(actor=actor, ref=request.customer.ref, changes=changes, permission=MANAGE, at=at)
    if not changed:
        raise Refused("nothing_changed", _("Nothing was changed. Correct at least one field, or refuse the request."))
    return _close(actor, request, _State.DONE, {"fields": [name for name in EDITABLE if name in changed]}, at)


def answer_erasure(*, actor: Actor, ref: str, at: datetime) -> PrivacyRequest:
    """Erase the customer, and all that was merged into them, in every room; what is kept is told with its reason.

    Raises as ``answer_access``; ``Refused`` with what stands against it when a contract still needs the data.
    """
    request = _claimed(actor, ref, _Kind.ERASURE)
    with elevated("what a person asks to be erased is erased in every organisation"):
        ids = whole_customer(request.customer)
        against = hindrances(ids)
        if against:
            raise Refused("erasure_hindered", " ".join(str(words) for words in against))
        rooms = erase_everywhere(ids, at)
        PrivacyRequest.objects.filter(customer_id__in=ids, state=_State.OPEN).exclude(pk=request.pk).update(
            state=_State.REFUSED, closed_at=at, closed_by=actor.user_id, report={"reason": "erased"}
        )
        request.refresh_from_db()
        report = {"rooms": rooms, "records": len(ids), "kept_years": get_setting(SALE_YEARS)}
        for gone in Customer.objects.filter(pk__in=ids):
            _tell(actor, gone, CustomerErased(ref=gone.ref), at)
        return _close(actor, request, _State.DONE, report, at)


def refuse_request(*, actor: Actor, ref: str, reason: str, at: datetime) -> PrivacyRequest:
    """Say no, with the reason the person is told (a code of ``words.REFUSALS``). Raises as ``answer_access``."""
    return _close(actor, _claimed(actor, ref), _State.REFUSED, {"reason": reason}, at)


def _claimed(actor: Actor, ref: str, kind: str = "") -> PrivacyRequest:
    """The request, locked and still open."""
    actor.require(MANAGE)
    rows = PrivacyRequest.objects.select_for_update(of=("self",)).select_related("customer")
    request = rows.filter(ref=ref).first()
    if request is None:
        raise RequestNotFound(ref)
    if request.state != _State.OPEN:
        raise Refused("request_closed", _("Somebody has answered this request already."))
    if kind and request.kind != kind:
        raise Refused("other_kind", _("This request asks for something else."))
    return request


def _living(ref: str) -> Customer:
    found = Customer.objects.select_related("merged_into").filter(ref=ref).first()
    if found is None:
        raise CustomerNotFound(ref)
    customer = found.merged_into or found
    if customer.erased_at is not None:
        raise Refused("customer_erased", _("This customer's data were erased. There is nothing left to ask for."))
    return customer


def _close(
    actor: Actor, request: PrivacyRequest, state: str, report: Mapping[str, Any], at: datetime
) -> PrivacyRequest:
    request.state, request.report = state, dict(report)
    request.closed_at, request.closed_by = at, actor.user_id
    request.save(update_fields=["state", "report", "closed_at", "closed_by"])
    fact = PrivacyRequestAnswered(ref=request.customer.ref, request=request.ref, asked=request.kind, state=state)
    _tell(actor, request.customer, fact, at)
    return request


def _tell(actor: Actor, customer: Customer, fact: Fact, at: datetime) -> None:
    subject = Subject("customers.customer", customer.pk, actor.organisation_id, customer.ref, customer.pk)
    record(fact, actor=actor, subject=subject, at=at)
