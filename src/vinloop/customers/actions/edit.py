"""Corrections and consent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from vinloop.customers.actions.single import EDIT, locked_customer, subject_of
from vinloop.customers.events import CustomerEdited
from vinloop.customers.models import ContactPoint, Customer
from vinloop.customers.privacy.consent import write_consents
from vinloop.kernel.access import Actor
from vinloop.kernel.events import record
from vinloop.kernel.search import add_tokens, search_key
from vinloop.kernel.search_tokens import index_tokens

EDIT_CONSENT = "customers.consent:edit"
# Parts of one place: who corrects one of them says that the others are right as they stand.
PLACE = ("province", "city", "county", "address", "postcode")
EDITABLE = ("kind", "name", "gender", "birth_date", "province", "city", "address", "language")


class KnownRef(Protocol):
    """A customer, as far as writing about them needs it."""

    @property
    def id(self) -> int: ...
    @property
    def ref(self) -> str: ...


def edit_customer(*, actor: Actor, ref: str, changes: Mapping[str, Any], at: datetime) -> Customer:
    """Correct fields of a golden record; no rule or import writes them again.

    Raises ``CustomerNotFound``, also for one who was erased or became another, and ``NotAllowed``.
    """
    correct_customer(actor=actor, ref=ref, changes=changes, at=at)
    return Customer.objects.get(ref=ref)


def correct_customer(
    *, actor: Actor, ref: str, changes: Mapping[str, Any], at: datetime, permission: str = EDIT
) -> list[str]:
    """Correct fields and hold them against survivorship; answers which ones changed.

    A use case of which the correction is a part names its own ``permission``. Raises as ``edit_customer``.
    """
    actor.require(permission)
    customer = locked_customer(ref)
    changed = [name for name in EDITABLE if name in changes and getattr(customer, name) != changes[name]]
    if not changed:
        return []
    for name in changed:
        setattr(customer, name, changes[name])
        customer.provenance.pop(name, None)
    together = () if set(PLACE).isdisjoint(changed) else PLACE
    customer.held_fields = sorted({*customer.held_fields, *changed, *together})
    customer.updated_at = at
    customer.save(update_fields=[*changed, "provenance", "held_fields", "updated_at"])
    if "name" in changed:
        _reindex(customer)
    fact = CustomerEdited(ref=ref, fields=", ".join(changed))
    record(fact, actor=actor, subject=subject_of(customer, actor), at=at)
    return changed


def record_consents(
    *,
    actor: Actor,
    customer: KnownRef,
    answers: Mapping[str, bool],
    proof: str,
    at: datetime,
    permission: str = EDIT_CONSENT,
) -> None:
    """Keep by which channels the customer may be contacted, with the proof (which form, which call).

    A use case of which the answers are a part (a lead's capture, a verification call) names its own ``permission``.
    Raises ``NotAllowed``.
    """
    actor.require(permission)
    write_consents(actor, customer, "contact", answers, (proof, at))


def _reindex(customer: Customer) -> None:
    """Add the tokens of the new name; old spellings keep finding the customer."""
    points = ContactPoint.objects.filter(customer=customer).values_list("kind", "value")
    tokens = index_tokens(
        search_key(),
        "customer",
        names=(customer.name,),
        phones=[value for kind, value in points if kind == "phone"],
        emails=[value for kind, value in points if kind == "email"],
        refs=(customer.ref,),
    )
    add_tokens("customer", [customer.pk], tokens)
