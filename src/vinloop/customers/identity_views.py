"""A customer's identity: merge with another, split, why each record is here, and taking a step back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vinloop.customers.actions.merging import merge_customers, undo_step
from vinloop.customers.actions.splitting import split_customer
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.explaining import Explanation, explain_records
from vinloop.customers.identity_words import matched_words, step_words, undo_words
from vinloop.customers.models import Customer, IdentityStep, SourceRecord
from vinloop.customers.profile import masked_phone_of, with_phone
from vinloop.customers.queries import get_customer, list_customers
from vinloop.customers.references import counts_of, reference_labels, rows_of
from vinloop.customers.stewardship import (
    DECIDE,
    LOOK,
    Comparison,
    compare,
    records_of_customer,
    side_of,
    source_names,
    steps_of,
)
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.identifiers import parse_ref
from vinloop.kernel.refusals import Refused
from vinloop.kernel.web.record import Action, Crumb

FOUND, STEPS = 10, 20
_COMPARED = 5  # records of each side whose pairs are tried for the best explanation


@screen(DECIDE, methods=("GET", "POST"))
def customer_merge(request: ActorRequest, ref: str) -> HttpResponse:
    """Merge with another customer: search, look at both and at what will move, confirm."""
    customer = _customer(request.actor, ref)
    if request.method == "POST":
        return _merge(request, customer)
    text, other = request.GET.get("q", "").strip(), _other(request, customer)
    context: dict[str, Any] = {**_context(customer, _("Merge with…")), "q": text, "other": other}
    if other is not None:
        context |= _preview(request.actor, customer, other)
    elif text:
        found = with_phone(list_customers(request.actor, q=text)).exclude(pk=customer.pk)
        context["found"] = [(each, masked_phone_of(each)) for each in found[:FOUND]]
    return render(request, "customers/merge.html", context)


@screen(DECIDE, methods=("GET", "POST"))
def customer_split(request: ActorRequest, ref: str) -> HttpResponse:
    """Part a customer: tick the source records, leads and cars that go."""
    customer = _customer(request.actor, ref)
    error = _split(request, customer) if request.method == "POST" else ""
    if isinstance(error, HttpResponse):
        return error
    names = source_names()
    records = SourceRecord.objects.filter(customer=customer).select_related("customer").order_by("id")
    ticked = set(request.POST.getlist("record"))
    context = {
        **_context(customer, _("Split…")),
        "sides": [(side_of(request.actor, each, names), str(each.pk) in ticked) for each in records],
        "groups": [
            (each, [(key, title, f"{each.name}:{key}" in request.POST.getlist("row")) for key, title in rows])
            for each, rows in rows_of(customer.pk)
        ],
        "error": error,
    }
    return render(request, "customers/split.html", context, status=422 if error else 200)


@screen(LOOK)
def customer_records(request: ActorRequest, ref: str) -> HttpResponse:
    """Why is this record here: every source record with its probability and the evidence."""
    customer = _customer(request.actor, ref)
    found = records_of_customer(request.actor, customer)
    context = {
        **_context(customer, _("Why these records are one customer")),
        "records": [(each, matched_words(each.matched_by)) for each in found],
    }
    return render(request, "customers/records.html", context)


@screen(LOOK)
def customer_steps(request: ActorRequest, ref: str) -> HttpResponse:
    """The customer's merges and splits in words, each with what an undo would do; a piece of the customer's page."""
    customer = _customer(request.actor, ref)
    steps = [_step(request.actor, each) for each in steps_of(request.actor, customer)[:STEPS]]
    return render(request, "customers/_steps.html", {"steps": steps})


@screen(DECIDE, methods=("POST",))
def step_undo(request: ActorRequest, step_id: int) -> HttpResponse:
    """Take a merge or split back."""
    try:
        with transaction.atomic():
            step = undo_step(actor=request.actor, step_id=step_id, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        known = IdentityStep.objects.select_related("target").filter(pk=step_id).first()
        if known is None:
            raise Http404 from refusal
        return redirect("customers:customer_page", known.target.ref)
    messages.success(request, _("Undone."))
    return redirect("customers:customer_page", step.source.ref)


def identity_actions(actor: Actor, customer: Customer) -> list[Action]:
    """What a steward may do from the customer's page."""
    found = []
    if actor.may(LOOK):
        url = reverse("customers:customer_records", args=[customer.ref])
        found.append(Action(_("Why these records"), url, icon="users-group"))
    if actor.may(DECIDE):
        found += [
            Action(_("Merge with…"), reverse("customers:customer_merge", args=[customer.ref]), icon="git-merge"),
            Action(_("Split…"), reverse("customers:customer_split", args=[customer.ref]), icon="arrows-split"),
        ]
    return found


def _step(actor: Actor, step: Any) -> dict[str, Any]:
    may_undo = actor.may(DECIDE) and step.undone_at is None and not step.is_built_on
    return {
        "step": step,
        "words": step_words(step),
        "undo": undo_words(step, reference_labels()) if may_undo else "",
        "is_blocked": step.undone_at is None and step.is_built_on,
        "undo_url": reverse("customers:step_undo", args=[step.pk]),
    }


def _context(customer: Customer, title: str) -> dict[str, Any]:
    page = reverse("customers:customer_page", args=[customer.ref])
    crumbs = [Crumb(_("Customers"), reverse("customers:customer_list")), Crumb(customer.name or customer.ref, page)]
    return {"customer": customer, "title": title, "crumbs": crumbs, "page_url": page}


def _merge(request: ActorRequest, customer: Customer) -> HttpResponse:
    other = _customer(request.actor, request.POST.get("other", ""))
    winner, loser = (other, customer) if request.POST.get("keep") == other.ref else (customer, other)
    try:
        with transaction.atomic():
            merge_customers(
                actor=request.actor, winner=winner.ref, loser=loser.ref, note=request.POST.get("note", "")[:300],
                at=timezone.now(),
            )  # fmt: skip
    except (Refused, CustomerNotFound) as refusal:
        gone = _("Somebody has just merged one of the two. Look again.")
        messages.error(request, str(refusal.message) if isinstance(refusal, Refused) else gone)
        return redirect("customers:customer_page", customer.ref)
    messages.success(request, _("One customer now: %(ref)s.") % {"ref": winner.ref})
    return redirect("customers:customer_page", winner.ref)


def _other(request: ActorRequest, customer: Customer) -> Customer | None:
    ref = request.GET.get("other", "")
    if not ref:
        return None
    other = _customer(request.actor, ref)
    return None if other.pk == customer.pk else other


def _preview(actor: Actor, customer: Customer, other: Customer) -> dict[str, Any]:
    counts, labels = counts_of([customer.pk, other.pk]), reference_labels()
    records = _newest_records([customer.pk, other.pk])
    sizes = {each.pk: SourceRecord.objects.filter(customer=each).count() for each in (customer, other)}
    return {
        "shown": _likeliest(actor, records[customer.pk], records[other.pk]),
        "holdings": [_holdings(counts[each.pk], labels, sizes[each.pk]) for each in (customer, other)],
        "both": (customer, other),
    }


def _holdings(counts: Mapping[str, int], labels: Mapping[str, Any], records: int) -> str:
    parts = [f"{_('Source records')} {number_format(records)}"]
    parts += [f"{labels[name]} {number_format(count)}" for name, count in counts.items()]
    return _(", ").join(parts)


def _newest_records(customer_ids: Sequence[int]) -> dict[int, list[SourceRecord]]:
    found: dict[int, list[SourceRecord]] = {}
    for customer_id in customer_ids:
        rows = SourceRecord.objects.filter(customer_id=customer_id).select_related("customer").order_by("-id")
        found[customer_id] = list(rows[:_COMPARED])
    return found


def _likeliest(actor: Actor, ones: Sequence[SourceRecord], twos: Sequence[SourceRecord]) -> Comparison | None:
    """The pair of records that speaks most for one customer."""
    pairs = {(one.pk, two.pk): (one, two) for one in ones for two in twos}
    if not pairs:
        return None
    why = explain_records(list(pairs))
    best = max(pairs, key=lambda each: _total(why.get(each)))
    return compare(actor, *pairs[best])


def _total(why: Explanation | None) -> float:
    return float("-inf") if why is None else why.total


def _split(request: ActorRequest, customer: Customer) -> HttpResponse | str:
    try:
        with transaction.atomic():
            step = split_customer(
                actor=request.actor, ref=customer.ref, record_ids=_numbers(request.POST.getlist("record")),
                references=_rows(request.POST.getlist("row")), note=request.POST.get("note", "")[:300],
                at=timezone.now(),
            )  # fmt: skip
    except Refused as refusal:
        return str(refusal.message)
    messages.success(request, _("%(ref)s is a customer of its own now.") % {"ref": step.target.ref})
    return redirect("customers:customer_page", step.target.ref)


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal()]


def _rows(texts: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for text in texts:
        name, _sign, key = text.rpartition(":")
        if key.isdecimal():
            found.setdefault(name, []).append(int(key))
    return found


def _customer(actor: Actor, ref: str) -> Customer:
    try:
        return get_customer(actor, parse_ref(ref) or ref)
    except CustomerNotFound as error:
        raise Http404 from error
