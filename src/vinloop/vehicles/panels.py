"""The panel this room puts on the customer's page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.customers.vehicle_slot import CustomerVehicleOut
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.slots import Panel
from vinloop.vehicles.queries import vehicles_of_customer
from vinloop.vehicles.words import colour_words, trim_words

READ = "vehicles.vehicle:read"


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


def vehicles_in_api(actor: Actor, customer_id: int) -> list[CustomerVehicleOut]:
    """The customer's cars as the API's record of the customer tells them; one query."""
    if not actor.may(READ):
        return []
    return [
        CustomerVehicleOut(
            vin=each.vehicle.vin,
            model=each.vehicle.car_model.code if each.vehicle.car_model else each.vehicle.model_text,
            plate=each.vehicle.plate,
            role=each.role,
            since=each.since,
            until=each.until,
        )
        for each in vehicles_of_customer(customer_id)
    ]
