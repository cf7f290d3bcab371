"""Looking behind the mask: one way for phones, e-mail, addresses and identity numbers, for a reason, and recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from django.utils.translation import gettext_lazy as _

from vinloop.customers.actions.receive import ID_PURPOSE
from vinloop.customers.actions.single import subject_of
from vinloop.customers.events import CustomerNotFound, CustomerUnmasked, ReasonNeeded
from vinloop.customers.masks import mask_contact, mask_place
from vinloop.customers.models import Address, ContactPoint, Customer, SealedNumber
from vinloop.customers.words import OTHER_REASON, REASONS
from vinloop.kernel.access import Actor
from vinloop.kernel.events import record
from vinloop.kernel.models import Event
from vinloop.kernel.refusals import Refused
from vinloop.kernel.sealing import CannotOpen, unseal

UNMASK = "customers.customer:unmask"
KEPT = timedelta(hours=1)
GOLDEN = 0  # the key of the address in force, which is the customer's own; other addresses have a row each
Part = Literal["contact", "address", "identity"]
PARTS: tuple[Part, ...] = ("contact", "address", "identity")
_LONGEST = 200
_TELLING = re.compile(r"@|\d[\d\s-]{5,}")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value behind its mask: which field it is of, and what everybody may see of it."""

    field: str
    shown: str
    read: Callable[[], str]


def hidden_part(customer: Customer, part: Part, key: int) -> Hidden:
    """What is hidden at a place of a customer's record; ``key`` is the row's, ``GOLDEN`` the address in force.

    Raises ``CustomerNotFound`` when the customer has no such part in sight.
    """
    found = _FIND[part](customer, key)
    if found is None:
        raise CustomerNotFound(customer.ref)
    return found


def unmask(*, actor: Actor, ref: str, part: Part, key: int, reason: str, at: datetime) -> str:
    """The value behind a mask; who looked at which field and why is recorded.

    ``reason`` is a code of ``REASONS``, or own words. Left empty it is the one the same person gave for the same
    customer within the hour, but for identity numbers and outside the screens. Raises ``ReasonNeeded`` without one,
    ``CustomerNotFound``, ``NotAllowed``, and ``Refused`` when the key of an identity number is lost.
    """
    actor.require(UNMASK)
    rows = Customer.objects.select_for_update()
    customer = rows.filter(ref=ref, erased_at__isnull=True, merged_into__isnull=True).first()
    if customer is None:
        raise CustomerNotFound(ref)
    hidden = hidden_part(customer, part, key)
    code, words = _checked(reason, customer)
    kept = None if code or part == "identity" else _kept_reason(actor, customer, at)
    if kept is not None:
        code, words = kept
    if not code:
        raise ReasonNeeded
    value = hidden.read()
    fact = CustomerUnmasked(ref=ref, field=hidden.field, reason=code, words=words, is_kept=kept is not None)
    record(fact, actor=actor, subject=subject_of(customer, actor), at=at)
    return value


def _checked(reason: str, customer: Customer) -> tuple[str, str]:
    """The reason as code and words: words may name nobody, for what is recorded is kept when people are erased."""
    said = " ".join(reason.split())[:_LONGEST]
    if not said or said in REASONS:
        return said, ""
    if said == OTHER_REASON:
        raise ReasonNeeded
    if _TELLING.search(said) or (customer.name and customer.name.casefold() in said.casefold()):
        raise Refused("reason_tells", _("Leave names, numbers and addresses out of the reason."), "reason")
    return OTHER_REASON, said


def _kept_reason(actor: Actor, customer: Customer, at: datetime) -> tuple[str, str] | None:
    """The reason this person gave for this customer within the hour; the hour runs from when it was given."""
    if actor.door != "screen" or actor.user_id is None:
        return None
    given = Event.objects.filter(
        customer_id=customer.pk, at__gt=at - KEPT, user_id=actor.user_id, kind=CustomerUnmasked.kind,
        payload__is_kept=False,
    )  # fmt: skip
    payload = given.order_by("-at", "-id").values_list("payload", flat=True).first()
    return (str(payload["reason"]), str(payload.get("words", ""))) if payload else None


def _contact(customer: Customer, key: int) -> Hidden | None:
    point = ContactPoint.objects.filter(customer=customer, pk=key).first()
    if point is None:
        return None
    return Hidden(point.kind, mask_contact(point.kind, point.value), partial(str, point.value))


def _address(customer: Customer, key: int) -> Hidden | None:
    if key == GOLDEN:
        shown = mask_place(customer.province, customer.city, customer.county)
        return Hidden("address", shown, partial(str, customer.address)) if customer.address else None
    row = Address.objects.filter(customer=customer, pk=key).first()
    if row is None:
        return None
    return Hidden("address", mask_place(row.province, row.city, row.county), partial(str, row.text))


def _identity(customer: Customer, key: int) -> Hidden | None:
    row = SealedNumber.objects.filter(pk=key, record__customer=customer).first()
    return None if row is None else Hidden("identity", row.masked, partial(_opened, row))


def _opened(row: SealedNumber) -> str:
    try:
        return unseal(bytes(row.sealed), purpose=ID_PURPOSE)
    except CannotOpen as error:
        raise Refused("key_lost", _("The key this number was sealed with is gone. Ask your administrator.")) from error


_FIND: Mapping[Part, Callable[[Customer, int], Hidden | None]] = {
    "contact": _contact, "address": _address, "identity": _identity,
}  # fmt: skip
