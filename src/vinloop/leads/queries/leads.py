"""Leads as lists show them, and one lead as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from vinloop.kernel.access import Actor
from vinloop.kernel.identifiers import parse_ref
from vinloop.kernel.search import matching_ids
from vinloop.leads.events import LeadNotFound
from vinloop.leads.models import Assignment, Contact, Lead, Quote
from vinloop.leads.queries.named import named
from vinloop.leads.queries.stages import at_stage
from vinloop.leads.rules.external_ids import kept_id
from vinloop.leads.rules.states import OPEN

READ = "leads.lead:read"
COUNT_LIMIT = 1000
ORDER = ("-received_at", "-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFilter:
    """What a list of leads is narrowed to. Texts are codes as the address carries them; empty means any.

    ``stage`` is one of ``stages.STAGES`` or ``stages.LATE``; the latter are late ``at`` a moment, which must be given.
    """

    q: str = ""
    external_id: str = ""
    status: tuple[str, ...] = ()
    level: str = ""
    source: str = ""
    campaign: str = ""
    model: str = ""
    dealer: str = ""
    region: str = ""
    consultant: str = ""
    is_hot: bool | None = None
    received_from: date | None = None
    received_to: date | None = None
    is_open: bool | None = None
    stage: str = ""
    stage_from: date | None = None
    stage_to: date | None = None
    at: datetime | None = None


def list_leads(actor: Actor, wanted: LeadFilter) -> QuerySet[Lead]:
    """Leads in the actor's sight, newest first, with what a row shows; one query when it is read."""
    actor.require(READ)
    rows = scoped(actor, Lead.objects.all())
    rows = _searched(rows, actor, wanted.q)
    rows = _at_stage(rows, wanted, ZoneInfo(actor.timezone))
    conditions = _conditions(wanted, actor)
    return named(rows.filter(conditions).select_related("customer", "dealer", "consultant").order_by(*ORDER))


def scoped(actor: Actor, rows: QuerySet[Lead]) -> QuerySet[Lead]:
    """The actor's own leads by an index on the owner; row-level security checks the same again."""
    if actor.sees_all:
        return rows
    return rows.filter(owner_id__in=sorted(actor.organisation_ids or ()))


def count_leads(rows: QuerySet[Lead]) -> tuple[int, bool]:
    """How many rows, up to a thousand, and whether there are more: nobody waits for an exact million."""
    found = rows.order_by().select_related(None).values("id")[: COUNT_LIMIT + 1].count()
    return min(found, COUNT_LIMIT), found > COUNT_LIMIT


def get_lead(actor: Actor, ref: str, rows: QuerySet[Lead] | None = None) -> Lead:
    """One lead with what its page shows; ``rows`` may bring more. Raises ``LeadNotFound`` and ``NotAllowed``."""
    actor.require(READ)
    wanted = parse_ref(ref) or ref
    found = Lead.objects.all() if rows is None else rows
    found = found.select_related("customer", "dealer", "owner", "consultant", "wished_dealer")
    lead = named(found.filter(ref=wanted)).first()
    if lead is None:
        raise LeadNotFound(ref)
    return lead


def quotes_of(actor: Actor, ref: str) -> QuerySet[Quote]:
    """The prices named to a lead's customer. Raises ``LeadNotFound`` and ``NotAllowed``."""
    return Quote.objects.filter(lead=get_lead(actor, ref)).select_related("lead", "car_model", "user")


def contacts_of(actor: Actor, ref: str) -> QuerySet[Contact]:
    """The contacts with a lead's customer. Raises ``LeadNotFound`` and ``NotAllowed``."""
    return Contact.objects.filter(lead=get_lead(actor, ref)).select_related("user")


def assignments_of(actor: Actor, ref: str) -> QuerySet[Assignment]:
    """The dealers a lead was given to, as far as the actor sees them. Raises ``LeadNotFound`` and ``NotAllowed``."""
    return Assignment.objects.filter(lead=get_lead(actor, ref)).select_related("owner", "decline_reason")


def _searched(rows: QuerySet[Lead], actor: Actor, text: str) -> QuerySet[Lead]:
    if not text.strip():
        return rows
    ref = parse_ref(text)
    if ref and ref.startswith("L-"):
        return rows.filter(ref=ref)
    customers = matching_ids("customer", text, actor)
    return rows.filter(customer_id__in=customers or [])


def _conditions(wanted: LeadFilter, actor: Actor) -> Q:
    dealer_id = actor.organisation_id if actor.organisation_kind == "dealer" else None
    exact: dict[str, Any] = {
        "level": wanted.level,
        "source__code": wanted.source,
        "campaign__code": wanted.campaign,
        "car_model__code": wanted.model,
        "dealer__code": wanted.dealer,
        "consultant__username": wanted.consultant,
        "touches__external_id": kept_id(wanted.external_id, dealer_id),
        "dealer__parent__code": wanted.region,
    }
    conditions = Q(**{name: value for name, value in exact.items() if value})
    if wanted.status:
        conditions &= Q(status__in=wanted.status)
    if wanted.is_open is not None:
        conditions &= Q(status__in=OPEN) if wanted.is_open else ~Q(status__in=OPEN)
    if wanted.is_hot is not None:
        conditions &= Q(is_hot=wanted.is_hot)
    return conditions & _received(wanted, actor)


def _at_stage(rows: QuerySet[Lead], wanted: LeadFilter, zone: ZoneInfo) -> QuerySet[Lead]:
    if not wanted.stage or wanted.at is None:
        return rows
    since = datetime.combine(wanted.stage_from, time.min, zone) if wanted.stage_from else None
    until = datetime.combine(wanted.stage_to + timedelta(days=1), time.min, zone) if wanted.stage_to else None
    return at_stage(rows, wanted.stage, wanted.at, since=since, until=until)


def _received(wanted: LeadFilter, actor: Actor) -> Q:
    zone = ZoneInfo(actor.timezone)
    conditions = Q()
    if wanted.received_from:
        conditions &= Q(received_at__gte=datetime.combine(wanted.received_from, time.min, zone))
    if wanted.received_to:
        conditions &= Q(received_at__lte=datetime.combine(wanted.received_to, time.max, zone))
    return conditions
