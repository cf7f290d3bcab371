"""All visits, as a list to filter and to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.exports import EXPORT
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter, Listing
from vinloop.kernel.web.record import Crumb
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.leads.exports import export_visits, stayed_words
from vinloop.leads.models import ShowroomVisit
from vinloop.leads.queries.consultants import Consultant, consultants_of
from vinloop.leads.queries.showroom import NEWEST, VisitFilter, list_visits

READ = "leads.visit:read"
YES, NO = "yes", "no"


@screen(READ)
def visit_list(request: ActorRequest) -> HttpResponse:
    """Visits in the reader's sight, newest first."""
    actor, address = request.actor, Address.of(request)
    people = consultants_of(actor.organisation_id)
    page = page_of(address, list_visits(actor, _wanted(actor, address)), NEWEST)
    listing = Listing(
        key="showroom-visits",
        title=_("Showroom visits"),
        columns=_columns(),
        rows=[_row(visit, may_edit=actor.may("leads.visit:record")) for visit in page.rows],
        address=address,
        empty=EmptyState(
            title=_("No visits yet"),
            text=_("Everybody who walks in is recorded in the showroom, with a contact or without."),
            icon="door-enter",
            action_label=_("Go to the showroom"),
            action_url=reverse("dealer:showroom"),
        ),
        filters=_filters(address, people),
        next_url=page.next_url,
        previous_url=page.previous_url,
        exports=_exports(actor, address),
        live="live:leads.VisitRecorded from:body delay:1s",
    )
    crumbs = [Crumb(_("Showroom"), reverse("dealer:showroom"))]
    return render(request, "kernel/list.html", {"listing": listing, "crumbs": crumbs})


@screen(EXPORT)
def visit_export(request: ActorRequest, file_format: Literal["csv", "xlsx"]) -> HttpResponseBase:
    """The same visits as a file."""
    actor, wanted = request.actor, _wanted(request.actor, Address.of(request))
    return export_visits(actor, wanted, file_format=file_format, filters=request.GET.urlencode(), at=timezone.now())


def _wanted(actor: Actor, address: Address) -> VisitFilter:
    kind, captured, consultant = (address.get(name) for name in ("kind", "captured", "consultant"))
    return VisitFilter(
        zone=actor.timezone,
        since=_day(address.get("arrived_from")),
        until=_day(address.get("arrived_to")),
        kind=kind if kind in ShowroomVisit.Kind.values else "",
        is_captured={YES: True, NO: False}.get(captured),
        consultant_id=int(consultant) if consultant.isdecimal() else None,
        is_first={YES: True, NO: False}.get(address.get("first")),
        dealer=address.get("dealer"),
        region=address.get("region"),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _columns() -> list[Column]:
    return [
        Column("arrived", _("Came in")),
        Column("who", _("Visitor"), is_long=True),
        Column("people", pgettext("how many", "People"), align="end"),
        Column("kind", _("How they came")),
        Column("visit", _("Visit")),
        Column("model", _("Looks at")),
        Column("consultant", _("Consultant")),
        Column("stayed", _("Stayed"), align="end", is_on_phone=False),
        Column("note", _("Note"), is_long=True, is_shown=False),
    ]


def _row(visit: ShowroomVisit, *, may_edit: bool) -> Row:
    name = (visit.customer.name or _("Name not known")) if visit.customer else ""
    return Row(
        url=reverse("dealer:visit", args=[visit.ref]) if may_edit else "",
        cells=[
            date_format(timezone.localtime(visit.arrived_at), "Y-m-d H:i"),
            name or cells.badge(_("No contact"), "muted"),
            str(visit.party_size),
            visit.get_kind_display(),
            _("First") if visit.is_first_visit else _("Again"),
            visit.car_model.label if visit.car_model else cells.nothing(),
            visit.consultant.label if visit.consultant else cells.nothing(),
            stayed_words(visit) or cells.badge(_("Departure not recorded"), "muted"),
            visit.note,
        ],
        ref=visit.ref,
        label=name or visit.ref,
    )


def _exports(actor: Actor, address: Address) -> list[ExportLink]:
    if not actor.may(EXPORT):
        return []
    query = address.query.urlencode()
    links = [
        (label, reverse("dealer:visit_export", args=[kind])) for label, kind in (("CSV", "csv"), ("Excel", "xlsx"))
    ]
    return [ExportLink(label, f"{url}?{query}" if query else url) for label, url in links]


def _filters(address: Address, people: Sequence[Consultant]) -> list[Filter]:
    kinds = [(value, str(label)) for value, label in ShowroomVisit.Kind.choices]
    captured = [(YES, _("With a contact")), (NO, _("Without a contact"))]
    consultants = [(str(person.id), person.label) for person in people]
    return [
        _range(address),
        select_filter(address, "kind", _("How they came"), kinds),
        select_filter(address, "captured", _("Contact"), captured),
        select_filter(address, "first", _("Visit"), [(YES, _("First")), (NO, _("Again"))]),
        *(_given(address, name, label) for name, label in (("dealer", _("Dealer")), ("region", _("Region")))),
        select_filter(address, "consultant", _("Consultant"), consultants),
    ]


def _given(address: Address, name: str, label: str) -> Filter:
    """Whose showrooms a figure was about: shown and removed, chosen on the board."""
    code = address.get(name)
    chip = f"{label}: {code}" if code else ""
    return Filter(name, label, "text", value=code, chip=chip, remove_url=address.url(**{name: None}))


def _range(address: Address) -> Filter:
    since, until = address.get("arrived_from"), address.get("arrived_to")
    days = since if since == until else f"{since} – {until}"
    chip = f"{_('Came in')}: {days}" if since or until else ""
    remove = address.url(arrived_from=None, arrived_to=None)
    return Filter("arrived", _("Came in"), "range", value=since, value_to=until, chip=chip, remove_url=remove)
