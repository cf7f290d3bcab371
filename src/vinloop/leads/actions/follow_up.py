"""The dealer's follow-up: contacts and quotes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from vinloop.kernel.access import Actor
from vinloop.kernel.clocks import business_seconds_between
from vinloop.kernel.identifiers.money import LARGEST_MINOR
from vinloop.kernel.settings import get_setting
from vinloop.leads.actions.hand_over import open_assignment
from vinloop.leads.actions.states import announce, change, locked_lead, move
from vinloop.leads.events import LeadContacted, NotPossible, QuoteGiven
from vinloop.leads.models import Assignment, Contact, Lead, Quote
from vinloop.leads.rules.levels import next_follow_up
from vinloop.leads.rules.states import OPEN_AT_DEALER
from vinloop.network.schedules import schedule_of
from vinloop.vehicles.queries import catalogue

WORK = "leads.lead:work"
FURTHEST = timedelta(days=366)


class ContactInput(msgspec.Struct, frozen=True, kw_only=True):
    """One contact as a person logs it. Without ``next_follow_up_at`` the level's cadence sets it."""

    channel: Literal["phone", "wechat", "sms", "email", "visit"]
    result: Literal["reached", "no_answer", "call_back", "wrong_number", "not_buying"]
    purpose: Literal["follow_up", "visit", "test_drive"] = "follow_up"
    note: str = ""
    level: Literal["", "H", "A", "B", "C", "L"] = ""
    next_follow_up_at: datetime | None = None


def log_contact(*, actor: Actor, ref: str, contact: ContactInput, at: datetime) -> Lead:
    """Record a contact a person made; the first one stops the response clock, whatever its result.

    A call nobody answers is a first human attempt, not an automatic reply, so it stops the clock too; the result is
    kept beside it. Raises ``LeadNotFound``, ``NotPossible`` and ``NotAllowed``.
    """
    actor.require(WORK)
    _check_plan(contact.next_follow_up_at, at)
    lead = locked_lead(ref)
    if lead.status not in (*OPEN_AT_DEALER, "ordered"):
        raise NotPossible("not_in_follow_up")
    if lead.status == "dispatched":
        raise NotPossible("accept_first")
    is_first = lead.first_contacted_at is None
    values = _after_contact(lead, contact, at) | (_first_contact(lead, at) if is_first else {})
    if lead.status == "accepted":
        move(lead, "contact", actor=actor, at=at, **values)
    else:
        change(lead, at=at, **values)
    _write_contact(actor, lead, contact, at)
    if is_first:
        _stop_clock(lead, at)
    announce(lead, _fact(lead, contact, is_first), actor=actor, at=at)
    return lead


def add_quote(
    *, actor: Actor, ref: str, model_code: str, price: int, currency: str, trim: str, note: str, at: datetime
) -> Quote:
    """Note a price named to the customer, in minor units of ``currency``."""
    actor.require(WORK)
    lead = locked_lead(ref)
    model = catalogue().model_by_code(model_code)
    if model is None:
        raise NotPossible("unknown_model")
    if lead.status not in (*OPEN_AT_DEALER, "ordered"):
        raise NotPossible("not_in_follow_up")
    if not 0 < price <= LARGEST_MINOR:
        raise NotPossible("price_required")
    if actor.user_id is None:
        raise NotPossible("person_required")
    quote = Quote.objects.create(
        lead=lead,
        owner_id=lead.owner_id,
        car_model_id=model.id,
        trim=trim,
        price=price,
        currency=currency,
        note=note,
        user_id=actor.user_id,
        at=at,
    )
    announce(lead, QuoteGiven(ref=ref, model=model.code, price=price, currency=currency), actor=actor, at=at)
    return quote


def _check_plan(planned: datetime | None, at: datetime) -> None:
    """A next contact that can be kept: still to come, and within a year."""
    if planned is not None and planned <= at:
        raise NotPossible("plan_passed")
    if planned is not None and planned > at + FURTHEST:
        raise NotPossible("plan_too_far")


def _after_contact(lead: Lead, contact: ContactInput, at: datetime) -> dict[str, Any]:
    level = contact.level or lead.level
    next_at = contact.next_follow_up_at or _by_cadence(lead, level, contact.result, at)
    visited = at if contact.channel == "visit" else lead.visited_at
    return {"last_contacted_at": at, "next_follow_up_at": next_at, "level": level, "visited_at": visited}


def _by_cadence(lead: Lead, level: str, result: str, at: datetime) -> datetime:
    """Nobody answered: again in a day. Otherwise the level's cadence, or the longest for levels without one."""
    if result in ("no_answer", "call_back"):
        return at + timedelta(days=1)
    cadence = get_setting("leads.cadence_days", lead.owner_id)
    zone = schedule_of(lead.owner_id).timezone
    planned = next_follow_up(level, at, zone, cadence)
    return planned or at + timedelta(days=max(cadence.values(), default=15))


def _first_contact(lead: Lead, at: datetime) -> dict[str, Any]:
    start = lead.dispatched_at or lead.received_at
    seconds = business_seconds_between(schedule_of(lead.owner_id), start, at)
    return {"first_contacted_at": at, "response_seconds": max(0, seconds)}


def _stop_clock(lead: Lead, at: datetime) -> None:
    assignment = open_assignment(lead)
    if assignment is not None:
        assignment.first_contacted_at, assignment.next_check_at = at, None
        assignment.outcome = Assignment.Outcome.ACCEPTED
        assignment.save(update_fields=["first_contacted_at", "next_check_at", "outcome"])


def _write_contact(actor: Actor, lead: Lead, contact: ContactInput, at: datetime) -> None:
    Contact.objects.create(
        lead=lead,
        owner_id=lead.owner_id,
        user_id=actor.user_id,
        purpose=contact.purpose,
        channel=contact.channel,
        result=contact.result,
        note=contact.note,
        at=at,
    )


def _fact(lead: Lead, contact: ContactInput, is_first: bool) -> LeadContacted:
    return LeadContacted(
        ref=lead.ref,
        channel=contact.channel,
        result=contact.result,
        is_first=is_first,
        response_seconds=lead.response_seconds if is_first else None,
    )
