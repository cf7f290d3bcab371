"""Endpoints of test drives: free times, bookings, how a drive went, and the cars kept for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from msgspec import UNSET, UnsetType

from vinloop.kernel.access import Actor
from vinloop.kernel.api import (
    ApiController,
    Body,
    Page,
    PageQuery,
    Path,
    Query,
    endpoint,
    file_endpoint,
    page_of,
    path,
)
from vinloop.kernel.paging import paginate
from vinloop.leads.actions import test_drives as actions
from vinloop.leads.actions.invitations import calendar_file
from vinloop.leads.actions.test_drives import MANAGE, DriveReport, SlotInput
from vinloop.leads.api.given import ModelCode, Moment, PersonOut, Username, model_id, user_id, within_reason
from vinloop.leads.events import NotPossible
from vinloop.leads.models import TestDrive
from vinloop.leads.queries.bookings import NEWEST, DriveFilter, list_drives
from vinloop.leads.queries.consultants import consultants_of
from vinloop.leads.queries.test_drives import demo_cars_of, get_drive, slots
from vinloop.leads.rules.slots import DEFAULT_MINUTES, LEAST_MINUTES, MOST_MINUTES
from vinloop.network.queries import dealer_id_by_code

Minutes = Annotated[int, msgspec.Meta(ge=LEAST_MINUTES, le=MOST_MINUTES)]
CarId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1, description="A demo car's `id`")]
DealerCode = Annotated[str, msgspec.Meta(description="A dealer's code; empty: the caller's own")]


class DriveQuery(PageQuery, frozen=True, kw_only=True):
    """Which test drives to list. Days are the caller's."""

    starts_from: date | None = None
    starts_to: date | None = None
    status: Literal["", "booked", "done", "no_show", "cancelled"] = ""
    lead: Annotated[str, msgspec.Meta(description="A lead's ref")] = ""
    consultant: Username = ""
    demo_car: CarId | None = None
    dealer: Annotated[str, msgspec.Meta(description="A dealer's code")] = ""


class DrivePath(msgspec.Struct, frozen=True):
    """Which test drive."""

    ref: str


class DriveCar(msgspec.Struct, frozen=True):
    """The car of a test drive."""

    id: int
    plate: str
    model_code: str
    model: str


class DriveOut(msgspec.Struct, frozen=True, kw_only=True):
    """A test drive, from booking to feedback. ``score`` 1–5."""

    ref: str
    status: str
    dealer: str
    lead: str
    customer: PersonOut
    demo_car: DriveCar
    consultant: str
    starts_at: datetime
    ends_at: datetime
    score: int | None
    feedback: str
    licence_checked_at: datetime | None
    consent_at: datetime | None
    created_at: datetime


class DriveIn(msgspec.Struct, frozen=True, kw_only=True):
    """A booking. ``is_closed_fine``: also outside opening hours, knowingly."""

    lead: str
    demo_car: CarId
    consultant: Username
    starts_at: Moment
    minutes: Minutes = DEFAULT_MINUTES
    is_closed_fine: bool = False


class DriveMove(msgspec.Struct, frozen=True, kw_only=True):
    """Another time, car or consultant; what is left out stays as it is."""

    demo_car: CarId | UnsetType = UNSET
    consultant: Username | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    is_closed_fine: bool = False


class DriveReportIn(msgspec.Struct, frozen=True, kw_only=True):
    """How a test drive went: without licence and consent it can't have taken place."""

    score: int
    has_licence: bool
    has_consent: bool
    feedback: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    level: Literal["", "H", "A", "B", "C", "L"] = ""


class SlotQuery(msgspec.Struct, frozen=True, kw_only=True):
    """For which day, car and length. ``moving`` is the ref of a test drive whose own time counts as free."""

    day: date
    model_code: ModelCode = ""
    minutes: Minutes = DEFAULT_MINUTES
    moving: str = ""
    dealer: DealerCode = ""


class SlotOut(msgspec.Struct, frozen=True):
    """A time at which a test drive can start, with who and what is free for it."""

    starts_at: datetime
    ends_at: datetime
    demo_cars: list[int]
    consultants: list[str]


class SlotsOut(msgspec.Struct, frozen=True):
    """The free times of a day, with the cars they speak of."""

    items: list[SlotOut]
    demo_cars: list[DriveCar]


class DrivesController(ApiController):
    """Test drives."""

    tags = ("Test drives",)

    @endpoint(MANAGE, operation_id="listTestDrives")
    def get(self, parsed_query: Query[DriveQuery]) -> Page[DriveOut]:
        """List test drives in the caller's sight, latest first."""
        rows = list_drives(self.actor, _wanted(self.actor, parsed_query))
        return page_of(paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit), _drive)

    @endpoint(MANAGE, operation_id="bookTestDrive")
    def post(self, parsed_body: Body[DriveIn]) -> DriveOut:
        """Book a car and a consultant for a lead; the customer is invited by e-mail, if there is an address."""
        slot = SlotInput(
            demo_car_id=parsed_body.demo_car,
            consultant_id=user_id(parsed_body.consultant) or 0,
            starts_at=within_reason(parsed_body.starts_at, "/starts_at"),
            minutes=parsed_body.minutes,
            is_closed_fine=parsed_body.is_closed_fine,
        )
        made = actions.book_test_drive(actor=self.actor, lead_ref=parsed_body.lead, slot=slot, at=self.at)
        return _drive(_found(self.actor, made.ref))


class SlotsController(ApiController):
    """Free times."""

    tags = ("Test drives",)

    @endpoint(MANAGE, operation_id="listTestDriveSlots")
    def get(self, parsed_query: Query[SlotQuery]) -> SlotsOut:
        """Find times at which a car and a consultant are free."""
        dealer_id = _dealer(self.actor, parsed_query.dealer)
        found = slots(
            dealer_id=dealer_id,
            day=within_reason(parsed_query.day, "?day"),
            car_model_id=model_id(parsed_query.model_code),
            minutes=parsed_query.minutes,
            at=self.at,
            moving_ref=parsed_query.moving,
        )
        names = {person.id: person.username for person in consultants_of(dealer_id)}
        items = [
            SlotOut(each.starts_at, each.ends_at, list(each.demo_car_ids), [names[pk] for pk in each.consultant_ids])
            for each in found
        ]
        offered = {pk for each in found for pk in each.demo_car_ids}
        cars = [car for car in demo_cars_of(dealer_id) if car.pk in offered]
        return SlotsOut(items, [DriveCar(car.pk, car.plate, car.car_model.code, car.car_model.label) for car in cars])


class DriveController(ApiController):
    """One test drive."""

    tags = ("Test drives",)

    @endpoint(MANAGE, operation_id="getTestDrive")
    def get(self, parsed_path: Path[DrivePath]) -> DriveOut:
        """Read a test drive."""
        return _drive(_found(self.actor, parsed_path.ref))


class CalendarFileController(ApiController):
    """A test drive for anybody's calendar."""

    tags = ("Test drives",)

    @file_endpoint(MANAGE, content_types=("text/calendar",), operation_id="getTestDriveCalendar")
    def get(self, parsed_path: Path[DrivePath]) -> HttpResponseBase:
        """Read a test drive as an iCalendar file (RFC 5545)."""
        drive = _found(self.actor, parsed_path.ref)
        name = f'attachment; filename="test-drive-{drive.ref}.ics"'
        body = calendar_file(drive, at=self.at)
        return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": name})


class MoveController(ApiController):
    """Another time."""

    tags = ("Test drives",)

    @endpoint(MANAGE, status=200, operation_id="moveTestDrive")
    def post(self, parsed_path: Path[DrivePath], parsed_body: Body[DriveMove]) -> DriveOut:
        """Give a booked test drive another time, car or consultant; the customer's calendar follows."""
        slot = _moved(_found(self.actor, parsed_path.ref), parsed_body)
        actions.move_test_drive(actor=self.actor, ref=parsed_path.ref, slot=slot, at=self.at)
        return _drive(_found(self.actor, parsed_path.ref))


class CancelController(ApiController):
    """Cancellations."""

    tags = ("Test drives",)

    @endpoint(MANAGE, status=200, operation_id="cancelTestDrive")
    def post(self, parsed_path: Path[DrivePath]) -> DriveOut:
        """Call a test drive off; the customer is told."""
        _found(self.actor, parsed_path.ref)
        actions.cancel_test_drive(actor=self.actor, ref=parsed_path.ref, at=self.at)
        return _drive(_found(self.actor, parsed_path.ref))


class NoShowController(ApiController):
    """Customers who did not come."""

    tags = ("Test drives",)

    @endpoint(MANAGE, status=200, operation_id="markTestDriveNoShow")
    def post(self, parsed_path: Path[DrivePath]) -> DriveOut:
        """Note that nobody came."""
        _found(self.actor, parsed_path.ref)
        actions.mark_no_show(actor=self.actor, ref=parsed_path.ref, at=self.at)
        return _drive(_found(self.actor, parsed_path.ref))


class FinishController(ApiController):
    """Test drives that took place."""

    tags = ("Test drives",)

    @endpoint(MANAGE, status=200, operation_id="finishTestDrive")
    def post(self, parsed_path: Path[DrivePath], parsed_body: Body[DriveReportIn]) -> DriveOut:
        """Report how a test drive went; it counts as a contact with the customer."""
        _found(self.actor, parsed_path.ref)
        report = DriveReport(**msgspec.structs.asdict(parsed_body))
        actions.finish_test_drive(actor=self.actor, ref=parsed_path.ref, report=report, at=self.at)
        return _drive(_found(self.actor, parsed_path.ref))


def _wanted(actor: Actor, query: DriveQuery) -> DriveFilter:
    return DriveFilter(
        zone=actor.timezone,
        since=query.starts_from and within_reason(query.starts_from, "?starts_from"),
        until=query.starts_to and within_reason(query.starts_to, "?starts_to"),
        status=query.status,
        lead=query.lead,
        consultant=query.consultant,
        demo_car_id=query.demo_car,
        dealer=query.dealer,
    )


def _dealer(actor: Actor, code: str) -> int:
    """The dealer asked for, or the caller's own; one out of sight does not exist."""
    if not code:
        if actor.organisation_kind != "dealer":
            raise NotPossible("dealers_only")
        return actor.organisation_id
    found = dealer_id_by_code(code)
    if found is None or not actor.sees(found):
        raise Http404
    return found


def _found(actor: Actor, ref: str) -> TestDrive:
    try:
        return get_drive(actor, ref)
    except TestDrive.DoesNotExist as error:
        raise Http404 from error


def _moved(drive: TestDrive, wish: DriveMove) -> SlotInput:
    """The drive's slot with what the caller changes."""
    minutes = int((drive.ends_at - drive.starts_at) / timedelta(minutes=1))
    starts_at = drive.starts_at if wish.starts_at is UNSET else within_reason(wish.starts_at, "/starts_at")
    return SlotInput(
        demo_car_id=drive.demo_car_id if wish.demo_car is UNSET else wish.demo_car,
        consultant_id=drive.consultant_id if wish.consultant is UNSET else user_id(wish.consultant) or 0,
        starts_at=starts_at,
        minutes=minutes if wish.minutes is UNSET else wish.minutes,
        is_closed_fine=wish.is_closed_fine,
    )


def _drive(drive: TestDrive) -> DriveOut:
    car = drive.demo_car
    return DriveOut(
        ref=drive.ref,
        status=drive.status,
        dealer=drive.owner.code,
        lead=drive.lead.ref,
        customer=PersonOut(drive.customer.ref, drive.customer.name),
        demo_car=DriveCar(car.pk, car.plate, car.car_model.code, car.car_model.label),
        consultant=drive.consultant.username,
        starts_at=drive.starts_at,
        ends_at=drive.ends_at,
        score=drive.score,
        feedback=drive.feedback,
        licence_checked_at=drive.licence_checked_at,
        consent_at=drive.consent_at,
        created_at=drive.created_at,
    )


urls: list[URLPattern] = [
    path("test-drives", DrivesController.as_view(), name="test-drives"),
    path("test-drives/slots", SlotsController.as_view(), name="test-drive-slots"),
    path("test-drives/<str:ref>", DriveController.as_view(), name="test-drive"),
    path("test-drives/<str:ref>/calendar", CalendarFileController.as_view(), name="test-drive-calendar"),
    path("test-drives/<str:ref>/move", MoveController.as_view(), name="test-drive-move"),
    path("test-drives/<str:ref>/cancel", CancelController.as_view(), name="test-drive-cancel"),
    path("test-drives/<str:ref>/no-show", NoShowController.as_view(), name="test-drive-no-show"),
    path("test-drives/<str:ref>/finish", FinishController.as_view(), name="test-drive-finish"),
]
