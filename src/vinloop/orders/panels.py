"""An order as a row, its panels on the pages of lower rooms, and how the search over everything finds orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.identifiers import Money, parse_ref
from vinloop.kernel.languages import in_language
from vinloop.kernel.web import cells
from vinloop.kernel.web.finding import Finder, Found
from vinloop.kernel.web.slots import NextStep, Panel
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.leads.models import Lead
from vinloop.orders.models import Order
from vinloop.orders.queries import READ, OrderFilter, list_orders, orders_of_customer, orders_of_lead
from vinloop.vehicles.words import colour_words, trim_words

TONES: dict[str, cells.Tone] = {"ordered": "info", "delivered": "good", "cancelled": "muted"}
COLUMNS: Sequence[Column] = [
    Column("customer", _("Customer")),
    Column("car", _("Car")),
    Column("status", _("Status")),
    Column("price", _("Price"), align="end"),
    Column("promised", _("Promised for")),
    Column("dealer", _("Dealer"), is_on_phone=False),
    Column("consultant", _("Consultant"), is_on_phone=False),
    Column("ordered", _("Ordered")),
    Column("delivered", _("Delivered"), is_shown=False, is_on_phone=False),
    Column("vin", _("VIN"), is_shown=False, is_on_phone=False),
]


def order_row(order: Order) -> Row:
    """An order in a list."""
    return Row(
        reverse("orders:order_page", args=[order.ref]),
        [
            cells.two_lines(order.customer.name or _now("Name not known"), order.ref),
            car_words(order), status_badge(order), cells.money(Money(order.price, order.currency)),
            str(order.promised_date or ""), in_language(order.owner.name, order.owner.name_en),
            order.consultant.label, cells.ago(order.ordered_at), cells.ago(order.delivered_at),
            order.vehicle.vin if order.vehicle else "",
        ],
        ref=order.ref,
        label=order.customer.name or order.ref,
    )  # fmt: skip


def car_words(order: Order) -> str:
    """Model, trim and colour in one line."""
    parts = order.car_model.label, trim_words(order.car_model, order.trim), colour_words(order.colour)
    return " ".join(part for part in parts if part)


def status_badge(order: Order) -> SafeString:
    """How far the order is."""
    return cells.badge(order.get_status_display(), TONES[order.status])


def order_of_lead(request: ActorRequest, lead: Lead) -> Panel | None:
    """The lead's order on the lead's page."""
    return _panel(request, orders_of_lead(lead.pk), _now("Order")) if lead.ordered_at or lead.closed_at else None


def orders_of(request: ActorRequest, customer: Customer) -> Panel | None:
    """The customer's orders on the customer's page."""
    return _panel(request, orders_of_customer(request.actor, customer.pk), _now("Orders"))


def find_orders(actor: Actor, text: str) -> Found:
    """Orders are looked for by their reference only: by name and number the customer and the lead are found."""
    ref = parse_ref(text)
    if ref is None or not ref.startswith("O-"):
        return Found([])
    found = list(list_orders(actor, OrderFilter(q=ref))[:1])
    return Found([order_row(each) for each in found], jump_url=_url(found[0]) if found else "")


def _url(order: Order) -> str:
    return reverse("orders:order_page", args=[order.ref])


def _panel(request: ActorRequest, orders: Sequence[Order], title: str) -> Panel | None:
    if not orders:
        return None
    lines = [(each, car_words(each), status_badge(each), Money(each.price, each.currency)) for each in orders]
    html = render_to_string("orders/_orders.html", {"lines": lines}, request=request)
    return Panel(title=title, html=html, key="orders", step=_step(orders))


def _step(orders: Sequence[Order]) -> NextStep | None:
    """The open order promised first."""
    steps = [
        NextStep(_now("Deliver the car"), _url(each), each.ref, _promised(each))
        for each in orders
        if each.status == Order.Status.ORDERED
    ]
    return min(steps, key=lambda step: (step.due_at is None, step.due_at or timezone.now()), default=None)


def _promised(order: Order) -> datetime | None:
    """The end of the day the car was promised for."""
    return timezone.make_aware(datetime.combine(order.promised_date, time.max)) if order.promised_date else None


FINDER = Finder("orders", _("Orders"), [Column(c.key, c.label, align=c.align) for c in COLUMNS], find_orders, READ, 40)
