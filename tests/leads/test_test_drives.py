"""Test drives: nobody and nothing is booked twice, the customer's calendar follows, feedback is kept."""

from __future__ import annotations

import base64
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from icalendar import Calendar

from tests.kernel.people import make_user
from tests.leads.world import AT, World, make_world
from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.access.facts import load_actor
from vinloop.kernel.models import Event
from vinloop.leads.actions import accept_lead
from vinloop.leads.actions.demo_cars import DemoCarInput, save_demo_car
from vinloop.leads.actions.test_drives import (
    DriveReport,
    SlotInput,
    book_test_drive,
    cancel_test_drive,
    finish_test_drive,
    mark_no_show,
    move_test_drive,
)
from vinloop.leads.events import LeadNotFound, NotPossible, SlotTaken
from vinloop.leads.models import Contact, DemoCar, TestDrive
from vinloop.leads.queries.test_drives import drives_between, slots
from vinloop.leads.rules.slots import Busy, Resources, free_slots
from vinloop.messaging.models import Message

NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)  # Tuesday 12:00 in Shanghai
DAY = date(2026, 3, 3)
DONE = DriveReport(score=5, feedback="很安静", has_licence=True, has_consent=True)


@pytest.fixture
def car(world: World) -> DemoCar:
    return _car(world)


@pytest.fixture
def lead(world: World) -> str:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
    return ref


def _car(world: World, plate: str = "沪AD12345") -> DemoCar:
    with world.acting_as(world.manager) as actor:
        return save_demo_car(actor=actor, values=DemoCarInput(car_model_id=world.model.pk, plate=plate), at=AT)


def _slot(world: World, car: DemoCar, *, starts_at: datetime = NOON, **values: Any) -> SlotInput:
    consultant_id = values.pop("consultant_id", world.consultant.pk)
    return SlotInput(demo_car_id=car.pk, consultant_id=consultant_id, starts_at=starts_at, **values)


def _book(world: World, ref: str, slot: SlotInput) -> TestDrive:
    with world.acting_as(world.consultant) as actor:
        return book_test_drive(actor=actor, lead_ref=ref, slot=slot, at=AT)


def _drives(world: World) -> list[TestDrive]:
    with world.system():
        return list(TestDrive.objects.order_by("id"))


def _invitations(world: World) -> list[Any]:
    with world.system():
        stored = Message.objects.order_by("id").values_list("attachments", flat=True)
    return [Calendar.from_ical(base64.b64decode(each[0]["content"])) for each in stored if each]


def test_a_booking_stands_in_the_calendar_and_in_the_leads_history(world: World, car: DemoCar, lead: str) -> None:
    drive = _book(world, lead, _slot(world, car))
    assert (drive.owner, drive.status, drive.ends_at) == (world.network.dealer, "booked", NOON + timedelta(minutes=45))
    with world.acting_as(world.consultant) as actor:
        assert drives_between(actor, NOON, NOON + timedelta(hours=1)) == [drive]
    with world.system():
        event = Event.objects.get(kind="leads.TestDriveBooked")
    assert (event.subject_ref, event.payload["ref"]) == (lead, drive.ref)


@pytest.mark.parametrize(("shift", "is_free"), [(-45, True), (-44, False), (0, False), (44, False), (45, True)])
def test_a_car_is_out_once_at_a_time(world: World, car: DemoCar, lead: str, shift: int, is_free: bool) -> None:
    _book(world, lead, _slot(world, car))
    again = _slot(world, car, starts_at=NOON + timedelta(minutes=shift), consultant_id=world.manager.pk)
    if is_free:
        _book(world, lead, again)
        return
    with pytest.raises(SlotTaken, match="car_taken") as refusal:
        _book(world, lead, again)
    assert (refusal.value.starts_at, refusal.value.ends_at) == (NOON, NOON + timedelta(minutes=45))
    assert len(_drives(world)) == 1


def test_a_consultant_drives_with_one_customer_at_a_time(world: World, car: DemoCar, lead: str) -> None:
    _book(world, lead, _slot(world, car))
    with pytest.raises(SlotTaken, match="consultant_taken"):
        _book(world, lead, _slot(world, _car(world, "沪AD54321")))
    assert len(_drives(world)) == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"starts_at": AT - timedelta(minutes=1)}, "in_the_past"),
        ({"starts_at": NOON + timedelta(hours=8)}, "closed_then"),
        ({"starts_at": NOON + timedelta(hours=5, minutes=30)}, "closed_then"),
        ({"minutes": 5}, "bad_length"),
        ({"consultant_id": 999_999}, "not_a_consultant_here"),
    ],
)
def test_an_impossible_time_is_refused(
    world: World, car: DemoCar, lead: str, values: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NotPossible, match=reason):
        _book(world, lead, _slot(world, car, **values))
    assert _drives(world) == []


def test_outside_opening_hours_is_possible_knowingly(world: World, car: DemoCar, lead: str) -> None:
    evening = _slot(world, car, starts_at=NOON + timedelta(hours=8), is_closed_fine=True)
    assert _book(world, lead, evening).status == "booked"


def test_a_car_out_of_use_and_a_closed_lead_are_not_bookable(world: World, car: DemoCar, lead: str) -> None:
    with world.system():
        DemoCar.objects.update(is_active=False)
    with pytest.raises(NotPossible, match="car_not_available"):
        _book(world, lead, _slot(world, car))
    with world.system():
        DemoCar.objects.update(is_active=True)
        lead_row = world.lead(lead)
        lead_row.status = "lost"
        lead_row.save()
    with pytest.raises(NotPossible, match="lead_closed"):
        _book(world, lead, _slot(world, car))
    assert _drives(world) == []


def test_the_customers_calendar_follows_every_change(world: World, car: DemoCar, lead: str) -> None:
    with world.system():
        world.lead(lead).customer.contact_points.create(kind="email", value="wang@example.com", created_at=AT)
    drive = _book(world, lead, _slot(world, car))
    with world.acting_as(world.consultant) as actor:
        later = _slot(world, car, starts_at=NOON + timedelta(hours=1))
        move_test_drive(actor=actor, ref=drive.ref, slot=later, at=AT)
        cancel_test_drive(actor=actor, ref=drive.ref, at=AT)
    calendars = _invitations(world)
    events = [calendar.walk("VEVENT")[0] for calendar in calendars]
    assert [str(calendar["METHOD"]) for calendar in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event.decoded("DTSTART") for event in events][:2] == [NOON, NOON + timedelta(hours=1)]
    assert str(events[0]["ATTENDEE"]) == "mailto:wang@example.com"
    assert str(events[2]["STATUS"]) == "CANCELLED"


def test_without_an_address_nothing_is_sent(world: World, car: DemoCar, lead: str) -> None:
    _book(world, lead, _slot(world, car))
    assert _invitations(world) == []


def test_moving_frees_the_old_time_and_refuses_a_taken_one(world: World, car: DemoCar, lead: str) -> None:
    first = _book(world, lead, _slot(world, car))
    second = _book(world, lead, _slot(world, car, starts_at=NOON + timedelta(hours=2)))
    with world.acting_as(world.consultant) as actor:
        overlap_with_itself = _slot(world, car, starts_at=NOON + timedelta(minutes=15))
        move_test_drive(actor=actor, ref=first.ref, slot=overlap_with_itself, at=AT)
        with pytest.raises(SlotTaken):
            move_test_drive(actor=actor, ref=second.ref, slot=overlap_with_itself, at=AT)
    assert [drive.starts_at for drive in _drives(world)] == [
        NOON + timedelta(minutes=15),
        NOON + timedelta(hours=2),
    ]


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (DriveReport(score=5, has_licence=False, has_consent=True), "licence_needed"),
        (DriveReport(score=5, has_licence=True, has_consent=False), "consent_needed"),
        (DriveReport(score=6, has_licence=True, has_consent=True), "bad_score"),
    ],
)
def test_no_drive_without_licence_and_consent(
    world: World, car: DemoCar, lead: str, report: DriveReport, reason: str
) -> None:
    drive = _book(world, lead, _slot(world, car))
    with world.acting_as(world.consultant) as actor, pytest.raises(NotPossible, match=reason):
        finish_test_drive(actor=actor, ref=drive.ref, report=report, at=NOON)
    assert [each.status for each in _drives(world)] == ["booked"]
    assert world.lead(lead).test_driven_at is None


def test_a_done_drive_counts_as_a_human_contact(world: World, car: DemoCar, lead: str) -> None:
    drive = _book(world, lead, _slot(world, car))
    reception = make_user("reception", "dealer_reception", world.network.dealer)
    with world.acting_as(reception) as actor:
        finish_test_drive(actor=actor, ref=drive.ref, report=DONE, at=NOON + timedelta(hours=1))
    row = world.lead(lead)
    assert (row.status, row.test_driven_at) == ("working", NOON + timedelta(hours=1))
    with world.system():
        assert Contact.objects.latest("at").purpose == "test_drive"
        done = TestDrive.objects.get()
    assert (done.status, done.score, done.licence_checked_at) == ("done", 5, NOON + timedelta(hours=1))
    with world.acting_as(reception) as actor, pytest.raises(NotPossible, match="test_drive_over"):
        cancel_test_drive(actor=actor, ref=drive.ref, at=NOON)


def test_nobody_can_have_stayed_away_before_the_time(world: World, car: DemoCar, lead: str) -> None:
    drive = _book(world, lead, _slot(world, car))
    with world.acting_as(world.consultant) as actor:
        with pytest.raises(NotPossible, match="not_begun"):
            mark_no_show(actor=actor, ref=drive.ref, at=AT)
        mark_no_show(actor=actor, ref=drive.ref, at=NOON)
    assert [each.status for each in _drives(world)] == ["no_show"]


def test_another_dealer_sees_books_and_changes_nothing(world: World, car: DemoCar, lead: str) -> None:
    drive = _book(world, lead, _slot(world, car))
    with world.acting_as(world.other_manager) as actor:
        assert drives_between(actor, AT, NOON + timedelta(days=9)) == []
        for act in (cancel_test_drive, mark_no_show):
            with pytest.raises(LeadNotFound):
                act(actor=actor, ref=drive.ref, at=NOON)
        with pytest.raises(LeadNotFound):
            book_test_drive(actor=actor, lead_ref=lead, slot=_slot(world, car), at=AT)
        values = DemoCarInput(car_model_id=world.model.pk, plate="沪B00001")
        with pytest.raises(LeadNotFound):
            save_demo_car(actor=actor, car_id=car.pk, values=values, at=AT)
    assert [each.status for each in _drives(world)] == ["booked"]


def test_each_action_asks_its_permission(world: World, car: DemoCar, lead: str) -> None:
    adviser = make_user("adviser", "service_adviser", world.network.dealer)
    with world.acting_as(adviser) as actor:
        with pytest.raises(NotAllowed):
            book_test_drive(actor=actor, lead_ref=lead, slot=_slot(world, car), at=AT)
        with pytest.raises(NotAllowed):
            save_demo_car(actor=actor, values=DemoCarInput(car_model_id=world.model.pk, plate="X"), at=AT)
    assert _drives(world) == []


def test_demo_cars_have_one_plate_each_and_stay_while_booked(world: World, car: DemoCar, lead: str) -> None:
    with pytest.raises(NotPossible, match="plate_taken"):
        _car(world, "沪A·D12345")
    _book(world, lead, _slot(world, car))
    away = DemoCarInput(car_model_id=world.model.pk, plate=car.plate, is_active=False)
    with world.acting_as(world.manager) as actor, pytest.raises(NotPossible, match="has_bookings"):
        save_demo_car(actor=actor, car_id=car.pk, values=away, at=AT)
    with world.system():
        assert DemoCar.objects.get().is_active


def test_free_times_leave_out_what_is_booked(world: World, car: DemoCar, lead: str) -> None:
    _book(world, lead, _slot(world, car))
    with world.acting_as(world.consultant):
        found = slots(dealer_id=world.network.dealer.pk, day=DAY, at=AT)
        other = slots(dealer_id=world.network.dealer.pk, day=DAY, car_model_id=0, at=AT)
    starts = {slot.starts_at for slot in found}
    assert NOON not in starts
    assert NOON - timedelta(minutes=30) not in starts
    assert NOON + timedelta(hours=1) in starts
    assert min(starts) == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    assert other == []


def test_free_times_of_today_begin_from_now(world: World, car: DemoCar) -> None:
    with world.acting_as(world.consultant):
        found = slots(dealer_id=world.network.dealer.pk, day=date(2026, 3, 2), at=AT + timedelta(minutes=10))
    assert found[0].starts_at == AT + timedelta(minutes=30)


def test_a_slot_needs_a_car_and_a_person_at_the_same_time() -> None:
    span = (NOON, NOON + timedelta(hours=1))
    busy = [Busy(1, 7, NOON, NOON + timedelta(minutes=30))]
    found = free_slots([span], Resources([1, 2], [7, 8]), busy, minutes=30)
    assert [(slot.demo_car_ids, slot.consultant_ids) for slot in found] == [((2,), (8,)), ((1, 2), (7, 8))]
    assert free_slots([span], Resources([1], [7]), busy, minutes=60) == []


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_get_one_car() -> None:
    world = make_world()
    car = _car(world)
    ref = world.dispatched_lead()
    answers: list[str] = []
    together = threading.Barrier(4)

    def book(consultant_id: int) -> None:
        try:
            actor = load_actor(world.manager, organisation_id=None, door="screen")
            assert actor is not None
            slot = _slot(world, car, consultant_id=consultant_id)
            together.wait()
            with acting(actor):
                book_test_drive(actor=actor, lead_ref=ref, slot=slot, at=AT)
            answers.append("booked")
        except SlotTaken as refusal:
            answers.append(refusal.reason)
        finally:
            connection.close()

    people = [world.consultant.pk, world.manager.pk] * 2
    threads = [threading.Thread(target=book, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["booked", "car_taken", "car_taken", "car_taken"]
    assert len(_drives(world)) == 1


@pytest.mark.parametrize("typed", ["@@@", "plate", "1", "沪", "123456789012345"])
def test_what_is_no_plate_anywhere_is_refused(world: World, typed: str) -> None:
    with pytest.raises(NotPossible, match="bad_plate"):
        _car(world, typed)
    with world.system():
        assert not DemoCar.objects.exists()


def test_a_dealer_abroad_keeps_the_plates_of_its_country(world: World) -> None:
    assert _car(world, "123 abc 02").plate == "123ABC02"


def test_no_test_drive_is_booked_for_another_year(world: World, car: DemoCar, lead: str) -> None:
    with pytest.raises(NotPossible, match="drive_too_far"):
        _book(world, lead, _slot(world, car, starts_at=NOON + timedelta(days=200)))
    assert _drives(world) == []
