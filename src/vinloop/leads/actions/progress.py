"""What the orders room tells the lead: ordered, delivered, order cancelled."""

from __future__ import annotations

from datetime import datetime

from vinloop.kernel.access import Actor
from vinloop.leads.actions.hand_over import open_assignment
from vinloop.leads.actions.states import announce, locked_lead, move
from vinloop.leads.events import LeadDelivered, LeadOrderCancelled, LeadOrdered
from vinloop.leads.models import Assignment, Lead


def record_order(*, actor: Actor, ref: str, order_ref: str, car_model_id: int, at: datetime) -> Lead:
    """The customer ordered. Raises ``TransitionRefused`` when the lead can't be sold now."""
    lead = locked_lead(ref)
    move(
        lead,
        "order",
        actor=actor,
        at=at,
        ordered_at=at,
        level=Lead.Level.ORDERED,
        car_model_id=car_model_id,
        next_follow_up_at=None,
    )
    announce(lead, LeadOrdered(ref=ref, order=order_ref), actor=actor, at=at)
    return lead


def record_delivery(*, actor: Actor, ref: str, order_ref: str, vin: str, at: datetime) -> Lead:
    """The car was handed over: the loop is closed."""
    lead = locked_lead(ref)
    move(lead, "deliver", actor=actor, at=at, delivered_at=at, level=Lead.Level.DELIVERED, vin=vin)
    assignment = open_assignment(lead)
    if assignment is not None:
        assignment.outcome, assignment.ended_at, assignment.next_check_at = Assignment.Outcome.CLOSED, at, None
        assignment.save()
    announce(lead, LeadDelivered(ref=ref, order=order_ref), actor=actor, at=at)
    return lead


def record_order_cancelled(*, actor: Actor, ref: str, order_ref: str, at: datetime) -> Lead:
    """The order was cancelled; the consultant speaks to the customer again."""
    lead = locked_lead(ref)
    move(
        lead,
        "cancel_order",
        actor=actor,
        at=at,
        ordered_at=None,
        level=Lead.Level.CANCELLED,
        next_follow_up_at=at,
    )
    announce(lead, LeadOrderCancelled(ref=ref, order=order_ref), actor=actor, at=at)
    return lead
