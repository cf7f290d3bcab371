"""What the vehicles room keeps about people: who had which car, and its plate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import Erased, PersonalData, Section
from vinloop.vehicles.actions.car_search import index_vehicles
from vinloop.vehicles.actions.recorded import forget_empty
from vinloop.vehicles.models import Ownership, Vehicle

RECALL = "vehicles.recall"
WORDS = {
    "vehicles.ownership": _("Which cars the customer had, by VIN"),
    "vehicles.plate": _("Plate numbers"),
    RECALL: _("For recalls: the maker must know which cars were sold and when (recall rules for defective cars)"),
}


def vehicle_data() -> PersonalData:
    """What this room answers for. Whoever bought a car of us, or has one, is no forgotten prospect."""
    return PersonalData(
        code="vehicles",
        label=_("Cars"),
        tables=("vehicles_ownership", "vehicles_vehicle"),
        export=_export,
        erase=_erase,
        keeps=lambda ids, _since: set(
            Ownership.objects.filter(customer_id__in=ids)
            .exclude(until__isnull=False, origin=Ownership.Origin.RECORDS)
            .values_list("customer_id", flat=True)
        ),
        words=WORDS,
    )


def _erase(customer_ids: Sequence[int], _at: datetime) -> list[Erased]:
    """Handovers stay, for recalls; what records or colleagues said goes, with cars known from nothing else."""
    owned = Ownership.objects.filter(customer_id__in=customer_ids)
    now = Ownership.objects.filter(until__isnull=True, role=Ownership.Role.OWNER, vehicle=OuterRef("vehicle"))
    theirs = Q(role=Ownership.Role.OWNER) | ~Exists(now)  # a driver's plate is the owner's
    current = owned.filter(theirs, until__isnull=True).values("vehicle_id")
    cars = list(Vehicle.objects.filter(pk__in=current).exclude(plate=""))
    for car in cars:
        car.plate = ""
    Vehicle.objects.bulk_update(cars, ["plate"], batch_size=500)
    index_vehicles(cars)
    said = owned.exclude(origin=Ownership.Origin.DELIVERY)
    named = list(said.values_list("vehicle_id", flat=True))
    removed, _by_table = said.delete()
    forget_empty(named)
    return [
        Erased("vehicles.plate", len(cars), "removed"),
        Erased("vehicles.ownership", removed, "removed"),
        Erased("vehicles.ownership", owned.count(), "kept", RECALL),
    ]


def _export(customer_ids: Sequence[int]) -> list[Section]:
    heads = {
        "vin": _("VIN"), "plate": _("Plate"), "model": _("Model"), "role": _("Role"), "since": _("Since"),
        "until": _("Until"), "origin": _("Where it comes from"), "delivery_date": _("Delivered on"),
    }  # fmt: skip
    owned = Ownership.objects.filter(customer_id__in=customer_ids).select_related("vehicle__car_model")
    rows = [
        {
            "vin": each.vehicle.vin,
            "plate": each.vehicle.plate if each.until is None else "",
            "model": each.vehicle.label,
            "role": each.role,
            "since": each.since,
            "until": each.until,
            "origin": each.origin,
            "delivery_date": each.vehicle.delivery_date,
        }
        for each in owned.order_by("since", "id")
    ]
    choices = {"role": dict(Ownership.Role.choices), "origin": dict(Ownership.Origin.choices)}
    return [Section("cars", _("Your cars"), heads, rows, choices)]
