"""Customers: the list, and the one page that says who somebody is and what is open."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vinloop.customers.actions import edit_customer, record_consents
from vinloop.customers.actions.unmask import GOLDEN, UNMASK, unmask
from vinloop.customers.consents import consent_badges
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.facts import customer_fact, customer_facts
from vinloop.customers.forms import FIELDS, ConsentForm, FieldForm
from vinloop.customers.identity_views import identity_actions
from vinloop.customers.models import Customer
from vinloop.customers.panels import CUSTOMER_COLUMNS, customer_row
from vinloop.customers.privacy.exporting import EXPORT
from vinloop.customers.profile import Profile, customer_profile, ids_of_customer, with_phone
from vinloop.customers.queries import ORDER, READ, consents_of, get_customer, list_customers
from vinloop.customers.words import RELATIONS, place_words
from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.events.queries import events_of_customers
from vinloop.kernel.search import may_be_more
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.answers import show_form
from vinloop.kernel.web.history import event_timeline, timeline_part
from vinloop.kernel.web.list_pages import page_of
from vinloop.kernel.web.listing import EmptyState, ExportLink, Filter, Listing, Option
from vinloop.kernel.web.record import Action, Crumb, Record, Timeline
from vinloop.kernel.web.slots import most_urgent, slot_panels

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
        exports=_exports(actor, address),
    )
    return render(request, "kernel/list.html", {"listing": listing, "primary_action": _asking(actor, address)})


@screen(READ)
def customer_page(request: ActorRequest, ref: str) -> HttpResponse:
    """Who is this, what is open, what happened."""
    actor = request.actor
    profile = _profile(actor, ref)
    customer = profile.customer
    if customer.merged_into is not None:
        return redirect("customers:customer_page", customer.merged_into.ref)
    if customer.erased_at is not None:
        return erased_page(request, customer)
    more = reverse("customers:customer_panels", args=[customer.ref])
    record = Record(
        title=customer.name or _("Name not known"),
        ref=customer.ref,
        subtitle=_subtitle(customer),
        crumbs=[Crumb(_("Customers"), reverse("customers:customer_list"))],
        badges=consent_badges(profile.consents),
        actions=_actions(actor, customer),
        panels=[*slot_panels("customers.customer_top", request, customer)],
        timeline=_timeline(request, customer, profile.ids),
    )
    context = {"record": record, "more_url": more, "live": _LIVE, **card_context(actor, profile)}
    context["figures"] = slot_panels("customers.customer_figures", request, customer)
    return render(request, "customers/customer_page.html", context)


def erased_page(request: ActorRequest, customer: Customer) -> HttpResponse:
    """All there is to say of a customer whose data were erased."""
    crumbs = [Crumb(_("Customers"), reverse("customers:customer_list"))]
    notice = _("This customer's data were erased on %(day)s. Orders and cars stay without the person.")
    day = date_format(timezone.localtime(customer.erased_at), "DATE_FORMAT") if customer.erased_at else ""
    record = Record(title=_("Erased customer"), ref=customer.ref, crumbs=crumbs, notice=notice % {"day": day})
    return render(request, "kernel/record.html", {"record": record})


def card_context(actor: Actor, profile: Profile) -> dict[str, object]:
    """What the cards beside the panels are drawn of: facts, ways to reach the customer, who belongs to them."""
    return {
        "profile": profile,
        "customer": profile.customer,
        "facts": customer_facts(actor, profile.customer, profile.origins),
        "badges": consent_badges(profile.consents),
        "related": [{"to": each, "words": RELATIONS.get(each.how, each.how)} for each in profile.related],
        "may_unmask": actor.may(UNMASK),
        "may_edit": actor.may(EDIT),
    }


@screen(READ)
def customer_panels(request: ActorRequest, ref: str) -> HttpResponse:
    """What the rooms above know of the customer; a piece of the page, loaded beside it."""
    customer = _customer(request.actor, ref)
    panels = slot_panels("customers.customer_page", request, customer)
    return render(request, "customers/_panels.html", {"panels": panels, "next": most_urgent(panels)})


@screen(READ)
def customer_timeline(request: ActorRequest, ref: str) -> HttpResponse:
    """The timeline alone: another kind, or earlier days."""
    customer = _customer(request.actor, ref)
    return timeline_part(request, _timeline(request, customer, ids_of_customer(customer.pk)))


@screen(EDIT, methods=("GET", "POST"))
def customer_edit(request: ActorRequest, ref: str, field: str) -> HttpResponse:
    """One field, edited in its place: the small form, then the new value."""
    if field not in FIELDS:
        raise Http404
    customer = _customer(request.actor, ref)
    if field == "address":
        show_for_correction(request, customer)
    form = FieldForm(request.POST or None, field=field, customer=customer)
    if request.method == "POST" and form.is_valid():
        edit_customer(actor=request.actor, ref=customer.ref, changes=form.cleaned_data, at=timezone.now())
        return show_value(request, customer.ref, field)
    url = reverse("customers:customer_edit", args=[customer.ref, field])
    context = {"form": form, "url": url, "value_url": reverse("customers:customer_value", args=[customer.ref, field])}
    return render(request, "customers/_edit.html", context, status=422 if form.errors else 200)


@screen(READ)
def customer_value(request: ActorRequest, ref: str, field: str) -> HttpResponse:
    """A value as it is: what is shown when an edit is given up."""
    return show_value(request, _customer(request.actor, ref).ref, field)


def show_for_correction(request: ActorRequest, customer: Customer) -> None:
    """Correcting the address shows it, and says itself why."""
    if not customer.address:
        return
    request.actor.require(UNMASK)
    if request.method == "GET":
        now = timezone.now()
        unmask(actor=request.actor, ref=customer.ref, part="address", key=GOLDEN, reason="correction", at=now)


def show_value(request: ActorRequest, ref: str, field: str) -> HttpResponse:
    """One field of the page, drawn anew."""
    profile = _profile(request.actor, ref)
    fact = customer_fact(request.actor, profile.customer, profile.origins, field)
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
        answers, proof = form.answers(known), form.cleaned_data["proof"]
        if answers:
            record_consents(actor=request.actor, customer=customer, answers=answers, proof=proof, at=timezone.now())
        say_saved(request, bool(answers))
        return redirect(page)
    crumbs = [Crumb(_("Customers"), reverse("customers:customer_list")), Crumb(customer.name or customer.ref, page)]
    title = _("May be contacted by")
    return show_form(request, "kernel/form.html", form, title=title, crumbs=crumbs, cancel_url=page)


def say_saved(request: ActorRequest, is_changed: bool) -> None:
    """Whether a form about consent changed anything: who chose nothing should not think that it was kept."""
    if is_changed:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was changed: every answer is as it was."))


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


def _actions(actor: Actor, customer: Customer) -> list[Action]:
    found = identity_actions(actor, customer)
    if actor.may(CONSENT):
        url = reverse("customers:customer_consent", args=[customer.ref])
        found.insert(0, Action(_("Record consent"), url, "drawer", is_primary=True, icon="shield-check"))
    return found


def _timeline(request: ActorRequest, customer: Customer, ids: list[int]) -> Timeline:
    """What happened, also to those who became one with the customer."""
    url = reverse("customers:customer_timeline", args=[customer.ref])
    return event_timeline(request, events_of_customers(ids), url=url, has_period=True)


def _exports(actor: Actor, address: Address) -> list[ExportLink]:
    """The guarded way out: it asks first what the list is for."""
    if not actor.may(EXPORT):
        return []
    asked = {name: value for name in ("q", "kind", "city") if (value := address.get(name))}
    return [ExportLink(_("Export"), f"{reverse('customers:customer_export')}?{urlencode(asked)}")]


def _asking(actor: Actor, address: Address) -> Action | None:
    """Who does not see every customer may ask headquarters for one."""
    if actor.sees_all or not actor.may("customers.access:request"):
        return None
    url = f"{reverse('customers:ask')}?{urlencode({'text': address.get('q')})}"
    return Action(_("Ask for a customer"), url, "drawer", icon="user-question")


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
