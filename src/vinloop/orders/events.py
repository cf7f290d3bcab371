"""What the orders room announces, and the errors it raises."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.kernel.events import Fact


class OrderPlaced(Fact, frozen=True, kw_only=True):
    """A customer ordered a car."""

    kind = "orders.OrderPlaced"
    title = _("Order for %(model)s")
    icon = "file-check"
    group = "sales"
    ref: str
    model: str
    lead: str = ""
    price: int
    currency: str


class OrderDelivered(Fact, frozen=True, kw_only=True):
    """The car was handed over."""

    kind = "orders.OrderDelivered"
    title = _("Car handed over")
    icon = "key"
    group = "sales"
    ref: str
    lead: str = ""


class OrderCancelled(Fact, frozen=True, kw_only=True):
    """The order was cancelled."""

    kind = "orders.OrderCancelled"
    title = _("Order cancelled")
    icon = "file-x"
    group = "sales"
    ref: str
    lead: str = ""


class OrderNotFound(Exception):
    """No such order in the actor's sight."""


class OrderRefused(Exception):
    """The order can't be placed, delivered or cancelled now. ``reason`` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
