"""The test-drive calendar: what is booked, and what is free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from vinloop.kernel.access import Actor
from vinloop.leads.models import DemoCar, Lead, TestDrive
from vinloop.leads.queries.consultants import Consultant, consultants_of
from vinloop.leads.rules.slots import DEFAULT_MINUTES, Busy, FreeSlot, Resources, free_slots
from vinloop.network.queries import schedule_of

MANAGE = "leads.test_drive:manage"
READ_LEADS = "leads.lead:read"
MOST_LEADS = 300
_WITH = ("lead", "customer", "demo_car__car_model", "consultant")


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a dealer drives with: its demo cars and its people."""

    dealer_id: int
    cars: Sequence[DemoCar]
    people: Sequence[Consultant]


def slots(
    *,
    dealer_id: int,
    day: date,
    car_model_id: int | None = None,
    minutes: int = DEFAULT_MINUTES,
    at: datetime,
    moving_ref: str = "",
) -> list[FreeSlot]:
    """Free times of a dealer on a day, from ``at`` on, for one model or any; three queries.

    ``moving_ref`` is a test drive that may overlap, because it is the one being moved. The rows are read in the
    scope in force: the public site calls this ``elevated`` and shows times only.
    """
    fleet = Fleet(dealer_id, demo_cars_of(dealer_id), consultants_of(dealer_id))
    return slots_among(fleet, day, [car_model_id], minutes=minutes, at=at, moving_ref=moving_ref)


def slots_among(
    fleet: Fleet,
    day: date,
    models: Sequence[int | None],
    *,
    minutes: int = DEFAULT_MINUTES,
    at: datetime,
    moving_ref: str = "",
) -> list[FreeSlot]:
    """Free times for the first of ``models`` that has any, ``None`` being any model; one query."""
    people = [person.id for person in fleet.people]
    wanted = [cars for model in models if (cars := _cars_of_model(fleet, model))]
    spans = [
        (max(opens, _next_half_hour(at)), closes)
        for opens, closes in opening_spans(fleet.dealer_id, day)
        if closes > at
    ]
    if not (people and wanted and spans):
        return []
    busy = _busy(fleet.dealer_id, spans, people, moving_ref)
    found = (free_slots(spans, Resources(cars, people), busy, minutes=minutes) for cars in wanted)
    return next(filter(None, found), [])


def _cars_of_model(fleet: Fleet, model: int | None) -> list[int]:
    return [car.pk for car in fleet.cars if car.is_active and model in (None, car.car_model_id)]


def opening_spans(dealer_id: int, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The opening times of a dealer on a local day."""
    schedule = schedule_of(dealer_id)
    midnight = datetime.combine(day, time(), ZoneInfo(schedule.timezone))
    for opens, closes in schedule.intervals_on(day):
        yield midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)


def demo_cars_of(dealer_id: int) -> list[DemoCar]:
    """The demo cars of a dealer, those in use first."""
    cars = DemoCar.objects.select_related("car_model").filter(owner_id=dealer_id)
    return list(cars.order_by("-is_active", "car_model__position", "plate"))


def get_demo_car(actor: Actor, car_id: int) -> DemoCar:
    """One demo car. Raises ``DemoCar.DoesNotExist``, also for another dealer's."""
    rows = DemoCar.objects.select_related("car_model")
    return (rows if actor.sees_all else rows.filter(owner_id__in=actor.organisation_ids or ())).get(pk=car_id)


def drives_between(actor: Actor, start: datetime, end: datetime) -> list[TestDrive]:
    """Test drives at the actor's dealer that begin within a time, cancelled ones left out; one query."""
    actor.require(MANAGE)
    rows = TestDrive.objects.select_related(*_WITH).filter(owner_id=actor.organisation_id)
    rows = rows.filter(starts_at__gte=start, starts_at__lt=end).exclude(status=TestDrive.Status.CANCELLED)
    return list(rows.order_by("starts_at", "id"))


def get_drive(actor: Actor, ref: str) -> TestDrive:
    """One test drive. Raises ``TestDrive.DoesNotExist``, also for another dealer's."""
    actor.require(MANAGE)
    rows = TestDrive.objects.select_related(*_WITH, "owner")
    return (rows if actor.sees_all else rows.filter(owner_id__in=actor.organisation_ids or ())).get(ref=ref)


def bookable_leads(actor: Actor, *, ref: str = "") -> list[Lead]:
    """The dealer's leads a test drive can be booked for: one's own first, then the latest."""
    actor.require(READ_LEADS)
    rows = Lead.objects.select_related("customer", "car_model").filter(owner_id=actor.organisation_id)
    rows = rows.filter(status__in=["dispatched", "accepted", "working", "ordered"])
    if ref:
        rows = rows.filter(ref=ref)
    found = list(rows.order_by("-received_at", "-id")[:MOST_LEADS])
    return sorted(found, key=lambda lead: lead.consultant_id != actor.user_id)


def _busy(dealer_id: int, spans: list[tuple[datetime, datetime]], people: list[int], moving_ref: str) -> list[Busy]:
    """What is booked over a day, also what the consultants do elsewhere, as far as the scope in force shows it."""
    booked = TestDrive.objects.filter(Q(owner_id=dealer_id) | Q(consultant_id__in=people))
    booked = booked.filter(status=TestDrive.Status.BOOKED, starts_at__lt=spans[-1][1], ends_at__gt=spans[0][0])
    fields = booked.exclude(ref=moving_ref).values_list("demo_car_id", "consultant_id", "starts_at", "ends_at")
    return [Busy(*row) for row in fields]


def _next_half_hour(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    missing = -whole.minute % 30
    return whole + timedelta(minutes=missing or (30 if whole < at else 0))
