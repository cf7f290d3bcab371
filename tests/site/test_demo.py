"""The demo is what the real actions would have left: consistent, whole, and the same on every run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection, transaction
from django.db.models import F, Q
from pytest_django import DjangoDbBlocker

from vinloop.customers.models import Customer, CustomerAccess
from vinloop.kernel.access import acting
from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.clocks import business_seconds_between
from vinloop.kernel.events.queries import events_of, timeline
from vinloop.kernel.identifiers import parse_phone, parse_vin
from vinloop.kernel.models import Event, Organisation, User
from vinloop.kernel.search import matching_ids
from vinloop.kernel.settings import get_setting
from vinloop.leads.models import Assignment, Lead, ShowroomVisit, TestDrive, Touch
from vinloop.leads.rules.states import AT_DEALER
from vinloop.network.queries import dealer_directory, schedule_of
from vinloop.orders.models import Order
from vinloop.site import demo
from vinloop.vehicles.models import Ownership, Vehicle
from vinloop.vehicles.queries import search_vehicles

pytestmark = pytest.mark.prepared
# Subscribers' numbers begin with 2 to 8 in China and never with 0 in Central Asia.
UNCONNECTED = re.compile(r"\+(86(2\d|[3-9]\d{2})[01]|7727000|77172000|77252000|996312000)")
NOW = datetime(2026, 10, 14, 3, 20, tzinfo=UTC)  # Wednesday, 11:20 in Shanghai


@pytest.fixture(scope="module")
def demo_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small demo, loaded once for this file, whose tests only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert demo.load(now=NOW, small=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(demo_rows: None) -> Iterator[Actor]:
    """The small demo, seen by the system."""
    with acting(system_actor("command")) as actor:
        yield actor


def actor_of(username: str) -> Actor:
    actor = load_actor(User.objects.get(username=username), organisation_id=None, door="screen")
    assert actor is not None
    return actor


def test_a_second_load_changes_nothing(loaded: Actor) -> None:
    before = Lead.objects.count(), Event.objects.count(), User.objects.count()
    assert not demo.load(now=NOW, small=True)
    assert (Lead.objects.count(), Event.objects.count(), User.objects.count()) == before


def test_the_network_is_whole(loaded: Actor) -> None:
    dealers = dealer_directory()
    assert len(dealers) == 24
    assert all(d.territories and d.brand_ids and d.latitude for d in dealers.values())
    assert {schedule_of(d.id).timezone for d in dealers.values()} == {"Asia/Shanghai", "Asia/Almaty"}


def test_everybody_can_be_reached_on_paper_and_nobody_by_telephone(loaded: Actor) -> None:
    numbers = [dealer.phone for dealer in dealer_directory().values()] + [get_setting("portal.hotline")]
    assert len(set(numbers)) == 25
    assert all(parse_phone(number) for number in numbers)
    assert all(UNCONNECTED.match(number) for number in numbers)
    assert get_setting("portal.imprint")


def test_every_log_in_shown_works_and_sees_something(loaded: Actor) -> None:
    logins = demo.list_logins()
    assert {login["username"] for login in logins} >= {"admin", "verifier", "dealer", "reception", "consultant"}
    assert check_password(logins[0]["password"], User.objects.get(username="admin").password)
    for login in logins:
        with acting(actor_of(login["username"])):
            assert Lead.objects.exists()


def test_a_dealer_sees_its_own_customers_only(loaded: Actor) -> None:
    with acting(actor_of("dealer")) as dealer:
        seen = Customer.objects.count()
        assert set(Lead.objects.values_list("owner_id", flat=True)) == {dealer.organisation_id}
    assert 0 < seen < Customer.objects.count()


def test_leads_stand_where_their_status_says(loaded: Actor) -> None:
    root = Organisation.objects.get(parent=None)
    at_dealer = Lead.objects.filter(status__in=AT_DEALER)
    assert not at_dealer.exclude(owner_id=F("dealer_id")).exists()
    lost = Q(status="lost", dealer_id=F("owner_id"))
    assert not Lead.objects.exclude(status__in=AT_DEALER).exclude(lost).exclude(owner_id=root.pk).exists()
    closed = Lead.objects.filter(status__in=("lost", "invalid", "delivered"))
    assert not closed.filter(closed_at=None).exists()
    assert not Lead.objects.exclude(pk__in=closed).exclude(closed_at=None).exists()
    assert not Lead.objects.filter(status__in=("lost", "invalid"), lost_reason=None).exists()


def test_every_dealer_may_see_the_customers_it_works_on(loaded: Actor) -> None:
    seen = set(CustomerAccess.objects.filter(until=None).values_list("customer_id", "organisation_id"))
    held = set(Lead.objects.exclude(dealer_id=None).values_list("customer_id", "dealer_id"))
    assert held <= seen


def test_response_times_are_counted_in_opening_hours(loaded: Actor) -> None:
    leads = Lead.objects.filter(response_seconds__gt=0).exclude(dealer_id=None)
    assert leads.count() > 30
    for lead in leads:
        assert lead.dispatched_at is not None
        assert lead.first_contacted_at is not None
        assert lead.dealer_id is not None
        counted = business_seconds_between(schedule_of(lead.dealer_id), lead.dispatched_at, lead.first_contacted_at)
        assert lead.response_seconds == counted


def test_touches_contacts_and_assignments_agree_with_the_lead(loaded: Actor) -> None:
    for lead in Lead.objects.prefetch_related("touches", "contacts", "assignments"):
        assert lead.touches.count() == lead.touch_count
        assert lead.assignments.count() == lead.dispatch_count
        calls = [each.at for each in lead.contacts.all() if each.purpose != "verify"]
        assert (max(calls) if calls else None) == lead.last_contacted_at
    assert not Touch.objects.filter(external_id=None).exists()


def test_a_delivered_lead_has_its_order_car_and_owner(loaded: Actor) -> None:
    delivered = Lead.objects.filter(status="delivered")
    assert delivered.exists()
    for lead in delivered:
        order = Order.objects.select_related("vehicle").get(lead=lead, status="delivered")
        assert order.vehicle is not None
        assert order.vehicle.vin == lead.vin
        assert Ownership.objects.filter(vehicle=order.vehicle, customer_id=lead.customer_id, until=None).count() == 1
    vins = [parse_vin(vin) for vin in Vehicle.objects.values_list("vin", flat=True)]
    assert all(vin and vin.check_digit_ok for vin in vins)


def test_every_lead_tells_its_story(loaded: Actor) -> None:
    leads = list(Lead.objects.values_list("id", flat=True))
    captured = Event.objects.filter(kind="leads.LeadCaptured", subject_id__in=leads)
    assert sorted(captured.values_list("subject_id", flat=True)) == sorted(leads)
    lead = Lead.objects.filter(status="delivered").first()
    assert lead is not None
    entries = timeline(list(events_of("leads.lead", lead.pk)))
    assert len(entries) >= 6
    assert all("%(" not in entry.title for entry in entries)


def test_facts_carry_no_names_and_numbers(loaded: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM kernel_event e JOIN customers_customer c ON c.id = e.customer_id"
            " JOIN customers_contactpoint p ON p.customer_id = c.id"
            " WHERE strpos(e.payload::text, c.name) > 0 OR strpos(e.payload::text, p.value) > 0"
        )
        assert cursor.fetchone() == (0,)


def test_people_and_cars_are_found_by_what_one_types(loaded: Actor) -> None:
    with acting(actor_of("dealer")) as dealer:
        lead = Lead.objects.select_related("customer").filter(customer__contact_points__kind="phone").first()
        assert lead is not None
        phone = lead.customer.contact_points.get(kind="phone").value
        assert lead.customer_id in (matching_ids("customer", phone[-4:], dealer) or [])
        assert parse_phone(phone) is not None
    car = Vehicle.objects.first()
    assert car is not None
    assert car in search_vehicles(car.vin[-6:], loaded)


def test_today_is_lively(loaded: Actor) -> None:
    dealer = actor_of("dealer").organisation_id
    own = Lead.objects.filter(owner_id=dealer)
    assert Lead.objects.filter(status="new").count() >= 25
    assert Lead.objects.filter(status="new", customer__contact_points__kind="email", attempts=0).exists()
    assert Lead.objects.filter(status="ready").exists()
    assert own.filter(status="dispatched").count() >= 4
    waiting = Assignment.objects.filter(owner_id=dealer, outcome="open")
    assert waiting.filter(accept_by__lt=NOW).exists()
    assert waiting.filter(accept_by__gt=NOW).exists()
    due = own.filter(status="working")
    assert due.filter(next_follow_up_at__lt=NOW - timedelta(hours=12)).exists()
    assert due.filter(next_follow_up_at__gt=NOW + timedelta(hours=20)).exists()
    assert ShowroomVisit.objects.filter(owner_id=dealer, left_at=None).count() == 3
    assert TestDrive.objects.filter(owner_id=dealer, status="booked").count() >= 5
    assert own.filter(status="lost_pending").count() >= 2
