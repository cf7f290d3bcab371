"""The cards of a customer's page, changed where they are: numbers, addresses, relations, fields left to the rules."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.customers.actions.reach import Change, change_contact, end_address
from vinloop.customers.actions.relations import add_relation, remove_relation
from vinloop.customers.actions.release import release_field
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.forms import FIELDS, RelationForm
from vinloop.customers.models import Customer
from vinloop.customers.privacy.panels import privacy_lines
from vinloop.customers.profile import customer_profile
from vinloop.customers.queries import READ, get_customer
from vinloop.customers.views import EDIT, card_context, show_value
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.record import Crumb

CHANGES = ("primary", "verified", "ended", "renewed")


@screen(EDIT, methods=("POST",))
def contact_change(request: ActorRequest, ref: str, contact_id: int, change: str) -> HttpResponse:
    """A number or e-mail leads, is verified, ends or is valid again; the card is drawn anew."""
    if change not in CHANGES:
        raise Http404
    ref, now = _known(request, ref), timezone.now()
    try:
        change_contact(actor=request.actor, ref=ref, contact_id=contact_id, change=cast(Change, change), at=now)
    except CustomerNotFound as error:
        raise Http404 from error
    return _card(request, ref, "customers/_reach.html")


@screen(EDIT, methods=("POST",))
def address_end(request: ActorRequest, ref: str, address_id: int) -> HttpResponse:
    """An address is no longer valid; the card is drawn anew."""
    ref = _known(request, ref)
    try:
        end_address(actor=request.actor, ref=ref, address_id=address_id, at=timezone.now())
    except CustomerNotFound as error:
        raise Http404 from error
    return _card(request, ref, "customers/_reach.html")


@screen(EDIT, methods=("POST",))
def customer_release(request: ActorRequest, ref: str, field: str) -> HttpResponse:
    """Let the rules decide a field again; its value is drawn anew."""
    if field not in FIELDS:
        raise Http404
    ref = _known(request, ref)
    release_field(actor=request.actor, ref=ref, field=field, at=timezone.now())
    return show_value(request, ref, field)


@screen(EDIT, methods=("GET", "POST"))
def relation_add(request: ActorRequest, ref: str) -> HttpResponse:
    """Say who belongs to the customer."""
    customer = get_known(request, ref)
    form = RelationForm(request.POST or None, actor=request.actor, customer=customer)
    page = reverse("customers:customer_page", args=[customer.ref])
    if request.method == "POST" and form.is_valid():
        one, two = (customer.ref, form.other.ref) if form.is_theirs else (form.other.ref, customer.ref)
        add_relation(actor=request.actor, ref=one, other_ref=two, kind=form.kind, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect(page)
    crumbs = [Crumb(_("Customers"), reverse("customers:customer_list")), Crumb(customer.name or customer.ref, page)]
    return show_form(request, "kernel/form.html", form, title=_("Add a relation"), crumbs=crumbs, cancel_url=page)


@screen(EDIT, methods=("POST",))
def relation_remove(request: ActorRequest, ref: str, relation_id: int) -> HttpResponse:
    """Say that two do not belong together; the card is drawn anew."""
    ref = _known(request, ref)
    try:
        remove_relation(actor=request.actor, ref=ref, relation_id=relation_id, at=timezone.now())
    except CustomerNotFound as error:
        raise Http404 from error
    return _card(request, ref, "customers/_related.html")


@screen(READ)
def privacy_part(request: ActorRequest, ref: str) -> HttpResponse:
    """What the customer allows beyond being contacted; a piece of the page, loaded when it comes into view."""
    return render(request, "customers/_privacy.html", {"lines": privacy_lines(get_known(request, ref))})


def get_known(request: ActorRequest, ref: str) -> Customer:
    """The customer of an address, whatever became of the reference; 404 when it is out of sight."""
    try:
        return get_customer(request.actor, ref)
    except CustomerNotFound as error:
        raise Http404 from error


def _known(request: ActorRequest, ref: str) -> str:
    return get_known(request, ref).ref


def _card(request: ActorRequest, ref: str, template: str) -> HttpResponse:
    return render(request, template, card_context(request.actor, customer_profile(request.actor, ref)))
