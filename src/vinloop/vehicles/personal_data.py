"""What the vehicles room keeps about people: who had which car, and its plate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import Erased, PersonalData, Section
from vinloop.vehicles.actions.deliveries import index_vehicles
from vinloop.vehicles.models import Ownership, Vehicle

RECALL = "vehicles.recall"
WORDS = {
    "vehicles.ownership": _("Which cars the customer had, by VIN"),
    "vehicles.plate": _("Plate numbers"),
    RECALL: _("For recalls: the maker must know which cars were sold and when (recall rules for defective cars)"),
}


def vehicle_data() -> PersonalData:
    """What this room answers for. Whoever has a car is no forgotten prospect."""
    return PersonalData(
        code="vehicles",
        label=_("Cars"),
        tables=("vehicles_ownership", "vehicles_vehicle"),
        export=_export,
        erase=_erase,
        keeps=lambda ids, _since: set(
            Ownership.objects.filter(customer_id__in=ids).values_list("customer_id", flat=True)
        ),
        words=WORDS,
    )


def _erase(customer_ids: Sequence[int], _at: datetime) -> list[Erased]:
    owned = Ownership.objects.filter(customer_id__in=customer_ids)
    current = owned.filter(until__isnull=True).values("vehicle_id")
    cars = list(Vehicle.objects.filter(pk__in=current).exclude(plate=""))
    for car in cars:
        car.plate = ""
    Vehicle.objects.bulk_update(cars, ["plate"], batch_size=500)
    index_vehicles(cars)
    return [Erased("vehicles.plate", len(cars), "removed"), Erased("vehicles.ownership", owned.count(), "kept", RECALL)]


def _export(customer_ids: Sequence[int]) -> list[Section]:
    heads = {
        "vin": _("VIN"), "plate": _("Plate"), "model": _("Model"), "role": _("Role"), "since": _("Since"),
        "until": _("Until"), "delivery_date": _("Delivered on"),
    }  # fmt: skip
    owned = Ownership.objects.filter(customer_id__in=customer_ids).select_related("vehicle__car_model")
    rows = [
        {
            "vin": each.vehicle.vin,
            "plate": each.vehicle.plate if each.until is None else "",
            "model": each.vehicle.car_model.label if each.vehicle.car_model else each.vehicle.model_text,
            "role": each.role,
            "since": each.since,
            "until": each.until,
            "delivery_date": each.vehicle.delivery_date,
        }
        for each in owned.order_by("since", "id")
    ]
    return [Section("cars", _("Your cars"), heads, rows)]
