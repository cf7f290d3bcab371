"""The audit log: every fact, who, when, through which door; and its export."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.accounts.queries import people_in_sight
from vinloop.kernel.admin.module_words import module_label
from vinloop.kernel.admin.pages import DOORS, page_of, select_filter
from vinloop.kernel.events import fact_kinds
from vinloop.kernel.events.queries import TimelineEntry, timeline
from vinloop.kernel.identifiers.refs import parse_ref
from vinloop.kernel.models import Event, User
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import Column, EmptyState, ExportLink, Filter, Listing, Row

READ: Final = "kernel.event:read"
MOST_EXPORTED: Final = 50_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@screen(READ)
def audit(request: ActorRequest) -> HttpResponse:
    """Facts, newest first, filtered by kind, subject, person and time."""
    address = Address.of(request)
    filters = _filters(address)
    page = page_of(address, _found(request, filters, address.get("q")), ("-at", "-id"))
    export = reverse("admin:audit_export") + "?" + address.query.urlencode()
    listing = Listing(
        key="audit",
        title=_("Audit log"),
        subtitle=_("Written with every change and never altered."),
        columns=[
            Column("at", _("When")),
            Column("what", _("What")),
            Column("subject", _("Subject")),
            Column("who", _("Who")),
            Column("door", _("How"), is_on_phone=False),
        ],
        rows=_rows(page.rows),
        address=address,
        empty=EmptyState(_("Nothing has happened yet"), icon="history"),
        filters=filters,
        search=address.get("q"),
        search_hint=_("Reference or user name"),
        next_url=page.next_url,
        previous_url=page.previous_url,
        exports=[ExportLink(_("CSV"), export)] if request.actor.may("kernel.data:export") else [],
    )
    return render(request, "kernel/list.html", {"listing": listing})


@screen(READ)
def audit_export(request: ActorRequest) -> HttpResponse:
    """The same facts as a CSV file, at most 50,000."""
    request.actor.require("kernel.data:export")
    address = Address.of(request)
    rows = list(_found(request, _filters(address), address.get("q")).order_by("-at", "-id")[:MOST_EXPORTED])
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["at", "kind", "what", "subject", "reference", "organisation", "who", "door"])
    for entry, event in zip(timeline(rows), rows, strict=True):
        writer.writerow([_plain(cell) for cell in _cells(entry, event)])
    # Excel takes UTF-8 for what it is only with a mark in front.
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


def _cells(entry: TimelineEntry, event: Event) -> list[str]:
    subject = f"{event.subject_kind} {event.subject_id}"
    organisation = str(event.organisation_id)
    return [event.at.isoformat(), event.kind, entry.title, subject, entry.ref, organisation, entry.who, event.door]


def _plain(cell: str) -> str:
    """A spreadsheet must not take a text for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _filters(address: Address) -> list[Filter]:
    kinds = [(kind, f"{module_label(kind.partition('.')[0])}: {kind.partition('.')[2]}") for kind in fact_kinds()]
    since, until = address.get("at_from"), address.get("at_to")
    period = Filter(
        "at",
        _("Time"),
        kind="range",
        value=since,
        value_to=until,
        chip=f"{since or '…'} – {until or '…'}" if since or until else "",
        remove_url=address.url(at_from=None, at_to=None),
    )
    subject = address.get("subject")
    of_subject = Filter(
        "subject",
        _("Kind of subject"),
        kind="text",
        value=subject,
        chip=_("Subject: %(kind)s") % {"kind": subject} if subject else "",
        remove_url=address.url(subject=None),
    )
    doors = select_filter(address, "door", _("How"), DOORS.items())
    return [select_filter(address, "kind", _("What"), kinds), of_subject, doors, period]


def _found(request: ActorRequest, filters: list[Filter], text: str) -> QuerySet[Event]:
    kind, subject, door, period = filters
    found = Event.objects.all()
    if kind.value:
        found = found.filter(kind=kind.value)
    if subject.value:
        found = found.filter(subject_kind=subject.value)
    if door.value:
        found = found.filter(door=door.value)
    if since := _midnight(period.value):
        found = found.filter(at__gte=since)
    if until := _midnight(period.value_to):
        found = found.filter(at__lt=until + timedelta(days=1))
    return _about(request, found, text) if text else found


def _about(request: ActorRequest, found: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Facts about a reference, or of a person the actor may know."""
    ref = parse_ref(text)
    if ref:
        return found.filter(subject_ref=ref)
    people = list(people_in_sight(request.actor).filter(username=text.lower()).values_list("pk", flat=True))
    return found.filter(user_id__in=people) if people else found.filter(subject_ref=text[:20])


def _midnight(text: str) -> datetime | None:
    try:
        day: date | None = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _rows(events: list[Event]) -> list[Row]:
    people = {event.subject_id for event in events if event.subject_kind == "kernel.user"}
    names = {user.pk: user.label for user in User.objects.filter(pk__in=people)} if people else {}
    entries = timeline(events)
    return [_row(entry, event, names) for entry, event in zip(entries, events, strict=True)]


def _row(entry: TimelineEntry, event: Event, names: dict[int, str]) -> Row:
    name = names.get(event.subject_id, "") if event.subject_kind == "kernel.user" else ""
    subject = cells.two_lines(name or entry.ref or f"#{event.subject_id}", event.subject_kind)
    what = cells.two_lines(entry.title, entry.detail or entry.kind)
    return Row("", [cells.ago(entry.at), what, subject, entry.who or _("System"), DOORS.get(entry.door, entry.door)])
