"""A small network with people, cars and reasons, for tests of the loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from tests.kernel.people import Network, make_network, make_user
from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.models import Organisation, User
from vinloop.leads.actions import Captured, Verification, capture_lead, dispatch_leads, verify_lead
from vinloop.leads.models import Lead, ReasonCode
from vinloop.leads.rules.submissions import CustomerInput, InterestInput, Submission
from vinloop.network.models import DealerProfile, Territory
from vinloop.vehicles.models import Brand, CarModel

# A Monday, 10:00 in Shanghai; dealers without a calendar are open 09:00–18:00.
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PLACES = {
    "D1": ("上海", "上海", 31.23, 121.47),
    "D2": ("江苏", "苏州", 31.30, 120.58),
    "D3": ("广东", "广州", 23.13, 113.26),
}
REASONS = (("invalid", "not_buying"), ("invalid", "unreachable"), ("lost", "price"), ("declined", "too_far"))


@dataclass(frozen=True, slots=True)
class World:
    """The network, its people by role, and what they sell."""

    network: Network
    verifier: User
    headquarters: User
    manager: User
    consultant: User
    other_manager: User
    brand: Brand
    model: CarModel

    @contextmanager
    def acting_as(self, user: User) -> Iterator[Actor]:
        """The user acts in their widest organisation."""
        actor = load_actor(user, organisation_id=None, door="screen")
        assert actor is not None
        with acting(actor):
            yield actor

    @contextmanager
    def system(self) -> Iterator[Actor]:
        """The system acts."""
        with acting(system_actor()) as actor:
            yield actor

    def capture(self, name: str = "王建国", phone: str = "13800138000", **values: object) -> Captured:
        """A web lead."""
        with self.system() as actor:
            return capture_lead(actor=actor, submission=submission(name, phone, **values), at=AT)

    def lead(self, ref: str) -> Lead:
        """The row as it stands, whoever owns it."""
        with self.system():
            return Lead.objects.select_related("dealer", "owner", "customer").get(ref=ref)

    def hot_lead(self, name: str = "王建国", phone: str = "13800138000") -> str:
        """A verified lead that waits for a dealer."""
        ref = self.capture(name, phone).ref
        with self.acting_as(self.verifier) as actor:
            verify_lead(actor=actor, ref=ref, verification=Verification(outcome="valid", days=7), at=AT)
        return ref

    def dispatched_lead(self, name: str = "王建国", phone: str = "13800138000") -> str:
        """A lead at dealer D1, waiting for acceptance."""
        ref = self.hot_lead(name, phone)
        with self.system() as actor:
            dispatch_leads(actor=actor, lead_ids=[self.lead(ref).pk], at=AT, dealer_id=self.network.dealer.pk)
        return ref


def submission(name: str = "王建国", phone: str = "13800138000", **values: object) -> Submission:
    """A submission of the web shop."""
    usual = Submission(
        source="web",
        customer=CustomerInput(name=name, phones=[phone], city="上海"),
        interest=InterestInput(brand="Aurora", model="Aurora S"),
        timeframe="7 days",
    )
    return msgspec.structs.replace(usual, **values)


def make_world() -> World:
    """Everything the loop needs."""
    network = make_network()
    brand = Brand.objects.create(code="aurora", name="曙光", name_en="Aurora")
    model = CarModel.objects.create(brand=brand, code="aurora-s", name="曙光 S", name_en="Aurora S")
    for dealer in (network.dealer, network.sister, network.stranger):
        _open_dealer(dealer, brand)
    for kind, code in REASONS:
        ReasonCode.objects.create(kind=kind, code=code, name=code)
    return World(
        network=network,
        verifier=make_user("verifier", "verifier", network.root),
        headquarters=make_user("hq", "hq_manager", network.root),
        manager=make_user("manager", "dealer_manager", network.dealer),
        consultant=make_user("consultant", "dealer_consultant", network.dealer),
        other_manager=make_user("other", "dealer_manager", network.sister),
        brand=brand,
        model=model,
    )


def _open_dealer(dealer: Organisation, brand: Brand) -> None:
    province, city, latitude, longitude = PLACES[dealer.code]
    profile = DealerProfile.objects.create(
        organisation=dealer, province=province, city=city, latitude=latitude, longitude=longitude
    )
    profile.brands.set([brand])
    Territory.objects.create(organisation=dealer, province=province, city=city)
