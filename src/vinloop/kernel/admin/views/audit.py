"""The audit log: every fact, who, when, through which door; and its export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.accounts.queries import people_in_sight
from vinloop.kernel.admin.module_words import module_label
from vinloop.kernel.admin.pages import DOORS
from vinloop.kernel.events import fact_kinds
from vinloop.kernel.events.queries import TimelineEntry, timeline
from vinloop.kernel.identifiers.refs import parse_ref
from vinloop.kernel.models import Event, Organisation, User
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.exports import Record, Table, download, pages_of, record_export
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter, Listing
from vinloop.kernel.web.table_rows import Column, Row

READ: Final = "kernel.event:read"
NEWEST: Final = ("-at", "-id")


@screen(READ)
def audit(request: ActorRequest) -> HttpResponse:
    """Facts, newest first, filtered by kind, subject, person and time."""
    address = Address.of(request)
    filters = _filters(address)
    page = page_of(address, _found(request, filters, address.get("q")), NEWEST)
    export = reverse("admin:audit_export") + "?" + address.query.urlencode()
    listing = Listing(
        key="audit",
        title=_("Audit log"),
        subtitle=_("Written with every change and never altered."),
        columns=[
            Column("at", _("When")),
            Column("what", _("What")),
            Column("subject", _("Subject")),
            Column("who", _("Done by")),
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
def audit_export(request: ActorRequest) -> HttpResponseBase:
    """The same facts as a CSV file."""
    address, actor = Address.of(request), request.actor
    record_export(actor, name="audit", file_format="csv", filters=address.query.urlencode()[:300], at=timezone.now())
    heads = [
        _("When"), _("Kind"), _("What"), _("Kind of subject"), _("Subject"), _("Reference"), _("Organisation"),
        _("Done by"), _("How"),
    ]  # fmt: skip
    found = _found(request, _filters(address), address.get("q"))
    return download(Table("audit", heads, pages_of(actor, found.all, NEWEST, _records)), "csv")


def _records(events: Sequence[Event]) -> list[Record]:
    codes = dict(Organisation.objects.filter(pk__in={e.organisation_id for e in events}).values_list("pk", "code"))
    return [_record(entry, event, codes) for entry, event in zip(timeline(events), events, strict=True)]


def _record(entry: TimelineEntry, event: Event, codes: dict[int, str]) -> Record:
    return [
        event.at, event.kind, entry.title, event.subject_kind, event.subject_id, entry.ref,
        codes.get(event.organisation_id, ""), entry.who or _("System"), str(DOORS.get(event.door, event.door)),
    ]  # fmt: skip


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
