"""A lead at the dealer's door: accept, decline, take back, give to a consultant."""

from __future__ import annotations

from datetime import datetime

from vinloop.customers.actions import end_access
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.access.facts import root_organisation_id
from vinloop.kernel.models import Membership
from vinloop.leads.actions.moments import contact_moments
from vinloop.leads.actions.soon import dispatch_soon
from vinloop.leads.actions.states import announce, change, locked_lead, move
from vinloop.leads.events import (
    LeadAccepted,
    LeadAssigned,
    LeadDeclined,
    LeadDispatched,
    LeadWithdrawn,
    NotPossible,
)
from vinloop.leads.models import Assignment, Lead, ReasonCode
from vinloop.leads.rules.clocks import ClockState, next_check
from vinloop.leads.rules.states import TAKING_OVER

WITHDRAWALS = {
    "dispatched": "withdraw_waiting",
    "accepted": "withdraw_accepted",
    "working": "withdraw_working",
}
_LEAVING_DEALER = {
    "dealer_id": None,
    "consultant_id": None,
    "accepted_at": None,
    "next_follow_up_at": None,
}


def open_assignment(lead: Lead) -> Assignment | None:
    """The lead's assignment that has not ended; ``None`` for leads a dealer captured itself."""
    return Assignment.objects.select_for_update().filter(lead=lead, ended_at__isnull=True).first()


def accept_lead(*, actor: Actor, ref: str, at: datetime) -> Lead:
    """The dealer takes the lead; the first-contact clock goes on. Accepting twice changes nothing."""
    lead = locked_lead(ref)
    if lead.status == "accepted":
        actor.require("leads.lead:accept")
        return lead
    is_consultant = actor.may("leads.lead:work") and not actor.may("leads.lead:assign")
    consultant_id = actor.user_id if is_consultant else lead.consultant_id
    move(lead, "accept", actor=actor, at=at, accepted_at=at, consultant_id=consultant_id)
    assignment = open_assignment(lead)
    if assignment is not None:
        assignment.outcome, assignment.accepted_at = Assignment.Outcome.ACCEPTED, at
        assignment.reminded_at = assignment.escalated_at = None
        assignment.next_check_at = next_check(contact_moments(assignment), ClockState(False, False))
        assignment.save()
    announce(lead, LeadAccepted(ref=ref, dealer=_dealer_code(lead)), actor=actor, at=at)
    return lead


def decline_lead(*, actor: Actor, ref: str, reason_code: str, at: datetime) -> None:
    """The dealer gives the lead back with a reason; headquarters finds another dealer at once."""
    lead = locked_lead(ref)
    reason = ReasonCode.objects.filter(kind="declined", code=reason_code, is_active=True).first()
    if reason is None:
        raise NotPossible("reason_required")
    fact = LeadDeclined(ref=ref, dealer=_dealer_code(lead), reason=reason.code)
    with elevated("the lead leaves the dealer's sight"):
        announce(lead, fact, actor=actor, at=at)
        leave_dealer(actor, lead, "decline", Assignment.Outcome.DECLINED, at, reason=reason)
    dispatch_soon(lead.pk)


def withdraw_lead(*, actor: Actor, ref: str, reason: str, at: datetime) -> Lead:
    """Headquarters, or a clock, takes the lead from its dealer; it waits for another one."""
    lead = locked_lead(ref)
    if lead.status not in WITHDRAWALS:
        raise NotPossible("not_at_a_dealer")
    outcome = Assignment.Outcome.TIMED_OUT if reason == "timed_out" else Assignment.Outcome.WITHDRAWN
    announce(lead, LeadWithdrawn(ref=ref, dealer=_dealer_code(lead), reason=reason), actor=actor, at=at)
    with elevated("the lead may leave the sight of a region that takes it back"):
        leave_dealer(actor, lead, WITHDRAWALS[lead.status], outcome, at)
    return lead


def assign_consultant(*, actor: Actor, ref: str, user_id: int, at: datetime) -> Lead:
    """Make a consultant of the dealer responsible for the lead."""
    actor.require("leads.lead:assign")
    lead = locked_lead(ref)
    if lead.dealer_id is None or lead.status not in ("dispatched", "accepted", "working", "lost_pending", "ordered"):
        raise NotPossible("not_at_a_dealer")
    if not Membership.objects.filter(user_id=user_id, organisation_id=lead.dealer_id, user__is_active=True).exists():
        raise NotPossible("not_a_consultant_here")
    change(lead, at=at, consultant_id=user_id)
    announce(lead, LeadAssigned(ref=ref, consultant_id=user_id), actor=actor, at=at)
    return lead


def take_over(*, actor: Actor, lead_id: int, at: datetime) -> None:
    """A dealer captured somebody headquarters had not handed out yet: the lead is that dealer's now.

    Called by capture, which sees all rows and has given the dealer access to the customer.
    """
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    name = TAKING_OVER.get(lead.status)
    if lead.dealer_id is not None or name is None:
        return
    dealer_id = actor.organisation_id
    move(
        lead,
        name,
        actor=actor,
        at=at,
        owner_id=dealer_id,
        dealer_id=dealer_id,
        consultant_id=actor.user_id if actor.may("leads.lead:work") else None,
        dispatched_at=at,
        accepted_at=at,
        next_follow_up_at=at,
        next_attempt_at=None,
        dispatch_count=lead.dispatch_count + 1,
    )
    now = at.isoformat()
    fact = LeadDispatched(
        ref=lead.ref, dealer=_dealer_code(lead), dealer_name=_dealer_name(lead), accept_by=now, contact_by=now
    )
    announce(lead, fact, actor=actor, at=at)


def leave_dealer(
    actor: Actor, lead: Lead, name: str, outcome: str, at: datetime, *, reason: ReasonCode | None = None
) -> None:
    dealer_id = lead.dealer_id
    assignment = open_assignment(lead)
    if assignment is not None:
        assignment.outcome, assignment.ended_at, assignment.next_check_at = outcome, at, None
        assignment.decline_reason = reason
        assignment.save()
    move(lead, name, actor=actor, at=at, owner_id=root_organisation_id(), **_LEAVING_DEALER)
    if dealer_id is not None:
        end_access(customer_id=lead.customer_id, organisation_id=dealer_id, kind="lead", at=at)


def _dealer_code(lead: Lead) -> str:
    return lead.dealer.code if lead.dealer else ""


def _dealer_name(lead: Lead) -> str:
    return lead.dealer.name if lead.dealer else ""
