"""What the buyer themselves says about a lead, on a page or in a letter."""

from __future__ import annotations

from datetime import datetime, timedelta

from vinloop.kernel.access import Actor
from vinloop.leads.actions.states import change, locked_lead
from vinloop.leads.events import NotPossible
from vinloop.leads.models import Contact, Lead
from vinloop.leads.rules.states import FINAL, OPEN_AT_DEALER

_SAID_TWICE = timedelta(minutes=10)


def hear_from_buyer(*, actor: Actor, ref: str, note: str, is_not_buying: bool = False, at: datetime) -> Lead | None:
    """Keep the buyer's words as a contact and put the lead before whoever works on it, now.

    No clock stops: nobody of ours has spoken to the buyer yet. The same words within ten minutes are one message
    (``None``). Nothing is closed here: a loss takes a reason and a manager. Raises ``NotPossible("lead_closed")``,
    ``LeadNotFound`` and ``NotAllowed``; the caller has proven that it is the buyer and announces its own fact.
    """
    actor.require("leads.lead:capture")
    lead = locked_lead(ref)
    if lead.status in FINAL:
        raise NotPossible("lead_closed")
    result = Contact.Result.NOT_BUYING if is_not_buying else Contact.Result.CALL_BACK
    said = Contact.objects.filter(lead=lead, user=None, result=result, note=note, at__gt=at - _SAID_TWICE)
    if said.exists():
        return None
    Contact.objects.create(
        lead=lead,
        owner_id=lead.owner_id,
        user_id=None,
        purpose=Contact.Purpose.FOLLOW_UP,
        channel=Contact.Channel.EMAIL,
        result=result,
        note=note,
        at=at,
    )
    change(lead, at=at, **_attention(lead, at))
    return lead


def _attention(lead: Lead, at: datetime) -> dict[str, datetime]:
    """The date that brings the lead to the top of a list; a lead that waits for acceptance is there already."""
    if lead.status in OPEN_AT_DEALER - {"dispatched"}:
        return {"next_follow_up_at": at}
    return {"next_attempt_at": at} if lead.status == "new" else {}
