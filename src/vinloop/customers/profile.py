"""Who a customer is, in one query: the record, how to reach them, what they allowed, where each value is from, whom
they belong to, and which records became part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from vinloop.customers.events import CustomerNotFound
from vinloop.customers.masks import mask_contact, mask_place
from vinloop.customers.models import Address, Consent, ContactPoint, Customer, Relation, Source, SourceRecord
from vinloop.customers.queries import READ, Reach
from vinloop.customers.words import source_words
from vinloop.kernel.access import Actor
from vinloop.kernel.identifiers import mask_phone, parse_ref

RELATED = 10
_OTHER = ("ref", "name", "kind", "city")


@dataclass(frozen=True, slots=True)
class Related:
    """Another customer: at the same number or address (``relation`` 0), or in a relation that was found or named.

    ``how`` is a code of ``words.RELATIONS``, seen from the customer whose page it is.
    """

    ref: str
    name: str
    kind: str
    city: str
    relation: int = 0
    how: str = "contact"
    is_derived: bool = True
    since: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """An address a source gave; of what is hidden only the ``place`` is told, and ``shown`` is that with the mask."""

    id: int
    shown: str
    place: str
    is_primary: bool
    last_seen_on: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Origin:
    """A source some of the customer's records are from, as far as the actor sees it."""

    source: str
    name: str
    records: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer as their page shows them; numbers are masked."""

    customer: Customer
    reach: Sequence[Reach]
    consents: Mapping[str, bool]
    related: Sequence[Related]
    places: Sequence[Place] = ()
    origins: Sequence[Origin] = ()
    merged: Mapping[int, str] | None = None

    @property
    def ids(self) -> list[int]:
        """The customer's id and those of all records that became part of it: their facts are its history."""
        return [self.customer.pk, *(self.merged or {})]


def customer_profile(actor: Actor, ref: str) -> Profile:
    """One customer with everything of this room; one query. Raises ``CustomerNotFound`` and ``NotAllowed``.

    A merged record is answered as it is: ``customer.merged_into`` says where to look.
    """
    actor.require(READ)
    rows: QuerySet[Any] = Customer.objects.select_related("merged_into").annotate(
        sharing=ArraySubquery(_sharing()),
        belonging=ArraySubquery(_relations("customer", "other")),
        holding=ArraySubquery(_relations("other", "customer")),
        places=ArraySubquery(_places()),
        origins=ArraySubquery(_origins()),
        became=ArraySubquery(_merged()),
    )
    row = with_card(rows, "pk").filter(ref=parse_ref(ref) or ref).first()
    if row is None:
        raise CustomerNotFound(ref)
    return _profile(row)


def ids_of_customer(customer_id: int) -> list[int]:
    """The customer's id and those of all records that became part of it; one query."""
    merged = Customer.objects.filter(merged_into=customer_id).order_by("-id").values_list("id", flat=True)
    return [customer_id, *merged]


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
    phones = ContactPoint.objects.filter(customer=OuterRef("pk"), kind="phone", valid_until__isnull=True)
    return rows.annotate(phone=Subquery(phones.order_by("-is_primary", "id").values("value")[:1]))


def masked_phone_of(customer: Customer) -> str:
    """The number ``with_phone`` added, masked; empty without one."""
    number: str | None = getattr(customer, "phone", None)
    return mask_phone(number) if number else ""


def _profile(row: Any) -> Profile:
    reach, consents = card_of(row)
    relations = [Related(**each) for each in row.belonging] + [Related(**_turned(each)) for each in row.holding]
    known = {each.ref for each in relations}
    return Profile(
        customer=row,
        reach=reach,
        consents=consents,
        related=[*relations, *(Related(**each) for each in row.sharing if each["ref"] not in known)],
        places=[_place(each) for each in row.places],
        origins=[_origin(each) for each in row.origins],
        merged={each["id"]: each["ref"] for each in row.became},
    )


def _points(customer: str) -> QuerySet[ContactPoint, Any]:
    """Those that count first, the leading one before others; numbers no longer valid last."""
    rows = ContactPoint.objects.filter(customer=OuterRef(customer))
    rows = rows.order_by(F("valid_until").desc(nulls_first=True), "-is_primary", "kind", "id")
    fields = ("id", "kind", "value", "is_primary", "state", "last_seen_on", "valid_until")
    return rows.values(json=JSONObject(**{name: name for name in fields}))


def _answers(customer: str) -> QuerySet[Consent, Any]:
    """The newest answer per channel; the others are history."""
    rows = Consent.objects.filter(customer=OuterRef(customer), purpose="contact")
    newest = rows.order_by("channel", "-at", "-id").distinct("channel")
    return newest.values(json=JSONObject(channel="channel", granted="is_granted"))


def _sharing() -> QuerySet[Customer, Any]:
    own = ContactPoint.objects.filter(customer=OuterRef(OuterRef(OuterRef("pk")))).values("value")
    at_same = ContactPoint.objects.filter(value__in=own).values("customer_id")
    others = Customer.objects.filter(pk__in=at_same, merged_into__isnull=True).exclude(pk=OuterRef("pk"))
    rows = others.order_by("name", "id").values(json=JSONObject(**{name: name for name in _OTHER}))
    return rows[:RELATED]


def _relations(own: str, other: str) -> QuerySet[Relation, Any]:
    """Relations in which the customer stands on the side ``own``; the other one must be in sight and a record still."""
    rows = Relation.objects.filter(
        **{own: OuterRef("pk"), "removed_at__isnull": True, f"{other}__merged_into__isnull": True}
    ).exclude(**{other: OuterRef("pk")})
    there = {name: f"{other}__{name}" for name in _OTHER}
    return rows.order_by("kind", "id").values(
        json=JSONObject(relation="id", how="kind", is_derived="is_derived", since="since", **there)
    )[: 2 * RELATED]


def _places() -> QuerySet[Address, Any]:
    rows = Address.objects.filter(customer=OuterRef("pk")).order_by(
        F("valid_until").desc(nulls_first=True), "-is_primary", "id"
    )
    fields = ("id", "province", "city", "county", "is_primary", "last_seen_on", "valid_until")
    return rows.values(json=JSONObject(**{name: name for name in fields}))


def _origins() -> QuerySet[SourceRecord, Any]:
    name = Source.objects.filter(code=OuterRef("source")).values("name")
    rows = SourceRecord.objects.filter(customer=OuterRef("pk")).order_by("source").values("source")
    counted = rows.annotate(count=Count("id"), label=Coalesce(Subquery(name), "source"))
    return counted.values(json=JSONObject(source="source", name="label", records="count"))


def _merged() -> QuerySet[Customer, Any]:
    rows = Customer.objects.filter(merged_into=OuterRef("pk")).order_by("-id")
    return rows.values(json=JSONObject(id="id", ref="ref"))


def _origin(row: dict[str, Any]) -> Origin:
    return Origin(row["source"], source_words(row["source"], row["name"]), row["records"])


def _turned(relation: dict[str, Any]) -> dict[str, Any]:
    """As the firm sees it: who works for somebody is employed there."""
    how = relation["how"]
    return {**relation, "how": how if how in ("household", "other") else f"{how}_of"}


def _reach(point: dict[str, Any]) -> Reach:
    return Reach(
        id=point["id"],
        kind=point["kind"],
        shown=mask_contact(point["kind"], point["value"]),
        is_primary=point["is_primary"],
        state=point["state"],
        last_seen_on=_day(point["last_seen_on"]),
        valid_until=_day(point["valid_until"]),
    )


def _place(row: dict[str, Any]) -> Place:
    parts = dict.fromkeys(part for part in (row["province"], row["city"], row["county"]) if part)
    return Place(
        id=row["id"],
        shown=mask_place(row["province"], row["city"], row["county"]),
        place=" ".join(parts),
        is_primary=row["is_primary"],
        last_seen_on=_day(row["last_seen_on"]),
        valid_until=_day(row["valid_until"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
