"""JSON endpoints of the vehicles room: the catalogue, and one car by its VIN."""

from __future__ import annotations

from datetime import date

import msgspec
from django.http import Http404
from django.urls import URLPattern

from vinloop.kernel.api import ApiController, Path, Query, endpoint, path
from vinloop.vehicles.models import CarModel, Ownership, Vehicle
from vinloop.vehicles.queries import get_vehicle, list_models


class TrimOut(msgspec.Struct, frozen=True):
    """A trim with its list price in minor units of the model's currency."""

    code: str
    name: str
    name_en: str
    price: int | None


class ModelOut(msgspec.Struct, frozen=True):
    """A model of the catalogue. ``price_from`` in minor units of ``currency``."""

    code: str
    name: str
    name_en: str
    brand: str
    body: str
    drive: str
    price_from: int | None
    currency: str
    trims: list[TrimOut]
    facts: dict[str, float]
    is_active: bool


class ModelList(msgspec.Struct, frozen=True):
    """The catalogue, in the order of the showroom; it is never long."""

    items: list[ModelOut]


class ModelQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which models to list. ``brand`` is a brand's code."""

    brand: str = ""
    is_active: bool | None = None


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


class ModelsController(ApiController):
    """The catalogue."""

    tags = ("Vehicles",)

    @endpoint(None, operation_id="listModels")
    def get(self, parsed_query: Query[ModelQuery]) -> ModelList:
        """List models.

        Brands, models, trims and list prices. Models no longer on sale are there too unless ``is_active`` is asked.
        """
        models = list_models(is_active=parsed_query.is_active)
        if parsed_query.brand:
            models = models.filter(brand__code=parsed_query.brand)
        return ModelList([_model(model) for model in models])


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


def _model(model: CarModel) -> ModelOut:
    return ModelOut(
        code=model.code,
        name=model.name,
        name_en=model.name_en,
        brand=model.brand.code,
        body=model.body,
        drive=model.drive,
        price_from=model.price_from,
        currency=model.currency,
        trims=[TrimOut(t["code"], t["name"], t.get("name_en", ""), t.get("price")) for t in model.trims],
        facts=model.facts,
        is_active=model.is_active,
    )


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
    path("models", ModelsController.as_view(), name="models"),
    path("vehicles/<str:vin>", VehicleController.as_view(), name="vehicle"),
]
