"""Endpoints of the cars a dealer keeps for test drives."""

from __future__ import annotations

from typing import Annotated

import msgspec
from django.http import Http404
from django.urls import URLPattern
from msgspec import UNSET, UnsetType

from vinloop.kernel.access import Actor
from vinloop.kernel.api import ApiController, Body, Page, PageQuery, Path, Query, endpoint, page_of, path
from vinloop.kernel.paging import paginate
from vinloop.leads.actions.demo_cars import MANAGE, DemoCarInput, save_demo_car
from vinloop.leads.api.given import ModelCode, model_id
from vinloop.leads.models import DemoCar
from vinloop.leads.queries.bookings import list_demo_cars
from vinloop.leads.queries.test_drives import get_demo_car

Plate = Annotated[str, msgspec.Meta(max_length=12)]
Vin = Annotated[str, msgspec.Meta(max_length=20)]


class DemoCarQuery(PageQuery, frozen=True, kw_only=True):
    """Which demo cars to list."""

    is_active: bool | None = None
    dealer: Annotated[str, msgspec.Meta(description="A dealer's code")] = ""


class DemoCarPath(msgspec.Struct, frozen=True):
    """Which demo car."""

    car_id: int


class DemoCarIn(msgspec.Struct, frozen=True, kw_only=True):
    """A demo car of the caller's dealer."""

    model_code: ModelCode
    plate: Plate
    vin: Vin = ""
    is_active: bool = True


class DemoCarChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is."""

    model_code: ModelCode | UnsetType = UNSET
    plate: Plate | UnsetType = UNSET
    vin: Vin | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class DemoCarOut(msgspec.Struct, frozen=True, kw_only=True):
    """A car kept for test drives; one out of use can't be booked."""

    id: int
    dealer: str
    model_code: str
    model: str
    plate: str
    vin: str
    is_active: bool


class DemoCarsController(ApiController):
    """Demo cars."""

    tags = ("Test drives",)

    @endpoint(MANAGE, operation_id="listDemoCars")
    def get(self, parsed_query: Query[DemoCarQuery]) -> Page[DemoCarOut]:
        """List demo cars in the caller's sight."""
        rows = list_demo_cars(self.actor, dealer=parsed_query.dealer, is_active=parsed_query.is_active)
        return page_of(paginate(rows, ("id",), cursor=parsed_query.cursor, limit=parsed_query.limit), _car)

    @endpoint(MANAGE, operation_id="addDemoCar")
    def post(self, parsed_body: Body[DemoCarIn]) -> DemoCarOut:
        """Add a demo car to the caller's dealer."""
        values = DemoCarInput(
            car_model_id=model_id(parsed_body.model_code) or 0,
            plate=parsed_body.plate,
            vin=parsed_body.vin,
            is_active=parsed_body.is_active,
        )
        made = save_demo_car(actor=self.actor, values=values, at=self.at)
        return _car(_found(self.actor, made.pk))


class DemoCarController(ApiController):
    """One demo car."""

    tags = ("Test drives",)

    @endpoint(MANAGE, operation_id="getDemoCar")
    def get(self, parsed_path: Path[DemoCarPath]) -> DemoCarOut:
        """Read a demo car."""
        return _car(_found(self.actor, parsed_path.car_id))

    @endpoint(MANAGE, operation_id="changeDemoCar")
    def patch(self, parsed_path: Path[DemoCarPath], parsed_body: Body[DemoCarChange]) -> DemoCarOut:
        """Change a demo car, or take it out of use; one that still has test drives stays in use."""
        values = _changed(_found(self.actor, parsed_path.car_id), parsed_body)
        save_demo_car(actor=self.actor, car_id=parsed_path.car_id, values=values, at=self.at)
        return _car(_found(self.actor, parsed_path.car_id))


def _found(actor: Actor, car_id: int) -> DemoCar:
    try:
        return get_demo_car(actor, car_id)
    except DemoCar.DoesNotExist as error:
        raise Http404 from error


def _changed(car: DemoCar, wish: DemoCarChange) -> DemoCarInput:
    return DemoCarInput(
        car_model_id=car.car_model_id if wish.model_code is UNSET else model_id(wish.model_code) or 0,
        plate=car.plate if wish.plate is UNSET else wish.plate,
        vin=car.vin if wish.vin is UNSET else wish.vin,
        is_active=car.is_active if wish.is_active is UNSET else wish.is_active,
    )


def _car(car: DemoCar) -> DemoCarOut:
    return DemoCarOut(
        id=car.pk,
        dealer=car.owner.code,
        model_code=car.car_model.code,
        model=car.car_model.label,
        plate=car.plate,
        vin=car.vin,
        is_active=car.is_active,
    )


urls: list[URLPattern] = [
    path("demo-cars", DemoCarsController.as_view(), name="demo-cars"),
    path("demo-cars/<int:car_id>", DemoCarController.as_view(), name="demo-car"),
]
