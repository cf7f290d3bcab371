"""Reads of the orders room, scoped to an actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from vinloop.kernel.access import Actor
from vinloop.kernel.identifiers import parse_ref
from vinloop.kernel.search import matching_ids
from vinloop.orders.events import OrderNotFound
from vinloop.orders.models import Order

READ = "orders.order:read"
ORDER = ("-ordered_at", "-id")
MOST_COUNTED = 1000
_SHOWN = ("customer", "car_model", "owner", "consultant", "vehicle", "lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What a list of orders is narrowed to; empty means any. ``dealer``, ``region`` and ``model`` are codes.

    ``family`` is the kind of source the order's lead came from.
    """

    q: str = ""
    status: str = ""
    dealer: str = ""
    region: str = ""
    model: str = ""
    consultant: str = ""
    ordered_from: date | None = None
    ordered_to: date | None = None
    delivered_from: date | None = None
    delivered_to: date | None = None
    is_cancelled: bool | None = None
    family: str = ""


def list_orders(actor: Actor, wanted: OrderFilter) -> QuerySet[Order]:
    """Orders in the actor's sight, newest first, with what a row shows; one query when it is read."""
    actor.require(READ)
    rows = scoped(actor, Order.objects.all())
    text = wanted.q.strip()
    if text:
        ref = parse_ref(text)
        is_ref = ref is not None and ref.startswith("O-")
        rows = rows.filter(ref=ref) if is_ref else rows.filter(
            customer_id__in=matching_ids("customer", text, actor) or []
        )  # fmt: skip
    return rows.filter(_conditions(wanted, actor)).select_related(*_SHOWN).order_by(*ORDER)


def scoped(actor: Actor, rows: QuerySet[Order]) -> QuerySet[Order]:
    """The actor's own orders by an index on the owner; row-level security checks the same again."""
    return rows if actor.sees_all else rows.filter(owner_id__in=sorted(actor.organisation_ids or ()))


def count_orders(rows: QuerySet[Order]) -> tuple[int, bool]:
    """How many rows, up to a thousand, and whether there are more."""
    found = rows.order_by().select_related(None).values("id")[: MOST_COUNTED + 1].count()
    return min(found, MOST_COUNTED), found > MOST_COUNTED


def get_order(actor: Actor, ref: str) -> Order:
    """One order with what its page shows. Raises ``OrderNotFound`` and ``NotAllowed``."""
    actor.require(READ)
    order = Order.objects.select_related(*_SHOWN, "owner__parent").filter(ref=parse_ref(ref) or ref).first()
    if order is None:
        raise OrderNotFound(ref)
    return order


def orders_of_lead(lead_id: int) -> list[Order]:
    """The orders of a lead, the latest first."""
    return list(Order.objects.select_related(*_SHOWN).filter(lead_id=lead_id).order_by("-ordered_at"))


def orders_of_customer(actor: Actor, customer_id: int, limit: int = 10) -> list[Order]:
    """The customer's orders in sight, the latest first; one query."""
    rows = scoped(actor, Order.objects.filter(customer_id=customer_id))
    return list(rows.select_related(*_SHOWN).order_by("-ordered_at", "-id")[:limit])


def _conditions(wanted: OrderFilter, actor: Actor) -> Q:
    exact = {
        "status": wanted.status,
        "owner__code": wanted.dealer,
        "owner__parent__code": wanted.region,
        "car_model__code": wanted.model,
        "consultant__username": wanted.consultant,
        "lead__source__family": wanted.family,
    }
    conditions = Q(**{name: value for name, value in exact.items() if value})
    if wanted.is_cancelled is not None:
        cancelled = Q(status=Order.Status.CANCELLED)
        conditions &= cancelled if wanted.is_cancelled else ~cancelled
    return conditions & _on_days(wanted, ZoneInfo(actor.timezone))


def _on_days(wanted: OrderFilter, zone: ZoneInfo) -> Q:
    """The days of the order and of the delivery."""
    conditions = Q()
    spans = (
        ("ordered_at", wanted.ordered_from, wanted.ordered_to),
        ("delivered_at", wanted.delivered_from, wanted.delivered_to),
    )
    for field, first, last in spans:
        if first:
            conditions &= Q(**{f"{field}__gte": _midnight(first, zone)})
        if last:
            conditions &= Q(**{f"{field}__lt": _midnight(last + timedelta(days=1), zone)})
    return conditions


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
