"""Data protection on a customer's side: what they allow and for what, hidden numbers, requests, and lists taken out."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.customers.actions.unmask import UNMASK
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.models import Consent, Customer, PrivacyRequest
from vinloop.customers.privacy import consent, exporting
from vinloop.customers.privacy.forms import ExportForm, PurposeForm, RequestForm
from vinloop.customers.privacy.numbers import numbers_of
from vinloop.customers.privacy.report import request_badge
from vinloop.customers.privacy.requests import MANAGE, open_request
from vinloop.customers.privacy.words import PURPOSES, channel_words, kind_words, purpose_words
from vinloop.customers.queries import READ, get_customer
from vinloop.customers.views import say_saved
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.db.nested import nested, rows_of
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import refuse, show_form
from vinloop.kernel.web.exports import Format
from vinloop.kernel.web.record import Crumb

_HISTORY = 50


@screen(READ)
def customer_privacy(request: ActorRequest, ref: str) -> HttpResponse:
    """What one customer allows, for what; their identity numbers; what they asked for by law."""
    actor, customer = request.actor, _customer(request.actor, ref)
    history, asked = _kept_of(customer.pk)
    context = {
        "customer": customer,
        "crumbs": _crumbs(customer),
        "purposes": _purposes(history),
        "history": [_line(each) for each in reversed(history[-_HISTORY:])],
        "numbers": numbers_of(customer.pk),
        "requests": _requests(asked) if actor.may(MANAGE) else [],
        "may_unmask": actor.may(UNMASK),
        "may_manage": actor.may(MANAGE),
        "may_record": actor.may(consent.EDIT),
    }
    return render(request, "customers/customer_privacy.html", context)


@screen(MANAGE, methods=("GET", "POST"))
def customer_request(request: ActorRequest, ref: str) -> HttpResponse:
    """Take down what the customer asks for by law."""
    customer = _customer(request.actor, ref)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        try:
            made = open_request(actor=request.actor, ref=customer.ref, kind=kind, asked=form.asked(), at=timezone.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("customers:privacy_request", made.ref)
    page = reverse("customers:customer_privacy", args=[customer.ref])
    title = _("Take down a request by law")
    return show_form(request, "kernel/form.html", form, title=title, crumbs=_crumbs(customer), cancel_url=page)


@screen(consent.EDIT, methods=("GET", "POST"))
def customer_purpose(request: ActorRequest, ref: str, purpose: str) -> HttpResponse:
    """What the customer allows for one purpose, with the proof."""
    customer = _customer(request.actor, ref)
    if purpose not in PURPOSES:
        raise Http404
    known = consent.answers_of(consent.consent_history(customer.pk)).get(purpose, {})
    form = PurposeForm(request.POST or None, purpose=purpose, known=known)
    page = reverse("customers:customer_privacy", args=[customer.ref])
    if request.method == "POST" and form.is_valid():
        given, proof = form.answers(), form.cleaned_data["proof"]
        if given:
            consent.record_purpose(
                actor=request.actor, customer=customer, purpose=purpose, answers=given, proof=proof, at=timezone.now()
            )
        say_saved(request, bool(given))
        return redirect(page)
    title = str(purpose_words(purpose))
    return show_form(request, "kernel/form.html", form, title=title, crumbs=_crumbs(customer), cancel_url=page)


@screen(exporting.EXPORT, methods=("GET", "POST"))
def customer_export(request: ActorRequest) -> HttpResponseBase:
    """Take a customer list out of the house: first what for, then the file."""
    address = Address.of(request)
    wanted = exporting.Wanted(address.get("q"), address.get("kind"), address.get("city"))
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            return exporting.export_customers(
                actor=request.actor, wanted=wanted, file_format=cast(Format, data["file_format"]),
                reason=data["reason"], at=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            refuse(form, refusal)
    count, bound = exporting.count_wanted(request.actor, wanted)
    context = {
        "count": count, "bound": f"{bound:,}", "is_too_many": count > bound, "is_masked": not request.actor.may(UNMASK),
        "crumbs": [Crumb(_("Customers"), reverse("customers:customer_list"))],
    }  # fmt: skip
    return show_form(request, "customers/customer_export.html", form, title=_("Export customers"), **context)


def _customer(actor: Actor, ref: str) -> Customer:
    try:
        return get_customer(actor, ref)
    except CustomerNotFound as error:
        raise Http404 from error


def _crumbs(customer: Customer) -> list[Crumb]:
    page = reverse("customers:customer_page", args=[customer.ref])
    return [Crumb(_("Customers"), reverse("customers:customer_list")), Crumb(customer.name or customer.ref, page)]


def _purposes(history: list[Consent]) -> list[dict[str, object]]:
    known = consent.answers_of(history)
    return [
        {
            "code": code,
            "label": label,
            "answers": [
                {"channel": channel_words(channel), "granted": known.get(code, {}).get(channel)}
                for channel in consent.channels_of(code)
            ],
        }
        for code, label in PURPOSES.items()
    ]


def _line(each: Consent) -> dict[str, object]:
    return {
        "at": each.at, "purpose": purpose_words(each.purpose), "channel": channel_words(each.channel),
        "granted": each.is_granted, "proof": each.proof,
    }  # fmt: skip


def _kept_of(customer_id: int) -> tuple[list[Consent], list[PrivacyRequest]]:
    """Every answer of a customer, oldest first, and their requests, newest first; one query."""
    answers = Consent.objects.filter(customer=OuterRef("pk")).order_by("at", "id")
    asked = PrivacyRequest.objects.filter(customer=OuterRef("pk")).order_by("-opened_at", "-id")[:_HISTORY]
    rows: QuerySet[Any] = Customer.objects.annotate(answers=nested(answers), asked=nested(asked))
    row = rows.only("pk").get(pk=customer_id)
    return rows_of(Consent, row.answers), rows_of(PrivacyRequest, row.asked)


def _requests(rows: list[PrivacyRequest]) -> list[dict[str, object]]:
    today = timezone.localdate()
    return [{"ref": each.ref, "kind": kind_words(each.kind), "badge": request_badge(each, today)} for each in rows]
