"""The verification desk: one call after the other, the next slides in when one is saved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinloop.customers.related import people_sharing_contacts
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.clocks import add_business_minutes
from vinloop.kernel.identifiers import Money
from vinloop.kernel.languages import in_language
from vinloop.kernel.settings import get_setting
from vinloop.kernel.web import cells
from vinloop.kernel.web.htmx import is_htmx
from vinloop.kernel.web.listing import EmptyState
from vinloop.kernel.web.times import exact
from vinloop.kernel.web.words import sentences
from vinloop.kernel.web.work import Outcome, QueueItem, WorkDesk
from vinloop.leads.actions import verify_lead
from vinloop.leads.forms.calls import CHANNELS, CallForm
from vinloop.leads.models import Lead
from vinloop.leads.queries.calls import VERIFY, Call, call_list, count_calls
from vinloop.leads.queries.desk import due_of
from vinloop.leads.queries.named import remembered
from vinloop.leads.queries.story import LeadStory
from vinloop.leads.rules.verification import retry_minutes
from vinloop.leads.views.lead_facts import trade_in_words
from vinloop.leads.views.lead_page import customer_context, lead_or_404, story_or_404
from vinloop.leads.views.leads import LIVE
from vinloop.leads.views.refusals import carried_out
from vinloop.leads.views.rows import level_badge, status_badge
from vinloop.leads.words import CALL_REASONS, car_words
from vinloop.network.queries import dealers_for_brand
from vinloop.network.schedules import schedule_of
from vinloop.vehicles.models import CarModel

CALLABLE = ("new", "nurture")


@dataclass(frozen=True, slots=True)
class Upsell:
    """A model worth a mention, and why."""

    label: str
    reason: str


@screen(VERIFY, methods=("GET", "POST"))
def call(request: ActorRequest, ref: str = "") -> HttpResponse:
    """The call list, and the lead being called: the one named, otherwise the most urgent."""
    now = timezone.now()
    if request.method == "POST" and ref:
        return _save(request, ref, now)
    return _show(request, call_list(request.actor, at=now), ref, now)


@screen(VERIFY)
def call_count(request: ActorRequest) -> HttpResponse:
    """How many wait, for the menu."""
    return HttpResponse(str(count_calls(timezone.now())), content_type="text/plain")


def _save(request: ActorRequest, ref: str, now: datetime) -> HttpResponse:
    lead = lead_or_404(request.actor, ref)
    form = CallForm(request.POST, lead=lead, initial=CallForm.start(lead))

    def verify() -> Lead:
        return verify_lead(actor=request.actor, ref=ref, verification=form.verification(), at=now)

    if not form.is_valid() or not carried_out(form, verify):
        return _show(request, call_list(request.actor, at=now), ref, now, form=form)
    if not is_htmx(request):
        return redirect("leads:calls")
    calls = call_list(request.actor, at=now)
    # The page goes on at the next lead's address, also for the refreshes that ask for it again.
    request.path = reverse("leads:call", args=[calls[0].lead.ref]) if calls else reverse("leads:calls")
    response = _show(request, calls, "", now)
    response.headers["HX-Push-Url"] = request.path
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": _("Saved: %(ref)s") % {"ref": ref}, "tone": "good"}})
    return response


def _show(
    request: ActorRequest, calls: Sequence[Call], ref: str, now: datetime, *, form: CallForm | None = None
) -> HttpResponse:
    active = ref or (calls[0].lead.ref if calls else "")
    context: dict[str, Any] = {"desk": _desk(calls, active)}
    if active:
        story = story_or_404(request.actor, active)
        lead = story.lead
        reasons = next((each.reasons for each in calls if each.lead.ref == lead.ref), ())
        context |= _task(request, story, form or CallForm(lead=lead, initial=CallForm.start(lead)), now)
        context["why"] = _why(lead, reasons)
    return render(request, "leads/calls.html", context, status=422 if form is not None and form.errors else 200)


def _desk(calls: Sequence[Call], active: str) -> WorkDesk:
    count = len(calls)
    return WorkDesk(
        title=_("Verification"),
        items=[_item(each, active) for each in calls],
        empty=EmptyState(
            _("Nobody to call"),
            _("New leads and those whose time to call again has come appear here by themselves."),
            "phone-check",
        ),
        count_label=ngettext("%(n)s to call", "%(n)s to call", count) % {"n": count},
        overdue_count=sum(each.is_overdue for each in calls),
        has_task=bool(active),
        live=LIVE,
    )


def _item(each: Call, active: str) -> QueueItem:
    lead = each.lead
    return QueueItem(
        url=reverse("leads:call", args=[lead.ref]),
        title=lead.customer.name or _("Name not known"),
        detail=f"{car_words(lead)} · {lead.source.label}",
        note=_(", ").join(str(CALL_REASONS.get(code, code)) for code in each.reasons),
        due_at=due_of(lead),
        tone="overdue" if each.is_overdue else "neutral",
        is_active=lead.ref == active,
    )


def _task(request: ActorRequest, story: LeadStory, form: CallForm, now: datetime) -> dict[str, Any]:
    lead = story.lead
    return {
        **customer_context(request.actor, story),
        "form": form,
        "badges": [level_badge(lead), status_badge(lead)],
        "car": car_words(lead),
        "call_by": due_of(lead),
        "trade_in": trade_in_words(lead.trade_in),
        "outcomes": _outcomes(form),
        "consent_fields": [form[f"consent_{channel}"] for channel in CHANNELS],
        "is_callable": lead.status in CALLABLE,
        "upsell": _upsell(form, lead),
        "retry": _retry(lead, now),
        "contacts": story.contacts[:5],
        "touches": story.touches[:5],
        "related": people_sharing_contacts(lead.customer_id),
        "dealers": dealers_for_brand(lead.brand_id),
    }


def _outcomes(form: CallForm) -> list[Outcome]:
    chosen = form.data.get("outcome", "") if form.is_bound else ""
    words = (
        ("valid", _("Valid")),
        ("no_answer", _("No answer")),
        ("wrong", _("Wrong number")),
        ("invalid", _("Not buying")),
    )
    return [Outcome(value, label, is_chosen=value == chosen) for value, label in words]


def _why(lead: Lead, reasons: Sequence[str]) -> list[str]:
    """Why this lead stands here: where it came from, then what moves it up."""
    origin = [str(lead.source.label), *([lead.campaign.label] if lead.campaign else [])]
    return [*origin, *(str(CALL_REASONS.get(code, code)) for code in reasons)]


def _upsell(form: CallForm, lead: Lead) -> Upsell | None:
    models = remembered(CarModel)
    better = models.get(form.upsell_id() or 0)
    if better is None:
        return None
    wanted = models.get(lead.car_model_id or 0)
    return Upsell(better.label, _reason(better, wanted) or in_language(better.tagline, better.tagline_en))


def _reason(better: CarModel, wanted: CarModel | None) -> str:
    if better.price_from is None or wanted is None or wanted.price_from is None or better.currency != wanted.currency:
        return ""
    extra = cells.money(Money(better.price_from - wanted.price_from, better.currency))
    if better.price_from <= wanted.price_from:
        return _("Costs no more than the model they asked about.")
    return format_html(_("For {} more than the model they asked about."), extra)


def _retry(lead: Lead, now: datetime) -> str:
    """What follows when nobody answers: when the next try is due, or that it was the last one."""
    cadence = get_setting("leads.retry_minutes")
    attempt = lead.attempts + 1
    minutes = retry_minutes(attempt, cadence)
    place = _("Try %(n)s of %(most)s.") % {"n": number_format(attempt), "most": number_format(len(cadence) + 1)}
    if minutes is None:
        return sentences(place, _("If nobody answers, the lead is closed as unreachable."))
    again = add_business_minutes(schedule_of(lead.owner_id), now, minutes)
    return sentences(place, _("If nobody answers, the lead comes back on %(time)s.") % {"time": exact(again)})
