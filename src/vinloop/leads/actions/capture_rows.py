"""The rows a capture writes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from vinloop.customers.actions.identify import Identified
from vinloop.kernel.access import Actor
from vinloop.kernel.db.bulk import insert_rows, next_ids, run_prepared
from vinloop.kernel.events import Recorded, Subject
from vinloop.kernel.identifiers import new_ref, parse_vin
from vinloop.leads.events import LeadCaptured, LeadTouched
from vinloop.leads.queries.duplicates import KnownLead
from vinloop.leads.rules.levels import days_from_text, expected_order_date, level_for
from vinloop.leads.rules.submissions import Submission
from vinloop.network.places import Place

_LEAD_COLUMNS = {
    "id": "bigint",
    "ref": "text",
    "owner_id": "bigint",
    "customer_id": "bigint",
    "brand_id": "bigint",
    "car_model_id": "bigint",
    "model_text": "text",
    "model_year": "smallint",
    "trim": "text",
    "vin": "text",
    "interest": "text",
    "status": "text",
    "level": "text",
    "source_id": "bigint",
    "campaign_id": "bigint",
    "referrer": "text",
    "door": "text",
    "comments": "text",
    "timeframe_text": "text",
    "expected_order_on": "date",
    "quoted_price": "bigint",
    "currency": "text",
    "trade_in": "jsonb",
    "city": "text",
    "province": "text",
    "wished_dealer_id": "bigint",
    "next_attempt_at": "timestamptz",
    "received_at": "timestamptz",
    "updated_at": "timestamptz",
    "dealer_id": "bigint",
    "consultant_id": "bigint",
    "dispatched_at": "timestamptz",
    "accepted_at": "timestamptz",
    "next_follow_up_at": "timestamptz",
    # What a new lead always has; written out because the statement bypasses the ORM's defaults.
    "is_hot": "boolean",
    "handover_note": "text",
    "touch_count": "smallint",
    "attempts": "smallint",
    "dispatch_count": "smallint",
    "lost_note": "text",
    "lost_competitor": "text",
    "recycled_count": "smallint",
}
_NEW_LEAD = (False, "", 1, 0, 0, "", "", 0)
_ATTACH = """
UPDATE leads_lead SET touch_count = touch_count + t.count, updated_at = %(at)s,
  next_attempt_at = CASE WHEN status = 'new' THEN %(at)s ELSE next_attempt_at END
FROM unnest(%(ids)s::bigint[], %(counts)s::int[]) AS t(lead_id, count) WHERE id = t.lead_id
"""


@dataclass(slots=False)
class Draft:
    """A submission on its way to become a lead or a touch."""

    position: int
    submission: Submission
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    # The source's own id, apart from those of other dealers; or empty.
    external_id: str = ""
    source_id: int = 0
    campaign_id: int | None = None
    brand_id: int = 0
    model_id: int | None = None
    model_text: str = ""
    place: Place | None = None
    wished_dealer_id: int | None = None
    customer: Identified | None = None
    existing: KnownLead | None = None
    created: KnownLead | None = None
    is_resend: bool = False
    source_key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def person(self) -> Identified:
        """Who it is; only after identification."""
        if self.customer is None:
            raise RuntimeError("the draft's customer has not been identified yet")
        return self.customer

    @property
    def customer_id(self) -> int:
        """The golden record; only after identification."""
        return self.customer.id if self.customer else 0

    @property
    def is_new_customer(self) -> bool:
        """Whether nobody knew the person before; then no lead can exist either."""
        return self.customer is not None and self.customer.is_new

    @property
    def lead(self) -> KnownLead:
        """The lead it became or was attached to."""
        lead = self.existing or self.created
        if lead is None:
            raise RuntimeError("the draft has not been placed yet")
        return lead

    @cached_property
    def payload(self) -> dict[str, Any]:
        """The submission as it was understood, for the record."""
        built = msgspec.to_builtins(self.submission)
        return dict(built)

    def begin_lead(self, actor: Actor) -> KnownLead:
        """Decide id and reference of a new lead."""
        dealer_id = actor.organisation_id if actor.organisation_kind == "dealer" else None
        customer_ref = self.customer.ref if self.customer else ""
        lead_id = next_ids("leads_lead", 1)[0]
        status = "accepted" if dealer_id else "new"
        self.created = KnownLead(
            lead_id, new_ref("L"), self.customer_id, customer_ref, status, dealer_id, actor.organisation_id
        )
        return self.created


def write_leads(*, actor: Actor, drafts: Sequence[Draft], at: datetime) -> list[Recorded]:
    """Insert the leads; answers the facts to record."""
    insert_rows("leads_lead", _LEAD_COLUMNS, [_lead_row(actor, draft, at) for draft in drafts])
    return [Recorded(_captured(draft), _subject(draft.lead)) for draft in drafts]


def attach_touches(*, drafts: Sequence[Draft], at: datetime) -> list[Recorded]:
    """Count later touches on the leads they belong to; one that waits for its call is called now."""
    if drafts:
        counts = Counter(draft.lead.id for draft in drafts)
        run_prepared(_ATTACH, {"at": at, "ids": list(counts), "counts": list(counts.values())})
    return [Recorded(_touched(draft), _subject(draft.lead)) for draft in drafts]


def _lead_row(actor: Actor, draft: Draft, at: datetime) -> tuple[Any, ...]:
    lead, wish, said = draft.lead, draft.submission.interest, draft.submission
    days = (said.expected_on - at.date()).days if said.expected_on else days_from_text(said.timeframe)
    vin = parse_vin(wish.vin) if wish.vin else None
    is_dealers = lead.dealer_id is not None
    arrived = at if is_dealers else None
    return (
        lead.id,
        lead.ref,
        lead.owner_id,
        lead.customer_id,
        draft.brand_id,
        draft.model_id,
        draft.model_text,
        wish.year if wish.year and 1900 < wish.year < 2100 else None,
        wish.trim,
        str(vin) if vin else "",
        wish.kind,
        lead.status,
        level_for(days),
        draft.source_id,
        draft.campaign_id,
        said.referrer[:300],
        actor.door,
        said.comments,
        said.timeframe,
        expected_order_date(at, days, actor.timezone),
        said.price,
        said.currency,
        msgspec.json.encode(said.trade_in or {}).decode(),
        draft.place.city if draft.place else said.customer.city,
        draft.place.province if draft.place else said.customer.province,
        draft.wished_dealer_id,
        None if is_dealers else at,
        at,
        at,
        lead.dealer_id,
        actor.user_id if is_dealers and actor.may("leads.lead:work") else None,
        arrived,
        arrived,
        arrived,
        *_NEW_LEAD,
    )


def write_touches(*, actor: Actor, drafts: Sequence[Draft], at: datetime, document_id: int | None) -> None:
    """Keep each arrival as it was understood."""
    insert_rows(
        "leads_touch",
        {
            "lead_id": "bigint",
            "owner_id": "bigint",
            "source_id": "bigint",
            "campaign_id": "bigint",
            "external_id": "text",
            "door": "text",
            "referrer": "text",
            "document_id": "bigint",
            "payload": "jsonb",
            "at": "timestamptz",
        },
        [
            (
                draft.lead.id,
                draft.lead.owner_id,
                draft.source_id,
                draft.campaign_id,
                draft.external_id or None,
                actor.door,
                draft.submission.referrer[:300],
                document_id,
                msgspec.json.encode(draft.submission).decode(),
                at,
            )
            for draft in drafts
        ],
    )


def _captured(draft: Draft) -> LeadCaptured:
    said = draft.submission
    return LeadCaptured(
        ref=draft.lead.ref,
        source=said.source,
        campaign=said.campaign,
        brand=said.interest.brand,
        model=said.interest.model,
    )


def _touched(draft: Draft) -> LeadTouched:
    said = draft.submission
    return LeadTouched(ref=draft.lead.ref, source=said.source, campaign=said.campaign)


def _subject(lead: KnownLead) -> Subject:
    return Subject("leads.lead", lead.id, lead.owner_id, lead.ref, lead.customer_id)
