"""What the orders room declares when Django is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import declare_personal_data
from vinloop.customers.references import Reference, declare_reference
from vinloop.kernel.access import declare_permissions
from vinloop.kernel.api.problems import register_problem
from vinloop.kernel.events import spell_field
from vinloop.kernel.web.finding import declare_finder
from vinloop.kernel.web.menu import MenuEntry, declare_menu
from vinloop.kernel.web.slots import fill_slot
from vinloop.orders.events import OrderNotFound, OrderRefused
from vinloop.orders.panels import FINDER, order_of_lead, orders_of
from vinloop.orders.personal_data import order_data
from vinloop.orders.queries import READ
from vinloop.orders.words import not_found_members, refusal_members
from vinloop.vehicles.words import model_words


def declare() -> None:
    """Called once when Django is ready."""
    declare_personal_data(order_data())
    declare_reference(Reference("orders_order", label=_("Orders")))
    declare_permissions(
        {
            "orders.order:read": _("See orders"),
            "orders.order:create": _("Place orders"),
            "orders.order:deliver": _("Report deliveries"),
            "orders.order:cancel": _("Cancel orders"),
        }
    )
    declare_menu(MenuEntry("orders.orders", _("Orders"), "orders:order_list", "file-check", READ, 45))
    declare_finder(FINDER)
    fill_slot("leads.lead_page", order_of_lead, permission=READ, position=10)
    fill_slot("customers.customer_page", orders_of, permission=READ, position=40)
    register_problem(OrderNotFound, 404, "order-not-found", _("There is no such order"), members=not_found_members)
    register_problem(OrderRefused, 409, "order-refused", _("This cannot be done now"), members=refusal_members)
    spell_field("orders.OrderPlaced", "model", model_words)
