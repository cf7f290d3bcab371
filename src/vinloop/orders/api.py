"""Endpoints of orders: doors only, each calls one action or query."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from django.urls import URLPattern

from vinloop.kernel.api import ApiController, Body, Page, PageQuery, Path, Query, endpoint, path
from vinloop.kernel.events.queries import events_of, timeline, with_names
from vinloop.kernel.identifiers.money import LARGEST_MINOR
from vinloop.kernel.paging import paginate
from vinloop.orders.actions import CANCEL, CREATE, DELIVER, OrderInput, cancel_order, place_order, report_delivery
from vinloop.orders.models import Order
from vinloop.orders.queries import ORDER, READ, OrderFilter, get_order, list_orders

HISTORY = 200
Minor = Annotated[int, msgspec.Meta(description="Minor units of `currency`", gt=0, le=LARGEST_MINOR)]


class OrderQuery(PageQuery, frozen=True, kw_only=True):
    """Which orders to list."""

    q: Annotated[str, msgspec.Meta(description="Customer's name, phone tail, VIN tail, plate, or the order's ref")] = ""
    status: Literal["", "ordered", "delivered", "cancelled"] = ""
    dealer: str = ""
    region: str = ""
    model: str = ""
    consultant: str = ""
    ordered_from: date | None = None
    ordered_to: date | None = None


class OrderPath(msgspec.Struct, frozen=True):
    """Which order."""

    ref: str


class OrderOut(msgspec.Struct, frozen=True, kw_only=True):
    """An order as lists show it."""

    ref: str
    status: str
    lead: str
    customer_ref: str
    customer_name: str
    dealer: str
    consultant: str
    model_code: str
    model: str
    trim: str
    colour: str
    price: int
    currency: str
    ordered_at: datetime
    promised_date: date | None
    vin: str
    plate: str
    delivered_at: datetime | None
    cancelled_at: datetime | None
    cancel_note: str


class OrderFact(msgspec.Struct, frozen=True):
    """One thing that happened, in words of the caller's language."""

    at: datetime
    kind: str
    title: str
    who: str
    door: str


class OrderPage(OrderOut, frozen=True, kw_only=True):
    """An order with its history and what can be done with it now."""

    history: list[OrderFact]
    allowed_actions: list[str]


class OrderIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer of a lead orders."""

    lead: str
    model_code: str
    price: Minor
    currency: str = "CNY"
    trim: str = ""
    colour: str = ""
    promised_date: date | None = None


class DeliveryIn(msgspec.Struct, frozen=True, kw_only=True):
    """The handover."""

    vin: str
    delivery_date: date
    plate: str = ""


class CancelIn(msgspec.Struct, frozen=True):
    """Why the order ends."""

    note: str


class OrdersController(ApiController):
    """Orders."""

    tags = ("Orders",)

    @endpoint(READ, operation_id="listOrders")
    def get(self, parsed_query: Query[OrderQuery]) -> Page[OrderOut]:
        """List orders in the caller's sight, newest first."""
        values = msgspec.structs.asdict(parsed_query)
        cursor, limit = values.pop("cursor"), values.pop("limit")
        page = paginate(list_orders(self.actor, OrderFilter(**values)), ORDER, cursor=cursor, limit=limit)
        return Page([_row(each) for each in page.items], page.next, page.previous)

    @endpoint(CREATE, operation_id="placeOrder")
    def post(self, parsed_body: Body[OrderIn]) -> OrderPage:
        """Report the sale of a lead in follow-up; the lead is ordered with it."""
        said = msgspec.structs.asdict(parsed_body)
        lead_ref = said.pop("lead")
        placed = place_order(actor=self.actor, lead_ref=lead_ref, order=OrderInput(**said), at=self.at)
        return order_page(self, placed.ref)


class OrderController(ApiController):
    """One order."""

    tags = ("Orders",)

    @endpoint(READ, operation_id="getOrder")
    def get(self, parsed_path: Path[OrderPath]) -> OrderPage:
        """Read an order with its history and what can be done with it now."""
        return order_page(self, parsed_path.ref)


class DeliveryController(ApiController):
    """Deliveries."""

    tags = ("Orders",)

    @endpoint(DELIVER, status=200, operation_id="reportDelivery")
    def post(self, parsed_path: Path[OrderPath], parsed_body: Body[DeliveryIn]) -> OrderPage:
        """Report the handover: car, owner and customer link exist at headquarters from this moment."""
        values = msgspec.structs.asdict(parsed_body)
        report_delivery(actor=self.actor, ref=parsed_path.ref, at=self.at, **values)
        return order_page(self, parsed_path.ref)


class CancelController(ApiController):
    """Cancellations."""

    tags = ("Orders",)

    @endpoint(CANCEL, status=200, operation_id="cancelOrder")
    def post(self, parsed_path: Path[OrderPath], parsed_body: Body[CancelIn]) -> OrderPage:
        """Cancel an open order; its lead goes back into follow-up."""
        cancel_order(actor=self.actor, ref=parsed_path.ref, note=parsed_body.note, at=self.at)
        return order_page(self, parsed_path.ref)


def order_page(controller: ApiController, ref: str) -> OrderPage:
    """The order as its page shows it."""
    order = get_order(controller.actor, ref)
    entries = timeline(list(with_names(events_of("orders.order", order.pk))[:HISTORY]))
    allowed = {"deliver": DELIVER, "cancel": CANCEL} if order.status == Order.Status.ORDERED else {}
    return OrderPage(
        **msgspec.structs.asdict(_row(order)),
        history=[OrderFact(e.at, e.kind, e.title, e.who, e.door) for e in entries],
        allowed_actions=[name for name, permission in allowed.items() if controller.actor.may(permission)],
    )


def _row(order: Order) -> OrderOut:
    return OrderOut(
        ref=order.ref,
        status=order.status,
        lead=order.lead.ref if order.lead else "",
        customer_ref=order.customer.ref,
        customer_name=order.customer.name,
        dealer=order.owner.code,
        consultant=order.consultant.username,
        model_code=order.car_model.code,
        model=order.car_model.label,
        trim=order.trim,
        colour=order.colour,
        price=order.price,
        currency=order.currency,
        ordered_at=order.ordered_at,
        promised_date=order.promised_date,
        vin=order.vehicle.vin if order.vehicle else "",
        plate=order.vehicle.plate if order.vehicle else "",
        delivered_at=order.delivered_at,
        cancelled_at=order.cancelled_at,
        cancel_note=order.cancel_note,
    )


urls: list[URLPattern] = [
    path("orders", OrdersController.as_view(), name="orders"),
    path("orders/<str:ref>", OrderController.as_view(), name="order"),
    path("orders/<str:ref>/delivery", DeliveryController.as_view(), name="order-delivery"),
    path("orders/<str:ref>/cancel", CancelController.as_view(), name="order-cancel"),
]
