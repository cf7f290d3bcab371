"""Screens of the network: the list of dealers, a dealer's page and its form."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinloop.kernel.access.gate import ActorRequest, screen
from vinloop.kernel.clocks import is_open
from vinloop.kernel.events.queries import events_of, timeline
from vinloop.kernel.languages import in_language
from vinloop.kernel.models import Organisation
from vinloop.kernel.web import cells, record
from vinloop.kernel.web.address import Address
from vinloop.kernel.web.listing import EmptyState, Listing
from vinloop.kernel.web.record import Action, Crumb, Fact, FactGroup, Record
from vinloop.kernel.web.slots import slot_panels
from vinloop.kernel.web.table_rows import Column, Row
from vinloop.network.actions import edit_dealer, set_territories
from vinloop.network.forms import DealerForm
from vinloop.network.loads import open_leads
from vinloop.network.models import DealerProfile
from vinloop.network.queries import Dealer, Described, dealers_of, describe_dealer, get_profile, place_words
from vinloop.network.schedules import schedule_of
from vinloop.vehicles.queries import catalogue

READ = "network.dealer:read"
MANAGE = "network.dealer:manage"
_TIMELINE = 30


@screen(READ)
def dealer_list(request: ActorRequest) -> HttpResponse:
    """Dealers in the actor's scope with how busy they are; ``q`` searches names, codes and cities."""
    address = Address.of(request)
    wanted = address.get("q").casefold()
    dealers = [dealer for dealer in dealers_of(request.actor) if wanted in _searched(dealer)]
    loads = open_leads([dealer.id for dealer in dealers])
    listing = Listing(
        key="dealers",
        title=_("Dealers"),
        columns=[
            Column("name", _("Dealer")),
            Column("city", _("City")),
            Column("brands", _("Brands")),
            Column("open", _("Open now")),
            Column("load", _("Open leads / capacity"), align="end", hint=_("Open leads the dealer can work on.")),
            Column("leads", _("Leads")),
        ],
        rows=[_row(dealer, loads, timezone.now()) for dealer in dealers],
        address=address,
        empty=EmptyState(
            title=_("No dealers yet"),
            text=_("Add a dealer under Organisations, then describe it here."),
            icon="building-store",
        ),
        search=address.get("q"),
        search_hint=_("Name, code or city"),
        count=len(dealers),
    )
    return render(request, "kernel/list.html", {"listing": listing})


@screen(READ)
def dealer_page(request: ActorRequest, code: str) -> HttpResponse:
    """One dealer: facts, what other rooms have to say about it, and its history."""
    try:
        dealer = describe_dealer(request.actor, code)
    except Organisation.DoesNotExist as error:
        raise Http404(code) from error
    profile, organisation = dealer.profile, dealer.profile.organisation
    edit = Action(_("Edit"), reverse("network:dealer_edit", args=[code]), is_primary=True, icon="pencil")
    page = Record(
        title=organisation.label,
        ref=organisation.code,
        subtitle=place_words(profile.city),
        crumbs=[Crumb(_("Dealers"), reverse("network:dealer_list"))],
        badges=[_leads_badge(profile.accepts_leads)],
        actions=[edit] if request.actor.may(MANAGE) else [],
        facts=_facts(dealer, timezone.now()),
        panels=slot_panels("network.dealer_page", request, organisation),
        timeline=record.Timeline(_history(organisation)),
    )
    return render(request, "kernel/record.html", {"record": page})


@screen(MANAGE, methods=("GET", "POST"))
def dealer_edit(request: ActorRequest, code: str) -> HttpResponse:
    """Edit a dealer's address, brands, capacity and territories."""
    organisation = _dealer(request, code)
    back = reverse("network:dealer_page", args=[code])
    form = DealerForm(request.POST or None, initial=DealerForm.start(_profile(request, organisation)))
    if request.method == "POST" and form.is_valid():
        _save(request, organisation, form, timezone.now())
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(back)
    context = {"form": form, "form_title": organisation.label, "cancel_url": back}
    context["crumbs"] = [Crumb(_("Dealers"), reverse("network:dealer_list")), Crumb(organisation.label, back)]
    return render(request, "kernel/form.html", context, status=422 if form.errors else 200)


def _save(request: ActorRequest, organisation: Organisation, form: DealerForm, at: datetime) -> None:
    data = form.cleaned_data
    brands = [brand.pk for brand in data["brands"]]
    edit_dealer(actor=request.actor, organisation_id=organisation.pk, values=form.values(), brand_ids=brands, at=at)
    set_territories(actor=request.actor, organisation_id=organisation.pk, places=data["territories"], at=at)


def _dealer(request: ActorRequest, code: str) -> Organisation:
    """A dealer in the actor's scope; one outside it does not exist for the actor."""
    kinds = (Organisation.Kind.DEALER, Organisation.Kind.SERVICE_STATION)
    found = Organisation.objects.filter(code=code, kind__in=kinds).first()
    if found is None or not request.actor.sees(found.pk):
        raise Http404(code)
    return found


def _profile(request: ActorRequest, organisation: Organisation) -> DealerProfile:
    """The stored profile, or an empty one for a dealer nobody has described yet."""
    try:
        return get_profile(request.actor, organisation.pk)
    except DealerProfile.DoesNotExist:
        return DealerProfile(organisation=organisation)


def _searched(dealer: Dealer) -> str:
    city = place_words(dealer.city)
    return "\n".join((dealer.code, dealer.name, dealer.name_en, dealer.city, city)).casefold()


def _row(dealer: Dealer, loads: dict[int, int] | None, now: datetime) -> Row:
    brands = catalogue().brands
    return Row(
        url=reverse("network:dealer_page", args=[dealer.code]),
        cells=[
            cells.two_lines(dealer.label, dealer.code),
            place_words(dealer.city),
            ", ".join(brands[each].label for each in sorted(dealer.brand_ids) if each in brands),
            _open_badge(dealer.id, now),
            str(dealer.lead_capacity) if loads is None else cells.progress(loads[dealer.id], dealer.lead_capacity),
            _leads_badge(dealer.accepts_leads),
        ],
        label=dealer.label,
    )


def _open_badge(organisation_id: int, now: datetime) -> SafeString:
    if is_open(schedule_of(organisation_id), now):
        return cells.badge(_("Open"), "good")
    return cells.badge(_("Closed"), "muted")


def _leads_badge(accepts_leads: bool) -> SafeString:
    return cells.badge(_("Takes leads"), "good") if accepts_leads else cells.badge(_("Takes no leads"), "soon")


def _facts(dealer: Described, now: datetime) -> list[FactGroup]:
    profile, organisation, brands = dealer.profile, dealer.profile.organisation, catalogue().brands
    where = [
        Fact(_("Region"), organisation.parent.label if organisation.parent else ""),
        Fact(_("Province"), place_words(profile.province)),
        Fact(_("City"), place_words(profile.city)),
        Fact(_("Address"), in_language(profile.address, profile.address_en)),
        Fact(_("Phone"), cells.phone(profile.phone)),
        Fact(_("E-mail"), profile.email),
        Fact(_("Open now"), _open_badge(organisation.pk, now)),
        Fact(_("Time zone"), organisation.timezone),
    ]
    territories = ", ".join(place_words(each.city or each.province) for each in dealer.territories)
    leads = [
        Fact(_("Brands"), ", ".join(brand.label for brand in brands.values() if brand.id in dealer.brand_ids)),
        Fact(_("Territories"), territories),
        Fact(_("Lead capacity"), str(profile.lead_capacity), hint=_("Open leads the dealer can work on.")),
        Fact(_("Open leads"), _load(organisation.pk)),
        Fact(_("Weight"), f"{profile.weight:g}", hint=_("1 is neutral; more favours the dealer.")),
    ]
    return [FactGroup(_("Where"), where), FactGroup(_("Leads"), leads)]


def _load(organisation_id: int) -> str:
    loads = open_leads([organisation_id])
    return "" if loads is None else str(loads[organisation_id])


def _history(organisation: Organisation) -> list[record.TimelineEntry]:
    entries = timeline(list(events_of("network.dealer", organisation.pk)[:_TIMELINE]))
    return [
        record.TimelineEntry(at=each.at, title=each.title, who=each.who, door=each.door, icon=each.icon)
        for each in entries
    ]
