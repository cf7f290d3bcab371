"""Hands hot leads to dealers, one or fifty thousand, with the same statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from vinloop.customers.actions.access import give_access_to_pairs
from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.db.bulk import insert_rows
from vinloop.kernel.events import Recorded, Subject, record_all
from vinloop.leads.actions.moments import deadlines
from vinloop.leads.events import LeadDispatched, LeadNotPlaced, NotPossible
from vinloop.leads.queries.dispatch import Choice, DealerChooser, WaitingLead, waiting_leads
from vinloop.leads.rules.states import transition_named
from vinloop.network.queries import Dealer, dealer_directory

# Thousands of leads take this one step of the state table with one statement.
_STEP = transition_named("dispatch")
DISPATCH = _STEP.permission
CHUNK = 5000
_HAND_OVER = """
UPDATE leads_lead l SET status = %(target)s, owner_id = t.dealer_id, dealer_id = t.dealer_id, dispatched_at = %(at)s,
  dispatch_count = l.dispatch_count + 1, next_follow_up_at = t.accept_by, updated_at = %(at)s,
  consultant_id = NULL, accepted_at = NULL, first_contacted_at = NULL, response_seconds = NULL, last_contacted_at = NULL
FROM unnest(%(ids)s::bigint[], %(dealers)s::bigint[], %(accept_by)s::timestamptz[]) AS t(id, dealer_id, accept_by)
WHERE l.id = t.id AND l.status = %(source)s
"""


@dataclass(frozen=True, slots=True)
class Dispatched:
    """How a run went: which leads found a dealer, and which none."""

    placed_ids: tuple[int, ...] = ()
    not_placed_ids: tuple[int, ...] = ()

    @property
    def placed(self) -> int:
        """How many leads were handed to a dealer."""
        return len(self.placed_ids)

    @property
    def not_placed(self) -> int:
        """How many leads no dealer can take now."""
        return len(self.not_placed_ids)


def dispatch_leads(*, actor: Actor, lead_ids: Sequence[int], at: datetime, dealer_id: int | None = None) -> Dispatched:
    """Hand waiting leads to the best dealers, or to the one headquarters chose.

    Leads that are not waiting, or that somebody else is handing out at this moment, are left alone. Raises
    ``NotPossible`` when the chosen dealer can't take a lead, and ``NotAllowed``.
    """
    actor.require(DISPATCH)
    with elevated("dealers of all regions are compared"):
        leads = waiting_leads(lead_ids)
        if not leads:
            return Dispatched()
        chooser = DealerChooser.load(leads, at)
        choices = [(lead, chooser.choose(lead, only=dealer_id)) for lead in leads]
        placed = [(lead, choice) for lead, choice in choices if choice.dealer_id is not None]
        if dealer_id is not None and len(placed) < len(leads):
            raise NotPossible(next((c.refusal for _, c in choices if c.dealer_id is None), "no_dealer"))
        _hand_over(actor, placed, at)
        left = [lead for lead, choice in choices if choice.dealer_id is None]
        _tell_not_placed(actor, left, at)
    return Dispatched(tuple(lead.id for lead, _ in placed), tuple(lead.id for lead in left))


def dispatch_ready_leads(
    *, actor: Actor, at: datetime, limit: int = CHUNK, after_id: int = 0
) -> tuple[Dispatched, int]:
    """Hand out one chunk of the leads that wait, oldest first; returns the outcome and where to go on (0: done)."""
    actor.require(DISPATCH)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM leads_lead WHERE status = 'ready' AND id > %s ORDER BY id LIMIT %s", [after_id, limit]
        )
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return Dispatched(), 0
    return dispatch_leads(actor=actor, lead_ids=ids, at=at), ids[-1]


Placed = Sequence[tuple[WaitingLead, Choice]]


def _hand_over(actor: Actor, placed: Placed, at: datetime) -> None:
    times = {dealer: deadlines(dealer, at) for dealer in {_dealer(choice) for _, choice in placed}}
    if not placed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _HAND_OVER,
            {
                "at": at,
                "source": _STEP.source,
                "target": _STEP.target,
                "ids": [lead.id for lead, _ in placed],
                "dealers": [_dealer(choice) for _, choice in placed],
                "accept_by": [times[_dealer(choice)][0] for _, choice in placed],
            },
        )
    _write_assignments(placed, times, at)
    give_access_to_pairs(pairs=[(lead.customer_id, _dealer(choice)) for lead, choice in placed], kind="lead", at=at)
    names = dealer_directory()
    record_all((_dispatched(lead, choice, times, names) for lead, choice in placed), actor=actor, at=at)


def _write_assignments(placed: Placed, times: dict[int, tuple[datetime, datetime, datetime]], at: datetime) -> None:
    insert_rows(
        "leads_assignment",
        {
            "lead_id": "bigint",
            "owner_id": "bigint",
            "outcome": "text",
            "dispatched_at": "timestamptz",
            "accept_by": "timestamptz",
            "contact_by": "timestamptz",
            "next_check_at": "timestamptz",
            "explanation": "jsonb",
        },
        [
            (
                lead.id,
                _dealer(choice),
                "open",
                at,
                *times[_dealer(choice)],
                msgspec.json.encode(choice.explanation).decode(),
            )
            for lead, choice in placed
        ],
    )


def _dispatched(lead: WaitingLead, choice: Choice, times: dict[int, Any], names: Mapping[int, Dealer]) -> Recorded:
    dealer = names[_dealer(choice)]
    accept_by, contact_by, _ = times[dealer.id]
    fact = LeadDispatched(
        ref=lead.ref,
        dealer=dealer.code,
        dealer_name=dealer.name,
        accept_by=accept_by.isoformat(),
        contact_by=contact_by.isoformat(),
        level=lead.level,
        model=lead.model_text,
    )
    return Recorded(fact, Subject("leads.lead", lead.id, dealer.id, lead.ref, lead.customer_id))


def _tell_not_placed(actor: Actor, leads: Sequence[WaitingLead], at: datetime) -> None:
    record_all(
        (
            Recorded(
                LeadNotPlaced(ref=lead.ref),
                Subject("leads.lead", lead.id, actor.organisation_id, lead.ref, lead.customer_id),
            )
            for lead in leads
        ),
        actor=actor,
        at=at,
    )


def _dealer(choice: Choice) -> int:
    if choice.dealer_id is None:
        raise RuntimeError("only placed leads are handed over")
    return choice.dealer_id
