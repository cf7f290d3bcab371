"""The first part of a lead's life in the demo: somebody is interested, and headquarters calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from vinloop.customers.events import ConsentRecorded, CustomerCreated
from vinloop.customers.models import Consent, ContactPoint, Customer, SourceRecord
from vinloop.kernel.events import Fact, Subject
from vinloop.leads.events import LeadCaptured, LeadTouched
from vinloop.leads.models import Campaign, Lead, LeadSource, Touch
from vinloop.leads.rules.submissions import (
    ConsentInput,
    CustomerInput,
    InterestInput,
    Submission,
    TradeInInput,
)
from vinloop.network.places import Place, locate
from vinloop.site.demo import words
from vinloop.site.demo.book import Book
from vinloop.site.demo.people import Someone
from vinloop.site.demo.world import Shop, World
from vinloop.vehicles.models import CarModel

_DOORS = {"web": "portal", "hotline": "screen", "event": "screen", "referral": "portal", "adf-portal": "adf",
          "partner-file": "import", "showroom": "screen"}  # fmt: skip
_TIMEFRAMES = ("一周内", "半个月内", "一个月内", "三个月内", "半年内", "")
_TIMEFRAMES_EN = ("within a week", "within 2 weeks", "within a month", "within 3 months", "")


class Later(Exception):
    """The next thing happens after now: the story stops here."""


@dataclass
class Wish:
    """Who wants which car, and how we heard of it."""

    someone: Someone
    place: Place
    model: CarModel
    source: LeadSource
    campaign: Campaign | None
    interest: str
    near: Shop
    timeframe: str
    comments: str
    trade_in: dict[str, Any] = field(default_factory=dict)
    customer: Customer | None = None
    has_consent: bool = True

    @property
    def door(self) -> str:
        """The door such a source comes in by."""
        return _DOORS[self.source.code]


def make_wish(world: World, source: str, at: datetime, shop: Shop | None = None) -> Wish:
    """Invent a wish near a dealer that sells the car."""
    rng = world.rng
    near = shop or world.shop_at_random()
    someone = world.crowd.someone(near.country)
    place = locate(near.dealer.city)
    if place is None:
        raise LookupError(near.dealer.city)
    is_chinese = someone.language.startswith("zh")
    return Wish(
        someone=someone,
        place=place,
        model=world.model_for(near),
        source=world.sources[source],
        campaign=world.campaign_on(at, source) if source != "showroom" else None,
        interest=rng.choices(("buy", "test-drive", "trade-in"), (70, 24, 6))[0],
        near=near,
        timeframe=rng.choice(_TIMEFRAMES if is_chinese else _TIMEFRAMES_EN),
        comments=words.wish(rng, someone.language),
        trade_in=_trade_in(world) if rng.random() < 0.2 else {},
        has_consent=rng.random() < 0.8,
    )


def _trade_in(world: World) -> dict[str, Any]:
    make, model = world.rng.choice(words.TRADE_INS)
    year = world.now.year - world.rng.randrange(3, 10)
    return {"make": make, "model": model, "year": year, "odometer_km": world.rng.randrange(20, 160) * 1000}


class Story:
    """One lead as it goes through the loop. ``go`` moves its clock and stops the story at the present."""

    def __init__(self, world: World, book: Book, wish: Wish) -> None:
        self.world, self.book, self.wish, self.rng = world, book, wish, world.rng
        self.number = len(book.rows(Lead))
        self.lead: Lead
        self.customer: Customer

    def go(self, at: datetime) -> datetime:
        """Step to a moment; raises ``Later`` when it has not come yet."""
        if at > self.world.now:
            raise Later
        self.lead.updated_at = at
        return at

    @property
    def subject(self) -> Subject:
        """The lead as the subject of a fact, seen by whoever works on it now."""
        lead = self.lead
        return Subject("leads.lead", lead.pk, lead.owner_id, lead.ref, lead.customer_id)

    def tell(self, fact: Fact, at: datetime, user_id: int | None = None, door: str = "screen") -> None:
        """A fact about the lead; without a user the system did it."""
        self.book.tell(fact, self.subject, at, user_id=user_id, door=door if user_id else "job")

    def capture(self, at: datetime, *, shop: Shop | None = None, user_id: int | None = None) -> None:
        """The customer, the lead and its first touch exist; at a dealer when ``shop`` captured it itself."""
        wish = self.wish
        owner_id = shop.id if shop else self.world.root_id
        is_known = wish.customer is not None
        self.customer = wish.customer or make_customer(self.book, wish.someone, wish.place, at)
        self.lead = self._lead(owner_id, at)
        self.book.add(self.lead)
        if not is_known:
            created = CustomerCreated(ref=self.customer.ref, source=f"lead:{wish.source.code}")
            self.book.tell(created, self._about_customer(owner_id), at, user_id=user_id, door=wish.door)
        self._keep(owner_id, at, "phone" if is_known else "new")
        model, campaign = wish.model, wish.campaign.code if wish.campaign else ""
        fact = LeadCaptured(
            ref=self.lead.ref, source=wish.source.code, campaign=campaign, brand=model.brand.code, model=model.code
        )
        self.book.tell(fact, self.subject, at, user_id=user_id, door=wish.door)
        if wish.has_consent and wish.someone.phone:
            self._consent(owner_id, at)

    def touch_again(self, at: datetime) -> None:
        """The same person comes back through another door."""
        if at > self.world.now:
            return
        self.lead.touch_count += 1
        self._touch(self.lead.owner_id, at, f"{self.lead.ref}-2")
        campaign = self.wish.campaign.code if self.wish.campaign else ""
        fact = LeadTouched(ref=self.lead.ref, source=self.wish.source.code, campaign=campaign)
        self.book.tell(fact, self.subject, at, user_id=None, door=self.wish.door)

    def _lead(self, owner_id: int, at: datetime) -> Lead:
        wish = self.wish
        return Lead(
            ref=self.book.ref("L"),
            owner_id=owner_id,
            customer_id=self.customer.pk,
            brand_id=wish.model.brand_id,
            car_model_id=wish.model.pk,
            model_text=wish.model.name if wish.someone.language.startswith("zh") else wish.model.name_en,
            interest=wish.interest,
            source_id=wish.source.pk,
            campaign_id=wish.campaign.pk if wish.campaign else None,
            door=wish.door,
            comments=wish.comments,
            timeframe_text=wish.timeframe,
            trade_in=wish.trade_in,
            city=wish.place.city,
            province=wish.place.province,
            wished_dealer_id=wish.near.id if self.rng.random() < 0.15 else None,
            next_attempt_at=at,
            received_at=at,
            updated_at=at,
        )

    def _keep(self, owner_id: int, at: datetime, matched_by: str) -> None:
        """The source record and the first touch."""
        external_id = f"{self.wish.source.code}-{self.lead.ref}"
        payload = self._touch(owner_id, at, external_id)
        record = SourceRecord(
            source=f"lead:{self.wish.source.code}",
            key=external_id,
            owner_id=owner_id,
            customer_id=self.customer.pk,
            payload=payload["customer"],
            matched_by=matched_by,
            received_at=at,
        )
        self.book.add(record)

    def _touch(self, owner_id: int, at: datetime, external_id: str) -> dict[str, Any]:
        payload: dict[str, Any] = msgspec.to_builtins(submission_of(self.wish, external_id))
        touch = Touch(
            lead_id=self.lead.pk,
            owner_id=owner_id,
            source_id=self.wish.source.pk,
            campaign_id=self.wish.campaign.pk if self.wish.campaign else None,
            external_id=external_id,
            door=self.wish.door,
            payload=payload,
            at=at,
        )
        self.book.add(touch)
        return payload

    def _consent(self, owner_id: int, at: datetime) -> None:
        proof = f"{self.wish.door}:{self.wish.source.code}"
        self.book.add(Consent(customer_id=self.customer.pk, channel="phone", is_granted=True, proof=proof, at=at))
        fact = ConsentRecorded(ref=self.customer.ref, channel="phone", answer="yes")
        at = min(at + timedelta(seconds=1), self.world.now)
        self.book.tell(fact, self._about_customer(owner_id), at, user_id=None, door=self.wish.door)

    def _about_customer(self, owner_id: int) -> Subject:
        customer = self.customer
        return Subject("customers.customer", customer.pk, owner_id, customer.ref, customer.pk)


def make_customer(book: Book, someone: Someone, place: Place, at: datetime) -> Customer:
    """The golden record of an invented person with its contact points."""
    customer = Customer(
        ref=book.ref("C"),
        kind=someone.kind,
        name=someone.name,
        gender=someone.gender,
        province=place.province,
        city=place.city,
        language=someone.language,
        created_at=at,
        updated_at=at,
    )
    book.add(customer)
    for kind, value in (("phone", someone.phone), ("email", someone.email)):
        if value:
            is_primary = kind == "phone" or not someone.phone
            point = ContactPoint(customer=customer, kind=kind, value=value, is_primary=is_primary, created_at=at)
            book.add(point)
    return customer


def submission_of(wish: Wish, external_id: str) -> Submission:
    """The wish as its source would have sent it."""
    someone = wish.someone
    return Submission(
        source=wish.source.code,
        external_id=external_id,
        campaign=wish.campaign.code if wish.campaign else "",
        customer=CustomerInput(
            name=someone.name,
            phones=[someone.phone] if someone.phone else [],
            emails=[someone.email] if someone.email else [],
            kind="company" if someone.kind == "company" else "person",
            city=wish.place.city,
            province=wish.place.province,
        ),
        interest=InterestInput(brand=wish.model.brand.code, model=wish.model.code),
        timeframe=wish.timeframe,
        comments=wish.comments,
        consent=ConsentInput(phone=True) if wish.has_consent else ConsentInput(),
        trade_in=TradeInInput(**wish.trade_in) if wish.trade_in else None,
        language=someone.language,
    )
