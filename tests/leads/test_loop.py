"""A lead through the whole loop, and what must not happen on the way."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.leads.world import AT, World, submission
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.models import Event
from vinloop.leads.actions import (
    ContactInput,
    Verification,
    accept_lead,
    capture_lead,
    capture_leads,
    decline_lead,
    dispatch_leads,
    log_contact,
    recycle_lead,
    report_lost,
    review_lost,
    verify_lead,
    watch_assignments,
)
from vinloop.leads.api.build import allowed_actions
from vinloop.leads.events import LeadNotFound, NotPossible, SubmissionRefused
from vinloop.leads.models import Assignment, Lead, Touch
from vinloop.leads.rules.states import TransitionRefused
from vinloop.leads.rules.submissions import CustomerInput
from vinloop.orders.actions import OrderInput, place_order, report_delivery
from vinloop.vehicles.models import Ownership, Vehicle

VIN = "LSVAB2BR7MN123456"


def _kinds(world: World, ref: str) -> list[str]:
    with world.system():
        return list(Event.objects.filter(subject_ref=ref).order_by("id").values_list("kind", flat=True))


def test_a_lead_runs_from_interest_to_delivery(world: World) -> None:
    ref = world.capture().ref
    assert world.lead(ref).status == "new"
    with world.acting_as(world.verifier) as actor:
        verify_lead(actor=actor, ref=ref, verification=Verification(outcome="valid", days=7), at=AT)
    assert (world.lead(ref).status, world.lead(ref).level, world.lead(ref).is_hot) == ("ready", "H", True)
    with world.system() as actor:
        dispatch_leads(actor=actor, lead_ids=[world.lead(ref).pk], at=AT)
    lead = world.lead(ref)
    assert (lead.status, lead.dealer, lead.owner) == ("dispatched", world.network.dealer, world.network.dealer)
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT + timedelta(minutes=4))
        contact = ContactInput(channel="phone", result="reached", note="comes on Friday")
        log_contact(actor=actor, ref=ref, contact=contact, at=AT + timedelta(minutes=10))
        assert world.consultant == Lead.objects.get(ref=ref).consultant
        order = place_order(actor=actor, lead_ref=ref, order=OrderInput(model_code="aurora-s", price=15_000_000), at=AT)
    assert (world.lead(ref).status, world.lead(ref).response_seconds) == ("ordered", 600)
    with world.acting_as(world.manager) as actor:
        report_delivery(actor=actor, ref=order.ref, vin=VIN, delivery_date=date(2026, 3, 2), at=AT)
        report_delivery(actor=actor, ref=order.ref, vin=VIN, delivery_date=date(2026, 3, 2), at=AT)
        assert Vehicle.objects.get(vin=VIN).sold_by == world.network.dealer
        assert Ownership.objects.get(vehicle__vin=VIN).customer_id == world.lead(ref).customer_id
    assert (world.lead(ref).status, world.lead(ref).level) == ("delivered", "D")
    assert [kind.split(".")[1] for kind in _kinds(world, ref)] == [
        "LeadCaptured",
        "LeadVerified",
        "LeadDispatched",
        "LeadAccepted",
        "LeadContacted",
        "LeadOrdered",
        "LeadDelivered",
    ]


def test_a_resend_never_makes_a_second_lead(world: World) -> None:
    first = world.capture(external_id="A-1")
    again = world.capture(name="somebody else", phone="13900139000", external_id="A-1")
    assert (again.ref, again.is_resend, again.merged_into) == (first.ref, True, None)
    with world.system():
        assert (Lead.objects.count(), Touch.objects.count()) == (1, 1)


def test_the_same_person_and_brand_within_the_window_is_one_lead(world: World) -> None:
    first = world.capture("王建国")
    second = world.capture("王先生", "+86 138 0013 8000", source="hotline")
    assert (second.ref, second.merged_into) == (first.ref, first.ref)
    assert world.lead(first.ref).touch_count == 2
    with world.system() as actor:
        later = capture_lead(actor=actor, submission=submission(), at=AT + timedelta(days=31))
    assert later.merged_into is None
    assert later.customer_ref == first.customer_ref


def test_spouses_on_one_phone_stay_two_people(world: World) -> None:
    husband, wife = world.capture("王建国"), world.capture("李婷")
    assert husband.customer_ref != wife.customer_ref


def test_a_batch_finds_its_own_repeats(world: World) -> None:
    rows = [submission(external_id="1"), submission(external_id="1"), submission(), submission("李婷", "13900139000")]
    with world.system() as actor:
        answers = capture_leads(actor=actor, submissions=rows, at=AT)
        assert (Lead.objects.count(), Touch.objects.count()) == (2, 3)
    refs = [getattr(answer, "ref", None) for answer in answers]
    assert refs[0] == refs[1] == refs[2] != refs[3]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"customer": CustomerInput(name="王建国")}, "phone_or_email_required"),
        ({"customer": CustomerInput(name="王建国", phones=["abc"])}, "not_a_phone_or_email"),
        ({"source": " "}, "required"),
        ({"comments": "x" * 9000}, "too_long"),
    ],
)
def test_what_cannot_be_a_lead_is_refused_by_field(world: World, values: dict[str, Any], problem: str) -> None:
    with pytest.raises(SubmissionRefused) as refused:
        world.capture(**values)
    assert problem in refused.value.problems.values()
    with world.system():
        assert not Lead.objects.exists()


def test_nobody_answers_until_the_cadence_ends(world: World) -> None:
    ref = world.capture().ref
    for attempt in range(6):
        assert (world.lead(ref).status, world.lead(ref).attempts) == ("new", attempt)
        with world.acting_as(world.verifier) as actor:
            verify_lead(actor=actor, ref=ref, verification=Verification(outcome="no_answer"), at=AT)
    lead = world.lead(ref)
    assert (lead.status, lead.lost_reason.code if lead.lost_reason else "") == ("invalid", "unreachable")


def test_a_later_buyer_is_nurtured_and_ripens_when_coming_back(world: World) -> None:
    ref = world.capture().ref
    with world.acting_as(world.verifier) as actor:
        verify_lead(actor=actor, ref=ref, verification=Verification(outcome="valid", days=200), at=AT)
    assert (world.lead(ref).status, world.lead(ref).level) == ("nurture", "L")
    world.capture(source="event")
    assert world.lead(ref).status == "new"


def _invalid_lead(world: World) -> str:
    ref = world.capture().ref
    with world.acting_as(world.verifier) as actor:
        said = Verification(outcome="invalid", reason="not_buying")
        verify_lead(actor=actor, ref=ref, verification=said, at=AT)
    assert (world.lead(ref).status, world.lead(ref).closed_at) == ("invalid", AT)
    return ref


def test_an_invalid_lead_that_comes_again_is_called(world: World) -> None:
    ref, later = _invalid_lead(world), AT + timedelta(days=1)
    with world.system() as actor:
        capture_lead(actor=actor, submission=submission(source="event"), at=later)
    lead = world.lead(ref)
    assert (lead.status, lead.closed_at, lead.next_attempt_at, lead.touch_count) == ("new", None, later, 2)


def test_a_list_that_wakes_many_needs_no_more_queries(world: World) -> None:
    phones = [f"1390013900{number}" for number in range(6)]
    for phone in phones:
        ref = world.capture(f"买家{phone[-1]}", phone).ref
        with world.acting_as(world.verifier) as actor:
            verify_lead(actor=actor, ref=ref, verification=Verification(outcome="valid", days=200), at=AT)
    counts = []
    for some in (phones[:1], phones[1:]):
        again = [submission(f"买家{phone[-1]}", phone, source="event") for phone in some]
        with world.system() as actor, CaptureQueriesContext(connection) as queries:
            capture_leads(actor=actor, submissions=again, at=AT)
        counts.append(len(queries))
    with world.system():
        assert set(Lead.objects.values_list("status", "next_attempt_at")) == {("new", AT)}
    assert counts[1] <= counts[0]


@pytest.mark.parametrize("start", ["new", "ready", "invalid", "nurture"])
def test_a_dealer_who_meets_the_customer_first_has_the_lead(world: World, start: str) -> None:
    ref = _invalid_lead(world) if start == "invalid" else world.hot_lead() if start == "ready" else world.capture().ref
    if start == "nurture":
        with world.acting_as(world.verifier) as actor:
            verify_lead(actor=actor, ref=ref, verification=Verification(outcome="valid", days=200), at=AT)
    assert world.lead(ref).status == start
    with world.acting_as(world.consultant) as actor:
        done = capture_lead(actor=actor, submission=submission(source="showroom"), at=AT)
    lead = world.lead(ref)
    assert done.merged_into == ref
    assert (lead.status, lead.dealer, lead.consultant) == ("accepted", world.network.dealer, world.consultant)
    assert (lead.accepted_at, lead.closed_at) == (AT, None)


def test_what_an_arrival_does_is_offered_to_nobody(world: World) -> None:
    lead = world.lead(world.capture().ref)
    with world.system() as actor:
        assert "take_over_new" not in allowed_actions(actor, lead)
        assert "verify_ready" in allowed_actions(actor, lead)


def test_a_declined_lead_leaves_the_dealer_and_goes_to_another(world: World) -> None:
    ref = world.dispatched_lead()
    with world.acting_as(world.manager) as actor:
        decline_lead(actor=actor, ref=ref, reason_code="too_far", at=AT)
        assert not Lead.objects.filter(ref=ref).exists()
    assert (world.lead(ref).status, world.lead(ref).owner) == ("ready", world.network.root)
    with world.system() as actor:
        dispatch_leads(actor=actor, lead_ids=[world.lead(ref).pk], at=AT)
    assert world.lead(ref).dealer == world.network.sister
    with world.acting_as(world.other_manager):
        assert not Event.objects.filter(subject_ref=ref, kind="leads.LeadDeclined").exists()


def test_clocks_remind_escalate_and_reassign(world: World) -> None:
    ref = world.dispatched_lead()
    seen = []
    for minutes in (5, 8, 16, 90):
        with world.system() as actor:
            watched = watch_assignments(actor=actor, at=AT + timedelta(minutes=minutes))
            seen.append((watched.seen, len(watched.taken_back)))
    assert seen == [(0, 0), (1, 0), (1, 0), (1, 1)]
    assert [kind.split(".")[1] for kind in _kinds(world, ref)][3:] == ["LeadReminded", "LeadEscalated", "LeadWithdrawn"]
    assert world.lead(ref).status == "ready"
    with world.system():
        assert Assignment.objects.get(lead__ref=ref).outcome == "timed_out"


def test_a_contact_stops_the_clock(world: World) -> None:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="no_answer"), at=AT)
    with world.system() as actor:
        assert watch_assignments(actor=actor, at=AT + timedelta(days=5)).seen == 0


def test_losing_needs_a_contact_a_reason_and_a_second_person(world: World) -> None:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
        with pytest.raises(TransitionRefused):
            report_lost(actor=actor, ref=ref, reason_code="price", note="", at=AT)
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=AT)
        with pytest.raises(NotPossible):
            report_lost(actor=actor, ref=ref, reason_code="nonsense", note="", at=AT)
        report_lost(actor=actor, ref=ref, reason_code="price", note="too dear", at=AT)
        with pytest.raises(NotAllowed):
            review_lost(actor=actor, ref=ref, is_approved=True, at=AT)
    assert world.lead(ref).status == "lost_pending"
    with world.acting_as(world.manager) as actor:
        review_lost(actor=actor, ref=ref, is_approved=True, at=AT)
    assert world.lead(ref).status == "lost"
    with world.acting_as(world.headquarters) as actor:
        recycle_lead(actor=actor, ref=ref, target="ready", at=AT)
    assert (world.lead(ref).status, world.lead(ref).owner) == ("ready", world.network.root)


def test_another_dealer_cannot_touch_the_lead(world: World) -> None:
    ref = world.dispatched_lead()
    before = world.lead(ref)
    with world.acting_as(world.other_manager) as actor, pytest.raises(LeadNotFound):
        accept_lead(actor=actor, ref=ref, at=AT)
    after = world.lead(ref)
    assert (after.status, after.updated_at) == (before.status, before.updated_at)


def test_a_dealers_own_capture_starts_there_and_stays_apart_from_other_dealers(world: World) -> None:
    theirs = world.dispatched_lead()
    with world.acting_as(world.other_manager) as actor:
        own = capture_lead(actor=actor, submission=submission(source="showroom"), at=AT)
        assert Lead.objects.get(ref=own.ref).status == "accepted"
    assert own.ref != theirs
    assert world.lead(theirs).touch_count == 1


def test_a_dealer_learns_nothing_from_another_dealers_external_id(world: World) -> None:
    with world.acting_as(world.manager) as actor:
        own = capture_lead(actor=actor, submission=submission(external_id="X-1"), at=AT)
        assert capture_lead(actor=actor, submission=submission(external_id="X-1"), at=AT).ref == own.ref
    with world.acting_as(world.other_manager) as actor:
        theirs = capture_lead(actor=actor, submission=submission("李婷", "13900139000", external_id="X-1"), at=AT)
        assert theirs.ref != own.ref
        assert not theirs.is_resend


def test_a_lost_customer_who_comes_back_is_called_again(world: World) -> None:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=AT)
        report_lost(actor=actor, ref=ref, reason_code="price", note="", at=AT)
    with world.acting_as(world.manager) as actor:
        review_lost(actor=actor, ref=ref, is_approved=True, at=AT)
    again = world.capture(source="event")
    assert (again.merged_into, world.lead(ref).status, world.lead(ref).owner) == (ref, "new", world.network.root)
    with world.acting_as(world.manager):
        assert not Lead.objects.filter(ref=ref).exists()
