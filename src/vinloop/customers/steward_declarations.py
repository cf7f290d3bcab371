"""What the stewards' pages declare: their menu, the panel on the customer's page, and refusals of the API."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.customers.stewardship import LOOK
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.menu import MenuEntry, declare_menu
from vinloop.kernel.web.slots import Panel, fill_slot

_HEADQUARTERS = ("manufacturer",)


def declare_stewardship() -> None:
    """Called once when Django is ready."""
    declare_menu(
        MenuEntry(
            "customers.reviews", _("Review queue"), "customers:reviews", "checks", LOOK, 500,
            kinds=_HEADQUARTERS, group=_("Data"), counter="customers:review_count",
        ),
        MenuEntry(
            "customers.resolution", _("Identity resolution"), "customers:resolution", "users-group", LOOK, 501,
            kinds=_HEADQUARTERS, group=_("Data"),
        ),
    )  # fmt: skip
    fill_slot("customers.customer_page", _identity_panel, permission=LOOK, position=90)


def _identity_panel(_request: ActorRequest, customer: Customer) -> Panel:
    """Loaded when it comes into view: most readers of the page never ask."""
    url = reverse("customers:customer_steps", args=[customer.ref])
    return Panel(title=_now("Merged and split"), url=url, key="identity")
