"""Requests by law: the list with its days, one request, its answer, and what the rules for keeping would forget."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.models import PrivacyRequest
from vinloop.customers.privacy import answers, queries
from vinloop.customers.privacy.events import RequestNotFound
from vinloop.customers.privacy.forms import CorrectionForm, RefusalForm
from vinloop.customers.privacy.report import facts_of, panels_of, request_badge, request_row, requests_columns
from vinloop.customers.privacy.requests import (
    MANAGE,
    answer_access,
    answer_correction,
    answer_erasure,
    refuse_request,
)
from vinloop.customers.privacy.retention import due_tonight
from vinloop.customers.privacy.words import STATES, kind_words
from vinloop.customers.views import show_for_correction
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import attempt, carried_out, show_form
from vinloop.kernel.web.list_pages import page_of, select_filter
from vinloop.kernel.web.listing import EmptyState, Listing, SavedView
from vinloop.kernel.web.record import Action, Crumb, Record

_Kind, _State = PrivacyRequest.Kind, PrivacyRequest.State


@screen(MANAGE)
def privacy_list(request: ActorRequest) -> HttpResponse:
    """Who asked for what by law, and until when they must have their answer."""
    address = Address.of(request)
    kind = select_filter(address, "kind", _("Asks for"), _Kind.choices)
    state = address.get("state") or _State.OPEN
    found = queries.list_requests(request.actor, state=state, kind=kind.value)
    page = page_of(address, found, queries.ORDER)
    views = [
        SavedView(label, address.url(state=code, after=None, before=None), state == code)
        for code, label in (*STATES.items(), ("all", _("All")))
    ]
    listing = Listing(
        key="privacy",
        title=_("Requests by law"),
        subtitle=_("Access, correction and erasure (GDPR, PIPL), the one due first first."),
        columns=requests_columns(),
        rows=[request_row(each, timezone.localdate()) for each in page.rows],
        address=address,
        empty=EmptyState(
            _("No requests"), _("A request is taken down on the customer's page, under Data protection."), "shield-lock"
        ),
        views=views,
        filters=[kind],
        next_url=page.next_url,
        previous_url=page.previous_url,
    )
    tonight = Action(_("What is forgotten tonight"), reverse("customers:privacy_tonight"), icon="hourglass")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": tonight})


@screen(MANAGE)
def privacy_request(request: ActorRequest, ref: str) -> HttpResponse:
    """One request: who asked and how, what was done, and what can be done now."""
    found = _found(request, ref)
    record = Record(
        title=kind_words(found.kind),
        ref=found.ref,
        subtitle=found.customer.name or found.customer.ref,
        crumbs=[_home()],
        badges=[request_badge(found, timezone.localdate())],
        actions=_actions(found),
        facts=facts_of(found),
        panels=panels_of(found),
    )
    return render(request, "kernel/record.html", {"record": record})


@screen(MANAGE, methods=("POST",))
def privacy_answer(request: ActorRequest, ref: str) -> HttpResponse:
    """Carry out what was asked: open the download, or erase."""
    found = _found(request, ref)
    if found.kind == _Kind.CORRECTION:
        raise Http404
    done = _("The data can be downloaded now.") if found.kind == _Kind.ACCESS else _("The customer was erased.")
    act = answer_access if found.kind == _Kind.ACCESS else answer_erasure
    attempt(request, lambda: act(actor=request.actor, ref=ref, at=timezone.now()), done)
    return redirect("customers:privacy_request", ref)


@screen(MANAGE, methods=("GET", "POST"))
def privacy_correct(request: ActorRequest, ref: str) -> HttpResponse:
    """Correct what the person says is wrong."""
    found = _found(request, ref)
    may_see = request.actor.may(UNMASK)
    if may_see and found.state == _State.OPEN:
        show_for_correction(request, found.customer)
    form = CorrectionForm(request.POST or None, customer=found.customer, has_address=may_see)

    def correct() -> object:
        changes = form.cleaned_data
        return answer_correction(actor=request.actor, ref=ref, changes=changes, at=timezone.now())

    return _form_page(request, found, form, correct, _("Correct the data"))


@screen(MANAGE, methods=("GET", "POST"))
def privacy_refuse(request: ActorRequest, ref: str) -> HttpResponse:
    """Say no, with a reason."""
    found = _found(request, ref)
    form = RefusalForm(request.POST or None)

    def refuse() -> object:
        reason = form.cleaned_data["reason"]
        return refuse_request(actor=request.actor, ref=ref, reason=reason, at=timezone.now())

    return _form_page(request, found, form, refuse, _("Refuse the request"))


@screen(MANAGE)
def privacy_download(request: ActorRequest, ref: str) -> HttpResponse:
    """Everything about the person, for programs: JSON and CSV in one archive."""
    try:
        _request, parts = answers.open_answer(actor=request.actor, ref=ref, form="zip", at=timezone.now())
    except RequestNotFound as error:
        raise Http404 from error
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("customers:privacy_request", ref)
    headers = {"Content-Disposition": f'attachment; filename="{ref}.zip"', "Cache-Control": "no-store"}
    return HttpResponse(answers.as_zip(parts), content_type="application/zip", headers=headers)


@screen(MANAGE)
def privacy_print(request: ActorRequest, ref: str) -> HttpResponse:
    """The same on paper, in the customer's language."""
    try:
        found, parts = answers.open_answer(actor=request.actor, ref=ref, form="print", at=timezone.now())
    except RequestNotFound as error:
        raise Http404 from error
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("customers:privacy_request", ref)
    with translation.override(answers.language_of(found.customer)):
        context = {"found": found, "rooms": answers.for_print(parts), "today": timezone.localtime()}
        page = render_to_string("customers/privacy_print.html", context, request)
    return HttpResponse(page, headers={"Cache-Control": "no-store"})


@screen(MANAGE)
def privacy_tonight(request: ActorRequest) -> HttpResponse:
    """What the rules for keeping would forget if they ran now."""
    context = {"crumbs": [_home()], "due": due_tonight(timezone.now()), "may_set": request.actor.may(SETTINGS)}
    return render(request, "customers/privacy_tonight.html", context)


SETTINGS = "kernel.setting:manage"


def _found(request: ActorRequest, ref: str) -> PrivacyRequest:
    try:
        return queries.get_request(request.actor, ref)
    except RequestNotFound as error:
        raise Http404 from error


def _home() -> Crumb:
    return Crumb(_("Requests by law"), reverse("customers:privacy_list"))


def _form_page(
    request: ActorRequest,
    found: PrivacyRequest,
    form: CorrectionForm | RefusalForm,
    action: Callable[[], object],
    title: str,
) -> HttpResponse:
    page = reverse("customers:privacy_request", args=[found.ref])
    if request.method == "POST" and form.is_valid() and carried_out(form, action):
        messages.success(request, _("Saved."))
        return redirect(page)
    crumbs = [_home(), Crumb(found.ref, page)]
    return show_form(request, "kernel/form.html", form, title=title, crumbs=crumbs, cancel_url=page)


def _actions(found: PrivacyRequest) -> list[Action]:
    if found.state == _State.OPEN:
        refuse = Action(_("Refuse"), reverse("customers:privacy_refuse", args=[found.ref]), "drawer", icon="x")
        return [_answer_action(found), refuse]
    until = answers.open_until(found)
    if until is None or timezone.now() >= until or found.customer.erased_at is not None:
        return []
    download = reverse("customers:privacy_download", args=[found.ref])
    paper = reverse("customers:privacy_print", args=[found.ref])
    return [
        Action(_("Download"), download, is_primary=True, icon="download"),
        Action(_("Print"), paper, icon="printer"),
    ]


def _answer_action(found: PrivacyRequest) -> Action:
    answer = reverse("customers:privacy_answer", args=[found.ref])
    if found.kind == _Kind.CORRECTION:
        url = reverse("customers:privacy_correct", args=[found.ref])
        return Action(_("Correct the data"), url, is_primary=True, icon="pencil")
    if found.kind == _Kind.ACCESS:
        return Action(_("Give the data out"), answer, "post", is_primary=True, icon="download")
    ask = _("Erase this customer in every room, for good? This can't be undone.")
    return Action(_("Erase"), answer, "post", is_primary=True, confirm=ask, icon="trash")
