"""A lead with all that happened to it, read in one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from vinloop.customers.profile import card_of, with_card
from vinloop.customers.queries import Reach
from vinloop.kernel.access import Actor
from vinloop.kernel.db.nested import nested, rows_of
from vinloop.leads.models import Assignment, Contact, Lead, Quote, TestDrive, Touch
from vinloop.leads.queries.desk import due_of
from vinloop.leads.queries.leads import get_lead
from vinloop.leads.queries.named import with_names
from vinloop.leads.rules.states import OPEN_AT_DEALER

SHOWN = 50
_PERSON = ("name", "name_en")


@dataclass(frozen=True, slots=True)
class LeadStory:
    """A lead with everything its page shows; the newest of each kind first. Numbers are masked."""

    lead: Lead
    touches: list[Touch]
    contacts: list[Contact]
    assignments: list[Assignment]
    drives: list[TestDrive]
    quotes: list[Quote]
    reach: list[Reach]
    consents: Mapping[str, bool]

    @property
    def external_ids(self) -> list[str]:
        """What other systems call the lead."""
        return [each.source_ref for each in self.touches if each.source_ref]

    @property
    def running(self) -> Assignment | None:
        """The assignment whose clocks run."""
        return next((each for each in self.assignments if each.ended_at is None), None)

    @property
    def clock(self) -> tuple[datetime | None, str]:
        """The deadline that counts now, and of what."""
        lead, running = self.lead, self.running
        if lead.status == Lead.Status.NEW:
            return due_of(lead), _("Call")
        if lead.status not in OPEN_AT_DEALER:
            return None, ""
        if running and lead.status == Lead.Status.DISPATCHED:
            return running.accept_by, _("Accept")
        if running and lead.first_contacted_at is None:
            return running.contact_by, _("First contact")
        return lead.next_follow_up_at, _("Follow-up")


def lead_story(actor: Actor, ref: str) -> LeadStory:
    """The lead and its story. Raises ``LeadNotFound`` and ``NotAllowed``."""
    lead = get_lead(actor, ref, with_card(_with_events(Lead.objects.all())))
    found: Any = lead
    drives = rows_of(TestDrive, found.drives_json)
    list(with_names(drive.demo_car for drive in drives))
    reach, consents = card_of(lead)
    return LeadStory(
        lead=lead,
        touches=list(with_names(rows_of(Touch, found.touches_json))),
        contacts=rows_of(Contact, found.contacts_json),
        assignments=list(with_names(rows_of(Assignment, found.assignments_json))),
        drives=drives,
        quotes=list(with_names(rows_of(Quote, found.quotes_json))),
        reach=reach,
        consents=consents,
    )


def _with_events(rows: QuerySet[Lead]) -> QuerySet[Lead]:
    """The tables of what happened, each within the lead's own query."""
    drives = TestDrive.objects.filter(lead=OuterRef("pk")).order_by("-starts_at")[:SHOWN]
    return rows.annotate(
        touches_json=nested(Touch.objects.filter(lead=OuterRef("pk")).order_by("-at", "-id")[:SHOWN]),
        contacts_json=nested(Contact.objects.filter(lead=OuterRef("pk")).order_by("-at", "-id")[:SHOWN], user=_PERSON),
        assignments_json=nested(
            Assignment.objects.filter(lead=OuterRef("pk")).order_by("-dispatched_at", "-id")[:SHOWN]
        ),
        drives_json=nested(drives, demo_car=("plate", "car_model_id"), consultant=_PERSON),
        quotes_json=nested(Quote.objects.filter(lead=OuterRef("pk")).order_by("-at", "-id")[:SHOWN], user=_PERSON),
    )
