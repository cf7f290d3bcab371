"""The lists administrators keep for the leads room: reason codes, sources, campaigns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.identifiers import Money
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.listing import EmptyState, Listing, SavedView
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.leads.actions import catalogue
from vinloop.leads.forms.admin import CampaignForm, LabelledForm, ReasonForm, SourceForm
from vinloop.leads.models import Campaign, LeadSource, ReasonCode
from vinloop.leads.models.lead import Labelled
from vinloop.leads.views.refusals import carried_out

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BOTH = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class _Page:
    """One of the lists: its words and addresses."""

    key: str
    title: StrOrPromise
    new: StrOrPromise
    hint: StrOrPromise


@screen(catalogue.REASONS)
def reason_list(request: ActorRequest) -> HttpResponse:
    """Why leads end, by kind."""
    page = _Page("reason", _("Reason codes"), _("New reason"), _("Dealers and the desk choose from these reasons."))
    rows = [_row("reason", each, [each.get_kind_display(), each.code]) for each in _reasons()]
    return _list(request, page, [Column("kind", _("For")), Column("code", _("Code"), is_on_phone=False)], rows)


@screen(catalogue.CAMPAIGNS)
def source_list(request: ActorRequest) -> HttpResponse:
    """Where leads come from; sources that arrived by themselves wait here for a name."""
    page = _Page(
        "source", _("Lead sources"), _("New source"), _("A new source appears here by itself with its first lead.")
    )
    rows = [_row("source", each, [each.get_family_display(), each.code]) for each in LeadSource.objects.all()]
    columns = [Column("family", _("Kind of source")), Column("code", _("Code"), is_on_phone=False)]
    return _list(request, page, columns, rows)


@screen(catalogue.CAMPAIGNS)
def campaign_list(request: ActorRequest) -> HttpResponse:
    """Campaigns with their days and cost, the latest first."""
    page = _Page("campaign", _("Campaigns"), _("New campaign"), _("Cost and days let every advert be measured."))
    found = sorted(Campaign.objects.all(), key=lambda each: (each.starts_on is None, each.starts_on), reverse=True)
    rows = [_row("campaign", each, [_days(each), _cost(each), each.code]) for each in found]
    columns = [
        Column("days", _("Days")), Column("cost", _("Cost"), align="end"), Column("code", _("Code"), is_on_phone=False),
    ]  # fmt: skip
    return _list(request, page, columns, rows)


@screen(catalogue.REASONS, methods=BOTH)
def reason_form(request: ActorRequest, code: str = "") -> HttpResponse:
    """Add or change a reason."""
    row = get_object_or_404(ReasonCode, code=code) if code else None
    form = ReasonForm(request.POST or None, row=row, initial=ReasonForm.start(row) if row else None)

    def save(at: datetime) -> object:
        return catalogue.save_reason(
            actor=request.actor, reason_id=row.pk if row else None, reason=form.values(row), at=at
        )

    return _form(request, form, row, save, key="reason", title=_("New reason"), back=_("Reason codes"))


@screen(catalogue.CAMPAIGNS, methods=BOTH)
def source_form(request: ActorRequest, code: str = "") -> HttpResponse:
    """Add or change a source."""
    row = get_object_or_404(LeadSource, code=code) if code else None
    form = SourceForm(request.POST or None, row=row, initial=SourceForm.start(row) if row else None)

    def save(at: datetime) -> object:
        return catalogue.save_source(
            actor=request.actor, source_id=row.pk if row else None, source=form.values(row), at=at
        )

    return _form(request, form, row, save, key="source", title=_("New source"), back=_("Lead sources"))


@screen(catalogue.CAMPAIGNS, methods=BOTH)
def campaign_form(request: ActorRequest, code: str = "") -> HttpResponse:
    """Add or change a campaign."""
    row = get_object_or_404(Campaign, code=code) if code else None
    form = CampaignForm(request.POST or None, row=row, initial=CampaignForm.start(row) if row else None)

    def save(at: datetime) -> object:
        return catalogue.save_campaign(
            actor=request.actor, campaign_id=row.pk if row else None, campaign=form.values(row), at=at
        )

    return _form(request, form, row, save, key="campaign", title=_("New campaign"), back=_("Campaigns"))


def _list(request: ActorRequest, page: _Page, columns: Sequence[Column], rows: Sequence[Row]) -> HttpResponse:
    url = reverse(f"leads:{page.key}_new")
    listing = Listing(
        key=f"lead-{page.key}s",
        title=page.title,
        subtitle=page.hint,
        columns=[Column("name", pgettext("thing", "Name")), *columns, Column("state", _("State"))],
        rows=rows,
        address=Address.of(request),
        empty=EmptyState(_("Nothing here yet"), page.hint, "list", page.new, url),
        views=_tabs(request, page.key),
        count=len(rows),
    )
    new = Action(page.new, url, is_primary=True, icon="plus")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": new})


def _tabs(request: ActorRequest, active: str) -> list[SavedView]:
    tabs = [
        ("campaign", _("Campaigns"), catalogue.CAMPAIGNS),
        ("source", _("Lead sources"), catalogue.CAMPAIGNS),
        ("reason", _("Reason codes"), catalogue.REASONS),
    ]
    return [
        SavedView(label, reverse(f"leads:{key}_list"), key == active)
        for key, label, permission in tabs
        if request.actor.may(permission)
    ]


def _form(
    request: ActorRequest,
    form: LabelledForm,
    row: Labelled | None,
    save: Callable[[datetime], object],
    *,
    key: str,
    title: str,
    back: str,
) -> HttpResponse:
    back_url = reverse(f"leads:{key}_list")
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: save(timezone.now())):
        messages.success(request, _("Saved."))
        return redirect(back_url)
    context: dict[str, Any] = {"crumbs": [Crumb(back, back_url)], "cancel_url": back_url}
    if row is not None:
        context["form_subtitle"] = row.code
    return show_form(request, "kernel/form.html", form, title=row.label if row else title, **context)


def _row(key: str, row: Labelled, middle: Sequence[str | SafeString]) -> Row:
    state = cells.badge(_("In use"), "good") if row.is_active else cells.badge(_("Out of use"), "muted")
    return Row(reverse(f"leads:{key}_edit", args=[row.code]), [row.label, *middle, state], label=row.label)


def _reasons() -> list[ReasonCode]:
    order = {kind: place for place, kind in enumerate(ReasonCode.Kind.values)}
    return sorted(ReasonCode.objects.all(), key=lambda each: (order[each.kind], each.position, each.pk))


def _days(campaign: Campaign) -> str:
    if not campaign.starts_on and not campaign.ends_on:
        return ""
    return f"{campaign.starts_on or '…'} – {campaign.ends_on or '…'}"


def _cost(campaign: Campaign) -> SafeString:
    return cells.money(Money(campaign.cost, campaign.currency) if campaign.cost else None)
