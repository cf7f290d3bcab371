"""Asking for a customer: the dealer's form and list, the queue of headquarters and its decision."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vinloop.customers.asking.actions import ASK, GRANT, ask_for_customer, grant_access, refuse_access
from vinloop.customers.asking.forms import AskForm, DecideForm
from vinloop.customers.asking.queries import ORDER, all_requests, candidates_of, get_request, own_requests
from vinloop.customers.events import AccessRequestNotFound, AskingRefused
from vinloop.customers.models import AccessRequest, Customer
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.languages import in_language
from vinloop.kernel.web import cells
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import carried_out, show_form
from vinloop.kernel.web.list_pages import page_of
from vinloop.kernel.web.listing import EmptyState, Listing, SavedView
from vinloop.kernel.web.record import Action, Crumb
from vinloop.kernel.web.table_rows import Column, Row

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_State = AccessRequest.State
_TONES: dict[str, cells.Tone] = {_State.OPEN: "info", _State.GRANTED: "good", _State.REFUSED: "muted"}
_USUAL = timedelta(days=90)


@screen(ASK)
def asked_list(request: ActorRequest) -> HttpResponse:
    """What the reader's organisation asked for, and what headquarters said."""
    address = Address.of(request)
    page = page_of(address, own_requests(request.actor), ORDER)
    listing = Listing(
        key="asked",
        title=_("Customers asked for"),
        subtitle=_("Headquarters decides who may see a customer other dealers know."),
        columns=[
            Column("asked", _("Asked for")), Column("state", _("State")),
            Column("answer", pgettext("headquarters", "Answer"), is_long=True),
            Column("until", _("Until")), Column("at", _("Asked")), Column("ref", _("Reference"), is_on_phone=False),
        ],
        rows=[_own_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(
            _("Nothing asked for yet"), _("Somebody is not found? Ask headquarters with their whole number."), "users"
        ),
        next_url=page.next_url,
        previous_url=page.previous_url,
        live="live:customers.AccessGranted from:body, live:customers.AccessRefused from:body",
    )  # fmt: skip
    action = Action(_("Ask for a customer"), reverse("customers:ask"), "drawer", is_primary=True, icon="user-question")
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": action})


@screen(ASK, methods=("GET", "POST"))
def ask(request: ActorRequest) -> HttpResponse:
    """The question: whom, and why. What is answered is the same whether or not they are known."""
    form = AskForm(request.POST or None, initial={"text": request.GET.get("text", "")})
    page = reverse("customers:asked_list")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if carried_out(form, lambda: ask_for_customer(actor=request.actor, **given, at=timezone.now())):
            messages.success(request, _("Headquarters has your question. You will be told here and by e-mail."))
            return redirect(page)
    crumbs = [Crumb(_("Customers asked for"), page)]
    title = _("Ask for a customer")
    words = {"title": title, "submit_label": _("Ask headquarters")}
    return show_form(request, "kernel/form.html", form, crumbs=crumbs, cancel_url=page, **words)


@screen(GRANT)
def asked_queue(request: ActorRequest) -> HttpResponse:
    """What dealers ask for, open requests first."""
    address = Address.of(request)
    state = address.get("state") or _State.OPEN
    found = all_requests(request.actor, "" if state == "all" else str(state))
    page = page_of(address, found, ORDER)
    meant = candidates_of(page.rows)
    choices: list[tuple[str, StrOrPromise]] = [*((each.value, each.label) for each in _State), ("all", _("All"))]
    listing = Listing(
        key="asked-queue",
        title=_("Access requests"),
        subtitle=_("Dealers ask for customers they have no relation to. They do not know whether somebody is known."),
        columns=[
            Column("dealer", _("Dealer")), Column("asked", _("Asked for")), Column("meant", _("Known here")),
            Column("reason", _("Reason"), is_long=True), Column("state", _("State")), Column("at", _("Asked")),
        ],
        rows=[_queue_row(each, meant[each.pk]) for each in page.rows],
        address=address,
        empty=EmptyState(_("Nobody waits for an answer"), _("What dealers ask for is listed here."), "inbox"),
        views=[SavedView(str(label), address.url(state=str(value)), value == state) for value, label in choices],
        next_url=page.next_url,
        previous_url=page.previous_url,
        live="live:customers.AccessAsked from:body throttle:5s",
    )  # fmt: skip
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": None})


@screen(GRANT, methods=("GET", "POST"))
def asked_decide(request: ActorRequest, ref: str) -> HttpResponse:
    """Grant or refuse one request."""
    asked, page = _request(request, ref), reverse("customers:asked_queue")
    if asked.state != _State.OPEN:
        messages.warning(request, str(AskingRefused("decided")))
        return redirect(page)
    today, meant = timezone.localdate(), candidates_of([asked])[asked.pk]
    start = {"until": today + _USUAL, "customer": meant[0].ref if len(meant) == 1 else ""}
    form = DecideForm(request.POST or None, candidates=meant, today=today, initial=start)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _decide(request, ref, form)):
        messages.success(request, _("The dealer is told."))
        return redirect(page)
    dealer = in_language(asked.organisation.name, asked.organisation.name_en)
    return show_form(
        request, "kernel/form.html", form, crumbs=[Crumb(_("Access requests"), page)], cancel_url=page,
        title=_("%(dealer)s asks for %(asked)s") % {"dealer": dealer, "asked": asked.asked_for},
        form_subtitle=asked.reason,
    )  # fmt: skip


def _decide(request: ActorRequest, ref: str, form: DecideForm) -> None:
    given, now = form.cleaned_data, timezone.now()
    if given["decision"] == "refuse":
        refuse_access(actor=request.actor, ref=ref, answer=given["answer"], at=now)
        return
    until = timezone.make_aware(datetime.combine(given["until"], time.max)) if given["until"] else None
    grant_access(
        actor=request.actor, ref=ref, customer_ref=given["customer"], until=until, answer=given["answer"], at=now
    )


def _request(request: ActorRequest, ref: str) -> AccessRequest:
    try:
        return get_request(request.actor, ref)
    except AccessRequestNotFound as error:
        raise Http404 from error


def _own_row(each: AccessRequest) -> Row:
    customer = each.customer
    url = reverse("customers:customer_page", args=[customer.ref]) if customer else ""
    return Row(
        url,
        [each.asked_for, _badge(each), each.answer, _day(each.until), cells.ago(each.asked_at), each.ref],
        ref=each.ref, label=each.asked_for,
    )  # fmt: skip


def _queue_row(each: AccessRequest, meant: list[Customer]) -> Row:
    dealer = in_language(each.organisation.name, each.organisation.name_en)
    names = ", ".join(customer.name or customer.ref for customer in meant) or _("nobody")
    url = reverse("customers:asked_decide", args=[each.ref]) if each.state == _State.OPEN else ""
    return Row(
        url, [dealer, each.asked_for, names, each.reason, _badge(each), cells.ago(each.asked_at)],
        ref=each.ref, label=each.asked_for,
    )  # fmt: skip


def _badge(each: AccessRequest) -> SafeString:
    return cells.badge(each.get_state_display(), _TONES[each.state])


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""
