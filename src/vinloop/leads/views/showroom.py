"""The showroom: who is here now, the quick entry, and everybody who was here."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.board import Figure
from vinloop.kernel.web.cells import nothing, percent
from vinloop.kernel.web.record import Crumb
from vinloop.leads.actions.showroom import add_contact_to_visit, edit_visit, end_visit, record_visit
from vinloop.leads.events import LeadNotFound
from vinloop.leads.forms.showroom import ContactForm, VisitEditForm, VisitForm
from vinloop.leads.models import Lead, ShowroomVisit
from vinloop.leads.queries.consultants import consultants_of
from vinloop.leads.queries.leads import get_lead
from vinloop.leads.queries.showroom import (
    ShowroomFigures,
    figures_of_day,
    get_visit,
    present_of,
    visits_of_day,
)
from vinloop.leads.rules.days import local_day
from vinloop.leads.views.refusals import attempted, carried_out

READ, RECORD = "leads.visit:read", "leads.visit:record"


@screen(READ, methods=("GET", "POST"))
def showroom(request: ActorRequest) -> HttpResponse:
    """The showroom of the reader's dealer today, with the quick entry."""
    actor, now = request.actor, timezone.now()
    people = consultants_of(actor.organisation_id)
    invited = _invited(actor, request.GET.get("lead", ""))
    start = {"lead_ref": invited.ref, "kind": "invited", "model": invited.car_model_id} if invited else {}
    form = VisitForm(request.POST or None, consultants=people, initial=start)

    def save() -> ShowroomVisit:
        return record_visit(actor=actor, visit=form.visit(now), at=now)

    if request.method == "POST":
        actor.require(RECORD)
        if form.is_valid() and carried_out(form, save):
            messages.success(request, _("Recorded."))
            return redirect("dealer:showroom")
    today = local_day(now, actor.timezone)
    visits = visits_of_day(actor, today)
    context = {
        "now": now,
        "form": form,
        "invited": invited,
        "figures": _figures(figures_of_day(actor, today), today.isoformat()),
        "present": present_of(visits),
        "gone": [visit for visit in visits if visit.left_at is not None],
        "people": people,
        "may_record": actor.may(RECORD) and actor.organisation_kind == "dealer",
        "is_dealer": actor.organisation_kind == "dealer",
    }
    return render(request, "leads/showroom.html", context, status=422 if form.errors else 200)


@screen(RECORD, methods=("GET", "POST"))
def visit_edit(request: ActorRequest, ref: str) -> HttpResponse:
    """One visit: what is known of the party, to complete or correct."""
    actor, visit = request.actor, _visit(request.actor, ref)
    people = consultants_of(visit.owner_id)
    form = VisitEditForm(request.POST or None, consultants=people, initial=VisitEditForm.start(visit))

    def save() -> ShowroomVisit:
        return edit_visit(actor=actor, ref=ref, changes=form.changes(), at=timezone.now())

    if request.method == "POST" and form.is_valid() and carried_out(form, save):
        messages.success(request, _("Saved."))
        return redirect("dealer:showroom")
    return _visit_page(request, visit, form=form)


@screen(RECORD, methods=("POST",))
def visit_contact(request: ActorRequest, ref: str) -> HttpResponse:
    """The party left its contact after all."""
    actor, visit = request.actor, _visit(request.actor, ref)
    form = ContactForm(request.POST)

    def save() -> ShowroomVisit:
        customer = form.customer()
        if customer is None:
            raise LeadNotFound(ref)
        return add_contact_to_visit(actor=actor, ref=ref, customer=customer, consent=form.consent(), at=timezone.now())

    if form.is_valid() and carried_out(form, save):
        messages.success(request, _("Contact saved."))
        return redirect("dealer:showroom")
    return _visit_page(request, visit, contact_form=form)


@screen(RECORD, methods=("POST",))
def visit_left(request: ActorRequest, ref: str) -> HttpResponse:
    """The party goes."""
    at = timezone.now()
    attempted(request, lambda: end_visit(actor=request.actor, ref=ref, left_at=at, at=at), _("Departure recorded."))
    return redirect("dealer:showroom")


@screen(RECORD, methods=("POST",))
def visit_consultant(request: ActorRequest, ref: str) -> HttpResponse:
    """Somebody looks after the party."""
    chosen = request.POST.get("consultant", "")
    changes = {"consultant_id": int(chosen) if chosen.isdecimal() else None}

    def give() -> ShowroomVisit:
        return edit_visit(actor=request.actor, ref=ref, changes=changes, at=timezone.now())

    attempted(request, give, _("Saved."))
    return redirect("dealer:showroom")


def _visit_page(
    request: ActorRequest,
    visit: ShowroomVisit,
    *,
    form: VisitEditForm | None = None,
    contact_form: ContactForm | None = None,
) -> HttpResponse:
    edit = form or VisitEditForm(consultants=consultants_of(visit.owner_id), initial=VisitEditForm.start(visit))
    contact = contact_form or ContactForm()
    context = {
        "visit": visit,
        "form": edit,
        "contact_form": contact,
        "crumbs": [Crumb(_("Showroom"), reverse("dealer:showroom"))],
    }
    status = 422 if edit.errors or contact.errors else 200
    return render(request, "leads/visit_page.html", context, status=status)


def _visit(actor: Actor, ref: str) -> ShowroomVisit:
    actor.require(READ)
    try:
        return get_visit(actor, ref)
    except ShowroomVisit.DoesNotExist as error:
        raise Http404 from error


def _invited(actor: Actor, ref: str) -> Lead | None:
    """The lead of somebody who was invited and has come; a wrong address is a plain quick entry."""
    if not ref:
        return None
    try:
        return get_lead(actor, ref)
    except LeadNotFound:
        return None


def _figures(counted: ShowroomFigures, day: str) -> list[Figure]:
    list_url = f"{reverse('dealer:visit_list')}?arrived_from={day}&arrived_to={day}"
    rate = counted.capture_rate
    return [
        Figure(
            _("Visitors today"),
            number_format(counted.visits),
            unit=_("%(people)d people") % {"people": counted.people},
            definition=_("Parties that came in today, walk-in or invited, with or without a contact."),
            url=list_url,
        ),
        Figure(
            _("Capture rate"),
            nothing() if rate is None else percent(rate),
            definition=_("Visitors with contact ÷ new walk-in visitors of the day."),
            url=f"{list_url}&captured=yes",
        ),
        Figure(_("Here now"), number_format(counted.present), definition=_("Came in today and have not left.")),
        Figure(
            _("Waiting for a consultant"),
            number_format(counted.waiting),
            definition=_("Here now, and nobody looks after them yet."),
            tone="soon" if counted.waiting else "neutral",
        ),
    ]
