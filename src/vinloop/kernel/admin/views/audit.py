"""The audit log: every fact, who, when, through which door; and its export."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.admin.exports import export_facts
from vinloop.kernel.admin.facts import NEWEST, READ, FactFilter, find_facts
from vinloop.kernel.admin.module_words import module_label
from vinloop.kernel.admin.pages import DOORS
from vinloop.kernel.events import fact_kinds
from vinloop.kernel.events.queries import TimelineEntry, timeline
from vinloop.kernel.models import Event, User
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter, Listing
from vinloop.kernel.web.table_rows import Column, Row


@screen(READ)
def audit(request: ActorRequest) -> HttpResponse:
    """Facts, newest first, filtered by kind, subject, person and time."""
    address = Address.of(request)
    filters = _filters(address)
    page = page_of(address, find_facts(request.actor, _wanted(filters, address.get("q"))), NEWEST)
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
    address = Address.of(request)
    wanted = _wanted(_filters(address), address.get("q"))
    return export_facts(request.actor, wanted, filters=address.query.urlencode(), at=timezone.now())


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


def _wanted(filters: list[Filter], text: str) -> FactFilter:
    kind, subject, door, period = filters
    return FactFilter(
        kinds=(kind.value,) if kind.value else (),
        subject=subject.value,
        door=door.value,
        about=text,
        since=_day(period.value),
        until=_day(period.value_to),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


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
