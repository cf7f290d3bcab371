"""What the orders room refuses, in the words of the people at the dealer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.orders.events import OrderNotFound, OrderRefused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REFUSALS: Mapping[str, StrOrPromise] = {
    "consultant_required": gettext_lazy(
        "Assign the lead to a consultant first: somebody has to be responsible for the order."
    ),
    "date_not_possible": gettext_lazy("The delivery is not before the order and not in the future."),
    "not_a_vin": gettext_lazy("This is no VIN: it has 17 letters and digits, without I, O and Q."),
    "not_open": gettext_lazy("This order is delivered or cancelled already."),
    "note_required": gettext_lazy("Say why the order is cancelled."),
    "price_required": gettext_lazy("Enter a price."),
    "promised_in_the_past": gettext_lazy("This day has passed. Choose a day to come."),
    "unknown_model": gettext_lazy("Choose a model of the catalogue."),
    "vin_already_delivered": gettext_lazy("A car with this VIN was delivered with another order already."),
}
FIELDS: Mapping[str, str] = {
    "date_not_possible": "delivery_date",
    "not_a_vin": "vin",
    "note_required": "note",
    "price_required": "price",
    "promised_in_the_past": "promised_date",
    "unknown_model": "model",
    "vin_already_delivered": "vin",
}


def reason_words(error: OrderRefused) -> str:
    """Why not, and what to do about it."""
    return str(REFUSALS.get(error.reason) or _("This is not possible now. Somebody may have changed it meanwhile."))


def not_found_members(_error: OrderNotFound) -> dict[str, object]:
    """What the API adds to an order that is not there."""
    return {"detail": _("There is no such order, or you may not see it.")}


def refusal_members(error: OrderRefused) -> dict[str, object]:
    """What the API adds to a refused step: the stable code and the sentence."""
    return {"detail": reason_words(error), "code": error.reason}
