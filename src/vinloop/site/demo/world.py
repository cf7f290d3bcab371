"""The demo's stage: who and what the history is played with, read once after it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from vinloop.kernel.clocks import Schedule
from vinloop.kernel.models import Organisation, User
from vinloop.leads.models import Campaign, DemoCar, LeadSource, ReasonCode
from vinloop.leads.rules.dispatch import DealerOption
from vinloop.network.queries import Dealer, dealer_directory, schedule_of
from vinloop.site.demo.catalogue import POPULARITY
from vinloop.site.demo.organisations import ABROAD, DEALERS, ROOT_CODE
from vinloop.site.demo.people import Crowd
from vinloop.site.demo.reference import CAMPAIGNS, reason_code
from vinloop.vehicles.models import CarModel

_PLATE_LETTERS = {
    "上海": "沪A",
    "南京": "苏A",
    "苏州": "苏E",
    "无锡": "苏B",
    "杭州": "浙A",
    "宁波": "浙B",
    "合肥": "皖A",
    "广州": "粤A",
    "深圳": "粤B",
    "佛山": "粤E",
    "东莞": "粤S",
    "厦门": "闽D",
    "福州": "闽A",
    "乌鲁木齐": "新A",
    "喀什": "新Q",
}


@dataclass(frozen=True)
class Shop:
    """A dealer with its people and demo cars (by model id)."""

    dealer: Dealer
    size: float
    country: str
    schedule: Schedule
    manager_id: int
    reception_id: int
    consultants: tuple[int, ...]
    demo_cars: Mapping[int, int]

    @property
    def id(self) -> int:
        """The organisation's id."""
        return self.dealer.id

    @property
    def language(self) -> str:
        """What is spoken there."""
        return "en" if self.country == "KZ" else "zh-hans"

    @property
    def option(self) -> DealerOption:
        """The dealer as the dispatching rule sees it."""
        dealer = self.dealer
        return DealerOption(
            dealer.id,
            dealer.name,
            dealer.brand_ids,
            dealer.cities,
            dealer.provinces,
            dealer.latitude,
            dealer.longitude,
            dealer.lead_capacity,
            dealer.weight,
            dealer.accepts_leads,
        )


@dataclass
class World:
    """Everything a story needs, and the one source of chance."""

    now: datetime
    rng: Random
    crowd: Crowd
    root_id: int
    schedule: Schedule
    verifiers: tuple[int, ...]
    importer_id: int
    shops: list[Shop]
    models: list[CarModel]
    sources: dict[str, LeadSource]
    campaigns: list[Campaign]
    reasons: dict[str, ReasonCode]
    by_id: dict[int, Shop] = field(default_factory=dict)

    def reason(self, kind: str, code: str) -> ReasonCode:
        """A reason code of the reference data."""
        return self.reasons[reason_code(kind, code)]

    def model_for(self, shop: Shop) -> CarModel:
        """A model the dealer may sell, the popular ones more often."""
        sold = [model for model in self.models if model.brand_id in shop.dealer.brand_ids]
        return self.rng.choices(sold, [POPULARITY[model.code] for model in sold])[0]

    def shop_at_random(self) -> Shop:
        """A dealer, the big ones more often."""
        return self.rng.choices(self.shops, [shop.size for shop in self.shops])[0]

    def campaign_on(self, day: datetime, source: str) -> Campaign | None:
        """A campaign that was running and uses the source, in two of three cases."""
        fitting = {code for code, *_, sources in CAMPAIGNS if source in sources}
        running = [c for c in self.campaigns if c.code in fitting and _runs(c, day)]
        return self.rng.choice(running) if running and self.rng.random() < 0.68 else None

    def plate(self, shop: Shop, *, is_electric: bool) -> str:
        """A number plate of the dealer's city, in the spelling that is stored."""
        rng = self.rng
        if shop.country == "KZ":
            return f"{rng.randrange(100, 999)}{''.join(rng.choices('ABCEHKMOPTX', k=3))}02"
        tail = f"{rng.randrange(100_000):05d}"
        letters = f"D{tail}" if is_electric else rng.choice("ABCEFGH") + tail[1:]
        return _PLATE_LETTERS[shop.dealer.city] + letters


def _runs(campaign: Campaign, day: datetime) -> bool:
    first, last = campaign.starts_on, campaign.ends_on
    return first is not None and last is not None and first <= day.date() <= last


def make_world(
    *, now: datetime, rng: Random, crowd: Crowd, staff: Mapping[str, list[User]], models: list[CarModel]
) -> World:
    """Read what was written into one place, adding each dealer's demo cars."""
    root = Organisation.objects.get(code=ROOT_CODE)
    world = World(
        now=now,
        rng=rng,
        crowd=crowd,
        root_id=root.pk,
        schedule=schedule_of(root.pk),
        verifiers=tuple(user.pk for user in staff[f"{ROOT_CODE}/verifier"]),
        importer_id=staff[f"{ROOT_CODE}/marketer"][0].pk,
        shops=[],
        models=models,
        sources={source.code: source for source in LeadSource.objects.all()},
        campaigns=list(Campaign.objects.all()),
        reasons={reason.code: reason for reason in ReasonCode.objects.all()},
    )
    _open_shops(world, staff)
    return world


def _open_shops(world: World, staff: Mapping[str, list[User]]) -> None:
    by_code = {dealer.code: dealer for dealer in dealer_directory().values()}
    for spec in DEALERS:
        dealer = by_code[spec.code]
        shop = Shop(
            dealer=dealer,
            size=spec.size,
            country="KZ" if spec.code in ABROAD else "CN",
            schedule=schedule_of(dealer.id),
            manager_id=staff[f"{spec.code}/dealer_manager"][0].pk,
            reception_id=staff[f"{spec.code}/dealer_reception"][0].pk,
            consultants=tuple(user.pk for user in staff[f"{spec.code}/dealer_consultant"]),
            demo_cars={},
        )
        world.shops.append(shop)
    cars = DemoCar.objects.bulk_create(_demo_cars(world))
    at: dict[int, dict[int, int]] = {}
    for car in cars:
        at.setdefault(car.owner_id, {})[car.car_model_id] = car.pk
    world.shops = [replace(shop, demo_cars=at[shop.id]) for shop in world.shops]
    world.by_id = {shop.id: shop for shop in world.shops}


def _demo_cars(world: World) -> list[DemoCar]:
    return [
        DemoCar(owner_id=shop.id, car_model=model, plate=world.plate(shop, is_electric=model.drive == "electric"))
        for shop in world.shops
        for model in world.models
        if model.brand_id in shop.dealer.brand_ids
    ]
