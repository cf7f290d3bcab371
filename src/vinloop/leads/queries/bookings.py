"""Test drives and demo cars as lists to narrow and page through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from vinloop.kernel.access import Actor
from vinloop.leads.models import DemoCar, TestDrive
from vinloop.leads.queries.test_drives import MANAGE
from vinloop.leads.rules.days import day_span

NEWEST = ("-starts_at", "-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveFilter:
    """What a list of test drives is narrowed to; ``None`` and empty mean anything. Days are those of ``zone``."""

    zone: str
    since: date | None = None
    until: date | None = None
    status: str = ""
    lead: str = ""
    consultant: str = ""
    demo_car_id: int | None = None
    dealer: str = ""


def list_drives(actor: Actor, wanted: DriveFilter) -> QuerySet[TestDrive]:
    """Test drives the actor may see, with lead, customer, car and consultant; order them by ``NEWEST``."""
    actor.require(MANAGE)
    rows = TestDrive.objects.select_related("lead", "customer", "demo_car__car_model", "consultant", "owner")
    if not actor.sees_all:
        rows = rows.filter(owner_id__in=actor.organisation_ids or ())
    if wanted.since:
        rows = rows.filter(starts_at__gte=day_span(wanted.since, wanted.zone)[0])
    if wanted.until:
        rows = rows.filter(starts_at__lt=day_span(wanted.until, wanted.zone)[1])
    exact = {
        "status": wanted.status,
        "lead__ref": wanted.lead,
        "consultant__username": wanted.consultant,
        "demo_car_id": wanted.demo_car_id,
        "owner__code": wanted.dealer,
    }
    return rows.filter(**{name: value for name, value in exact.items() if value})


def list_demo_cars(actor: Actor, *, dealer: str = "", is_active: bool | None = None) -> QuerySet[DemoCar]:
    """Demo cars of the dealers the actor sees, with their models."""
    rows = DemoCar.objects.select_related("car_model", "owner")
    if not actor.sees_all:
        rows = rows.filter(owner_id__in=actor.organisation_ids or ())
    if dealer:
        rows = rows.filter(owner__code=dealer)
    return rows if is_active is None else rows.filter(is_active=is_active)
