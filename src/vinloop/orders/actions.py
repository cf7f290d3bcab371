"""Writes of the orders room: place, deliver, cancel."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from vinloop.customers.actions import give_access
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.identifiers import new_ref, parse_vin, readable_plate
from vinloop.kernel.identifiers.money import LARGEST_MINOR
from vinloop.leads.actions import record_delivery, record_order, record_order_cancelled
from vinloop.leads.rules.days import local_day
from vinloop.network.schedules import schedule_of
from vinloop.orders.events import OrderCancelled, OrderDelivered, OrderNotFound, OrderPlaced, OrderRefused
from vinloop.orders.models import Order
from vinloop.vehicles.actions.deliveries import record_vehicle_delivery
from vinloop.vehicles.models import Vehicle
from vinloop.vehicles.queries import catalogue

CREATE, DELIVER, CANCEL = "orders.order:create", "orders.order:deliver", "orders.order:cancel"


class OrderInput(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer orders. ``price`` in minor units of ``currency``."""

    model_code: str
    price: int
    currency: str = "CNY"
    trim: str = ""
    colour: str = ""
    promised_date: date | None = None


def place_order(*, actor: Actor, lead_ref: str, order: OrderInput, at: datetime) -> Order:
    """Place the order of a lead in follow-up; the lead is ordered with it.

    Raises ``LeadNotFound``, ``TransitionRefused`` (nobody spoke to the customer yet, or an order exists),
    ``OrderRefused`` and ``NotAllowed``.
    """
    actor.require(CREATE)
    model = catalogue().model_by_code(order.model_code)
    if model is None:
        raise OrderRefused("unknown_model")
    if not 0 < order.price <= LARGEST_MINOR:
        raise OrderRefused("price_required")
    ref = new_ref("O")
    lead = record_order(actor=actor, ref=lead_ref, order_ref=ref, car_model_id=model.id, at=at)
    consultant_id = lead.consultant_id or actor.user_id
    if consultant_id is None:
        raise OrderRefused("consultant_required")
    if order.promised_date is not None and order.promised_date < local_day(at, schedule_of(lead.owner_id).timezone):
        raise OrderRefused("promised_in_the_past")
    placed = Order.objects.create(
        ref=ref,
        owner_id=lead.owner_id,
        lead=lead,
        customer_id=lead.customer_id,
        car_model_id=model.id,
        trim=order.trim,
        colour=order.colour,
        price=order.price,
        currency=order.currency,
        consultant_id=consultant_id,
        ordered_at=at,
        promised_date=order.promised_date,
    )
    with elevated("the dealer keeps sight of its buyer"):
        give_access(customer_ids=[lead.customer_id], organisation_id=lead.owner_id, kind="order", at=at)
    fact = OrderPlaced(ref=ref, model=model.code, lead=lead_ref, price=order.price, currency=order.currency)
    _announce(placed, fact, actor, at)
    return placed


def report_delivery(*, actor: Actor, ref: str, vin: str, delivery_date: date, plate: str = "", at: datetime) -> Order:
    """Report the handover: car, owner and customer link exist at headquarters from this moment (R6).

    Reporting the same VIN again changes nothing. Raises ``OrderNotFound`` and ``OrderRefused``.
    """
    actor.require(DELIVER)
    order = _locked(ref)
    car = parse_vin(vin)
    if car is None:
        raise OrderRefused("not_a_vin")
    if order.status == Order.Status.DELIVERED and order.vehicle and order.vehicle.vin == str(car):
        return order
    if order.status != Order.Status.ORDERED:
        raise OrderRefused("not_open")
    zone = schedule_of(order.owner_id).timezone
    if not local_day(order.ordered_at, zone) <= delivery_date <= local_day(at, zone):
        raise OrderRefused("date_not_possible")
    with elevated("a car may have had another owner and dealer before"):
        _refuse_sold_twice(str(car), order)
        order.vehicle = _register(actor, order, str(car), delivery_date, plate, at)
        give_access(customer_ids=[order.customer_id], organisation_id=order.owner_id, kind="sale", at=at)
    order.status, order.delivered_at = Order.Status.DELIVERED, at
    order.save(update_fields=["status", "delivered_at", "vehicle"])
    if order.lead is not None:
        record_delivery(actor=actor, ref=order.lead.ref, order_ref=ref, vin=str(car), at=at)
    _announce(order, OrderDelivered(ref=ref, lead=_lead_ref(order)), actor, at)
    return order


def cancel_order(*, actor: Actor, ref: str, note: str, at: datetime) -> Order:
    """Cancel an open order; its lead goes back into follow-up."""
    actor.require(CANCEL)
    order = _locked(ref)
    if order.status != Order.Status.ORDERED:
        raise OrderRefused("not_open")
    if not note.strip():
        raise OrderRefused("note_required")
    order.status, order.cancelled_at, order.cancel_note = Order.Status.CANCELLED, at, note.strip()[:300]
    order.save(update_fields=["status", "cancelled_at", "cancel_note"])
    if order.lead is not None:
        record_order_cancelled(actor=actor, ref=order.lead.ref, order_ref=ref, at=at)
    _announce(order, OrderCancelled(ref=ref, lead=_lead_ref(order)), actor, at)
    return order


def _register(actor: Actor, order: Order, vin: str, delivery_date: date, plate: str, at: datetime) -> Vehicle:
    return record_vehicle_delivery(
        actor=actor,
        at=at,
        vin=vin,
        car_model_id=order.car_model_id,
        customer_id=order.customer_id,
        dealer_id=order.owner_id,
        delivery_date=delivery_date,
        trim=order.trim,
        colour=order.colour,
        plate=readable_plate(plate) or "",
    )


def _refuse_sold_twice(vin: str, order: Order) -> None:
    sold = Order.objects.filter(vehicle__vin=vin, status=Order.Status.DELIVERED).exclude(pk=order.pk)
    if sold.exists():
        raise OrderRefused("vin_already_delivered")


def _locked(ref: str) -> Order:
    found = Order.objects.select_for_update(of=("self",)).select_related("lead", "vehicle").filter(ref=ref).first()
    if found is None:
        raise OrderNotFound(ref)
    return found


def _lead_ref(order: Order) -> str:
    return order.lead.ref if order.lead else ""


def _announce(order: Order, fact: Fact, actor: Actor, at: datetime) -> None:
    subject = Subject("orders.order", order.pk, order.owner_id, order.ref, order.customer_id)
    record(fact, actor=actor, subject=subject, at=at)
