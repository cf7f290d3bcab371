"""The cars a dealer keeps for test drives."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction

from vinloop.kernel.access import Actor
from vinloop.kernel.events import Subject, record
from vinloop.kernel.identifiers import parse_vin, readable_plate
from vinloop.leads.events import DemoCarSaved, LeadNotFound, NotPossible
from vinloop.leads.models import DemoCar, TestDrive
from vinloop.vehicles.queries import catalogue

MANAGE = "leads.demo_car:manage"


class DemoCarInput(msgspec.Struct, frozen=True, kw_only=True):
    """A demo car as its dealer describes it."""

    car_model_id: int
    plate: str
    vin: str = ""
    is_active: bool = True


def save_demo_car(*, actor: Actor, car_id: int | None = None, values: DemoCarInput, at: datetime) -> DemoCar:
    """Add a demo car to the actor's dealer, or change one.

    Raises ``NotAllowed``, ``LeadNotFound`` for a car out of sight, and ``NotPossible``: dealers_only, unknown_model,
    plate_required, bad_plate, plate_taken, bad_vin, has_bookings (a car that still has test drives stays in use).
    """
    actor.require(MANAGE)
    car = _car(actor, car_id)
    model = catalogue().models.get(values.car_model_id)
    if model is None:
        raise NotPossible("unknown_model")
    if car.pk and not values.is_active and _has_bookings(car, at):
        raise NotPossible("has_bookings")
    car.car_model_id, car.is_active = model.id, values.is_active
    car.plate, car.vin = _plate(values.plate), _vin(values.vin)
    _save(car)
    fact = DemoCarSaved(ref=str(car.pk), model=model.code, is_active=car.is_active)
    record(fact, actor=actor, subject=Subject("leads.demo_car", car.pk, car.owner_id, str(car.pk)), at=at)
    return car


def _car(actor: Actor, car_id: int | None) -> DemoCar:
    if car_id is None:
        if actor.organisation_kind != "dealer":
            raise NotPossible("dealers_only")
        return DemoCar(owner_id=actor.organisation_id)
    car = DemoCar.objects.select_for_update().filter(pk=car_id).first()
    if car is None:
        raise LeadNotFound(str(car_id))
    return car


def _has_bookings(car: DemoCar, at: datetime) -> bool:
    return TestDrive.objects.filter(demo_car=car, status=TestDrive.Status.BOOKED, ends_at__gt=at).exists()


def _plate(text: str) -> str:
    if not text.strip():
        raise NotPossible("plate_required")
    plate = readable_plate(text)
    if plate is None:
        raise NotPossible("bad_plate")
    return plate


def _vin(text: str) -> str:
    if not text.strip():
        return ""
    parsed = parse_vin(text)
    if parsed is None:
        raise NotPossible("bad_vin")
    return parsed.value


def _save(car: DemoCar) -> None:
    try:
        with transaction.atomic():
            car.save()
    except IntegrityError as error:
        raise NotPossible("plate_taken") from error
