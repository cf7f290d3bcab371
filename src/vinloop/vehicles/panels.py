"""The panel this room puts on the customer's page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.slots import Panel
from vinloop.vehicles.queries import vehicles_of_customer
from vinloop.vehicles.words import colour_words, trim_words


def cars_of_customer(request: ActorRequest, customer: Customer) -> Panel | None:
    """The customer's cars, current and former; nothing for somebody who never had one."""
    owned = vehicles_of_customer(customer.pk)
    if not owned:
        return None
    cars = [
        (each, trim_words(each.vehicle.car_model, each.vehicle.trim), colour_words(each.vehicle.colour))
        for each in owned
    ]
    html = render_to_string("vehicles/_cars.html", {"cars": cars}, request=request)
    return Panel(title=_("Cars"), html=html, key="cars")
