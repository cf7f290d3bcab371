"""Watches the clocks: remind, escalate, take back. Every step is a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from vinloop.kernel.access import Actor
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions.hand_over import leave_dealer, withdraw_lead
from vinloop.leads.actions.moments import accept_moments, contact_moments
from vinloop.leads.actions.states import announce
from vinloop.leads.events import LeadEscalated, LeadReminded, LeadWithdrawn
from vinloop.leads.models import Assignment, Lead
from vinloop.leads.rules.clocks import ClockState, due_step, next_check

BATCH = 200


@dataclass(frozen=True, slots=True)
class Watched:
    """How many assignments were looked at, and which leads need another dealer now."""

    seen: int
    taken_back: list[int]


def watch_assignments(*, actor: Actor, at: datetime, limit: int = BATCH) -> Watched:
    """Take the steps that are due, at most ``limit`` assignments.

    Several workers may watch at once: each takes rows nobody else holds.
    """
    actor.require("leads.lead:dispatch")
    due = (
        Assignment.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_check_at__lte=at, ended_at__isnull=True)
        .select_related("lead")
        .order_by("next_check_at", "id")[:limit]
    )
    seen = list(due)
    return Watched(len(seen), [each.lead_id for each in seen if _watch(actor, each, at)])


def collect_dormant(*, actor: Actor, at: datetime, limit: int = BATCH) -> int:
    """Bring leads nobody spoke to for a long time back to headquarters, for nurturing; returns how many."""
    actor.require("leads.lead:dispatch")
    since = at - timedelta(days=get_setting("leads.dormant_days"))
    dormant = Lead.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        status="working", last_contacted_at__lt=since
    )[:limit]
    count = 0
    for lead in dormant:
        dealer = lead.dealer.code if lead.dealer else ""
        announce(lead, LeadWithdrawn(ref=lead.ref, dealer=dealer, reason="dormant"), actor=actor, at=at)
        leave_dealer(actor, lead, "fall_dormant", Assignment.Outcome.WITHDRAWN, at)
        count += 1
    return count


def _watch(actor: Actor, assignment: Assignment, at: datetime) -> bool:
    """Take the assignment's due step; whether the lead was taken from the dealer."""
    clock = "contact" if assignment.accepted_at else "accept"
    moments = contact_moments(assignment) if assignment.accepted_at else accept_moments(assignment)
    state = ClockState(assignment.reminded_at is not None, assignment.escalated_at is not None)
    step = due_step(moments, state, at)
    if step == "reassign":
        withdraw_lead(actor=actor, ref=assignment.lead.ref, reason="timed_out", at=at)
        return True
    if step == "escalate":
        assignment.escalated_at = at
        announce(assignment.lead, LeadEscalated(ref=assignment.lead.ref, clock=clock), actor=actor, at=at)
    elif step == "remind":
        assignment.reminded_at = at
        announce(assignment.lead, LeadReminded(ref=assignment.lead.ref, clock=clock), actor=actor, at=at)
    state = ClockState(assignment.reminded_at is not None, assignment.escalated_at is not None)
    assignment.next_check_at = next_check(moments, state)
    assignment.save(update_fields=["reminded_at", "escalated_at", "next_check_at"])
    return False
