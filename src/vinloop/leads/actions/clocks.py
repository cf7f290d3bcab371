"""Watches the clocks: remind, escalate, take back. Every step is a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from vinloop.kernel.access import Actor
from vinloop.kernel.events import Recorded, record_all
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions.clock_mails import StepTaken, mail_steps
from vinloop.leads.actions.hand_over import leave_dealer, withdraw_lead
from vinloop.leads.actions.moments import accept_moments, contact_moments
from vinloop.leads.actions.states import announce, subject_of
from vinloop.leads.events import LeadEscalated, LeadReminded, LeadWithdrawn
from vinloop.leads.models import Assignment, Lead
from vinloop.leads.rules.clocks import Clock, ClockMoments, ClockState, Step, due_step, next_check

BATCH = 200


_SHOWN_IN_MAILS = ("lead__dealer", "lead__customer", "lead__car_model", "lead__brand", "lead__consultant")


@dataclass(frozen=True, slots=True)
class _Look:
    """An assignment whose time has come, and what is to be done about it."""

    assignment: Assignment
    clock: Clock
    moments: ClockMoments
    step: Step | None


@dataclass(frozen=True, slots=True)
class Watched:
    """How many assignments were looked at, and which leads need another dealer now."""

    seen: int
    taken_back: list[int]


def watch_assignments(*, actor: Actor, at: datetime, limit: int = BATCH) -> Watched:
    """Take all steps that are due, ``limit`` assignments at a time, and mail each person once about theirs.

    Several workers may watch at once: each takes rows nobody else holds. Reminders and escalations are recorded, marked
    and mailed together in one transaction, so a step that was taken is never taken or mailed again. The mails wait for
    the last assignment: after hours without a worker a person gets one mail that says how things stand.
    """
    actor.require("leads.lead:dispatch")
    seen, taken_back, steps = 0, [], list[StepTaken]()
    while batch := _due(at, limit):
        seen += len(batch)
        late = [each.assignment for each in batch if each.step == "reassign"]
        for each in late:
            withdraw_lead(actor=actor, ref=each.lead.ref, reason="timed_out", at=at)
        steps += _go_on(actor, [each for each in batch if each.step != "reassign"], at)
        taken_back += [each.lead_id for each in late]
        if len(batch) < limit:
            break
    mail_steps(steps, at=at)
    return Watched(seen, taken_back)


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


def _due(at: datetime, limit: int) -> list[_Look]:
    due = (
        Assignment.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_check_at__lte=at, ended_at__isnull=True)
        .select_related(*_SHOWN_IN_MAILS)
        .order_by("next_check_at", "id")[:limit]
    )
    return [_look(each, at) for each in due]


def _look(assignment: Assignment, at: datetime) -> _Look:
    is_accepted = assignment.accepted_at is not None
    moments = contact_moments(assignment) if is_accepted else accept_moments(assignment)
    return _Look(assignment, "contact" if is_accepted else "accept", moments, due_step(moments, _state(assignment), at))


def _go_on(actor: Actor, looks: list[_Look], at: datetime) -> list[StepTaken]:
    """Remind and escalate, and set when each assignment is looked at again; returns the steps taken."""
    steps = []
    for each in looks:
        if each.step is None or each.step == "reassign":
            continue
        setattr(each.assignment, "escalated_at" if each.step == "escalate" else "reminded_at", at)
        steps.append(StepTaken(each.assignment, each.step, each.clock, each.moments))
    for each in looks:
        each.assignment.next_check_at = next_check(each.moments, _state(each.assignment))
    Assignment.objects.bulk_update(
        [each.assignment for each in looks], ["reminded_at", "escalated_at", "next_check_at"]
    )
    record_all([_told(taken) for taken in steps], actor=actor, at=at)
    return steps


def _told(taken: StepTaken) -> Recorded:
    fact = LeadEscalated if taken.step == "escalate" else LeadReminded
    lead = taken.assignment.lead
    return Recorded(fact(ref=lead.ref, clock=taken.clock), subject_of(lead))


def _state(assignment: Assignment) -> ClockState:
    return ClockState(assignment.reminded_at is not None, assignment.escalated_at is not None)
