"""Who a customer is, in one query: the record, how to reach them, what they allowed, who shares their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from vinloop.customers.events import CustomerNotFound
from vinloop.customers.models import Consent, ContactPoint, Customer
from vinloop.customers.queries import READ, Reach
from vinloop.kernel.access import Actor
from vinloop.kernel.identifiers import mask_email, mask_phone, parse_ref

RELATED = 10


@dataclass(frozen=True, slots=True)
class Related:
    """Another customer at the same number or address."""

    ref: str
    name: str
    kind: str
    city: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer as their page shows them; numbers are masked."""

    customer: Customer
    reach: Sequence[Reach]
    consents: Mapping[str, bool]
    related: Sequence[Related]


def customer_profile(actor: Actor, ref: str) -> Profile:
    """One customer with everything of this room; one query. Raises ``CustomerNotFound`` and ``NotAllowed``.

    A merged record is answered as it is: ``customer.merged_into`` says where to look.
    """
    actor.require(READ)
    rows: QuerySet[Any] = Customer.objects.select_related("merged_into").annotate(sharing=ArraySubquery(_sharing()))
    row = with_card(rows, "pk").filter(ref=parse_ref(ref) or ref).first()
    if row is None:
        raise CustomerNotFound(ref)
    reach, consents = card_of(row)
    return Profile(
        customer=row,
        reach=reach,
        consents=consents,
        related=[Related(**each) for each in row.sharing],
    )


def with_card(rows: QuerySet[Any], customer: str = "customer_id") -> QuerySet[Any]:
    """Rows about customers, each with what ``card_of`` reads; no query more."""
    found: QuerySet[Any] = rows.annotate(
        points=ArraySubquery(_points(customer)), answers=ArraySubquery(_answers(customer))
    )
    return found


def card_of(row: Any) -> tuple[list[Reach], dict[str, bool]]:
    """How to reach the customer of a row that has its card, masked; and what they allowed, by channel."""
    return [_reach(each) for each in row.points], {each["channel"]: each["granted"] for each in row.answers}


def with_phone(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Add each customer's first number as ``phone``; no query more."""
    phones = ContactPoint.objects.filter(customer=OuterRef("pk"), kind="phone").order_by("-is_primary", "id")
    return rows.annotate(phone=Subquery(phones.values("value")[:1]))


def masked_phone_of(customer: Customer) -> str:
    """The number ``with_phone`` added, masked; empty without one."""
    number: str | None = getattr(customer, "phone", None)
    return mask_phone(number) if number else ""


def _points(customer: str) -> QuerySet[ContactPoint, Any]:
    rows = ContactPoint.objects.filter(customer=OuterRef(customer)).order_by("-is_primary", "kind", "id")
    return rows.values(json=JSONObject(id="id", kind="kind", value="value", is_primary="is_primary", state="state"))


def _answers(customer: str) -> QuerySet[Consent, Any]:
    """The newest answer per channel; the others are history."""
    rows = Consent.objects.filter(customer=OuterRef(customer), purpose="contact")
    newest = rows.order_by("channel", "-at", "-id").distinct("channel")
    return newest.values(json=JSONObject(channel="channel", granted="is_granted"))


def _sharing() -> QuerySet[Customer, Any]:
    own = ContactPoint.objects.filter(customer=OuterRef(OuterRef(OuterRef("pk")))).values("value")
    at_same = ContactPoint.objects.filter(value__in=own).values("customer_id")
    others = Customer.objects.filter(pk__in=at_same, merged_into__isnull=True).exclude(pk=OuterRef("pk"))
    rows = others.order_by("name", "id").values(json=JSONObject(ref="ref", name="name", kind="kind", city="city"))
    return rows[:RELATED]


def _reach(point: dict[str, Any]) -> Reach:
    mask = mask_email if point["kind"] == ContactPoint.Kind.EMAIL else mask_phone
    return Reach(point["id"], point["kind"], mask(point["value"]), point["is_primary"], point["state"])
