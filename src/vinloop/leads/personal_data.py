"""What the leads room keeps about people: what they asked for, what was said, when they came and drove."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vinloop.customers.personal_data import Erased, PersonalData, Section, section_of
from vinloop.customers.privacy.documents import blot_documents, empty_documents
from vinloop.customers.privacy.needles import Needles, needles_of
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import ReceivedDocument
from vinloop.leads.actions.states import move
from vinloop.leads.models import Assignment, Contact, Lead, Quote, ShowroomVisit, TestDrive, Touch
from vinloop.leads.rules.states import FORGETTING

FIGURES, RESEND = "leads.figures", "leads.resend"
WORDS = {
    "leads.lead": _("Leads: comments, notes, trade-in, place"),
    "leads.closed": _("Open leads, closed"),
    "leads.touch": _("What was sent with the leads"),
    "leads.contact": _("Notes of contacts"),
    "leads.visit": _("Notes of showroom visits"),
    "leads.drive": _("Feedback of test drives"),
    "leads.cancelled_drive": _("Booked test drives, cancelled"),
    "leads.quote": _("Notes of quotes"),
    "leads.external_id": _("What the source called a lead"),
    "leads.row": _("Leads, contacts, visits and drives without the person"),
    FIGURES: _("Figures of the trade; nobody can be known by them."),
    RESEND: _("So that a repeated delivery of the same lead makes nothing"),
}
_EMPTY_LEAD: dict[str, Any] = {
    "comments": "", "handover_note": "", "lost_note": "", "timeframe_text": "", "trade_in": {}, "vin": "",
    "referrer": "", "city": "", "model_text": "",
}  # fmt: skip


def lead_data() -> PersonalData:
    """What this room answers for."""
    names = ("lead", "touch", "contact", "quote", "testdrive", "showroomvisit", "assignment")
    return PersonalData(
        code="leads",
        label=_("Leads"),
        tables=tuple(f"leads_{name}" for name in names),
        export=_export,
        erase=_erase,
        keeps=_keeps,
        words=WORDS,
    )


def empty_leads(leads: QuerySet[Lead], at: datetime) -> list[Erased]:
    """Forget all free text and everything as it was sent of some leads; the figures stay."""
    ids = list(leads.values_list("pk", flat=True))
    needles = needles_of(list(leads.values_list("customer_id", flat=True)))
    touches = Touch.objects.filter(lead_id__in=ids)
    documents = _empty_documents(ids, needles, at)
    return [
        *documents,
        Erased("leads.external_id", _hide_telling_ids(touches, needles), "emptied"),
        Erased("leads.touch", touches.update(payload={}, referrer=""), "emptied"),
        Erased("leads.lead", Lead.objects.filter(pk__in=ids).update(**_EMPTY_LEAD), "emptied"),
        Erased("leads.contact", _blank(Contact.objects.filter(lead_id__in=ids), "note"), "emptied"),
        Erased("leads.quote", _blank(Quote.objects.filter(lead_id__in=ids), "note"), "emptied"),
        Erased("leads.drive", _blank(TestDrive.objects.filter(lead_id__in=ids), "feedback"), "emptied"),
        Erased("leads.visit", _blank(ShowroomVisit.objects.filter(lead_id__in=ids), "note"), "emptied"),
    ]


def _erase(customer_ids: Sequence[int], at: datetime) -> list[Erased]:
    leads = Lead.objects.filter(customer_id__in=customer_ids)
    cancelled = TestDrive.objects.filter(customer_id__in=customer_ids, status=TestDrive.Status.BOOKED)
    visits = ShowroomVisit.objects.filter(customer_id__in=customer_ids)
    kept = leads.count()
    return [
        Erased("leads.cancelled_drive", cancelled.update(status=TestDrive.Status.CANCELLED), "emptied"),
        Erased("leads.closed", _close(leads, at), "emptied"),
        *empty_leads(leads, at),
        Erased("leads.visit", _blank(visits, "note"), "emptied"),
        Erased("leads.row", kept, "kept", FIGURES),
    ]


def _close(leads: QuerySet[Lead], at: datetime) -> int:
    """Nobody is to be called any more: open leads end, and so do their clocks."""
    actor = system_actor()
    found = list(leads.select_for_update(of=("self",)).filter(status__in=FORGETTING).order_by("pk"))
    for lead in found:
        move(lead, FORGETTING[lead.status], actor=actor, at=at, next_attempt_at=None, next_follow_up_at=None)
    waiting = Assignment.objects.filter(lead__in=found, ended_at__isnull=True)
    waiting.update(outcome=Assignment.Outcome.CLOSED, ended_at=at, next_check_at=None)
    return len(found)


def _empty_documents(lead_ids: list[int], needles: Needles, at: datetime) -> list[Erased]:
    """Mails and files the leads came with. One that brought other people, too, only loses this person."""
    mine = Touch.objects.filter(lead_id__in=lead_ids, document__isnull=False).values("document_id")
    others = Count("pk", filter=~Q(lead_id__in=lead_ids))
    touched = Touch.objects.filter(document_id__in=mine).values("document_id").annotate(others=others)
    shared = {row["document_id"] for row in touched if row["others"]}
    alone = {row["document_id"] for row in touched} - shared
    emptied = empty_documents(ReceivedDocument.objects.filter(pk__in=alone), at)
    told = [Erased("kernel.document", emptied, "emptied")]
    return [*told, *blot_documents(ReceivedDocument.objects.filter(pk__in=shared), needles, at)]


def _hide_telling_ids(touches: QuerySet[Touch], needles: Needles) -> int:
    """Some sources call a lead by the buyer's number: such a name goes, though a resend is then not known."""
    telling = [each.pk for each in touches.exclude(external_id=None) if needles.is_in(each.external_id or "")]
    return Touch.objects.filter(pk__in=telling).update(external_id=None)


def _blank(rows: QuerySet[Any], field: str) -> int:
    return rows.exclude(**{field: ""}).update(**{field: ""})


def _keeps(customer_ids: Sequence[int], since: datetime) -> set[int]:
    """Whoever has an open lead, or asked or was spoken to after the moment."""
    leads = Lead.objects.filter(customer_id__in=customer_ids)
    alive = Q(status__in=FORGETTING) | Q(status="ordered") | Q(received_at__gte=since) | Q(last_contacted_at__gte=since)
    seen = leads.filter(alive | Q(touches__at__gte=since) | Q(contacts__at__gte=since))
    came = ShowroomVisit.objects.filter(customer_id__in=customer_ids, arrived_at__gte=since)
    return {*seen.values_list("customer_id", flat=True), *(i for i in came.values_list("customer_id", flat=True) if i)}


def _export(customer_ids: Sequence[int]) -> list[Section]:
    leads = Lead.objects.filter(customer_id__in=customer_ids).order_by("id")
    ids = list(leads.values_list("pk", flat=True))
    return [_leads(leads), _touches(ids), _contacts(ids), _drives(ids), _quotes(ids), _visits(customer_ids)]


def _leads(leads: QuerySet[Lead]) -> Section:
    heads = {
        "ref": _("Reference"), "brand": _("Brand"), "car_model": _("Model"), "model_text": _("Interested in"),
        "interest": _("Interest"), "status": _("Status"), "level": _("Level"), "source": _("Source"),
        "comments": _("What you told us"), "handover_note": _("Note"), "trade_in": _("Trade-in"), "city": _("City"),
        "province": _("Province"), "timeframe_text": _("When you want to buy"), "lost_note": _("Why it ended"),
        "received_at": _("Received"), "closed_at": _("Ended"),
    }  # fmt: skip
    return section_of("leads", _("What you asked for"), heads, leads.select_related("brand", "car_model", "source"))


def _touches(lead_ids: list[int]) -> Section:
    heads = {
        "lead": _("Lead"), "source": _("Source"), "door": _("How it came"), "payload": _("What was sent"),
        "referrer": _("Page it came from"), "at": _("When"),
    }  # fmt: skip
    rows = Touch.objects.filter(lead_id__in=lead_ids).select_related("lead", "source").order_by("at", "id")
    return section_of("touches", _("What was sent to us"), heads, rows)


def _contacts(lead_ids: list[int]) -> Section:
    heads = {"lead": _("Lead"), "channel": _("Channel"), "result": _("Result"), "note": _("Note"), "at": _("When")}
    rows = Contact.objects.filter(lead_id__in=lead_ids).select_related("lead").order_by("at", "id")
    return section_of("contacts", _("When we spoke"), heads, rows)


def _drives(lead_ids: list[int]) -> Section:
    heads = {
        "ref": _("Reference"), "status": _("Status"), "starts_at": _("From"), "ends_at": _("Until"),
        "licence_checked_at": _("Licence seen"), "consent_at": _("Consent signed"), "score": _("Score"),
        "feedback": _("Feedback"),
    }  # fmt: skip
    rows = TestDrive.objects.filter(lead_id__in=lead_ids).order_by("starts_at", "id")
    return section_of("test_drives", _("Test drives"), heads, rows)


def _quotes(lead_ids: list[int]) -> Section:
    heads = {
        "lead": _("Lead"), "car_model": _("Model"), "trim": _("Trim"), "price": _("Price (minor units)"),
        "currency": _("Currency"), "note": _("Note"), "at": _("When"),
    }  # fmt: skip
    rows = Quote.objects.filter(lead_id__in=lead_ids).select_related("lead", "car_model").order_by("at", "id")
    return section_of("quotes", _("Quotes"), heads, rows)


def _visits(customer_ids: Sequence[int]) -> Section:
    heads = {
        "ref": _("Reference"), "arrived_at": _("Came in"), "left_at": _("Left"), "party_size": _("People in the party"),
        "note": _("Note"),
    }  # fmt: skip
    rows = ShowroomVisit.objects.filter(customer_id__in=customer_ids).order_by("arrived_at", "id")
    return section_of("visits", _("Visits to a showroom"), heads, rows)
