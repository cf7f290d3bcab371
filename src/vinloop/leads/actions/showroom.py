"""Everybody who walks in is recorded (R33), with a contact or without; a contact becomes a lead like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from vinloop.customers.actions import give_access
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.events import Fact, Subject, record
from vinloop.kernel.identifiers import new_ref
from vinloop.leads.actions.capture import capture_lead
from vinloop.leads.actions.follow_up import ContactInput, log_contact
from vinloop.leads.actions.hand_over import accept_lead
from vinloop.leads.actions.states import announce, change, locked_lead, subject_of
from vinloop.leads.events import LeadAssigned, LeadNotFound, NotPossible, VisitChanged, VisitEnded, VisitRecorded
from vinloop.leads.models import Lead, ShowroomVisit
from vinloop.leads.queries.consultants import is_consultant
from vinloop.leads.rules.submissions import ConsentInput, CustomerInput, InterestInput, Submission
from vinloop.vehicles.queries import catalogue

RECORD = "leads.visit:record"
SOURCE = "showroom"
MOST_PEOPLE = 50
EDITABLE = ("kind", "party_size", "arrived_at", "car_model_id", "consultant_id", "note")
_CLOCK_SKEW = timedelta(minutes=5)
_CONTACTABLE = ("accepted", "working", "lost_pending", "ordered")


class VisitInput(msgspec.Struct, frozen=True, kw_only=True):
    """A party as the reception sees it.

    ``lead_ref`` names the lead of somebody invited; ``customer`` is who they say they are. ``is_returning``: they
    were here before, although nobody can say who they are.
    """

    kind: Literal["walk_in", "invited"] = "walk_in"
    party_size: int = 1
    arrived_at: datetime
    is_returning: bool = False
    customer: CustomerInput | None = None
    consent: ConsentInput = ConsentInput()
    lead_ref: str = ""
    car_model_id: int | None = None
    consultant_id: int | None = None
    note: str = ""


def record_visit(*, actor: Actor, visit: VisitInput, at: datetime) -> ShowroomVisit:
    """Record a party that entered the showroom of the actor's dealer.

    A contact is captured as the dealer's own lead, or found again. Raises ``NotAllowed``, ``NotPossible``,
    ``LeadNotFound`` and ``SubmissionRefused``.
    """
    actor.require(RECORD)
    if actor.organisation_kind != "dealer":
        raise NotPossible("dealers_only")
    _check(actor.organisation_id, msgspec.structs.asdict(visit), at)
    row = _begin(actor, visit)
    lead = _invited_lead(row, visit.lead_ref) if visit.lead_ref else None
    if lead is None and visit.customer is not None:
        lead = _capture(actor, row, visit.customer, visit.consent, at)
    row.save()
    _greet(actor, row, lead, at)
    fact = VisitRecorded(ref=row.ref, visit_kind=row.kind, is_captured=row.customer_id is not None)
    _announce(row, fact, actor, at)
    return row


def add_contact_to_visit(
    *, actor: Actor, ref: str, customer: CustomerInput, consent: ConsentInput | None = None, at: datetime
) -> ShowroomVisit:
    """Capture a party that left its contact later. Raises as ``record_visit``; ``LeadNotFound`` for no such visit."""
    actor.require(RECORD)
    row = _locked_visit(ref)
    if row.customer_id is not None:
        raise NotPossible("already_captured")
    lead = _capture(actor, row, customer, consent or ConsentInput(), at)
    row.save()
    _greet(actor, row, lead, at)
    _announce(row, VisitRecorded(ref=row.ref, visit_kind=row.kind, is_captured=True), actor, at)
    return row


def end_visit(*, actor: Actor, ref: str, left_at: datetime, at: datetime) -> ShowroomVisit:
    """The party left. Raises ``NotPossible`` when it had left before, or would leave before it came."""
    actor.require(RECORD)
    row = _locked_visit(ref)
    if row.left_at is not None:
        raise NotPossible("already_left")
    if left_at < row.arrived_at:
        raise NotPossible("left_before_arrival")
    if left_at > at + _CLOCK_SKEW:
        raise NotPossible("in_the_future")
    row.left_at = left_at
    row.save(update_fields=["left_at"])
    _announce(row, VisitEnded(ref=row.ref), actor, at)
    return row


def edit_visit(*, actor: Actor, ref: str, changes: Mapping[str, Any], at: datetime) -> ShowroomVisit:
    """Correct a visit, or give its party a consultant; ``changes`` may name the fields of ``EDITABLE``."""
    actor.require(RECORD)
    row = _locked_visit(ref)
    changed = [name for name in EDITABLE if name in changes and getattr(row, name) != changes[name]]
    if not changed:
        return row
    _check(row.owner_id, {name: changes[name] for name in changed}, at)
    if row.left_at is not None and changes.get("arrived_at", row.arrived_at) > row.left_at:
        raise NotPossible("left_before_arrival")
    for name in changed:
        setattr(row, name, changes[name])
    row.save(update_fields=changed)
    if "consultant_id" in changed and row.lead_id is not None:
        _make_responsible(actor, row, Lead.objects.select_for_update().filter(pk=row.lead_id).first(), at)
    _announce(row, VisitChanged(ref=row.ref, fields=", ".join(changed)), actor, at)
    return row


def _check(dealer_id: int, values: Mapping[str, Any], at: datetime) -> None:
    if not 1 <= values.get("party_size", 1) <= MOST_PEOPLE:
        raise NotPossible("bad_party_size")
    if values.get("arrived_at", at) > at + _CLOCK_SKEW:
        raise NotPossible("in_the_future")
    model_id, consultant_id = values.get("car_model_id"), values.get("consultant_id")
    if model_id is not None and model_id not in catalogue().models:
        raise NotPossible("unknown_model")
    if consultant_id is not None and not is_consultant(consultant_id, dealer_id):
        raise NotPossible("not_a_consultant_here")


def _begin(actor: Actor, visit: VisitInput) -> ShowroomVisit:
    return ShowroomVisit(
        ref=new_ref("V"),
        owner_id=actor.organisation_id,
        kind=visit.kind,
        is_first_visit=not visit.is_returning,
        party_size=visit.party_size,
        arrived_at=visit.arrived_at,
        car_model_id=visit.car_model_id,
        consultant_id=visit.consultant_id,
        note=visit.note,
    )


def _locked_visit(ref: str) -> ShowroomVisit:
    row = ShowroomVisit.objects.select_for_update().filter(ref=ref).first()
    if row is None:
        raise LeadNotFound(ref)
    return row


def _invited_lead(row: ShowroomVisit, ref: str) -> Lead:
    lead = locked_lead(ref)
    if lead.owner_id != row.owner_id:
        raise LeadNotFound(ref)
    row.lead, row.customer_id = lead, lead.customer_id
    row.is_first_visit = _is_first_visit(row)
    return lead


def _capture(
    actor: Actor, row: ShowroomVisit, customer: CustomerInput, consent: ConsentInput, at: datetime
) -> Lead | None:
    """Make the lead or find it; ``None`` when it stays with headquarters, so that there is nothing to work on here."""
    brand, model = _interest(row.car_model_id)
    interest = InterestInput(brand=brand, model=model)
    submission = Submission(
        source=SOURCE, external_id=row.ref, customer=customer, interest=interest, consent=consent, comments=row.note
    )
    captured = capture_lead(actor=actor, submission=submission, at=at)
    with elevated("tie the visit to the customer, whoever else knows them"):
        lead = Lead.objects.select_for_update().get(pk=captured.lead_id)
    row.lead_id, row.customer_id = lead.pk, lead.customer_id
    row.is_first_visit = _is_first_visit(row)
    is_new = captured.merged_into is None and not captured.is_resend
    if is_new and row.consultant_id is not None:
        change(lead, at=at, consultant_id=None)  # whoever typed it in is not whoever looks after them
    return lead if lead.owner_id == row.owner_id else None


def _interest(car_model_id: int | None) -> tuple[str, str]:
    known = catalogue()
    model = known.models.get(car_model_id or 0)
    if model is not None:
        return known.brands[model.brand_id].code, model.code
    return (known.own_brands[0].code, "") if known.own_brands else ("unknown", "")


def _is_first_visit(row: ShowroomVisit) -> bool:
    earlier = ShowroomVisit.objects.filter(owner_id=row.owner_id, customer=row.customer_id)
    return not earlier.filter(arrived_at__lt=row.arrived_at).exclude(ref=row.ref).exists()


def _greet(actor: Actor, row: ShowroomVisit, lead: Lead | None, at: datetime) -> None:
    """The dealer may see the customer, and the visit counts as a human contact, whoever wrote it down."""
    if row.customer_id is not None:
        with elevated("the visit is the reason why the dealer may see the customer"):
            give_access(customer_ids=[row.customer_id], organisation_id=row.owner_id, kind="visit", at=at)
    if lead is None:
        return
    if lead.status == "dispatched":
        # Who receives the customer in the showroom has taken the lead.
        lead = accept_lead(actor=_with(actor, "leads.lead:accept"), ref=lead.ref, at=at)
    _make_responsible(actor, row, lead, at)
    if lead.status in _CONTACTABLE:
        met = ContactInput(channel="visit", result="reached", purpose="visit", note=row.note)
        lead = log_contact(actor=_with(actor, "leads.lead:work"), ref=lead.ref, contact=met, at=at)
    change(lead, at=at, visited_at=row.arrived_at)


def _make_responsible(actor: Actor, row: ShowroomVisit, lead: Lead | None, at: datetime) -> None:
    """Whoever looks after the party looks after the lead, unless somebody does already."""
    if lead is None or row.consultant_id is None or lead.consultant_id is not None:
        return
    change(lead, at=at, consultant_id=row.consultant_id)
    announce(lead, LeadAssigned(ref=lead.ref, consultant_id=row.consultant_id), actor=actor, at=at)


def _with(actor: Actor, permission: str) -> Actor:
    """Recording a visit includes what the visit itself means for the lead, and nothing else."""
    return replace(actor, permissions=actor.permissions | {permission})


def _announce(row: ShowroomVisit, fact: Fact, actor: Actor, at: datetime) -> None:
    lead = Lead.objects.filter(pk=row.lead_id).first() if row.lead_id else None
    own = Subject("leads.visit", row.pk, row.owner_id, row.ref, row.customer_id)
    record(fact, actor=actor, subject=subject_of(lead) if lead else own, at=at)
