"""The lead list's saved views, and what its rows show beside the lead: the clock that runs and a number to call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from vinloop.customers.models import ContactPoint
from vinloop.kernel.caches import Remembered
from vinloop.kernel.identifiers import mask_phone
from vinloop.kernel.languages import in_language
from vinloop.kernel.models import Organisation
from vinloop.leads.models import Assignment, Campaign, Lead, LeadSource, ReasonCode
from vinloop.leads.queries.consultants import Consultant, consultants_of
from vinloop.leads.rules.states import OPEN, OPEN_AT_DEALER
from vinloop.leads.rules.verification import CALL_WITHIN

HEADQUARTERS_VIEWS = ("to_verify", "waiting", "at_dealers", "overdue", "lost_to_review", "ordered", "open", "all")
DEALER_VIEWS = ("to_accept", "in_follow_up", "overdue", "lost_to_review", "ordered", "open", "all")
_STATUSES: Mapping[str, frozenset[str]] = {
    "to_verify": frozenset({"new"}),
    "waiting": frozenset({"ready"}),
    "at_dealers": OPEN_AT_DEALER,
    "to_accept": frozenset({"dispatched"}),
    "in_follow_up": frozenset({"accepted", "working"}),
    "lost_to_review": frozenset({"lost_pending"}),
    "ordered": frozenset({"ordered"}),
    "open": OPEN,
}


def in_view(rows: QuerySet[Lead], view: str, now: datetime) -> QuerySet[Lead]:
    """The leads of a saved view; an unknown one is everything."""
    if view == "overdue":
        return rows.filter(overdue(now))
    statuses = _STATUSES.get(view)
    return rows.filter(status__in=sorted(statuses)) if statuses else rows


def overdue(now: datetime) -> Q:
    """At a dealer, and the clock that counts now has run out: acceptance, first contact, then the planned follow-up."""
    running = Assignment.objects.filter(lead=OuterRef("pk"), ended_at__isnull=True)
    first_contact = Q(first_contacted_at__isnull=True)
    late = Q(status="accepted") & first_contact & Exists(running.filter(contact_by__lte=now))
    planned = Q(next_follow_up_at__lte=now)
    without_clock = Q(status="accepted") & (~first_contact | ~Exists(running)) & planned
    return late | without_clock | Q(status__in=["dispatched", "working"]) & planned


def with_row_facts(rows: QuerySet[Lead]) -> QuerySet[Lead]:
    """Add what a row shows: the first-contact deadline that runs and the customer's first number; no query more."""
    contact_by = Assignment.objects.filter(lead=OuterRef("pk"), ended_at__isnull=True).values("contact_by")
    phones = ContactPoint.objects.filter(customer=OuterRef("customer_id"), kind="phone").order_by("-is_primary", "id")
    return rows.annotate(contact_by=Subquery(contact_by[:1]), phone=Subquery(phones.values("value")[:1]))


def due_of(lead: Lead) -> datetime | None:
    """The moment by which somebody must do something about the lead."""
    if lead.status == Lead.Status.NEW:
        return lead.next_attempt_at + CALL_WITHIN if lead.next_attempt_at else None
    contact_by: datetime | None = getattr(lead, "contact_by", None)
    if lead.status == Lead.Status.ACCEPTED and lead.first_contacted_at is None and contact_by:
        return contact_by
    return lead.next_follow_up_at if lead.status in OPEN_AT_DEALER else None


def masked_phone_of(lead: Lead) -> str:
    """The customer's first number, masked; empty without one."""
    number: str | None = getattr(lead, "phone", None)
    return mask_phone(number) if number else ""


def _load_sources() -> list[LeadSource]:
    return list(LeadSource.objects.all())


def _load_campaigns() -> list[Campaign]:
    return list(Campaign.objects.all())


def _load_reasons() -> list[ReasonCode]:
    return list(ReasonCode.objects.all())


def _load_regions() -> list[tuple[str, str, str]]:
    rows = Organisation.objects.filter(kind=Organisation.Kind.REGION, is_active=True).order_by("path")
    return list(rows.values_list("code", "name", "name_en"))


sources: Remembered[list[LeadSource]] = Remembered(_load_sources)
reason_codes: Remembered[list[ReasonCode]] = Remembered(_load_reasons)
campaigns: Remembered[list[Campaign]] = Remembered(_load_campaigns)
_regions: Remembered[list[tuple[str, str, str]]] = Remembered(_load_regions)


def regions() -> list[tuple[str, str]]:
    """Code and name of each region, in the reader's language."""
    return [(code, in_language(name, name_en)) for code, name, name_en in _regions()]


_people: dict[int, Remembered[list[Consultant]]] = {}


def people_of(dealer_id: int) -> list[Consultant]:
    """A dealer's consultants to choose from, as they were some seconds ago at most."""
    if dealer_id not in _people:
        _people[dealer_id] = Remembered(lambda: consultants_of(dealer_id))
    return _people[dealer_id]()
