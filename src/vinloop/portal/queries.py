"""Reads of the public site: the catalogue as a shop window, and one buyer's enquiry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import JSONObject

from vinloop.customers.models import Consent
from vinloop.kernel.access import elevated
from vinloop.kernel.languages import in_language
from vinloop.leads.models import Contact, Lead, TestDrive, Touch
from vinloop.network.places import all_places, locate
from vinloop.network.queries import Dealer, NearDealer, dealer_directory, dealers_for_brand, nearest_dealers
from vinloop.orders.models import Order
from vinloop.portal.rules import BuyerStep, Progress, buyer_steps, is_dealer_known
from vinloop.portal.silhouettes import Paint, paint_for
from vinloop.vehicles.facts import FIGURES, data_sheet
from vinloop.vehicles.models import CarModel
from vinloop.vehicles.queries import list_models
from vinloop.vehicles.words import colour_words

_NEAR = 6


@dataclass(frozen=True, slots=True)
class ShownTrim:
    """A trim in the reader's language; ``price`` in minor units of the model's currency."""

    code: str
    label: str
    price: int | None


@dataclass(frozen=True, slots=True)
class ShownModel:
    """A model of the shop window."""

    model: CarModel
    paint: Paint
    tagline: str
    sheet: Sequence[tuple[Any, str]]
    trims: Sequence[ShownTrim]

    @property
    def headline_facts(self) -> Sequence[tuple[Any, str]]:
        """The four figures shown large."""
        told = {name: line for name, line in zip(_known(self.model.facts), self.sheet, strict=False)}
        return [told[name] for name in _HEADLINES if name in told][:4]

    def trim(self, code: str) -> ShownTrim | None:
        """The trim with this code."""
        return next((trim for trim in self.trims if trim.code == code), None)


_HEADLINES = ("range_km", "acceleration_s", "power_kw", "consumption_l", "seats", "boot_l", "wheelbase_mm")


def shown_models() -> list[ShownModel]:
    """The models on sale in the order of the showroom; one query."""
    return [_shown(model, place) for place, model in enumerate(list_models(is_active=True).filter(brand__is_own=True))]


def shown_model(code: str) -> tuple[ShownModel, list[ShownModel]]:
    """A model on sale and the others, one query. Raises ``CarModel.DoesNotExist``."""
    models = shown_models()
    found = next((each for each in models if each.model.code == code), None)
    if found is None:
        raise CarModel.DoesNotExist(code)
    return found, [each for each in models if each is not found]


def dealer_choices(brand_id: int, city: str) -> list[NearDealer]:
    """Dealers a buyer may wish for: the nearest when the city is known, else all that take leads."""
    if city:
        near = [each for each in nearest_dealers(city=city, brand_id=brand_id) if each.dealer.accepts_leads][:_NEAR]
        if near:
            return near
    return [NearDealer(dealer, None) for dealer in dealers_for_brand(brand_id, accepting_only=True)]


def chosen_dealer(brand_id: int, code: str) -> Dealer | None:
    """The dealer with this code, if it sells the brand and takes leads."""
    dealer = dealer_directory().by_code.get(code.casefold()) if code else None
    return dealer if dealer and dealer.accepts_leads and brand_id in dealer.brand_ids else None


def city_label(dealer: Dealer) -> str:
    """The dealer's city in the reader's language."""
    place = locate(f"{dealer.province}{dealer.city}") or locate(dealer.city)
    return in_language(place.city, place.city_en) if place and place.city else dealer.city


def city_names() -> list[str]:
    """Cities to suggest while somebody types theirs."""
    return sorted({in_language(place.city, place.city_en) for place in all_places()})


def _shown(model: CarModel, place: int) -> ShownModel:
    trims = [
        ShownTrim(str(each["code"]), in_language(each.get("name", ""), each.get("name_en", "")), each.get("price"))
        for each in model.trims
    ]
    tagline = in_language(model.tagline, model.tagline_en)
    return ShownModel(model, paint_for(place), tagline, data_sheet(model.facts), trims)


def _known(facts: Mapping[str, Any]) -> list[str]:
    return [name for name in FIGURES if facts.get(name)]


class Drive(msgspec.Struct, frozen=True):
    """A test drive as its driver sees it."""

    ref: str
    status: str
    starts_at: datetime
    ends_at: datetime


class Ordered(msgspec.Struct, frozen=True):
    """An order as its buyer sees it. ``vin`` is only the tail."""

    ref: str
    status: str
    model: str
    model_en: str
    trim: str
    colour: str
    promised_date: date | None
    delivered_at: datetime | None
    vin: str | None

    @property
    def colour_label(self) -> str:
        """The colour in the reader's language."""
        return colour_words(self.colour)

    @property
    def model_label(self) -> str:
        """The model's name in the reader's language."""
        return in_language(self.model, self.model_en)

    @property
    def vin_tail(self) -> str:
        """The last six characters: enough to recognise the car, too few to misuse."""
        return (self.vin or "")[-6:]


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Everything the holder of a full link may know, and nothing else."""

    lead: Lead
    name: str
    steps: Sequence[BuyerStep]
    dealer: Dealer | None
    consultant: str
    drive: Drive | None
    order: Ordered | None
    consents: Mapping[str, bool]
    last_word: Mapping[str, Any] | None = None

    @property
    def is_given_up(self) -> bool:
        """The buyer's own farewell is the last that was said; whoever closes the enquiry has not come to it yet."""
        last = self.last_word or {}
        said = last.get("result") == Contact.Result.NOT_BUYING and last.get("user") is None
        return said and not self.order and not (self.drive and self.drive.status == TestDrive.Status.BOOKED)

    @property
    def is_closed(self) -> bool:
        """Nothing more will happen."""
        return self.lead.status in ("lost", "invalid")


def enquiry_of(ref: str) -> Enquiry:
    """One enquiry for its own buyer, who proved by a signed link who they are; one query.

    Name and consents are what was said in this enquiry, not what the golden record knows from elsewhere.
    Raises ``Lead.DoesNotExist``.
    """
    with elevated("one enquiry for its own buyer, who holds the signed link to it"):
        lead = _with_facts().get(ref=ref)
    facts = lead.__dict__
    knows_dealer = is_dealer_known(lead.status) and lead.dealer_id is not None
    return Enquiry(
        lead=lead,
        name=facts["typed_name"] or "",
        steps=buyer_steps(_progress(lead)),
        dealer=dealer_directory().get(lead.dealer_id or 0) if knows_dealer else None,
        consultant=lead.consultant.label if knows_dealer and lead.consultant else "",
        drive=msgspec.convert(facts["drive_fact"], Drive) if facts["drive_fact"] else None,
        order=msgspec.convert(facts["order_fact"], Ordered) if facts["order_fact"] else None,
        consents=_consents(facts["typed_consent"], facts["withdrawn"]),
        last_word=facts["last_word"],
    )


def withdrawal_proof(ref: str) -> str:
    """What is written beside a consent withdrawn on the buyer's page of a lead."""
    return f"buyer's page {ref}"


def _with_facts() -> Any:
    touches = Touch.objects.filter(lead=OuterRef("pk")).order_by("at", "id")
    drives = TestDrive.objects.filter(lead=OuterRef("pk"), status__in=["booked", "done"]).order_by("-starts_at")
    orders = Order.objects.filter(lead=OuterRef("pk")).exclude(status="cancelled")
    contacts = Contact.objects.filter(lead=OuterRef("pk")).order_by("-at", "-id")
    withdrawn = Consent.objects.filter(customer=OuterRef("customer"), is_granted=False)
    return Lead.objects.select_related("car_model", "brand", "consultant").annotate(
        typed_name=Subquery(touches.values(told=KT("payload__customer__name"))[:1]),
        typed_consent=Subquery(touches.values("payload__consent")[:1]),
        drive_fact=Subquery(drives.values(told=_drive_json())[:1]),
        order_fact=Subquery(orders.values(told=_order_json())[:1]),
        last_word=Subquery(contacts.values(told=JSONObject(result="result", user="user_id"))[:1]),
        withdrawn=ArraySubquery(
            withdrawn.filter(at__gte=OuterRef("received_at")).values(told=JSONObject(channel="channel", proof="proof"))
        ),
    )


def _drive_json() -> JSONObject:
    return JSONObject(ref="ref", status="status", starts_at="starts_at", ends_at="ends_at")


def _order_json() -> JSONObject:
    return JSONObject(
        ref="ref",
        status="status",
        model="car_model__name",
        model_en="car_model__name_en",
        trim="trim",
        colour="colour",
        promised_date="promised_date",
        delivered_at="delivered_at",
        vin="vehicle__vin",
    )


def _progress(lead: Lead) -> Progress:
    return Progress(
        status=lead.status,
        received_at=lead.received_at,
        verified_at=lead.verified_at,
        accepted_at=lead.accepted_at,
        test_driven_at=lead.test_driven_at,
        ordered_at=lead.ordered_at,
        delivered_at=lead.delivered_at,
    )


def _consents(typed: Mapping[str, Any] | None, withdrawn: Sequence[Mapping[str, str]]) -> dict[str, bool]:
    """Channel → still allowed, for the channels answered in this enquiry or withdrawn on its page."""
    said = {channel: True for channel in Consent.Channel.values if (typed or {}).get(channel) is True}
    taken_back = {each["channel"]: False for each in withdrawn if each["proof"].startswith(withdrawal_proof(""))}
    return said | taken_back
