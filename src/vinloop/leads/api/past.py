"""What a lead's page shows of the past: contacts, quotes, and the dealers it was given to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from vinloop.kernel.access import Actor
from vinloop.leads.api.shapes import QuoteOut
from vinloop.leads.models import Assignment, Contact, Quote
from vinloop.network.queries import dealer_directory

NEWEST = ("-at", "-id")
NEWEST_ASSIGNMENT = ("-dispatched_at", "-id")


class PastContactOut(msgspec.Struct, frozen=True, kw_only=True):
    """A contact with the customer; ``who`` is a log-in name, empty when the buyer wrote by themselves."""

    at: datetime
    purpose: str
    channel: str
    result: str
    note: str
    who: str


class WeighedDealer(msgspec.Struct, frozen=True):
    """A dealer that was weighed. ``parts`` add up to ``total``: why this dealer."""

    code: str
    name: str
    total: float
    parts: dict[str, float]
    distance_km: float | None


class AssignmentOut(msgspec.Struct, frozen=True, kw_only=True):
    """A lead at a dealer with its two clocks: accept, and first human contact."""

    dealer: str
    outcome: str
    dispatched_at: datetime
    accept_by: datetime
    contact_by: datetime
    accepted_at: datetime | None
    first_contacted_at: datetime | None
    reminded_at: datetime | None
    escalated_at: datetime | None
    ended_at: datetime | None
    decline_reason: str
    weighed: list[WeighedDealer]


def contact_out(contact: Contact) -> PastContactOut:
    """A contact as it was logged."""
    return PastContactOut(
        at=contact.at,
        purpose=contact.purpose,
        channel=contact.channel,
        result=contact.result,
        note=contact.note,
        who=contact.user.username if contact.user else "",
    )


def quote_out(quote: Quote) -> QuoteOut:
    """A price named to the customer."""
    return QuoteOut(
        lead=quote.lead.ref,
        model_code=quote.car_model.code,
        trim=quote.trim,
        price=quote.price,
        currency=quote.currency,
        note=quote.note,
        who=quote.user.username,
        at=quote.at,
    )


def assignment_out(actor: Actor, row: Assignment) -> AssignmentOut:
    """The lead at a dealer; of the dealers weighed only those the actor may know of."""
    return AssignmentOut(
        dealer=row.owner.code,
        outcome=row.outcome,
        dispatched_at=row.dispatched_at,
        accept_by=row.accept_by,
        contact_by=row.contact_by,
        accepted_at=row.accepted_at,
        first_contacted_at=row.first_contacted_at,
        reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
        ended_at=row.ended_at,
        decline_reason=row.decline_reason.code if row.decline_reason else "",
        weighed=[_weighed(each) for each in row.explanation.get("candidates", []) if actor.sees(each["dealer_id"])],
    )


def _weighed(candidate: dict[str, Any]) -> WeighedDealer:
    dealer = dealer_directory().get(candidate["dealer_id"])
    return WeighedDealer(
        code=dealer.code if dealer else "",
        name=dealer.label if dealer else candidate["name"],
        total=candidate["total"],
        parts=candidate["parts"],
        distance_km=candidate.get("distance_km"),
    )
