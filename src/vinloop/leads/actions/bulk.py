"""One step on several leads at once; each lead succeeds or fails alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from vinloop.kernel.access import Actor, NotAllowed
from vinloop.leads.actions.dispatch import DISPATCH, dispatch_leads
from vinloop.leads.actions.hand_over import assign_consultant, withdraw_lead
from vinloop.leads.events import LeadNotFound, NotPossible
from vinloop.leads.models import Lead
from vinloop.leads.rules.states import TransitionRefused

MOST = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one lead. ``refusal`` is a stable code, empty when the step was taken."""

    ref: str
    refusal: str = ""


def dispatch_chosen(*, actor: Actor, refs: Sequence[str], at: datetime) -> list[Outcome]:
    """Hand those of the leads which wait to the dealers that fit best. Raises ``NotAllowed``."""
    actor.require(DISPATCH)
    found = {lead.ref: lead for lead in Lead.objects.filter(ref__in=refs).only("ref", "status")}
    waiting = [lead.pk for lead in found.values() if lead.status == Lead.Status.READY]
    done = dispatch_leads(actor=actor, lead_ids=waiting, at=at)
    refusals = dict.fromkeys(done.placed_ids, "") | dict.fromkeys(done.not_placed_ids, "no_dealer")
    return [
        Outcome(ref, refusals.get(found[ref].pk, "not_waiting") if ref in found else "lead_not_found")
        for ref in dict.fromkeys(refs)
    ]


def withdraw_chosen(*, actor: Actor, refs: Sequence[str], at: datetime) -> list[Outcome]:
    """Take the leads back from their dealers."""
    return _each(refs, lambda ref: withdraw_lead(actor=actor, ref=ref, reason="headquarters", at=at))


def assign_chosen(*, actor: Actor, refs: Sequence[str], user_id: int, at: datetime) -> list[Outcome]:
    """Make a consultant of the dealer responsible for the leads."""
    return _each(refs, lambda ref: assign_consultant(actor=actor, ref=ref, user_id=user_id, at=at))


def _each(refs: Sequence[str], action: Callable[[str], object]) -> list[Outcome]:
    # Taken in one order, so that two people never wait for each other's locks.
    done = {ref: _one(ref, action) for ref in sorted(set(refs))}
    return [Outcome(ref, done[ref]) for ref in dict.fromkeys(refs)]


def _one(ref: str, action: Callable[[str], object]) -> str:
    try:
        with transaction.atomic():
            action(ref)
    except (NotPossible, TransitionRefused) as refused:
        return refused.reason
    except LeadNotFound:
        return "lead_not_found"
    except NotAllowed:
        return "not_allowed"
    return ""
