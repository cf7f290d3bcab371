"""What a consultant does from a card: accept, call and log it; what a manager does: give, review."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.queries import contact_points
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.settings import get_setting
from vinloop.kernel.web.answers import show_form
from vinloop.leads.actions import accept_lead, assign_consultant, log_contact, review_lost
from vinloop.leads.events import LeadNotFound
from vinloop.leads.forms.follow_up import FollowUpForm
from vinloop.leads.models import Contact, Lead
from vinloop.leads.queries.leads import get_lead
from vinloop.leads.views.accepting import accept_by_button
from vinloop.leads.views.addresses import lead_url
from vinloop.leads.views.refusals import attempted, carried_out
from vinloop.leads.words import planned_words

WORK = "leads.lead:work"


@screen("leads.lead:accept", methods=("POST",))
def accept(request: ActorRequest, ref: str) -> HttpResponse:
    """Take a lead; the next thing is to call."""
    accept_by_button(request, ref)
    return redirect(_back(request))


@screen("leads.lead:assign", methods=("POST",))
def assign(request: ActorRequest, ref: str) -> HttpResponse:
    """Give a lead to a consultant."""
    chosen = request.POST.get("consultant", "")
    if not chosen.isdecimal():
        messages.error(request, _("Choose a consultant."))
        return redirect(_back(request))

    def give() -> Lead:
        return assign_consultant(actor=request.actor, ref=ref, user_id=int(chosen), at=timezone.now())

    attempted(request, give, _("Assigned to the consultant."))
    return redirect(_back(request))


@screen("leads.lead:review_lost", methods=("POST",))
def review(request: ActorRequest, ref: str) -> HttpResponse:
    """Approve a loss, or send the lead back into follow-up."""
    is_approved = request.POST.get("answer") == "approve"

    def decide() -> Lead:
        return review_lost(actor=request.actor, ref=ref, is_approved=is_approved, at=timezone.now())

    attempted(request, decide, _("Approved as lost.") if is_approved else _("Back in follow-up."))
    return redirect(_back(request))


@screen(WORK, methods=("GET", "POST"))
def contact(request: ActorRequest, ref: str) -> HttpResponse:
    """The sheet: result, planned date, Save. Logging a contact accepts a lead that still waits."""
    actor, now = request.actor, timezone.now()
    lead = _lead(actor, ref)
    cadence = get_setting("leads.cadence_days", lead.owner_id)
    form = FollowUpForm(request.POST or None, lead=lead, cadence=cadence, now=now)

    saved: list[Lead] = []

    def log() -> None:
        if lead.status == Lead.Status.DISPATCHED:
            accept_lead(actor=actor, ref=ref, at=now)
        saved.append(log_contact(actor=actor, ref=ref, contact=form.contact(), at=now))

    if request.method == "POST" and form.is_valid() and carried_out(form, log):
        messages.success(request, planned_words(saved[0]))
        return redirect(_back(request))
    reach = contact_points([lead.customer_id]).get(lead.customer_id, [])
    context = {
        "lead": lead,
        "lead_url": lead_url(ref),
        "phones": [each for each in reach if each.kind == "phone"],
        "may_unmask": actor.may(UNMASK),
        "history": _history(lead),
        "cancel_url": reverse("dealer:today"),
    }
    return show_form(request, "leads/today_contact.html", form, title=lead.customer.name or ref, **context)


def _lead(actor: Actor, ref: str) -> Lead:
    try:
        return get_lead(actor, ref)
    except LeadNotFound as error:
        raise Http404 from error


def _history(lead: Lead) -> list[Contact]:
    return list(Contact.objects.select_related("user").filter(lead=lead).order_by("-at")[:5])


def _back(request: ActorRequest) -> str:
    """Back to the page the button was on, when it is one of ours."""
    came_from = request.POST.get("next", "")
    return came_from if came_from.startswith("/desk/") else reverse("dealer:today")
