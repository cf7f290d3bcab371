"""Endpoints of a customer's cars: who owns, drives or pays for which, and since when no longer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from django.urls import URLPattern

from vinloop.customers.queries import get_customer
from vinloop.customers.vehicle_slot import CustomerVehicleOut
from vinloop.kernel.api import ApiController, Body, Path, endpoint, path
from vinloop.vehicles.actions.stated import MANAGE, end_role, state_role
from vinloop.vehicles.panels import READ, vehicle_out, vehicles_in_api


class CustomerCarsPath(msgspec.Struct, frozen=True):
    """Whose cars."""

    ref: str


class CustomerCarPath(msgspec.Struct, frozen=True):
    """Which part of the customer in a car: its ``id`` in the list."""

    ref: str
    ownership_id: int


class CustomerCars(msgspec.Struct, frozen=True):
    """A customer's cars, current ones first."""

    items: list[CustomerVehicleOut]


class CustomerCarIn(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's part in a car. ``car`` is a VIN, or the plate of a car in the caller's sight."""

    car: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    role: Literal["owner", "driver", "payer"] = "owner"
    since: date


class CustomerCarEnd(msgspec.Struct, frozen=True):
    """The day the part ended."""

    until: date


class CarsController(ApiController):
    """A customer's cars."""

    tags = ("Customers",)

    @endpoint(READ, operation_id="listCustomerVehicles")
    def get(self, parsed_path: Path[CustomerCarsPath]) -> CustomerCars:
        """List the cars a customer has or had a part in, current ones first."""
        customer = get_customer(self.actor, parsed_path.ref)
        return CustomerCars(vehicles_in_api(self.actor, customer.pk))

    @endpoint(MANAGE, operation_id="stateCustomerVehicle")
    def post(self, parsed_path: Path[CustomerCarsPath], parsed_body: Body[CustomerCarIn]) -> CustomerVehicleOut:
        """Say that a customer owns, drives or pays for a car.

        A new owner follows the one the car had. Only headquarters adds cars by a VIN nobody knows; for others a car
        out of their sight is refused the same way. Said twice it is one.
        """
        said = parsed_body
        ref = get_customer(self.actor, parsed_path.ref).ref
        return vehicle_out(
            state_role(actor=self.actor, ref=ref, car=said.car, role=said.role, since=said.since, at=self.at)
        )


class CarEndController(ApiController):
    """The end of a part in a car."""

    tags = ("Customers",)

    @endpoint(MANAGE, status=200, operation_id="endCustomerVehicle")
    def post(self, parsed_path: Path[CustomerCarPath], parsed_body: Body[CustomerCarEnd]) -> CustomerVehicleOut:
        """Say that a customer's part in a car has ended; no run of identity resolution brings it back."""
        ref = get_customer(self.actor, parsed_path.ref).ref
        number = parsed_path.ownership_id
        return vehicle_out(
            end_role(actor=self.actor, ref=ref, ownership_id=number, until=parsed_body.until, at=self.at)
        )


urls: list[URLPattern] = [
    path("customers/<str:ref>/vehicles", CarsController.as_view(), name="customer-vehicles"),
    path(
        "customers/<str:ref>/vehicles/<int:ownership_id>/end", CarEndController.as_view(), name="customer-vehicle-end"
    ),
]
