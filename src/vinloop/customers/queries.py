"""Reads of the customers room, scoped to an actor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from vinloop.customers.events import CustomerNotFound, CustomerUnmasked
from vinloop.customers.models import Consent, ContactPoint, Customer, CustomerAccess
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Recorded, Subject, record_all
from vinloop.kernel.identifiers import mask_email, mask_phone, parse_ref
from vinloop.kernel.search import by_key, matching_ids

READ = "customers.customer:read"
UNMASK = "customers.customer:unmask"
ORDER = ("-updated_at", "-id")


@dataclass(frozen=True, slots=True)
class Reach:
    """One phone number or address; ``shown`` is masked unless the reader may see it all."""

    id: int
    kind: str
    shown: str
    is_primary: bool
    state: str


def list_customers(actor: Actor, *, q: str = "", kind: str = "", city: str = "") -> QuerySet[Customer]:
    """Golden records in the actor's sight, last changed first; one query when it is read.

    Without a search text a dealer's customers come from its relations, which an index orders.
    """
    actor.require(READ)
    rows = Customer.objects.filter(merged_into__isnull=True)
    if q.strip():
        ref = parse_ref(q)
        is_ref = ref is not None and ref.startswith("C-")
        rows = rows.filter(ref=ref) if is_ref else rows.filter(pk__in=by_key(matching_ids("customer", q, actor) or []))
    elif not actor.sees_all:
        rows = rows.filter(pk__in=_related(actor))
    if kind:
        rows = rows.filter(kind=kind)
    if city:
        rows = rows.filter(city=city)
    return rows.order_by(*ORDER)


def get_customer(actor: Actor, ref: str) -> Customer:
    """One golden record; an old reference answers with what it became. Raises ``CustomerNotFound``."""
    actor.require(READ)
    row = Customer.objects.select_related("merged_into").filter(ref=parse_ref(ref) or ref).first()
    if row is None:
        raise CustomerNotFound(ref)
    return row.merged_into or row


def contact_points(customer_ids: Iterable[int], *, is_masked: bool = True) -> dict[int, list[Reach]]:
    """Phones and addresses of customers, primary ones first; one query."""
    rows = ContactPoint.objects.filter(customer_id__in=list(customer_ids)).order_by("-is_primary", "kind", "id")
    found: dict[int, list[Reach]] = {}
    for row in rows:
        shown = _masked(row) if is_masked else row.value
        found.setdefault(row.customer_id, []).append(Reach(row.pk, row.kind, shown, row.is_primary, row.state))
    return found


def reach_for(actor: Actor, customer: Customer, *, at: datetime) -> tuple[list[Reach], bool]:
    """How to reach one customer, and whether it is masked.

    A program that may see hidden values gets them, and that it did is recorded; a person on a screen uncovers each
    value with a click (``unmask_contact``).
    """
    is_masked = actor.door == "screen" or not actor.may(UNMASK)
    reach = contact_points([customer.pk], is_masked=is_masked).get(customer.pk, [])
    if not is_masked and reach:
        subject = Subject("customers.customer", customer.pk, actor.organisation_id, customer.ref, customer.pk)
        fields = ", ".join(sorted({each.kind for each in reach}))
        fact = CustomerUnmasked(ref=customer.ref, field=fields, reason=f"door {actor.door}")
        record_all([Recorded(fact, subject)], actor=actor, at=at)
    return reach, is_masked


def consents_of(customer_id: int) -> dict[str, bool]:
    """The newest answer per channel; one query."""
    rows = Consent.objects.filter(customer_id=customer_id, purpose="contact").order_by("at", "id")
    return {row.channel: row.is_granted for row in rows}


def may_contact(customer_id: int, channel: str) -> bool:
    """Whether the customer's newest answer for a channel is yes."""
    return consents_of(customer_id).get(channel, False)


def _related(actor: Actor) -> QuerySet[CustomerAccess, int]:
    return CustomerAccess.objects.filter(
        organisation_id__in=sorted(actor.organisation_ids or ()), until__isnull=True
    ).values_list("customer_id", flat=True)


def _masked(row: ContactPoint) -> str:
    return mask_email(row.value) if row.kind == ContactPoint.Kind.EMAIL else mask_phone(row.value)
