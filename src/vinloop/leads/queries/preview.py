"""Which dealers would be asked for a lead, before it is handed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vinloop.kernel.access import Actor
from vinloop.leads.models import Assignment, Lead
from vinloop.leads.queries.dispatch import DealerChooser, WaitingLead
from vinloop.network.queries import dealer_directory


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dealer with its score and what is on its desk now."""

    code: str
    name: str
    total: float
    parts: dict[str, float]
    distance_km: float | None
    open_leads: int


def candidates_for(actor: Actor, lead: Lead, *, at: datetime) -> list[Candidate]:
    """The dealers that would be asked, best first, at most five; for those who see the whole network."""
    actor.require("leads.lead:verify")
    chooser = DealerChooser.load([], at)
    directory = dealer_directory()
    return [
        Candidate(
            code=directory[option.id].code,
            name=directory[option.id].label,
            total=score.total,
            parts=dict(score.parts),
            distance_km=score.distance_km,
            open_leads=open_leads,
        )
        for option, score, open_leads in chooser.preview(_waiting(lead))
        if actor.sees(option.id) and option.id in directory
    ]


def _waiting(lead: Lead) -> WaitingLead:
    had = Assignment.objects.filter(lead=lead).values_list("owner_id", flat=True)
    return WaitingLead(
        id=lead.pk,
        ref=lead.ref,
        customer_id=lead.customer_id,
        brand_id=lead.brand_id,
        city=lead.city,
        province=lead.province,
        wished_dealer_id=lead.wished_dealer_id,
        level=lead.level,
        model_text=lead.model_text,
        had_dealers=frozenset(had),
    )
