"""Changes of state: the one function that moves a lead, and how a lead is obtained for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vinloop.kernel.access import Actor
from vinloop.kernel.events import Fact, Subject, record
from vinloop.leads.events import LeadNotFound
from vinloop.leads.models import Lead
from vinloop.leads.rules.states import FINAL, check_transition

_MOVED = ("status", "closed_at", "updated_at")


class Facts:
    """A lead as the state table's guards look at it."""

    def __init__(self, lead: Lead) -> None:
        self.status: str = lead.status
        self.is_hot: bool = lead.is_hot
        self.has_contact: bool = lead.first_contacted_at is not None


def locked_lead(ref: str) -> Lead:
    """The lead, locked until the transaction ends. Raises ``LeadNotFound`` when the actor's scope has none such."""
    lead = Lead.objects.select_for_update(of=("self",)).filter(ref=ref).first()
    if lead is None:
        raise LeadNotFound(ref)
    return lead


def move(lead: Lead, name: str, *, actor: Actor, at: datetime, **values: Any) -> None:
    """Take a transition: check it and the permission, then set the new state and ``values``.

    Raises ``TransitionRefused`` and ``NotAllowed``; the caller holds the lead's lock and records the fact.
    """
    _enter(lead, name, actor=actor, at=at)
    change(lead, at=at, **values)


def move_all(leads: Sequence[Lead], name: str, *, actor: Actor, at: datetime, **values: Any) -> None:
    """Take the same transition for many locked leads with one statement; raises as ``move`` does."""
    for lead in leads:
        _enter(lead, name, actor=actor, at=at)
        _set(lead, at, values)
    if leads:
        reached = {field: getattr(leads[0], field) for field in (*_MOVED, *values)}
        Lead.objects.filter(pk__in=[lead.pk for lead in leads]).update(**reached)


def change(lead: Lead, *, at: datetime, **values: Any) -> None:
    """Set fields of a locked lead."""
    _set(lead, at, values)
    lead.save(update_fields=[*_MOVED, *values])


def _enter(lead: Lead, name: str, *, actor: Actor, at: datetime) -> None:
    transition = check_transition(name, Facts(lead))
    actor.require(transition.permission)
    lead.status = transition.target
    lead.closed_at = at if transition.target in FINAL else None


def _set(lead: Lead, at: datetime, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        setattr(lead, field, value)
    lead.updated_at = at


def subject_of(lead: Lead, owner_id: int | None = None) -> Subject:
    """The lead as the subject of a fact that ``owner_id`` (by default its owner) may see."""
    return Subject("leads.lead", lead.pk, owner_id or lead.owner_id, lead.ref, lead.customer_id)


def announce(lead: Lead, fact: Fact, *, actor: Actor, at: datetime, owner_id: int | None = None) -> None:
    """Record a fact about a lead."""
    record(fact, actor=actor, subject=subject_of(lead, owner_id), at=at)
