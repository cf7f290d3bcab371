"""How the search over everything finds cars: by VIN, its tail, or the plate; a car leads to its owner."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vinloop.kernel import search
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.identifiers import parse_vin
from vinloop.kernel.web.finding import SHOWN, Finder, Found
from vinloop.kernel.web.listing import Column, Row
from vinloop.vehicles.models import Ownership, Vehicle

READ = "vehicles.vehicle:read"
COLUMNS: Sequence[Column] = [
    Column("vin", _("VIN")),
    Column("car", _("Car")),
    Column("plate", _("Plate")),
    Column("owner", _("Owner")),
    Column("delivered", _("Handed over on")),
]


def find_vehicles(request: ActorRequest, text: str) -> Found:
    """Cars in sight. A text without a digit names no car, so nothing is asked then."""
    if not any(char.isdigit() for char in text):
        return Found([])
    ids = search.matching_ids("vehicle", text, request.actor)
    if not ids:
        return Found([])
    owners = Prefetch("ownerships", Ownership.objects.select_related("customer").filter(until__isnull=True))
    cars = Vehicle.objects.select_related("car_model").prefetch_related(owners).filter(pk__in=ids)
    found = list(cars.order_by("-id")[:SHOWN])
    vin = parse_vin(text)
    is_named = vin is not None and len(found) == 1 and found[0].vin == vin.value
    return Found([_row(car) for car in found], jump_url=_url(found[0]) if is_named else "")


def _row(car: Vehicle) -> Row:
    owner = _owner(car)
    return Row(
        _url(car),
        [
            car.vin, car.car_model.label if car.car_model else car.model_text, car.plate,
            owner.customer.name or owner.customer.ref if owner else "", str(car.delivery_date or ""),
        ],
        label=car.vin,
    )  # fmt: skip


def _owner(car: Vehicle) -> Ownership | None:
    return next(iter(car.ownerships.all()), None)


def _url(car: Vehicle) -> str:
    """The owner's page, where the car stands among everything else about them."""
    owner = _owner(car)
    return reverse("customers:customer_page", args=[owner.customer.ref]) if owner else ""


FINDER = Finder("vehicles", _("Cars"), COLUMNS, find_vehicles, READ, position=30)
