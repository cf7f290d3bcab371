"""Test drives, from booking to feedback. The database refuses a second booking; these actions say so in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q

from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.clocks import is_open
from vinloop.kernel.db.bulk import lock_keys
from vinloop.kernel.identifiers import new_ref
from vinloop.leads.actions.follow_up import ContactInput, log_contact
from vinloop.leads.actions.invitations import send_invitation
from vinloop.leads.actions.states import announce, change, locked_lead
from vinloop.leads.events import (
    LeadNotFound,
    NotPossible,
    SlotTaken,
    TestDriveBooked,
    TestDriveEnded,
    TestDriveMoved,
)
from vinloop.leads.models import DemoCar, Lead, TestDrive
from vinloop.leads.queries.consultants import is_consultant
from vinloop.leads.rules.slots import LEAST_MINUTES, MOST_MINUTES
from vinloop.leads.rules.states import OPEN
from vinloop.network.schedules import schedule_of

MANAGE = "leads.test_drive:manage"
_BOOKABLE = OPEN - {"lost_pending"}
_IN_FOLLOW_UP = ("accepted", "working", "lost_pending", "ordered")
FURTHEST = timedelta(days=183)
_EARLY = timedelta(hours=1)
_CAR_LOCK, _CONSULTANT_LOCK = 7_301 << 40, 7_302 << 40
_REASON_BY_CONSTRAINT = {"test_drive_car_free": "car_taken", "test_drive_consultant_free": "consultant_taken"}


class SlotInput(msgspec.Struct, frozen=True, kw_only=True):
    """When, with which car and with whom. ``is_closed_fine``: also outside opening hours, knowingly."""

    demo_car_id: int
    consultant_id: int
    starts_at: datetime
    minutes: int = 45
    is_closed_fine: bool = False

    @property
    def ends_at(self) -> datetime:
        """When the car is back."""
        return self.starts_at + timedelta(minutes=self.minutes)


class DriveReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a test drive went. ``score`` 1–5; without licence and consent it can't have taken place."""

    score: int
    feedback: str = ""
    has_licence: bool
    has_consent: bool
    level: Literal["", "H", "A", "B", "C", "L"] = ""


def book_test_drive(*, actor: Actor, lead_ref: str, slot: SlotInput, at: datetime) -> TestDrive:
    """Book a car and a consultant for a lead and invite the customer by e-mail, if there is an address.

    Raises ``NotAllowed``, ``LeadNotFound``, ``SlotTaken`` with the time of the other test drive, and ``NotPossible``:
    lead_closed, car_not_available, other_dealers_car, not_a_consultant_here, in_the_past, drive_too_far,
    bad_length, closed_then.
    """
    actor.require(MANAGE)
    lead = locked_lead(lead_ref)
    if lead.status not in _BOOKABLE:
        raise NotPossible("lead_closed")
    car = _check_slot(slot, at)
    if lead.dealer_id not in (None, car.owner_id):
        raise NotPossible("other_dealers_car")
    drive = TestDrive(ref=new_ref("T"), owner_id=car.owner_id, lead=lead, customer_id=lead.customer_id, created_at=at)
    _take(drive, slot)
    fact = TestDriveBooked(ref=drive.ref, lead=lead.ref, starts_at=slot.starts_at.isoformat())
    announce(lead, fact, actor=actor, at=at, owner_id=drive.owner_id)
    send_invitation(actor=actor, drive=drive, method="REQUEST", at=at)
    return drive


def move_test_drive(*, actor: Actor, ref: str, slot: SlotInput, at: datetime) -> TestDrive:
    """Give a booked test drive another time, car or consultant; the customer's calendar follows. Raises as booking."""
    actor.require(MANAGE)
    drive = _booked(ref)
    car = _check_slot(slot, at)
    if car.owner_id != drive.owner_id:
        raise NotPossible("other_dealers_car")
    drive.calendar_sequence += 1
    _take(drive, slot)
    fact = TestDriveMoved(ref=ref, lead=drive.lead.ref, starts_at=slot.starts_at.isoformat())
    announce(drive.lead, fact, actor=actor, at=at, owner_id=drive.owner_id)
    send_invitation(actor=actor, drive=drive, method="REQUEST", at=at)
    return drive


def cancel_test_drive(*, actor: Actor, ref: str, at: datetime) -> TestDrive:
    """Call a test drive off; the customer's calendar forgets it. Raises ``LeadNotFound`` and ``NotPossible``."""
    actor.require(MANAGE)
    drive = _booked(ref)
    drive.calendar_sequence += 1
    _end(actor, drive, TestDrive.Status.CANCELLED, at)
    send_invitation(actor=actor, drive=drive, method="CANCEL", at=at)
    return drive


def mark_no_show(*, actor: Actor, ref: str, at: datetime) -> TestDrive:
    """Nobody came. Only once it should have begun: ``NotPossible("not_begun")``."""
    actor.require(MANAGE)
    drive = _booked(ref)
    if at < drive.starts_at:
        raise NotPossible("not_begun")
    _end(actor, drive, TestDrive.Status.NO_SHOW, at)
    return drive


def finish_test_drive(*, actor: Actor, ref: str, report: DriveReport, at: datetime) -> TestDrive:
    """The test drive took place: licence seen, consent given, the customer's score and words kept.

    It counts as a human contact and sets the lead's ``test_driven_at``. Raises ``NotPossible``: licence_needed,
    consent_needed, bad_score, not_begun.
    """
    actor.require(MANAGE)
    drive = _booked(ref)
    _check_report(drive, report, at)
    drive.licence_checked_at = drive.consent_at = at
    drive.score, drive.feedback = report.score, report.feedback
    _log_drive(actor, drive.lead, report, at)
    _end(actor, drive, TestDrive.Status.DONE, at)
    return drive


def _booked(ref: str) -> TestDrive:
    drive = TestDrive.objects.select_for_update(of=("self",)).select_related("lead").filter(ref=ref).first()
    if drive is None:
        raise LeadNotFound(ref)
    if drive.status != TestDrive.Status.BOOKED:
        raise NotPossible("test_drive_over")
    return drive


def _check_slot(slot: SlotInput, at: datetime) -> DemoCar:
    car = DemoCar.objects.filter(pk=slot.demo_car_id, is_active=True).first()
    if car is None:
        raise NotPossible("car_not_available")
    if not is_consultant(slot.consultant_id, car.owner_id):
        raise NotPossible("not_a_consultant_here")
    if not LEAST_MINUTES <= slot.minutes <= MOST_MINUTES:
        raise NotPossible("bad_length")
    if slot.starts_at < at:
        raise NotPossible("in_the_past")
    if slot.starts_at > at + FURTHEST:
        raise NotPossible("drive_too_far")
    if not slot.is_closed_fine and not _is_open_for(slot, car.owner_id):
        raise NotPossible("closed_then")
    return car


def _is_open_for(slot: SlotInput, dealer_id: int) -> bool:
    schedule = schedule_of(dealer_id)
    return is_open(schedule, slot.starts_at) and is_open(schedule, slot.ends_at - timedelta(minutes=1))


def _take(drive: TestDrive, slot: SlotInput) -> None:
    """Write the slot. Locks first, so that two who want the same wait in order instead of in a circle."""
    lock_keys([_CAR_LOCK + slot.demo_car_id, _CONSULTANT_LOCK + slot.consultant_id])
    _refuse_clash(drive, slot)
    drive.demo_car_id, drive.consultant_id = slot.demo_car_id, slot.consultant_id
    drive.starts_at, drive.ends_at = slot.starts_at, slot.ends_at
    try:
        with transaction.atomic():
            drive.save()
    except IntegrityError as error:
        reason = _REASON_BY_CONSTRAINT.get(_constraint(error))
        if reason is None:
            raise
        raise SlotTaken(reason, slot.starts_at, slot.ends_at) from error


def _refuse_clash(drive: TestDrive, slot: SlotInput) -> None:
    """A consultant may also work for a dealer the actor does not see; only the time is told."""
    same = Q(demo_car_id=slot.demo_car_id) | Q(consultant_id=slot.consultant_id)
    booked = TestDrive.objects.filter(same, status=TestDrive.Status.BOOKED).exclude(ref=drive.ref)
    with elevated("see whether the car or the consultant is taken, whoever booked them"):
        clash = booked.filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at).order_by("starts_at").first()
    if clash is not None:
        reason = "car_taken" if clash.demo_car_id == slot.demo_car_id else "consultant_taken"
        raise SlotTaken(reason, clash.starts_at, clash.ends_at)


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", ""))


def _check_report(drive: TestDrive, report: DriveReport, at: datetime) -> None:
    if not report.has_licence:
        raise NotPossible("licence_needed")
    if not report.has_consent:
        raise NotPossible("consent_needed")
    if not 1 <= report.score <= 5:
        raise NotPossible("bad_score")
    if at < drive.starts_at - _EARLY:
        raise NotPossible("not_begun")


def _log_drive(actor: Actor, lead: Lead, report: DriveReport, at: datetime) -> None:
    """Whoever may run test drives may log this one as a contact, and nothing else."""
    if lead.status in _IN_FOLLOW_UP:
        granted = replace(actor, permissions=actor.permissions | {"leads.lead:work"})
        met = ContactInput(
            channel="visit", result="reached", purpose="test_drive", note=report.feedback, level=report.level
        )
        lead = log_contact(actor=granted, ref=lead.ref, contact=met, at=at)
    change(lead, at=at, test_driven_at=at)


def _end(actor: Actor, drive: TestDrive, status: TestDrive.Status, at: datetime) -> None:
    drive.status = status
    drive.save()
    fact = TestDriveEnded(ref=drive.ref, lead=drive.lead.ref, outcome=status.value, score=drive.score)
    announce(drive.lead, fact, actor=actor, at=at, owner_id=drive.owner_id)
