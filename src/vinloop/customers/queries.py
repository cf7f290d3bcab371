"""Reads of the customers room, scoped to an actor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.events import CustomerNotFound, CustomerUnmasked
from vinloop.customers.masks import mask_contact
from vinloop.customers.models import Consent, ContactPoint, Customer, CustomerAccess
from vinloop.customers.privacy.numbers import customers_with_number
from vinloop.kernel.access import Actor
from vinloop.kernel.events import Recorded, Subject, record_all
from vinloop.kernel.identifiers import normalise_email, parse_phones, parse_ref
from vinloop.kernel.search import by_key, matching_ids

READ = "customers.customer:read"
ORDER = ("-updated_at", "-id")


@dataclass(frozen=True, slots=True)
class Reach:
    """One phone number or address; ``shown`` is masked unless the reader may see it all.

    ``valid_until`` is set once it is known to be no longer theirs.
    """

    id: int
    kind: str
    shown: str
    is_primary: bool
    state: str
    last_seen_on: date | None = None
    valid_until: date | None = None

    @property
    def is_callable(self) -> bool:
        """Whether it is a number to call: one that is still theirs."""
        return self.kind == ContactPoint.Kind.PHONE and self.valid_until is None


def list_customers(actor: Actor, *, q: str = "", kind: str = "", city: str = "") -> QuerySet[Customer]:
    """Golden records in the actor's sight, last changed first; one query when it is read.

    Without a search text a dealer's customers come from its relations, which an index orders.
    """
    actor.require(READ)
    rows = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    by_number = customers_with_number(actor, q)
    if by_number:
        rows = rows.filter(pk__in=by_number)
    elif q.strip():
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
    """One golden record; an old reference answers with what it became.

    Raises ``CustomerNotFound``, also for one whose data were erased.
    """
    actor.require(READ)
    row = Customer.objects.select_related("merged_into").filter(ref=parse_ref(ref) or ref).first()
    if row is None:
        raise CustomerNotFound(ref)
    customer = row.merged_into or row
    if customer.erased_at is not None:
        raise CustomerNotFound(ref)
    return customer


def customers_named(actor: Actor, text: str) -> QuerySet[Customer]:
    """The customers in sight a reference, or the whole of a phone number or e-mail address, names."""
    actor.require(READ)
    rows = Customer.objects.filter(merged_into__isnull=True)
    ref = parse_ref(text)
    if ref is not None and ref.startswith("C-"):
        return rows.filter(ref=ref)
    values = [phone.e164 for phone in parse_phones(text)]
    email = normalise_email(text)
    return rows.filter(contact_points__value__in=[*values, *([email] if email else [])]).distinct().order_by("id")


def contact_points(customer_ids: Iterable[int], *, is_masked: bool = True) -> dict[int, list[Reach]]:
    """Phones and addresses of customers, primary ones first; one query."""
    rows = ContactPoint.objects.filter(customer_id__in=list(customer_ids))
    found: dict[int, list[Reach]] = {}
    for row in rows.order_by(F("valid_until").desc(nulls_first=True), "-is_primary", "kind", "id"):
        shown = mask_contact(row.kind, row.value) if is_masked else row.value
        reach = Reach(row.pk, row.kind, shown, row.is_primary, row.state, row.last_seen_on, row.valid_until)
        found.setdefault(row.customer_id, []).append(reach)
    return found


def reach_for(actor: Actor, customer: Customer, *, at: datetime) -> tuple[list[Reach], bool]:
    """How to reach one customer, and whether it is masked.

    A program that may see hidden values gets them, and that it did is recorded; a person on a screen uncovers each
    value for a reason (``actions.unmask``).
    """
    is_masked = actor.door == "screen" or not actor.may(UNMASK)
    reach = contact_points([customer.pk], is_masked=is_masked).get(customer.pk, [])
    fields = {each.kind for each in reach} | ({"address"} if customer.address else set())
    if not is_masked and fields:
        subject = Subject("customers.customer", customer.pk, actor.organisation_id, customer.ref, customer.pk)
        fact = CustomerUnmasked(ref=customer.ref, field=", ".join(sorted(fields)), reason="system")
        record_all([Recorded(fact, subject)], actor=actor, at=at)
    return reach, is_masked


def consents_of(customer_id: int, purpose: str = "contact") -> dict[str, bool]:
    """The newest answer per channel for a purpose; one query."""
    rows = Consent.objects.filter(customer_id=customer_id, purpose=purpose).order_by("at", "id")
    return {row.channel: row.is_granted for row in rows}


def may_contact(customer_id: int, channel: str, purpose: str = "contact") -> bool:
    """Whether the customer's newest answer for a purpose and channel is yes."""
    return consents_of(customer_id, purpose).get(channel, False)


def _related(actor: Actor) -> QuerySet[CustomerAccess, int]:
    rows = CustomerAccess.objects.filter(organisation_id__in=sorted(actor.organisation_ids or ()))
    return rows.filter(Q(until__isnull=True) | Q(until__gt=Now())).values_list("customer_id", flat=True)
