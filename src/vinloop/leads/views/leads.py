"""The lead list, for headquarters, regions and dealers alike, and what is done with many leads at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.search import may_be_more
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.exports import EXPORT
from vinloop.kernel.web.list_pages import page_of
from vinloop.kernel.web.listing import BulkAction, EmptyState, ExportLink, Listing, SavedView
from vinloop.kernel.web.record import Action
from vinloop.leads.exports import export_leads
from vinloop.leads.models import Lead
from vinloop.leads.queries import desk
from vinloop.leads.queries.consultants import Consultant
from vinloop.leads.queries.leads import ORDER, READ, count_leads, list_leads
from vinloop.leads.views import filters, rows

# The first change shows at once, a burst of them after it has ended.
LIVE = "live:any from:body throttle:3s, live:any from:body delay:800ms"
_VIEWS = {
    "to_verify": gettext_lazy("To verify"),
    "waiting": gettext_lazy("Waiting for a dealer"),
    "at_dealers": gettext_lazy("At dealers"),
    "to_accept": gettext_lazy("To accept"),
    "in_follow_up": gettext_lazy("In follow-up"),
    "overdue": gettext_lazy("Overdue"),
    "lost_to_review": gettext_lazy("Lost, to review"),
    "ordered": gettext_lazy("Ordered"),
    "open": gettext_lazy("All open"),
    "all": gettext_lazy("All"),
}


@screen(READ)
def lead_list(request: ActorRequest) -> HttpResponse:
    """Leads in sight, by saved view, filters and search."""
    actor, address, now = request.actor, Address.of(request), timezone.now()
    found = _rows(actor, address, now)
    page = page_of(address, desk.with_row_facts(found), ORDER)
    count, is_capped = count_leads(found)
    people = _people(actor)
    listing = Listing(
        key="leads",
        title=_("Leads"),
        columns=rows.columns(actor),
        rows=[rows.row(lead, now) for lead in page.rows],
        address=address,
        empty=_empty(actor),
        views=_views(actor, address),
        filters=filters.filters(actor, address, people),
        search=address.get("q"),
        search_hint=_("Name, phone, reference"),
        count=count,
        count_is_capped=is_capped or may_be_more(address.get("q"), count),
        next_url=page.next_url,
        previous_url=page.previous_url,
        exports=_exports(actor, address),
        bulk_actions=_bulk_actions(actor),
        live=LIVE,
    )
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": _new(actor)})


@screen(EXPORT)
def lead_export(request: ActorRequest, file_format: str) -> HttpResponseBase:
    """The list as a file: the same leads, all pages, masked as on screen."""
    if file_format not in ("csv", "xlsx"):
        raise Http404
    actor, address, now = request.actor, Address.of(request), timezone.now()
    shown = request.GET.copy()
    shown.pop("q", None)
    return export_leads(
        actor,
        filters.wanted(address),
        _view(actor, address),
        file_format="xlsx" if file_format == "xlsx" else "csv",
        filters=shown.urlencode(),
        at=now,
    )


def _rows(actor: Actor, address: Address, now: datetime) -> QuerySet[Lead]:
    return desk.in_view(list_leads(actor, filters.wanted(address)), _view(actor, address), now)


def _view(actor: Actor, address: Address) -> str:
    """The chosen view. A search or a status looks everywhere unless a view was chosen on purpose."""
    chosen = address.get("view")
    if chosen in _offered(actor):
        return chosen
    narrowing = {name for name in address.query if name not in ("view", "after", "before")}
    return "all" if narrowing else "open"


def _offered(actor: Actor) -> tuple[str, ...]:
    return desk.DEALER_VIEWS if actor.organisation_kind == "dealer" else desk.HEADQUARTERS_VIEWS


def _views(actor: Actor, address: Address) -> list[SavedView]:
    active = _view(actor, address)
    return [SavedView(_VIEWS[name], address.url(view=name), name == active) for name in _offered(actor)]


def _people(actor: Actor) -> Sequence[Consultant]:
    is_manager = actor.organisation_kind == "dealer" and actor.may("leads.lead:assign")
    return desk.people_of(actor.organisation_id) if is_manager else ()


def _exports(actor: Actor, address: Address) -> list[ExportLink]:
    if not actor.may(EXPORT):
        return []
    query = address.url(view=_view(actor, address)).partition("?")[2]
    urls = {name: reverse("leads:lead_export", args=[name]) for name in ("csv", "xlsx")}
    return [
        ExportLink(_("CSV (any program)"), f"{urls['csv']}?{query}"),
        ExportLink(_("Excel workbook"), f"{urls['xlsx']}?{query}"),
    ]


def _bulk_actions(actor: Actor) -> list[BulkAction]:
    actions = []
    if actor.may("leads.lead:dispatch"):
        actions = [
            BulkAction(_("Dispatch"), reverse("leads:bulk_dispatch"), "send"),
            BulkAction(_("Take back"), reverse("leads:bulk_withdraw"), "arrow-back-up",
                       _("Take the chosen leads back from their dealers?")),
        ]  # fmt: skip
    if actor.may("leads.lead:assign") and actor.organisation_kind == "dealer":
        actions.append(BulkAction(_("Assign to a consultant"), reverse("leads:bulk_assign"), "user-check"))
    return actions


def _new(actor: Actor) -> Action | None:
    if not actor.may("leads.lead:capture"):
        return None
    return Action(_("New lead"), reverse("leads:capture"), is_primary=True, icon="plus")


def _empty(actor: Actor) -> EmptyState:
    may_add = actor.may("leads.lead:capture")
    if actor.organisation_kind == "dealer":
        text = _("Leads arrive here when headquarters hands them to you, or when you enter somebody yourself.")
    else:
        text = _("Leads arrive from the website, ADF, the API, files and the hotline form.")
    url = reverse("leads:capture") if may_add else ""
    return EmptyState(_("No leads here"), text, "target-arrow", _("New lead") if may_add else "", url)
