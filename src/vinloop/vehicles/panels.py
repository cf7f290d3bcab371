"""The panel this room puts on the customer's page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vinloop.customers.models import Customer
from vinloop.customers.vehicle_slot import CustomerVehicleOut
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web.record import Action
from vinloop.kernel.web.slots import Panel
from vinloop.vehicles.actions.stated import MANAGE
from vinloop.vehicles.models import Ownership
from vinloop.vehicles.queries import vehicles_of_customer
from vinloop.vehicles.words import colour_words, trim_words

READ = "vehicles.vehicle:read"


def cars_of_customer(request: ActorRequest, customer: Customer) -> Panel | None:
    """The customer's cars, current ones first, with role and time; nothing for a reader who can't add the first."""
    held, may_manage = vehicles_of_customer(customer.pk), request.actor.may(MANAGE)
    if not held and not may_manage:
        return None
    cars = [
        (each, trim_words(each.vehicle.car_model, each.vehicle.trim), colour_words(each.vehicle.colour))
        for each in held
    ]
    context = {"cars": cars, "customer": customer, "may_manage": may_manage}
    html = render_to_string("vehicles/_cars.html", context, request=request)
    add = Action(_("Add a car"), reverse("cars:role_add", args=[customer.ref]), "drawer", icon="plus")
    return Panel(title=_("Cars"), html=html, key="cars", action=add if may_manage else None)


def vehicles_in_api(actor: Actor, customer_id: int) -> list[CustomerVehicleOut]:
    """The customer's cars as the API's record of the customer tells them; one query."""
    if not actor.may(READ):
        return []
    return [vehicle_out(each) for each in vehicles_of_customer(customer_id)]


def vehicle_out(held: Ownership) -> CustomerVehicleOut:
    """A customer's part in a car as the API tells it."""
    car = held.vehicle
    return CustomerVehicleOut(
        id=held.pk,
        vin=car.vin,
        make=car.car_model.brand.code if car.car_model else car.make_text,
        model=car.car_model.code if car.car_model else car.model_text,
        plate=car.plate if held.until is None else "",  # it is the next owner's
        role=held.role,
        since=held.since,
        until=held.until,
        origin=held.origin,
    )
