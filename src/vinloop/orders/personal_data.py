"""What the orders room keeps about people: what they bought, where and for how much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import Erased, PersonalData, Section
from vinloop.orders.models import Order

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SALE = "orders.sale"
WORDS = {
    "orders.order": _("Orders and sales, without the person"),
    "orders.note": _("Notes of cancelled orders"),
    SALE: _("Proof of the sale, as the rules for accounting records ask; kept for the years set for sales"),
}


def order_data() -> PersonalData:
    """What this room answers for."""
    return PersonalData(
        code="orders",
        label=_("Orders"),
        tables=("orders_order",),
        export=_export,
        erase=_erase,
        hinders=_hinders,
        keeps=lambda ids, _since: set(Order.objects.filter(customer_id__in=ids).values_list("customer_id", flat=True)),
        words=WORDS,
    )


def _hinders(customer_ids: Sequence[int]) -> list[StrOrPromise]:
    """An order that is not delivered is a contract both sides still need (GDPR article 17 (3) b and e)."""
    open_orders = Order.objects.filter(customer_id__in=customer_ids, status=Order.Status.ORDERED).order_by("id")
    refs = ", ".join(open_orders.values_list("ref", flat=True))
    return [_now("Order %(refs)s is not delivered yet. Deliver or cancel it first.") % {"refs": refs}] if refs else []


def _erase(customer_ids: Sequence[int], _at: datetime) -> list[Erased]:
    mine = Order.objects.filter(customer_id__in=customer_ids)
    notes = mine.exclude(cancel_note="").update(cancel_note="")
    return [Erased("orders.note", notes, "emptied"), Erased("orders.order", mine.count(), "kept", SALE)]


def _export(customer_ids: Sequence[int]) -> list[Section]:
    heads = {
        "ref": _("Reference"), "dealer": _("Dealer"), "model": _("Model"), "trim": _("Trim"), "colour": _("Colour"),
        "price": _("Price (minor units)"), "currency": _("Currency"), "status": _("Status"),
        "ordered_at": _("Ordered"), "delivered_at": _("Delivered"), "cancelled_at": _("Cancelled"),
        "cancel_note": _("Note"),
    }  # fmt: skip
    orders = Order.objects.filter(customer_id__in=customer_ids).select_related("owner", "car_model").order_by("id")
    rows = [
        {
            **{name: getattr(each, name) for name in heads if name not in ("dealer", "model")},
            "dealer": each.owner.name,
            "model": each.car_model.label,
        }
        for each in orders
    ]
    return [Section("orders", _("Your orders"), heads, rows)]
