"""Every step of a lead that a person takes on its page, each with its sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.settings import get_setting
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.record import Crumb
from vinloop.leads import actions
from vinloop.leads.events import NotPossible
from vinloop.leads.forms import leads as forms
from vinloop.leads.forms.follow_up import FollowUpForm
from vinloop.leads.forms.quotes import QuoteForm
from vinloop.leads.models import Lead
from vinloop.leads.panels import candidate_rows
from vinloop.leads.queries.consultants import consultants_of
from vinloop.leads.queries.leads import READ
from vinloop.leads.queries.preview import candidates_for
from vinloop.leads.views.accepting import accept_by_button
from vinloop.leads.views.addresses import lead_url
from vinloop.leads.views.lead_page import customer_context, lead_or_404, story_or_404
from vinloop.leads.views.refusals import attempted, carried_out
from vinloop.leads.words import planned_words
from vinloop.network.queries import dealers_for_brand
from vinloop.vehicles.queries import catalogue

BOTH = ("GET", "POST")


@screen("leads.lead:dispatch", methods=BOTH)
def lead_dispatch(request: ActorRequest, ref: str) -> HttpResponse:
    """Hand the lead to the dealer that fits best, or to another one; shows which, and why."""
    actor, now = request.actor, timezone.now()
    lead = lead_or_404(actor, ref)
    candidates = candidates_for(actor, lead, at=now)
    form = forms.DispatchForm(request.POST or None, candidates=candidates, initial={"dealer": ""})

    def dispatch() -> None:
        if lead.status != Lead.Status.READY:
            raise NotPossible("not_waiting")
        done = actions.dispatch_leads(actor=actor, lead_ids=[lead.pk], at=now, dealer_id=form.dealer_id)
        if not done.placed:
            raise NotPossible("no_dealer")

    context = {"candidates": candidate_rows(candidates), "dealers": dealers_for_brand(lead.brand_id)}
    return _sheet(request, lead, form, dispatch, title=_("Dispatch"), done=_("Dispatched."), submit_label=_("Dispatch"),
                  template="leads/lead_dispatch.html", **context)  # fmt: skip


@screen("leads.lead:dispatch", methods=("POST",))
def lead_withdraw(request: ActorRequest, ref: str) -> HttpResponse:
    """Take the lead back from its dealer."""

    def withdraw() -> Lead:
        return actions.withdraw_lead(actor=request.actor, ref=ref, reason="headquarters", at=timezone.now())

    return _press(request, ref, withdraw, _("Taken back. The lead waits for another dealer."))


@screen("leads.lead:accept", methods=("POST",))
def lead_accept(request: ActorRequest, ref: str) -> HttpResponse:
    """Take the lead; the next thing is to call."""
    request.actor.require(READ)
    accept_by_button(request, ref)
    return redirect(lead_url(ref))


@screen("leads.lead:accept", methods=BOTH)
def lead_decline(request: ActorRequest, ref: str) -> HttpResponse:
    """Give the lead back with a reason; it leaves the dealer's sight."""
    lead = lead_or_404(request.actor, ref)
    form = forms.ReasonForm(request.POST or None, kind="declined")

    def decline() -> None:
        reason = form.cleaned_data["reason"]
        actions.decline_lead(actor=request.actor, ref=ref, reason_code=reason, at=timezone.now())

    subtitle = _("The lead goes back to headquarters and to another dealer. You will not see it any more.")
    return _sheet(request, lead, form, decline, title=_("Decline"), done=_("Declined."), submit_label=_("Decline"),
                  form_subtitle=subtitle, next_url=reverse("leads:lead_list"))  # fmt: skip


@screen("leads.lead:assign", methods=BOTH)
def lead_assign(request: ActorRequest, ref: str) -> HttpResponse:
    """Make a consultant responsible."""
    lead = lead_or_404(request.actor, ref)
    people = consultants_of(lead.dealer_id) if lead.dealer_id else []
    form = forms.ConsultantForm(request.POST or None, people=people, initial=forms.ConsultantForm.start(lead))

    def assign() -> Lead:
        chosen = int(form.cleaned_data["consultant"])
        return actions.assign_consultant(actor=request.actor, ref=ref, user_id=chosen, at=timezone.now())

    return _sheet(request, lead, form, assign, title=_("Assign to a consultant"), done=_("Assigned to the consultant."))


@screen("leads.lead:work", methods=BOTH)
def lead_contact(request: ActorRequest, ref: str) -> HttpResponse:
    """Result, planned date, Save: one contact in three actions at most."""
    actor, now = request.actor, timezone.now()
    story = story_or_404(actor, ref)
    lead = story.lead
    cadence = get_setting("leads.cadence_days", lead.owner_id)
    form = FollowUpForm(request.POST or None, lead=lead, cadence=cadence, now=now)

    saved: list[Lead] = []

    def log() -> None:
        saved.append(actions.log_contact(actor=actor, ref=ref, contact=form.contact(), at=now))

    return _sheet(request, lead, form, log, title=_("Log contact"), done=lambda: planned_words(saved[0]),
                  template="leads/lead_contact.html", **customer_context(actor, story))  # fmt: skip


@screen("leads.lead:work", methods=BOTH)
def lead_quote(request: ActorRequest, ref: str) -> HttpResponse:
    """Note a price named to the customer."""
    lead = lead_or_404(request.actor, ref)
    form = QuoteForm(request.POST or None, lead=lead, initial=QuoteForm.start(lead))

    def save() -> object:
        said = form.cleaned_data
        price = said["price"]
        return actions.add_quote(
            actor=request.actor,
            ref=ref,
            model_code=catalogue().models[int(said["model"])].code,
            price=price.minor,
            currency=price.currency,
            trim=said["trim"],
            note=said["note"],
            at=timezone.now(),
        )

    return _sheet(request, lead, form, save, title=_("Note a quote"), done=_("Quote noted."))


@screen("leads.lead:report_lost", methods=BOTH)
def lead_lost(request: ActorRequest, ref: str) -> HttpResponse:
    """Report the customer as lost."""
    lead = lead_or_404(request.actor, ref)
    form = forms.LostForm(request.POST or None)

    def report() -> Lead:
        said = form.cleaned_data
        return actions.report_lost(
            actor=request.actor,
            ref=ref,
            reason_code=said["reason"],
            note=said["note"],
            competitor=said["competitor"],
            at=timezone.now(),
        )

    subtitle = _("A manager reviews it before the lead is closed.")
    return _sheet(request, lead, form, report, title=_("Report as lost"), form_subtitle=subtitle,
                  done=_("Reported. A manager reviews it."))  # fmt: skip


@screen("leads.lead:review_lost", methods=BOTH)
def lead_review(request: ActorRequest, ref: str) -> HttpResponse:
    """Approve a loss, or send the lead back into follow-up."""
    lead = lead_or_404(request.actor, ref)
    form = forms.ReviewForm(request.POST or None)
    contacts = list(lead.contacts.select_related("user").order_by("-at", "-id")[:5])

    def decide() -> Lead:
        is_approved = form.cleaned_data["answer"] == "approve"
        return actions.review_lost(actor=request.actor, ref=ref, is_approved=is_approved, at=timezone.now())

    def decided() -> str:
        is_approved = form.cleaned_data["answer"] == "approve"
        return _("Approved. The lead is closed as lost.") if is_approved else _("Not accepted. Follow-up goes on.")

    return _sheet(request, lead, form, decide, title=_("Review the loss"), done=decided,
                  template="leads/lead_review.html", contacts=contacts, lead=lead)  # fmt: skip


@screen("leads.lead:recycle", methods=BOTH)
def lead_recycle(request: ActorRequest, ref: str) -> HttpResponse:
    """Take a lost lead up again."""
    lead = lead_or_404(request.actor, ref)
    form = forms.RecycleForm(request.POST or None)

    def recycle() -> Lead:
        return actions.recycle_lead(actor=request.actor, ref=ref, target=form.cleaned_data["target"], at=timezone.now())

    return _sheet(request, lead, form, recycle, title=_("Recycle"), done=_("Taken up again."))


@screen("leads.lead:recycle", methods=("POST",))
def lead_reopen(request: ActorRequest, ref: str) -> HttpResponse:
    """Put an invalid lead back on the call list."""

    def reopen() -> Lead:
        return actions.recycle_lead(actor=request.actor, ref=ref, target="new", at=timezone.now())

    return _press(request, ref, reopen, _("Back on the call list."))


@screen("leads.lead:verify", methods=("POST",))
def lead_ripen(request: ActorRequest, ref: str) -> HttpResponse:
    """Put a nurtured lead back on the call list."""

    def ripen() -> Lead:
        return actions.ripen_lead(actor=request.actor, ref=ref, at=timezone.now())

    return _press(request, ref, ripen, _("Back on the call list."))


@screen("leads.lead:verify")
def lead_dealers(request: ActorRequest, ref: str) -> HttpResponse:
    """The dealers that would be asked, as a piece of a page: read only when somebody looks."""
    lead = lead_or_404(request.actor, ref)
    found = candidates_for(request.actor, lead, at=timezone.now())[:3]
    return render(request, "leads/_candidates.html", {"candidates": candidate_rows(found), "short": True})


def _sheet(
    request: ActorRequest,
    lead: Lead,
    form: Form,
    action: Callable[[], object],
    /,
    *,
    title: str,
    done: str | Callable[[], str],
    template: str = "kernel/form.html",
    **context: Any,
) -> HttpResponse:
    """Show the sheet; when it is sent and the action agrees, go back to the lead."""
    if request.method == "POST" and form.is_valid() and carried_out(form, action):
        messages.success(request, done() if callable(done) else done)
        return redirect(context.get("next_url") or lead_url(lead.ref))
    name = lead.customer.name or lead.ref
    crumbs = [Crumb(_("Leads"), reverse("leads:lead_list")), Crumb(name, lead_url(lead.ref))]
    context = {"crumbs": crumbs, "cancel_url": lead_url(lead.ref), **context}
    return show_form(request, template, form, title=f"{title} · {name}", **context)


def _press(request: ActorRequest, ref: str, action: Callable[[], object], done: str) -> HttpResponse:
    request.actor.require(READ)
    attempted(request, action, done)
    return redirect(lead_url(ref))
