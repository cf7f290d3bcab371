"""What people learn about numbers and addresses: which leads, which was verified, which no longer reaches anybody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.utils import timezone

from vinloop.customers.actions.single import EDIT, locked_customer, subject_of
from vinloop.customers.events import AddressEnded, ContactPointChanged, CustomerNotFound
from vinloop.customers.models import Address, ContactPoint, Customer
from vinloop.kernel.access import Actor
from vinloop.kernel.events import record

Change = Literal["primary", "verified", "ended", "renewed"]
_State = ContactPoint.State


def change_contact(*, actor: Actor, ref: str, contact_id: int, change: Change, at: datetime) -> ContactPoint:
    """Let a number or e-mail lead, mark it verified, end it, or take its end back.

    One that ended leads no more: the next valid one of its kind does. Raises ``CustomerNotFound`` and ``NotAllowed``.
    """
    actor.require(EDIT)
    customer = locked_customer(ref)
    point = ContactPoint.objects.filter(customer=customer, pk=contact_id).first()
    if point is None:
        raise CustomerNotFound(ref)
    before = point.state, point.valid_until, point.is_primary
    _apply(point, change, timezone.localdate(at))
    if (point.state, point.valid_until, point.is_primary) == before:
        return point
    point.save(update_fields=["state", "valid_until", "is_primary"])
    _keep_one_leading(point)
    _touch(customer, at)
    fact = ContactPointChanged(ref=customer.ref, field=point.kind, change=change)
    record(fact, actor=actor, subject=subject_of(customer, actor), at=at)
    return point


def end_address(*, actor: Actor, ref: str, address_id: int, at: datetime) -> None:
    """Somebody does not live or sit there any more. Raises ``CustomerNotFound`` and ``NotAllowed``."""
    actor.require(EDIT)
    customer = locked_customer(ref)
    address = Address.objects.filter(customer=customer, pk=address_id).first()
    if address is None:
        raise CustomerNotFound(ref)
    if address.valid_until is not None:
        return
    address.valid_until, address.is_primary = timezone.localdate(at), False
    address.save(update_fields=["valid_until", "is_primary"])
    _touch(customer, at)
    record(AddressEnded(ref=customer.ref), actor=actor, subject=subject_of(customer, actor), at=at)


def _apply(point: ContactPoint, change: Change, today: date) -> None:
    if change == "ended":
        point.valid_until, point.is_primary = today, False
        return
    point.valid_until = None
    if change == "primary":
        point.is_primary = True
    elif change == "verified":
        point.state = _State.VERIFIED
    elif point.state == _State.INVALID:
        point.state = _State.UNVERIFIED


def _keep_one_leading(point: ContactPoint) -> None:
    """Among the valid ones of its kind exactly one leads: the one just chosen, or the longest known."""
    others = ContactPoint.objects.filter(customer=point.customer_id, kind=point.kind).exclude(pk=point.pk)
    if point.is_primary:
        others.filter(is_primary=True).update(is_primary=False)
    elif not others.filter(is_primary=True, valid_until__isnull=True).exists():
        heir = others.filter(valid_until__isnull=True).exclude(state=_State.INVALID).order_by("id").first()
        if heir is not None:
            ContactPoint.objects.filter(pk=heir.pk).update(is_primary=True)


def _touch(customer: Customer, at: datetime) -> None:
    Customer.objects.filter(pk=customer.pk).update(updated_at=at)
