"""Everybody who walks in is recorded; a contact becomes a lead, and the visit a human contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.kernel.people import make_user
from tests.leads.world import AT, World
from vinloop.customers.models import Customer, CustomerAccess
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.models import Event
from vinloop.leads.actions.showroom import VisitInput, add_contact_to_visit, edit_visit, end_visit, record_visit
from vinloop.leads.events import LeadNotFound, NotPossible, SubmissionRefused
from vinloop.leads.models import Contact, Lead, ShowroomVisit
from vinloop.leads.queries.showroom import VisitFilter, figures_of_day, list_visits, visits_of_day
from vinloop.leads.rules.days import day_span
from vinloop.leads.rules.submissions import CustomerInput

DAY = date(2026, 3, 2)
WANG = CustomerInput(name="王建国", phones=["13800138000"])


@pytest.fixture
def reception(world: World) -> Any:
    return make_user("reception", "dealer_reception", world.network.dealer)


def _visit(**values: Any) -> VisitInput:
    return VisitInput(**({"arrived_at": AT} | values))


def _record(world: World, user: Any, *, at: datetime = AT, **values: Any) -> ShowroomVisit:
    with world.acting_as(user) as actor:
        return record_visit(actor=actor, visit=_visit(**values), at=at)


def _visits(world: World) -> int:
    with world.system():
        return ShowroomVisit.objects.count()


def test_a_party_without_contact_is_recorded(world: World, reception: Any) -> None:
    visit = _record(world, reception, party_size=3, car_model_id=world.model.pk, note="走进来看看")
    assert (visit.owner, visit.party_size, visit.customer_id, visit.lead_id) == (world.network.dealer, 3, None, None)
    with world.system():
        event = Event.objects.get(kind="leads.VisitRecorded")
    assert event.payload == {"ref": visit.ref, "visit_kind": "walk_in", "is_captured": False}


def test_a_contact_becomes_the_dealers_own_lead(world: World, reception: Any) -> None:
    visit = _record(
        world, reception, customer=WANG, consultant_id=world.consultant.pk, car_model_id=world.model.pk, note="看车"
    )
    with world.system():
        lead = Lead.objects.select_related("source").get()
        contact = Contact.objects.get()
        kinds = set(CustomerAccess.objects.values_list("kind", flat=True))
    assert visit.lead_id == lead.pk
    assert visit.is_first_visit
    assert (lead.source.code, lead.owner, lead.consultant) == ("showroom", world.network.dealer, world.consultant)
    assert (lead.status, lead.visited_at, lead.car_model) == ("working", AT, world.model)
    assert (contact.purpose, contact.channel, contact.result) == ("visit", "visit", "reached")
    assert {"lead", "visit"} <= kinds


def test_a_known_person_keeps_their_lead_and_comes_a_second_time(world: World, reception: Any) -> None:
    first = _record(world, reception, customer=WANG)
    later = AT + timedelta(days=2)
    second = _record(world, reception, customer=WANG, at=later, arrived_at=later)
    assert second.lead_id == first.lead_id
    assert (first.is_first_visit, second.is_first_visit) == (True, False)


def test_a_waiting_lead_is_accepted_when_the_customer_stands_in_the_showroom(world: World, reception: Any) -> None:
    ref = world.dispatched_lead()
    _record(world, reception, customer=WANG, at=AT + timedelta(minutes=5), consultant_id=world.consultant.pk)
    lead = world.lead(ref)
    assert (lead.status, lead.consultant, lead.response_seconds) == ("working", world.consultant, 300)


def test_an_invited_customer_is_known_by_the_lead(world: World, reception: Any) -> None:
    ref = world.dispatched_lead()
    visit = _record(world, reception, kind="invited", lead_ref=ref)
    assert visit.customer_id == world.lead(ref).customer_id
    assert world.lead(ref).visited_at == AT


def test_a_contact_can_be_added_later_once(world: World, reception: Any) -> None:
    visit = _record(world, reception)
    with world.acting_as(reception) as actor:
        add_contact_to_visit(actor=actor, ref=visit.ref, customer=WANG, at=AT)
        with pytest.raises(NotPossible, match="already_captured"):
            add_contact_to_visit(actor=actor, ref=visit.ref, customer=CustomerInput(name="李婷"), at=AT)
    with world.system():
        assert Lead.objects.count() == Customer.objects.count() == 1


def test_giving_a_consultant_later_gives_them_the_lead(world: World, reception: Any) -> None:
    visit = _record(world, reception, customer=WANG)
    with world.acting_as(reception) as actor:
        edit_visit(actor=actor, ref=visit.ref, changes={"consultant_id": world.consultant.pk, "party_size": 2}, at=AT)
    with world.system():
        assert Lead.objects.get().consultant == world.consultant
        assert Event.objects.get(kind="leads.VisitChanged").payload["fields"] == "party_size, consultant_id"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"party_size": 0}, "bad_party_size"),
        ({"arrived_at": AT + timedelta(hours=1)}, "in_the_future"),
        ({"car_model_id": 999_999}, "unknown_model"),
        ({"consultant_id": 999_999}, "not_a_consultant_here"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    world: World, reception: Any, values: Mapping[str, Any], reason: str
) -> None:
    with world.acting_as(reception) as actor, pytest.raises(NotPossible, match=reason):
        record_visit(actor=actor, visit=_visit(customer=WANG, **values), at=AT)
    with world.system():
        assert [each.objects.count() for each in (ShowroomVisit, Lead, Customer)] == [0, 0, 0]


def test_an_unreadable_number_is_refused_whole(world: World, reception: Any) -> None:
    with pytest.raises(SubmissionRefused):
        _record(world, reception, customer=CustomerInput(name="王建国", phones=["123"]))
    assert _visits(world) == 0


def test_a_visit_ends_once_and_not_before_it_began(world: World, reception: Any) -> None:
    visit = _record(world, reception)
    with world.acting_as(reception) as actor:
        with pytest.raises(NotPossible, match="left_before_arrival"):
            end_visit(actor=actor, ref=visit.ref, left_at=AT - timedelta(minutes=1), at=AT)
        end_visit(actor=actor, ref=visit.ref, left_at=AT + timedelta(minutes=40), at=AT + timedelta(minutes=40))
        with pytest.raises(NotPossible, match="already_left"):
            end_visit(actor=actor, ref=visit.ref, left_at=AT + timedelta(hours=1), at=AT + timedelta(hours=1))
        assert visits_of_day(actor, DAY)[0].left_at == AT + timedelta(minutes=40)


def test_another_dealer_sees_and_touches_nothing(world: World, reception: Any) -> None:
    visit = _record(world, reception, customer=WANG)
    with world.system():
        lead_ref = Lead.objects.get().ref
    with world.acting_as(world.other_manager) as actor:
        assert list(list_visits(actor, VisitFilter(zone="Asia/Shanghai"))) == []
        assert figures_of_day(actor, DAY).visits == 0
        with pytest.raises(LeadNotFound):
            end_visit(actor=actor, ref=visit.ref, left_at=AT, at=AT)
        with pytest.raises(LeadNotFound):
            edit_visit(actor=actor, ref=visit.ref, changes={"note": "x"}, at=AT)
        with pytest.raises(LeadNotFound):
            record_visit(actor=actor, visit=_visit(kind="invited", lead_ref=lead_ref), at=AT)
    with world.system():
        assert ShowroomVisit.objects.get().left_at is None


def test_recording_needs_the_permission_and_a_showroom(world: World) -> None:
    adviser = make_user("adviser", "service_adviser", world.network.dealer)
    with pytest.raises(NotAllowed):
        _record(world, adviser)
    administrator = make_user("admin", "administrator", world.network.root)
    with pytest.raises(NotPossible, match="dealers_only"):
        _record(world, administrator)
    assert _visits(world) == 0


def test_the_figures_of_the_day_follow_the_definitions(world: World, reception: Any) -> None:
    _record(world, reception, customer=WANG, consultant_id=world.consultant.pk, party_size=2)
    _record(world, reception)
    _record(world, reception, is_returning=True)
    _record(world, reception, arrived_at=AT - timedelta(days=1))
    with world.acting_as(reception) as actor:
        figures = figures_of_day(actor, DAY)
    assert (figures.visits, figures.people, figures.present, figures.waiting) == (3, 4, 3, 2)
    assert figures.capture_rate == 0.5


def test_a_list_of_visits_is_narrowed_by_day_in_the_dealers_zone(world: World, reception: Any) -> None:
    late = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # half past midnight on the 2nd in Shanghai
    _record(world, reception, arrived_at=late)
    with world.acting_as(reception) as actor:
        on_second = VisitFilter(zone="Asia/Shanghai", since=DAY, until=DAY)
        assert list_visits(actor, on_second).count() == 1
        assert list_visits(actor, VisitFilter(zone="Asia/Shanghai", until=date(2026, 3, 1))).count() == 0
        assert list_visits(actor, VisitFilter(zone="Asia/Shanghai", is_captured=True)).count() == 0


def test_a_day_has_23_hours_when_the_clocks_go_forward() -> None:
    start, end = day_span(date(2026, 3, 29), "Europe/Berlin")
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)
