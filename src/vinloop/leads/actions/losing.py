"""Losing a lead takes two people and a reason; headquarters may take it up again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

from vinloop.customers.actions import end_access
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.access.facts import root_organisation_id
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions.hand_over import open_assignment
from vinloop.leads.actions.soon import dispatch_soon
from vinloop.leads.actions.states import announce, locked_lead, move, move_all
from vinloop.leads.events import LeadLost, LeadLostRejected, LeadLostReported, LeadRecycled, NotPossible
from vinloop.leads.models import Assignment, Lead, ReasonCode
from vinloop.leads.rules.states import WAKING


def report_lost(*, actor: Actor, ref: str, reason_code: str, note: str, competitor: str = "", at: datetime) -> Lead:
    """A consultant reports the customer as lost; it counts once a manager has reviewed it."""
    lead = locked_lead(ref)
    reason = ReasonCode.objects.filter(kind="lost", code=reason_code, is_active=True).first()
    if reason is None:
        raise NotPossible("reason_required")
    if reason.asks_competitor and not competitor.strip():
        raise NotPossible("competitor_required")
    move(
        lead,
        "report_lost",
        actor=actor,
        at=at,
        lost_reason=reason,
        lost_note=note,
        lost_competitor=competitor.strip()[:80],
        lost_by_id=actor.user_id,
    )
    announce(lead, LeadLostReported(ref=ref, reason=reason.code), actor=actor, at=at)
    return lead


def review_lost(*, actor: Actor, ref: str, is_approved: bool, at: datetime) -> Lead:
    """The manager approves the loss or sends the lead back into follow-up. Nobody reviews their own report."""
    actor.require("leads.lead:review_lost")
    lead = locked_lead(ref)
    if lead.lost_by_id is not None and lead.lost_by_id == actor.user_id:
        raise NotPossible("own_report")
    if not is_approved:
        move(lead, "reject_lost", actor=actor, at=at, next_follow_up_at=at, lost_reviewed_by_id=actor.user_id)
        announce(lead, LeadLostRejected(ref=ref), actor=actor, at=at)
        return lead
    move(
        lead,
        "approve_lost",
        actor=actor,
        at=at,
        level=Lead.Level.LOST,
        lost_reviewed_by_id=actor.user_id,
        next_follow_up_at=None,
    )
    _close_assignment(lead, at)
    reason = lead.lost_reason.code if lead.lost_reason else ""
    announce(lead, LeadLost(ref=ref, reason=reason), actor=actor, at=at)
    return lead


def recycle_lead(*, actor: Actor, ref: str, target: Literal["ready", "nurture", "new"], at: datetime) -> Lead:
    """Headquarters takes a lost or invalid lead up again: for another dealer, for nurturing, or for a call."""
    lead = locked_lead(ref)
    names = {
        ("lost", "ready"): "recycle_ready",
        ("lost", "nurture"): "recycle_nurture",
        ("invalid", "new"): "reopen",
    }
    name = names.get((lead.status, target))
    if name is None:
        raise NotPossible("not_recyclable")
    dealer_id = lead.dealer_id
    with elevated("the lead returns to headquarters"):
        move(
            lead,
            name,
            actor=actor,
            at=at,
            level=Lead.Level.NEW if target == "new" else Lead.Level.LATER,
            next_attempt_at=_next_attempt(target, at),
            **_at_headquarters(lead),
        )
        if dealer_id is not None:
            end_access(customer_id=lead.customer_id, organisation_id=dealer_id, kind="lead", at=at)
        announce(lead, LeadRecycled(ref=ref, target=target), actor=actor, at=at)
    if target == "ready":
        dispatch_soon(lead.pk)
    return lead


def take_up_lost(*, actor: Actor, lead_id: int, at: datetime) -> None:
    """A customer who was lost came back: at the dealer it walked into follow-up goes on, else the desk calls.

    Called by capture, which sees all rows.
    """
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    if lead.status != Lead.Status.LOST:
        return
    if actor.organisation_kind == "dealer":
        move(lead, "come_back_to_dealer", actor=actor, at=at, level=Lead.Level.NEW, next_follow_up_at=at)
    else:
        dealer_id = lead.dealer_id
        move(lead, "come_back", actor=actor, at=at, level=Lead.Level.NEW, next_attempt_at=at, **_at_headquarters(lead))
        if dealer_id is not None:
            end_access(customer_id=lead.customer_id, organisation_id=dealer_id, kind="lead", at=at)
    announce(lead, LeadRecycled(ref=lead.ref, target=lead.status), actor=actor, at=at)


def wake(*, actor: Actor, lead_ids: Iterable[int], at: datetime) -> None:
    """Customers of nurtured or invalid leads came again: the desk calls now.

    Called by capture, which sees all rows; a list may bring back thousands, so their number adds no statement.
    """
    asleep = Lead.objects.select_for_update(of=("self",)).filter(pk__in=lead_ids, status__in=WAKING).order_by("pk")
    by_state: dict[str, list[Lead]] = defaultdict(list)
    for lead in asleep:
        by_state[lead.status].append(lead)
    for state, leads in by_state.items():
        move_all(leads, WAKING[state], actor=actor, at=at, next_attempt_at=at)


def _at_headquarters(lead: Lead) -> dict[str, Any]:
    return {
        "owner_id": root_organisation_id(),
        "dealer_id": None,
        "consultant_id": None,
        "next_follow_up_at": None,
        "recycled_count": lead.recycled_count + 1,
    }


def _next_attempt(target: str, at: datetime) -> datetime | None:
    if target == "ready":
        return None
    return at if target == "new" else at + timedelta(days=get_setting("leads.nurture_days"))


def _close_assignment(lead: Lead, at: datetime) -> None:
    assignment = open_assignment(lead)
    if assignment is not None:
        assignment.outcome, assignment.ended_at = Assignment.Outcome.CLOSED, at
        assignment.next_check_at = None
        assignment.save()
