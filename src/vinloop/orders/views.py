"""Orders: the list, one order, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.events.queries import events_of
from vinloop.kernel.identifiers import Money, display_plate
from vinloop.kernel.languages import in_language
from vinloop.kernel.search import may_be_more
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.history import event_timeline, timeline_part
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, Filter, Listing, SavedView
from vinloop.kernel.web.record import Action, Crumb, Fact, FactGroup, Record, Step, Timeline
from vinloop.leads.events import LeadNotFound
from vinloop.leads.models import LeadSource
from vinloop.leads.queries.leads import get_lead
from vinloop.leads.rules.states import TransitionRefused
from vinloop.leads.words import reason_words as lead_reason_words
from vinloop.network.filtering import dealer_code, dealer_filter
from vinloop.orders.actions import CANCEL, CREATE, DELIVER, cancel_order, place_order, report_delivery
from vinloop.orders.events import OrderNotFound, OrderRefused
from vinloop.orders.forms import CancelForm, DeliveryForm, OrderForm
from vinloop.orders.models import Order
from vinloop.orders.panels import COLUMNS, car_words, order_row, status_badge
from vinloop.orders.queries import ORDER, READ, OrderFilter, count_orders, get_order, list_orders, orders_of_lead
from vinloop.orders.words import FIELDS, reason_words
from vinloop.vehicles.queries import catalogue
from vinloop.vehicles.words import colour_words, trim_words

BOTH = ("GET", "POST")
LIVE = "live:any from:body throttle:3s, live:any from:body delay:800ms"


@screen(READ)
def order_list(request: ActorRequest) -> HttpResponse:
    """Orders in sight, newest first."""
    actor, address = request.actor, Address.of(request)
    found = list_orders(actor, _wanted(address))
    page = page_of(address, found, ORDER)
    count, is_capped = count_orders(found)
    listing = Listing(
        key="orders",
        title=_("Orders"),
        columns=COLUMNS,
        rows=[order_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(
            _("No orders yet"), _("An order begins on the page of its lead: “Report sale”."), "file-check"
        ),
        views=_views(address),
        filters=_filters(actor, address),
        search=address.get("q"),
        search_hint=_("Name, phone, VIN, reference"),
        count=count,
        count_is_capped=is_capped or may_be_more(address.get("q"), count),
        next_url=page.next_url,
        previous_url=page.previous_url,
        live=LIVE,
    )
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": None})


@screen(READ)
def order_page(request: ActorRequest, ref: str) -> HttpResponse:
    """One order: what was sold, to whom, and how far it is."""
    order = _order(request.actor, ref)
    record = Record(
        title=car_words(order),
        ref=order.ref,
        subtitle=in_language(order.owner.name, order.owner.name_en),
        crumbs=[Crumb(_("Orders"), reverse("orders:order_list"))],
        steps=_steps(order),
        owner=order.consultant.label,
        badges=[status_badge(order)],
        actions=_actions(request.actor, order),
        facts=[FactGroup(_("Order"), _facts(order))],
        panels=[],
        timeline=_timeline(request, order),
        notice=_("Cancelled: %(note)s") % {"note": order.cancel_note} if order.cancel_note else "",
    )
    return render(request, "orders/order_page.html", {"record": record, "order": order})


@screen(READ)
def order_timeline(request: ActorRequest, ref: str) -> HttpResponse:
    """The timeline alone: another kind, or earlier days."""
    return timeline_part(request, _timeline(request, _order(request.actor, ref)))


@screen(CREATE, methods=BOTH)
def order_new(request: ActorRequest) -> HttpResponse:
    """Report the sale of a lead (``?lead=``)."""
    actor = request.actor
    try:
        lead = get_lead(actor, request.GET.get("lead", ""))
    except LeadNotFound as error:
        raise Http404 from error
    form = OrderForm(request.POST or None, lead=lead, initial=OrderForm.start(lead))
    placed: list[Order] = []

    def place() -> None:
        placed.append(place_order(actor=actor, lead_ref=lead.ref, order=form.order(), at=timezone.now()))

    if request.method == "POST" and form.is_valid() and _carried_out(form, place):
        messages.success(request, _("Ordered. Report the delivery when the car is handed over."))
        return redirect("orders:order_page", placed[0].ref)
    page = reverse("leads:lead_page", args=[lead.ref])
    name = lead.customer.name or lead.ref
    crumbs = [Crumb(_("Leads"), reverse("leads:lead_list")), Crumb(name, page)]
    title = _("Report sale") + f" · {name}"
    return show_form(request, "kernel/form.html", form, title=title, crumbs=crumbs, cancel_url=page)


@screen(DELIVER)
def delivery_of_lead(request: ActorRequest, lead_ref: str) -> HttpResponse:
    """From a lead to the delivery of its open order."""
    request.actor.require(READ)
    try:
        lead = get_lead(request.actor, lead_ref)
    except LeadNotFound as error:
        raise Http404 from error
    order = next((each for each in orders_of_lead(lead.pk) if each.status == Order.Status.ORDERED), None)
    if order is None:
        raise Http404
    return redirect("orders:order_delivery", order.ref)


@screen(DELIVER, methods=BOTH)
def order_delivery(request: ActorRequest, ref: str) -> HttpResponse:
    """The car is handed over: it gets its owner at headquarters at this moment."""
    order = _order(request.actor, ref)
    form = DeliveryForm(request.POST or None, today=_today())

    def deliver() -> None:
        report_delivery(actor=request.actor, ref=order.ref, at=timezone.now(), **form.handover())

    return _sheet(request, order, form, deliver, title=_("Report delivery"), done=_("Delivered. The loop is closed."))


@screen(CANCEL, methods=BOTH)
def order_cancel(request: ActorRequest, ref: str) -> HttpResponse:
    """Cancel an open order; its lead goes back into follow-up."""
    order = _order(request.actor, ref)
    form = CancelForm(request.POST or None)

    def cancel() -> None:
        cancel_order(actor=request.actor, ref=order.ref, note=form.cleaned_data["note"], at=timezone.now())

    subtitle = _("The lead goes back into follow-up.")
    return _sheet(request, order, form, cancel, title=_("Cancel the order"), done=_("Cancelled."),
                  form_subtitle=subtitle)  # fmt: skip


def _sheet(
    request: ActorRequest,
    order: Order,
    form: Form,
    action: Callable[[], None],
    *,
    title: str,
    done: str,
    **context: Any,
) -> HttpResponse:
    page = reverse("orders:order_page", args=[order.ref])
    if request.method == "POST" and form.is_valid() and _carried_out(form, action):
        messages.success(request, done)
        return redirect(page)
    crumbs = [Crumb(_("Orders"), reverse("orders:order_list")), Crumb(order.ref, page)]
    title = f"{title} · {order.customer.name or order.ref}"
    return show_form(request, "kernel/form.html", form, title=title, crumbs=crumbs, cancel_url=page, **context)


def _carried_out(form: Form, action: Callable[[], None]) -> bool:
    """Do what the form asks, all or nothing; a refusal is shown at its field."""
    try:
        with transaction.atomic():
            action()
    except OrderRefused as refusal:
        field = FIELDS.get(refusal.reason)
        form.add_error(field if field in form.fields else None, reason_words(refusal))
        return False
    except TransitionRefused as refusal:
        form.add_error(None, lead_reason_words(refusal))
        return False
    return True


def _order(actor: Actor, ref: str) -> Order:
    try:
        return get_order(actor, ref)
    except OrderNotFound as error:
        raise Http404 from error


def _today() -> date:
    return timezone.localdate()


def _wanted(address: Address) -> OrderFilter:
    names = ("q", "status", "dealer", "region", "model", "consultant", "family")
    spans = ("ordered_from", "ordered_to", "delivered_from", "delivered_to")
    asked: dict[str, Any] = {name: address.get(name) for name in names}
    asked["dealer"] = dealer_code(asked["dealer"])
    days: dict[str, Any] = {name: _day(address.get(name)) for name in spans}
    cancelled = {"yes": True, "no": False}.get(address.get("cancelled"))
    return OrderFilter(**asked, **days, is_cancelled=cancelled)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _views(address: Address) -> list[SavedView]:
    chosen = address.get("status")
    choices = [("", _("All")), *((value, str(label)) for value, label in Order.Status.choices)]
    return [SavedView(label, address.url(status=value), value == chosen) for value, label in choices]


def _filters(actor: Actor, address: Address) -> list[Filter]:
    models = [(each.code, each.label) for each in catalogue().active_models()]
    found = [select_filter(address, "model", _("Model"), models)]
    if dealers := dealer_filter(actor, address):
        found.append(dealers)
    days = [_days(address, "ordered", _("Ordered")), _days(address, "delivered", _("Delivered"))]
    return [*found, *days, *_from_figures(address)]


def _days(address: Address, name: str, label: str) -> Filter:
    start, end = address.get(f"{name}_from"), address.get(f"{name}_to")
    chip = f"{label}: {start or '…'} – {end or '…'}" if start or end else ""
    remove = address.url(**{f"{name}_from": None, f"{name}_to": None})
    return Filter(name, label, "range", value=start, value_to=end, chip=chip, remove_url=remove)


def _from_figures(address: Address) -> list[Filter]:
    """What a figure was opened by; not offered otherwise, because the tabs say the same."""
    found = []
    if address.get("cancelled") == "no":
        found.append(select_filter(address, "cancelled", _("Cancelled"), [("no", _("No"))]))
    if address.get("family"):
        families = [(value, str(label)) for value, label in LeadSource.Family.choices]
        found.append(select_filter(address, "family", _("Source"), families))
    return found


def _steps(order: Order) -> list[Step]:
    if order.status == Order.Status.CANCELLED:
        return [Step(_("Ordered"), "done", order.ordered_at), Step(_("Cancelled"), "failed", order.cancelled_at)]
    is_done = order.status == Order.Status.DELIVERED
    return [
        Step(_("Ordered"), "done" if is_done else "now", order.ordered_at),
        Step(_("Delivered"), "done" if is_done else "next", order.delivered_at),
    ]


def _actions(actor: Actor, order: Order) -> list[Action]:
    if order.status != Order.Status.ORDERED:
        return []
    found = []
    if actor.may(DELIVER):
        url = reverse("orders:order_delivery", args=[order.ref])
        found.append(Action(_("Report delivery"), url, "drawer", is_primary=True, icon="key"))
    if actor.may(CANCEL):
        url = reverse("orders:order_cancel", args=[order.ref])
        found.append(Action(_("Cancel the order"), url, "drawer", icon="file-x", tone="overdue"))
    return found


def _facts(order: Order) -> list[Fact]:
    vehicle = order.vehicle
    lead = order.lead
    facts = [
        Fact(_("Customer"), cells.link(order.customer.name or order.customer.ref,
                                       reverse("customers:customer_page", args=[order.customer.ref]))),
        Fact(_("Model"), order.car_model.label),
        Fact(_("Trim"), trim_words(order.car_model, order.trim)),
        Fact(_("Colour"), colour_words(order.colour)),
        Fact(_("Price"), cells.money(Money(order.price, order.currency))),
        Fact(_("Delivery promised for"), str(order.promised_date or "")),
        Fact(_("Ordered on"), cells.ago(order.ordered_at)),
        Fact(_("Handed over on"), cells.ago(order.delivered_at) if order.delivered_at else ""),
        Fact(_("VIN"), vehicle.vin if vehicle else ""),
        Fact(_("Plate"), display_plate(vehicle.plate) if vehicle else ""),
        Fact(_("Lead"), cells.link(lead.ref, reverse("leads:lead_page", args=[lead.ref])) if lead else ""),
    ]  # fmt: skip
    return [fact for fact in facts if fact.value]


def _timeline(request: ActorRequest, order: Order) -> Timeline:
    url = reverse("orders:order_timeline", args=[order.ref])
    return event_timeline(request, events_of("orders.order", order.pk), url=url, groups=("sales", "changes"))
