"""The quick form of hotline and event staff, and what became of what was entered."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.customers.related import people_at
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.identifiers import parse_phone
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.record import Crumb
from vinloop.leads.actions import Captured, capture_lead
from vinloop.leads.forms.capture import CaptureForm
from vinloop.leads.models import Lead
from vinloop.leads.queries.leads import READ, scoped
from vinloop.leads.rules.states import OPEN
from vinloop.leads.views.lead_page import lead_or_404
from vinloop.leads.views.refusals import carried_out
from vinloop.leads.views.rows import status_badge
from vinloop.leads.words import car_words

CAPTURE = "leads.lead:capture"
_FAMILIES = {"dealer": ("showroom", "hotline", "event", "referral")}
_HEADQUARTERS = ("hotline", "event", "referral")


@screen(CAPTURE, methods=("GET", "POST"))
def capture(request: ActorRequest) -> HttpResponse:
    """Enter somebody who is interested."""
    families = _FAMILIES.get(request.actor.organisation_kind, _HEADQUARTERS)
    form = CaptureForm(request.POST or None, families=families, initial={"source": request.GET.get("source", "")})
    done: list[Captured] = []

    def save() -> None:
        done.append(capture_lead(actor=request.actor, submission=form.submission(), at=timezone.now()))

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        address = reverse("leads:capture_done", args=[done[0].ref])
        source = form.cleaned_data["source"]
        return redirect(f"{address}?source={source}{'&merged=1' if done[0].merged_into else ''}")
    crumbs = [Crumb(_("Leads"), reverse("leads:lead_list"))]
    return show_form(request, "leads/capture.html", form, title=_("New lead"), crumbs=crumbs,
                     cancel_url=reverse("leads:lead_list"), draft_key="capture", form_id="capture-form")  # fmt: skip


@screen(CAPTURE)
def capture_known(request: ActorRequest) -> HttpResponse:
    """Whether the number being typed is known, among what the reader may see anyway."""
    phone = parse_phone(request.GET.get("phone", ""))
    known = people_at([phone.e164]) if phone and request.actor.may("customers.customer:read") else []
    rows = scoped(request.actor, Lead.objects.filter(customer__in=known, status__in=sorted(OPEN)))
    leads = list(rows.select_related("car_model", "brand")[:5]) if known and request.actor.may(READ) else []
    shown = [(lead, car_words(lead), status_badge(lead)) for lead in leads]
    return render(request, "leads/_known.html", {"known": known, "leads": shown})


@screen(CAPTURE)
def capture_done(request: ActorRequest, ref: str) -> HttpResponse:
    """What became of it: a new lead, or a touch of one that exists."""
    lead = lead_or_404(request.actor, ref)
    context = {
        "lead": lead,
        "car": car_words(lead),
        "badge": status_badge(lead),
        "is_merged": request.GET.get("merged") == "1",
        "again_url": f"{reverse('leads:capture')}?source={request.GET.get('source', '')}",
    }
    return render(request, "leads/capture_done.html", context)
