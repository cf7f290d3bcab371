"""Rows as the leads endpoints give them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from vinloop.customers.queries import Reach, contact_points, reach_for
from vinloop.kernel.access import Actor
from vinloop.kernel.events.queries import events_of, timeline
from vinloop.leads.actions.states import Facts
from vinloop.leads.api.shapes import (
    HistoryOut,
    InterestOut,
    LeadCustomer,
    LeadOut,
    LeadPage,
    PlaceOut,
    TouchOut,
)
from vinloop.leads.models import Lead, Touch
from vinloop.leads.rules.states import possible_transitions

HISTORY = 200


def lead_rows(leads: Sequence[Lead]) -> list[LeadOut]:
    """A page of leads with masked numbers; one query for all numbers."""
    reach = contact_points({lead.customer_id for lead in leads})
    return [_lead(lead, reach.get(lead.customer_id, []), is_masked=True) for lead in leads]


def lead_page(actor: Actor, lead: Lead, *, at: datetime) -> LeadPage:
    """One lead with history and what the caller can do with it now."""
    reach, is_masked = reach_for(actor, lead.customer, at=at)
    touches = list(Touch.objects.filter(lead=lead).select_related("source", "campaign").order_by("at", "id"))
    shown = msgspec.structs.asdict(_lead(lead, reach, is_masked=is_masked))
    return LeadPage(
        **shown,
        external_ids=[touch.source_ref for touch in touches if touch.source_ref],
        campaign=lead.campaign.code if lead.campaign else "",
        referrer=lead.referrer,
        door=lead.door,
        comments=lead.comments,
        timeframe=lead.timeframe_text,
        expected_order_on=lead.expected_order_on,
        budget_low=lead.budget_low,
        budget_high=lead.budget_high,
        price=lead.quoted_price,
        currency=lead.currency,
        trade_in=lead.trade_in,
        handover_note=lead.handover_note,
        lost_reason=lead.lost_reason.code if lead.lost_reason else "",
        lost_note=lead.lost_note,
        touches=[_touch(touch) for touch in touches],
        history=_history(lead),
        allowed_actions=allowed_actions(actor, lead),
    )


def allowed_actions(actor: Actor, lead: Lead) -> list[str]:
    """Names of the transitions the actor may take now; the same table draws the buttons."""
    possible = possible_transitions(Facts(lead))
    return [t.name for t in possible if not t.is_arrival and actor.may(t.permission)]


def _lead(lead: Lead, reach: Sequence[Reach], *, is_masked: bool) -> LeadOut:
    return LeadOut(
        ref=lead.ref,
        status=lead.status,
        level=lead.level,
        is_hot=lead.is_hot,
        source=lead.source.code,
        customer=_customer(lead, reach, is_masked=is_masked),
        interest=_interest(lead),
        dealer=_place(lead),
        consultant=lead.consultant.username if lead.consultant else "",
        touch_count=lead.touch_count,
        received_at=lead.received_at,
        updated_at=lead.updated_at,
        dispatched_at=lead.dispatched_at,
        accepted_at=lead.accepted_at,
        first_contacted_at=lead.first_contacted_at,
        response_seconds=lead.response_seconds,
        next_follow_up_at=lead.next_follow_up_at,
        ordered_at=lead.ordered_at,
        delivered_at=lead.delivered_at,
    )


def _customer(lead: Lead, reach: Sequence[Reach], *, is_masked: bool) -> LeadCustomer:
    who = lead.customer
    return LeadCustomer(
        ref=who.ref,
        name=who.name,
        kind=who.kind,
        city=who.city,
        address="" if is_masked else who.address,
        phones=[each.shown for each in reach if each.kind == "phone"],
        emails=[each.shown for each in reach if each.kind == "email"],
        is_masked=is_masked,
    )


def _interest(lead: Lead) -> InterestOut:
    model = lead.car_model
    return InterestOut(
        kind=lead.interest,
        brand=lead.brand.name_en or lead.brand.name,
        model=lead.model_text or (model.name if model else ""),
        model_code=model.code if model else "",
        year=lead.model_year,
        trim=lead.trim,
        vin=lead.vin,
    )


def _place(lead: Lead) -> PlaceOut | None:
    dealer: Any = lead.dealer
    return PlaceOut(dealer.code, dealer.name, dealer.name_en) if dealer else None


def _touch(touch: Touch) -> TouchOut:
    campaign = touch.campaign.code if touch.campaign else ""
    return TouchOut(touch.at, touch.source.code, campaign, touch.source_ref, touch.door)


def _history(lead: Lead) -> list[HistoryOut]:
    entries = timeline(list(events_of("leads.lead", lead.pk)[:HISTORY]))
    return [HistoryOut(e.at, e.kind, e.title, e.who, e.door) for e in entries]
