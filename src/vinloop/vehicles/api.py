"""JSON endpoints of the vehicles room: the catalogue, and one car by its VIN."""

from __future__ import annotations

from datetime import date

import msgspec
from django.http import Http404
from django.urls import URLPattern

from vinloop.kernel.api import ApiController, Path, endpoint, path
from vinloop.vehicles import api_catalogue, api_roles
from vinloop.vehicles.models import Ownership, Vehicle
from vinloop.vehicles.queries import get_vehicle


class OwnerOut(msgspec.Struct, frozen=True):
    """Who has or had the car, as far as the caller may see the customer."""

    customer: str
    role: str
    since: date
    until: date | None


class VehicleOut(msgspec.Struct, frozen=True):
    """A car by its VIN. ``sold_by`` is the code of the dealer that delivered it."""

    vin: str
    model: str
    model_text: str
    model_year: int | None
    trim: str
    colour: str
    plate: str
    sold_by: str
    delivery_date: date | None
    owners: list[OwnerOut]


class VehiclePath(msgspec.Struct, frozen=True):
    """Which car."""

    vin: str


class VehicleController(ApiController):
    """One car."""

    tags = ("Vehicles",)

    @endpoint("vehicles.vehicle:read", operation_id="getVehicle")
    def get(self, parsed_path: Path[VehiclePath]) -> VehicleOut:
        """Find a car by its VIN.

        A car the caller may not see is not found.
        """
        try:
            vehicle = get_vehicle(parsed_path.vin)
        except Vehicle.DoesNotExist as error:
            raise Http404 from error
        return _vehicle(vehicle)


def _vehicle(vehicle: Vehicle) -> VehicleOut:
    return VehicleOut(
        vin=vehicle.vin,
        model=vehicle.car_model.code if vehicle.car_model else "",
        model_text=vehicle.model_text,
        model_year=vehicle.model_year,
        trim=vehicle.trim,
        colour=vehicle.colour,
        plate=vehicle.plate,
        sold_by=vehicle.sold_by.code if vehicle.sold_by else "",
        delivery_date=vehicle.delivery_date,
        owners=[_owner(each) for each in vehicle.ownerships.all()],
    )


def _owner(owned: Ownership) -> OwnerOut:
    return OwnerOut(owned.customer.ref, owned.role, owned.since, owned.until)


urls: list[URLPattern] = [
    *api_catalogue.urls,
    *api_roles.urls,
    path("vehicles/<str:vin>", VehicleController.as_view(), name="vehicle"),
]
