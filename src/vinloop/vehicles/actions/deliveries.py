"""A car is handed over: it becomes known by its VIN and gets its owner."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict, Unpack

from django.db.models import Q

from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Subject, record
from vinloop.kernel.identifiers import fold, mask_vin, normalise_plate, parse_vin, vin_problem
from vinloop.vehicles.actions.car_search import index_owner, index_vehicles
from vinloop.vehicles.events import NotAVin, OwnershipEnded, OwnershipStarted, VehicleRegistered
from vinloop.vehicles.models import CarModel, Ownership, Vehicle
from vinloop.vehicles.rules import Held, ownership_after_delivery


class DeliveryFacts(TypedDict):
    """What the dealer reports at the handover."""

    vin: str
    car_model_id: int | None
    customer_id: int
    dealer_id: int
    delivery_date: date
    trim: str
    colour: str
    plate: str


def record_vehicle_delivery(*, actor: Actor, at: datetime, **facts: Unpack[DeliveryFacts]) -> Vehicle:
    """Make the car known, end the previous ownership, start the new one; told twice it changes nothing more.

    The caller has authorised the delivery: this is a step of an order's or a lead's action. Looks beyond the
    actor's scope, because the car may have been sold by somebody else before. Raises ``NotAVin``.
    """
    with elevated("a car may have been sold by another dealer before"):
        vehicle, previous_dealer = _upsert(facts, at)
        seller = facts["dealer_id"]
        if previous_dealer is None:
            fact = VehicleRegistered(model=model_code(vehicle), model_year=vehicle.model_year)
            record(fact, actor=actor, subject=_subject(vehicle, seller, facts["customer_id"]), at=at)
        _pass_on(vehicle, facts, previous_dealer or seller, actor=actor, at=at)
        index_vehicles([vehicle])
        index_owner(vehicle, facts["customer_id"])
    return vehicle


def _upsert(facts: DeliveryFacts, at: datetime) -> tuple[Vehicle, int | None]:
    """The car as it is after the delivery, and the dealer it was known at before (``None``: it is new)."""
    vin = parse_vin(facts["vin"])
    if vin is None:
        raise NotAVin(vin_problem(facts["vin"]) or "bad_character")
    year = vin.model_year(facts["delivery_date"].year)
    born = {**_values(facts), "model_year": year, "created_at": at}
    vehicle, is_new = Vehicle.objects.select_for_update(of=("self",)).get_or_create(vin=vin.value, defaults=born)
    if is_new:
        return vehicle, None
    previous_dealer = vehicle.sold_by_id or facts["dealer_id"]
    if vehicle.delivery_date is None or vehicle.delivery_date <= facts["delivery_date"]:
        _update(vehicle, _values(facts))
    return vehicle, previous_dealer


def _values(facts: DeliveryFacts) -> dict[str, object]:
    plate = fold(facts["plate"])
    return {
        "car_model_id": facts["car_model_id"],
        "sold_by_id": facts["dealer_id"],
        "delivery_date": facts["delivery_date"],
        "trim": fold(facts["trim"])[:60],
        "colour": fold(facts["colour"])[:40],
        "plate": normalise_plate(plate) or plate[:12],
    }


def _update(vehicle: Vehicle, values: dict[str, object]) -> None:
    """Take over what the newer delivery says; what it leaves out stays."""
    changed = [name for name, value in values.items() if value and getattr(vehicle, name) != value]
    if vehicle.delivery_date is None and vehicle.plate and not values["plate"]:
        changed.append("plate")  # what records said was a former owner's, or comes again with the next run
    for name in changed:
        setattr(vehicle, name, values[name])
    if changed:
        vehicle.save(update_fields=changed)


def _pass_on(vehicle: Vehicle, facts: DeliveryFacts, previous_dealer: int, *, actor: Actor, at: datetime) -> None:
    """End and start ownerships. The dealer that knew the former owner is told, not the one that knows the new one.

    What records say about the buyer, or about owners since, gives way to the handover.
    """
    rows = Ownership.objects.filter(vehicle=vehicle, role=Ownership.Role.OWNER)
    later = Q(customer_id=facts["customer_id"]) | Q(since__gte=facts["delivery_date"])
    rows.filter(later, origin=Ownership.Origin.RECORDS).delete()
    held = [Held(row.pk, row.customer_id, row.since, row.until) for row in rows]
    change = ownership_after_delivery(held, facts["customer_id"], facts["delivery_date"])
    model, day = model_code(vehicle), facts["delivery_date"]
    if change.ends:
        Ownership.objects.filter(pk=change.ends.id).update(until=change.ends_on)
        former = _subject(vehicle, previous_dealer, change.ends.customer_id)
        record(OwnershipEnded(model=model, until=day.isoformat()), actor=actor, subject=former, at=at)
    if change.starts:
        Ownership.objects.create(vehicle=vehicle, customer_id=facts["customer_id"], since=day)
        owner = _subject(vehicle, facts["dealer_id"], facts["customer_id"])
        record(OwnershipStarted(model=model, since=day.isoformat()), actor=actor, subject=owner, at=at)


def _subject(vehicle: Vehicle, dealer_id: int, customer_id: int) -> Subject:
    return Subject("vehicles.vehicle", vehicle.pk, dealer_id, mask_vin(vehicle.vin), customer_id)


def model_code(vehicle: Vehicle) -> str:
    """What a fact calls the car: the code of its model, else what records or its maker call it."""
    code = CarModel.objects.filter(pk=vehicle.car_model_id or 0).values_list("code", flat=True).first()
    return code or vehicle.model_text or vehicle.make_text or mask_vin(vehicle.vin)
