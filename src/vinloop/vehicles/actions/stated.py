"""People say who owns, drives or pays for a car, and since when it is no longer so. No run overrules them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from vinloop.customers.actions.single import locked_customer
from vinloop.customers.models import Customer
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.identifiers import mask_vin, parse_vin, readable_plate
from vinloop.vehicles.actions.car_search import index_owner, index_vehicles
from vinloop.vehicles.actions.deliveries import model_code
from vinloop.vehicles.actions.recorded import read_cars
from vinloop.vehicles.events import OwnershipEnded, OwnershipStarted, RoleNotFound, RoleRefused, VehicleRegistered
from vinloop.vehicles.models import Ownership, Vehicle

MANAGE = "vehicles.ownership:manage"
_OWNER, _PERSON, _RECORDS = Ownership.Role.OWNER, Ownership.Origin.PERSON, Ownership.Origin.RECORDS


def state_role(*, actor: Actor, ref: str, car: str, role: str, since: date, at: datetime) -> Ownership:
    """Say which part a customer has in a car, named by VIN or by the plate of a car in sight; said twice it is one.

    A new owner follows the one the car had. A VIN nobody knows becomes a car for those who see everything; others may
    name cars in their sight only, or their answers would tell which cars exist elsewhere. Raises ``NotAllowed``,
    ``CustomerNotFound``, ``RoleRefused``.
    """
    actor.require(MANAGE)
    _refuse_future(since, "since", at)
    customer = locked_customer(ref)
    vehicle = _car_in_sight(actor, car) or _new_car(actor, customer, car, at)
    own = vehicle.ownerships.filter(customer=customer, role=role, until__isnull=True).first()
    if own is not None and own.origin != _RECORDS:
        if own.since == since:
            return own
        raise RoleRefused("has_role_already", "role")
    if role == _OWNER:
        _pass_on(actor, vehicle, customer, since, at)
    vehicle.ownerships.filter(customer=customer, role=role, origin=_RECORDS).delete()
    stated = Ownership.objects.create(vehicle=vehicle, customer=customer, role=role, since=since, origin=_PERSON)
    fact = OwnershipStarted(model=model_code(vehicle), since=since.isoformat(), role=role)
    _tell(fact, actor, vehicle, customer.pk, at)
    index_owner(vehicle, customer.pk)
    _reread(vehicle, at)
    return stated


def end_role(*, actor: Actor, ref: str, ownership_id: int, until: date, at: datetime) -> Ownership:
    """Say that a customer's part in a car has ended; said twice it is one.

    Raises ``NotAllowed``, ``CustomerNotFound``, ``RoleNotFound``, ``RoleRefused``.
    """
    actor.require(MANAGE)
    customer = locked_customer(ref)
    held = Ownership.objects.select_related("vehicle").filter(pk=ownership_id, customer=customer).first()
    if held is None:
        raise RoleNotFound
    _hold(held.vehicle)
    held.refresh_from_db(fields=["since", "until", "origin"])
    if held.until is not None and held.until != until:
        raise RoleRefused("ended_already")
    _refuse_future(until, "until", at)
    if until < held.since:
        raise RoleRefused("before_start", "until")
    if held.until is None:
        _end(actor, held, until, at)
        _reread(held.vehicle, at)
    return held


def _reread(vehicle: Vehicle, at: datetime) -> None:
    """What records say fits itself to what was stated, at once."""
    with elevated("records about the car may be anybody's"):
        read_cars(vins=[vehicle.vin], at=at)


def _end(actor: Actor, held: Ownership, until: date, at: datetime) -> None:
    """What records said is now somebody's word: the next run leaves it."""
    held.until = until
    if held.origin == _RECORDS:
        held.origin = _PERSON
    held.save(update_fields=["until", "origin"])
    fact = OwnershipEnded(model=model_code(held.vehicle), until=until.isoformat(), role=held.role)
    _tell(fact, actor, held.vehicle, held.customer_id, at)


def _car_in_sight(actor: Actor, text: str) -> Vehicle | None:
    """The car a VIN or a plate names, held. None for a VIN of which no car is in sight."""
    vin = parse_vin(text)
    if vin is not None:
        found = list(Vehicle.objects.filter(vin=vin.value))
    else:
        plate = readable_plate(text)
        found = list(Vehicle.objects.filter(plate=plate)[:2]) if plate else []
        if len(found) != 1:
            raise RoleRefused("several_cars" if found else "no_car", "car")
    return _hold(found[0]) if found else None


def _hold(vehicle: Vehicle) -> Vehicle:
    """So that no other door, and no run, changes who has the car meanwhile."""
    return Vehicle.objects.select_for_update(of=("self",)).get(pk=vehicle.pk)


def _new_car(actor: Actor, customer: Customer, text: str, at: datetime) -> Vehicle:
    vin = parse_vin(text)
    if vin is None or not actor.sees_all:
        raise RoleRefused("car_out_of_sight", "car")
    made = {
        "make_text": (vin.manufacturer or "")[:60],
        "model_year": vin.model_year(at.year),
        "created_at": at,
    }
    vehicle, is_new = Vehicle.objects.select_for_update(of=("self",)).get_or_create(vin=vin.value, defaults=made)
    if is_new:
        fact = VehicleRegistered(model=model_code(vehicle), model_year=vehicle.model_year)
        _tell(fact, actor, vehicle, customer.pk, at)
        index_vehicles([vehicle])
    return vehicle


def _pass_on(actor: Actor, vehicle: Vehicle, customer: Customer, since: date, at: datetime) -> None:
    """The owner until now ends where the new one begins; what records say about a later owner gives way."""
    with elevated("whoever owns the car now must not be overlooked"):
        held = Ownership.objects.filter(vehicle=vehicle, role=_OWNER, until__isnull=True).exclude(customer=customer)
        former = held.select_related("vehicle").first()
    if former is None:
        return
    if not Ownership.objects.filter(pk=former.pk).exists():
        raise RoleRefused("other_owner", "car")
    if former.since <= since:
        _end_for(actor, former, since, at)
    elif former.origin == _RECORDS:
        former.delete()
    else:
        raise RoleRefused("newer_owner", "since")


def _end_for(actor: Actor, former: Ownership, until: date, at: datetime) -> None:
    former.until = until
    former.save(update_fields=["until"])
    fact = OwnershipEnded(model=model_code(former.vehicle), until=until.isoformat())
    _tell(fact, actor, former.vehicle, former.customer_id, at)


def _refuse_future(day: date, field: str, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise RoleRefused("in_future", field)


def _tell(fact: Fact, actor: Actor, vehicle: Vehicle, customer_id: int, at: datetime) -> None:
    subject = Subject("vehicles.vehicle", vehicle.pk, actor.organisation_id, mask_vin(vehicle.vin), customer_id)
    record(fact, actor=actor, subject=subject, at=at)
