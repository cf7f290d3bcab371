"""How the search over everything finds cars: by VIN, its tail, or the plate; a car leads to its owner."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, OuterRef, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vinloop.kernel import search
from vinloop.kernel.access import Actor
from vinloop.kernel.identifiers import display_plate, parse_vin
from vinloop.kernel.web.finding import SHOWN, Finder, Found
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.vehicles.models import Ownership, Vehicle

READ = "vehicles.vehicle:read"
COLUMNS: Sequence[Column] = [
    Column("vin", _("VIN")),
    Column("car", _("Car")),
    Column("plate", _("Plate")),
    Column("owner", _("Owner")),
    Column("delivered", _("Handed over on")),
]


def find_vehicles(actor: Actor, text: str) -> Found:
    """Cars in sight. A text without a digit names no car, so nothing is asked then."""
    if not any(char.isdigit() for char in text):
        return Found([])
    ids = search.matching_ids("vehicle", text, actor)
    if not ids:
        return Found([])
    owner_first = Case(When(role=Ownership.Role.OWNER, then=0), default=1)
    owners = Ownership.objects.filter(vehicle=OuterRef("pk"), until__isnull=True).order_by(owner_first, "-since")
    cars = (
        Vehicle.objects.select_related("car_model")
        .filter(pk__in=ids)
        .annotate(
            owner_ref=Subquery(owners.values("customer__ref")[:1]),
            owner_name=Subquery(owners.values("customer__name")[:1]),
        )
    )
    found = list(cars.order_by("-id")[:SHOWN])
    vin = parse_vin(text)
    is_named = vin is not None and len(found) == 1 and found[0].vin == vin.value
    return Found([_row(car) for car in found], jump_url=_url(found[0]) if is_named else "")


def _row(car: Vehicle) -> Row:
    owner = getattr(car, "owner_name", "") or getattr(car, "owner_ref", "") or ""
    return Row(
        _url(car),
        [car.vin, car.label, display_plate(car.plate), owner, str(car.delivery_date or "")],
        ref=car.vin,
        label=car.vin,
    )


def _url(car: Vehicle) -> str:
    """The owner's page, where the car stands among everything else about them."""
    ref = getattr(car, "owner_ref", None)
    return reverse("customers:customer_page", args=[ref]) if ref else ""


FINDER = Finder("vehicles", _("Cars"), COLUMNS, find_vehicles, READ, position=30, kinds=("vehicle",))
