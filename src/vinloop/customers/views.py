"""Customers: the list, and the one page that says who somebody is and what is open."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vinloop.customers.actions import edit_customer, record_consents, unmask_contact
from vinloop.customers.consents import consent_badges
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.forms import FIELDS, ConsentForm, FieldForm
from vinloop.customers.models import Customer
from vinloop.customers.panels import CUSTOMER_COLUMNS, customer_row
from vinloop.customers.profile import Profile, customer_profile, with_phone
from vinloop.customers.queries import ORDER, READ, UNMASK, consents_of, get_customer, list_customers
from vinloop.customers.words import place_words
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.events.queries import events_of_customer
from vinloop.kernel.search import may_be_more
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.history import event_timeline, timeline_part
from vinloop.kernel.web.list_pages import page_of
from vinloop.kernel.web.listing import EmptyState, Filter, Listing, Option
from vinloop.kernel.web.record import Action, Crumb, Fact, FactGroup, Panel, Record, Timeline
from vinloop.kernel.web.slots import slot_panels

EDIT, CONSENT = "customers.customer:edit", "customers.consent:edit"
MOST_COUNTED = 1000
_LIVE = "live:any from:body delay:1s"


@screen(READ)
def customer_list(request: ActorRequest) -> HttpResponse:
    """Customers in sight, last changed first, or those a text finds."""
    actor, address = request.actor, Address.of(request)
    found = list_customers(actor, q=address.get("q"), kind=address.get("kind"), city=address.get("city"))
    page = page_of(address, with_phone(found), ORDER)
    count = found.order_by().values("id")[: MOST_COUNTED + 1].count()
    listing = Listing(
        key="customers",
        title=_("Customers"),
        columns=CUSTOMER_COLUMNS,
        rows=[customer_row(each) for each in page.rows],
        address=address,
        empty=EmptyState(
            _("No customers yet"), _("Everybody who leaves a contact, anywhere, becomes one record here."), "users"
        ),
        filters=_filters(address),
        search=address.get("q"),
        search_hint=_("Name, pinyin, phone, VIN, plate"),
        count=min(count, MOST_COUNTED),
        count_is_capped=count > MOST_COUNTED or may_be_more(address.get("q"), count),
        next_url=page.next_url,
        previous_url=page.previous_url,
    )
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": None})


@screen(READ)
def customer_page(request: ActorRequest, ref: str) -> HttpResponse:
    """Who is this, what is open, what happened."""
    actor = request.actor
    profile = _profile(actor, ref)
    customer = profile.customer
    if customer.merged_into is not None:
        return redirect("customers:customer_page", customer.merged_into.ref)
    more = reverse("customers:customer_panels", args=[customer.ref])
    record = Record(
        title=customer.name or _("Name not known"),
        ref=customer.ref,
        subtitle=_subtitle(customer),
        crumbs=[Crumb(_("Customers"), reverse("customers:customer_list"))],
        badges=consent_badges(profile.consents),
        actions=_actions(actor, customer),
        facts=[FactGroup(_("Basic facts"), _facts(actor, customer))],
        panels=[*slot_panels("customers.customer_top", request, customer)],
        timeline=_timeline(request, customer),
    )
    context = {"record": record, "profile": profile, "customer": customer, "more_url": more, "live": _LIVE}
    context["may_unmask"] = actor.may(UNMASK)
    return render(request, "customers/customer_page.html", context)


@screen(READ)
def customer_panels(request: ActorRequest, ref: str) -> HttpResponse:
    """What the rooms above know of the customer; a piece of the page, loaded beside it."""
    customer = _customer(request.actor, ref)
    panels: list[Panel] = [*slot_panels("customers.customer_page", request, customer)]
    return render(request, "customers/_panels.html", {"panels": panels})


@screen(READ)
def customer_timeline(request: ActorRequest, ref: str) -> HttpResponse:
    """The timeline alone: another kind, or earlier days."""
    return timeline_part(request, _timeline(request, _customer(request.actor, ref)))


@screen(UNMASK, methods=("POST",))
def customer_number(request: ActorRequest, ref: str, contact_id: int) -> HttpResponse:
    """Show one number or address; that somebody looked is recorded."""
    try:
        value = unmask_contact(
            actor=request.actor, ref=ref, contact_id=contact_id, reason="customer page", at=timezone.now()
        )
    except CustomerNotFound as error:
        raise Http404 from error
    return render(request, "customers/_number.html", {"value": value})


@screen(EDIT, methods=("GET", "POST"))
def customer_edit(request: ActorRequest, ref: str, field: str) -> HttpResponse:
    """One field, edited in its place: the small form, then the new value."""
    if field not in FIELDS:
        raise Http404
    customer = _customer(request.actor, ref)
    form = FieldForm(request.POST or None, field=field, customer=customer)
    if request.method == "POST" and form.is_valid():
        customer = edit_customer(actor=request.actor, ref=customer.ref, changes=form.cleaned_data, at=timezone.now())
        fact = next(each for each in _facts(request.actor, customer) if each.edit_url.endswith(f"/{field}/"))
        return render(request, "customers/_value.html", {"fact": fact})
    url = reverse("customers:customer_edit", args=[customer.ref, field])
    context = {"form": form, "url": url, "value_url": reverse("customers:customer_value", args=[customer.ref, field])}
    return render(request, "customers/_edit.html", context, status=422 if form.errors else 200)


@screen(READ)
def customer_value(request: ActorRequest, ref: str, field: str) -> HttpResponse:
    """A value as it is: what is shown when an edit is given up."""
    facts = _facts(request.actor, _customer(request.actor, ref))
    fact = next((each for each in facts if each.edit_url.endswith(f"/{field}/")), None)
    if fact is None:
        raise Http404
    return render(request, "customers/_value.html", {"fact": fact})


@screen(CONSENT, methods=("GET", "POST"))
def customer_consent(request: ActorRequest, ref: str) -> HttpResponse:
    """What the customer allows, and where they said so."""
    customer = _customer(request.actor, ref)
    known = consents_of(customer.pk)
    form = ConsentForm(request.POST or None, known=known)
    page = reverse("customers:customer_page", args=[customer.ref])
    if request.method == "POST" and form.is_valid():
        answers = form.answers(known)
        if answers:
            record_consents(
                actor=request.actor,
                customer=customer,
                answers=answers,
                proof=form.cleaned_data["proof"],
                at=timezone.now(),
            )
        messages.success(request, _("Saved."))
        return redirect(page)
    crumbs = [Crumb(_("Customers"), reverse("customers:customer_list")), Crumb(customer.name or customer.ref, page)]
    title = _("May be contacted by")
    return show_form(request, "kernel/form.html", form, title=title, crumbs=crumbs, cancel_url=page)


def _profile(actor: Actor, ref: str) -> Profile:
    try:
        return customer_profile(actor, ref)
    except CustomerNotFound as error:
        raise Http404 from error


def _customer(actor: Actor, ref: str) -> Customer:
    try:
        return get_customer(actor, ref)
    except CustomerNotFound as error:
        raise Http404 from error


def _subtitle(customer: Customer) -> str:
    born = str(customer.birth_date.year) if customer.birth_date else ""
    gender = customer.get_gender_display() if customer.gender else ""
    place = " ".join(dict.fromkeys(place_words(part) for part in (customer.province, customer.city) if part))
    return " · ".join(part for part in (customer.get_kind_display(), gender, born, place) if part)


def _facts(actor: Actor, customer: Customer) -> list[Fact]:
    shown: dict[str, object] = {
        "name": customer.name,
        "kind": customer.get_kind_display(),
        "gender": customer.get_gender_display() if customer.gender else "",
        "birth_date": str(customer.birth_date or ""),
        "province": place_words(customer.province),
        "city": place_words(customer.city),
        "address": _address(actor, customer),
        "language": dict(_choices("language")).get(customer.language, customer.language),
    }
    may_edit = actor.may(EDIT)
    return [
        Fact(
            FIELDS[name].label or name,
            value,
            edit_url=reverse("customers:customer_edit", args=[customer.ref, name]) if may_edit else "",
        )
        for name, value in shown.items()
        if name != "address" or value != "…" or not may_edit
    ]


def _address(actor: Actor, customer: Customer) -> str:
    """The address is hidden like a number from those who may not see hidden values."""
    return customer.address if actor.may(UNMASK) or not customer.address else "…"


def _choices(name: str) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in getattr(FIELDS[name], "choices", ())]


def _actions(actor: Actor, customer: Customer) -> list[Action]:
    if not actor.may(CONSENT):
        return []
    url = reverse("customers:customer_consent", args=[customer.ref])
    return [Action(_("Record consent"), url, "drawer", is_primary=True, icon="shield-check")]


def _timeline(request: ActorRequest, customer: Customer) -> Timeline:
    url = reverse("customers:customer_timeline", args=[customer.ref])
    return event_timeline(request, events_of_customer(customer.pk), url=url)


def _filters(address: Address) -> list[Filter]:
    kind, city = address.get("kind"), address.get("city")
    kinds = [Option(value, label) for value, label in Customer.Kind.choices]
    kind_words = dict(Customer.Kind.choices).get(kind, kind)
    return [
        Filter("kind", _("Kind"), options=kinds, value=kind, chip=f"{_('Kind')}: {kind_words}" if kind else "",
               remove_url=address.url(kind=None)),
        Filter("city", _("City"), "text", value=city, chip=f"{_('City')}: {city}" if city else "",
               remove_url=address.url(city=None)),
    ]  # fmt: skip
