"""Leads and showroom visits as files: the same rows, heads and words whichever door they are asked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.kernel.access import Actor
from vinloop.kernel.web.exports import Format, Record, Table, download, pages_of, record_export
from vinloop.leads.models import Lead, ShowroomVisit
from vinloop.leads.queries import showroom
from vinloop.leads.queries.desk import due_of, in_view, masked_phone_of, with_row_facts
from vinloop.leads.queries.leads import ORDER, READ, LeadFilter, list_leads
from vinloop.leads.words import car_words, dealer_words


def export_leads(
    actor: Actor, wanted: LeadFilter, view: str, *, file_format: Format, filters: str, at: datetime
) -> HttpResponseBase:
    """The leads of a saved view as a file, all pages, numbers masked; that they were taken is recorded.

    ``filters`` is how they were asked for, without what was searched for. Raises ``NotAllowed``.
    """
    actor.require(READ)
    record_export(actor, name="leads", file_format=file_format, filters=filters[:300], at=at)
    pages = pages_of(
        actor,
        lambda: with_row_facts(in_view(list_leads(actor, wanted), view, at)),
        ORDER,
        lambda leads: [_lead(lead) for lead in leads],
    )
    return download(Table("leads", _lead_heads(), pages), file_format)


def export_visits(
    actor: Actor, wanted: showroom.VisitFilter, *, file_format: Format, filters: str, at: datetime
) -> HttpResponseBase:
    """Showroom visits as a file; that they were taken is recorded. Raises ``NotAllowed``."""
    actor.require(showroom.READ)
    record_export(actor, name="showroom-visits", file_format=file_format, filters=filters[:300], at=at)

    def write(visits: Sequence[ShowroomVisit]) -> list[Record]:
        return [_visit(visit) for visit in visits]

    pages = pages_of(actor, lambda: showroom.list_visits(actor, wanted), showroom.NEWEST, write)
    return download(Table("showroom-visits", _visit_heads(), pages), file_format)


def stayed_words(visit: ShowroomVisit) -> str:
    """How long a party stayed; empty while nobody noted when it left."""
    if visit.left_at is None:
        return ""
    return _("%(n)d min") % {"n": int((visit.left_at - visit.arrived_at).total_seconds() // 60)}


def _lead_heads() -> list[str]:
    return [
        _("Reference"), _("Customer"), _("Phone (masked)"), _("Interest"), _("Level"), _("Hot lead"), _("Status"),
        pgettext("deadline", "Due"), _("Dealer"), _("Consultant"), _("Source"), _("Campaign"), _("City"), _("Received"),
        _("Last contact"), _("Response time (minutes)"), _("Touches"),
    ]  # fmt: skip


def _lead(lead: Lead) -> Record:
    response = None if lead.response_seconds is None else round(lead.response_seconds / 60)
    return [
        lead.ref, lead.customer.name, masked_phone_of(lead), car_words(lead), lead.level,
        _("Yes") if lead.is_hot else _("No"), lead.get_status_display(), due_of(lead), dealer_words(lead),
        lead.consultant.label if lead.consultant else "", lead.source.label,
        lead.campaign.label if lead.campaign else "", lead.city, lead.received_at, lead.last_contacted_at, response,
        lead.touch_count,
    ]  # fmt: skip


def _visit_heads() -> list[str]:
    return [
        _("Reference"), _("Came in"), _("Visitor"), pgettext("how many", "People"), _("How they came"), _("Visit"),
        _("Looks at"), _("Consultant"), _("Stayed"), _("Note"), _("Left"), _("Lead"),
    ]  # fmt: skip


def _visit(visit: ShowroomVisit) -> Record:
    return [
        visit.ref, visit.arrived_at, visit.customer.name if visit.customer else "", visit.party_size,
        visit.get_kind_display(), _("First") if visit.is_first_visit else _("Again"),
        visit.car_model.label if visit.car_model else "", visit.consultant.label if visit.consultant else "",
        stayed_words(visit), visit.note, visit.left_at, visit.lead.ref if visit.lead else "",
    ]  # fmt: skip
