"""Reads of the network room: the dealer directory, kept for ten seconds, and who is near whom."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from vinloop.kernel.access import Actor
from vinloop.kernel.caches import Remembered
from vinloop.kernel.clocks import Schedule
from vinloop.kernel.db.nested import nested, rows_of
from vinloop.kernel.identifiers import fold
from vinloop.kernel.languages import in_language
from vinloop.kernel.models import Organisation
from vinloop.network.models import DealerProfile, Territory
from vinloop.network.places import Place, locate
from vinloop.network.rules import box_around, distance_km
from vinloop.network.schedules import schedule_of

__all__ = [
    "Dealer",
    "DealerDirectory",
    "Described",
    "NearDealer",
    "dealer_directory",
    "dealer_id_by_code",
    "dealer_named",
    "dealers_for_brand",
    "dealers_of",
    "describe_dealer",
    "find_dealers",
    "get_profile",
    "list_profiles",
    "nearest_dealers",
    "place_words",
    "schedule_of",
    "territory_dealers",
]

_DEALER_FIELDS = (
    "organisation_id", "organisation__code", "organisation__name", "organisation__name_en", "organisation__path",
    "organisation__timezone", "province", "city", "address", "address_en", "phone", "email", "latitude", "longitude",
    "lead_capacity", "weight", "accepts_leads",
)  # fmt: skip
_ADMINISTRATIVE = re.compile("(?:省|市)$")
_RADII_KM = (100, 500, 25_000)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Dealer:
    """A dealer as buyers and dispatchers need it. ``territories`` are (province, city); no city: all of it."""

    id: int
    code: str
    name: str
    name_en: str
    path: str
    timezone: str
    province: str
    city: str
    address: str
    address_en: str
    phone: str
    email: str
    latitude: float | None
    longitude: float | None
    lead_capacity: int
    weight: float
    accepts_leads: bool
    brand_ids: frozenset[int]
    territories: frozenset[tuple[str, str]]

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)

    @property
    def address_label(self) -> str:
        """The address in the reader's language."""
        return in_language(self.address, self.address_en)

    @property
    def cities(self) -> frozenset[str]:
        """Cities that are its own ground."""
        return frozenset(city for _, city in self.territories if city)

    @property
    def provinces(self) -> frozenset[str]:
        """Whole provinces that are its own ground."""
        return frozenset(province for province, city in self.territories if not city)

    @property
    def schedule(self) -> Schedule:
        """Its opening hours."""
        return schedule_of(self.id)

    def owns(self, province: str, city: str) -> bool:
        """Whether the place is its own ground, as a city or as part of a whole province."""
        return (province, city) in self.territories or (bool(province) and (province, "") in self.territories)


@dataclass(frozen=True, slots=True)
class NearDealer:
    """A dealer with its distance; ``None`` when one of the two places is not known."""

    dealer: Dealer
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Described:
    """A dealer's profile with its organisation, and what belongs to it."""

    profile: DealerProfile
    brand_ids: Sequence[int]
    territories: Sequence[Territory]


class DealerDirectory(Mapping[int, Dealer]):
    """All active dealers at one moment, by id, in the order of their codes."""

    def __init__(self, dealers: Iterable[Dealer]) -> None:
        self._dealers = {dealer.id: dealer for dealer in dealers}

    def __getitem__(self, dealer_id: int) -> Dealer:
        return self._dealers[dealer_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._dealers)

    def __len__(self) -> int:
        return len(self._dealers)

    @cached_property
    def by_brand(self) -> dict[int, list[Dealer]]:
        """Dealers that may sell a brand."""
        found: dict[int, list[Dealer]] = defaultdict(list)
        for dealer in self.values():
            for brand_id in dealer.brand_ids:
                found[brand_id].append(dealer)
        return dict(found)

    @cached_property
    def by_code(self) -> dict[str, Dealer]:
        """Dealers by code, in lower case."""
        return {dealer.code.casefold(): dealer for dealer in self.values()}

    @cached_property
    def by_name(self) -> dict[str, Dealer]:
        """Dealers by either name, in lower case."""
        named = ((name, d) for d in self.values() for name in (d.name, d.name_en) if name)
        return {fold(name).casefold(): dealer for name, dealer in named}


def _load() -> DealerDirectory:
    profiles = DealerProfile.objects.filter(organisation__kind=Organisation.Kind.DEALER, organisation__is_active=True)
    rows = list(profiles.order_by("organisation__code").values_list(*_DEALER_FIELDS))
    brands, territories = _brands(), _territories()
    nobody, nowhere = frozenset[int](), frozenset[tuple[str, str]]()
    return DealerDirectory(_dealer(row, brands.get(row[0], nobody), territories.get(row[0], nowhere)) for row in rows)


def _dealer(row: Iterable[Any], brand_ids: frozenset[int], territories: frozenset[tuple[str, str]]) -> Dealer:
    return Dealer(*(*row, brand_ids, territories))


def _brands() -> dict[int, frozenset[int]]:
    links = DealerProfile.brands.through.objects.values_list("dealerprofile_id", "brand_id")
    return {dealer: frozenset(brands) for dealer, brands in _grouped(links).items()}


def _territories() -> dict[int, frozenset[tuple[str, str]]]:
    rows = Territory.objects.values_list("organisation_id", "province", "city")
    grouped = _grouped((id_, (province, city)) for id_, province, city in rows)
    return {dealer: frozenset(places) for dealer, places in grouped.items()}


def _grouped(pairs: Iterable[tuple[int, V]]) -> dict[int, list[V]]:
    found: dict[int, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


dealer_directory: Remembered[DealerDirectory] = Remembered(_load)


def dealers_for_brand(brand_id: int, *, accepting_only: bool = False) -> list[Dealer]:
    """Active dealers that may sell a brand, by code; with ``accepting_only`` those that take leads now."""
    dealers = dealer_directory().by_brand.get(brand_id, [])
    return [dealer for dealer in dealers if dealer.accepts_leads or not accepting_only]


def place_words(name: str) -> str:
    """A city or province as the reader's language writes it; one we do not know, or an address, as it was written."""
    place = locate(name)
    if place is None:
        return name
    chinese, english = (place.city, place.city_en) if place.city else (place.province, place.province_en)
    if _ADMINISTRATIVE.sub("", fold(name).strip()).casefold() not in (chinese, english.casefold()):
        return name
    return in_language(chinese, english)


def dealer_named(text: str) -> Dealer | None:
    """The dealer a wish or a file names, by code or by either full name."""
    key = fold(text).casefold()
    directory = dealer_directory()
    return directory.by_code.get(key) or directory.by_name.get(key)


def dealer_id_by_code(text: str) -> int | None:
    """The id of the dealer a wish or a file names; ``None`` for nobody."""
    dealer = dealer_named(text) if text else None
    return dealer.id if dealer else None


def territory_dealers(province: str, city: str, brand_id: int | None = None) -> list[Dealer]:
    """Dealers whose own ground the place is; those that own the city itself before those with the province."""
    owners = [dealer for dealer in _selling(brand_id) if dealer.owns(province, city)]
    return sorted(owners, key=lambda dealer: (province, city) not in dealer.territories)


def nearest_dealers(
    *,
    latitude: float | None = None,
    longitude: float | None = None,
    city: str = "",
    province: str = "",
    brand_id: int | None = None,
    limit: int = 10,
) -> list[NearDealer]:
    """The dealers nearest to a point or to a named place, nearest first, with distances where known.

    A place nobody knows gives the dealers whose city or province has the same name, without distance.
    """
    dealers = _selling(brand_id)
    if latitude is None or longitude is None:
        place = locate(province + city) or locate(city)
        if place is None:
            return [NearDealer(dealer, None) for dealer in _same_name(dealers, city, province)][:limit]
        latitude, longitude = place.latitude, place.longitude
    return _by_distance(dealers, latitude, longitude, limit)


def find_dealers(text: str, *, brand_id: int | None = None, limit: int = 30) -> tuple[Place | None, list[NearDealer]]:
    """For the public finder: the place understood from the text, and dealers near it or with the text in their name.

    An empty text lists all dealers by name.
    """
    wanted = fold(text).casefold()
    named = [each for each in _selling(brand_id) if wanted in f"{each.name}\n{each.name_en}\n{each.address}".casefold()]
    place = locate(text)
    near = _by_distance(_selling(brand_id), place.latitude, place.longitude, limit) if place else []
    near_ids = {each.dealer.id for each in near}
    rest = [NearDealer(dealer, None) for dealer in named if dealer.id not in near_ids]
    return place, (near + rest)[:limit]


def dealers_of(actor: Actor) -> list[Dealer]:
    """The dealers the actor may see, by code."""
    actor.require("network.dealer:read")
    return [dealer for dealer in dealer_directory().values() if actor.sees(dealer.id)]


def get_profile(actor: Actor, organisation_id: int) -> DealerProfile:
    """One dealer's profile with organisation and brands. Raises ``DealerProfile.DoesNotExist``, ``NotAllowed``."""
    actor.require("network.dealer:read", organisation_id=organisation_id)
    profiles = DealerProfile.objects.select_related("organisation__parent", "organisation__calendar")
    return profiles.prefetch_related("brands", "organisation__territories").get(organisation_id=organisation_id)


def describe_dealer(actor: Actor, code: str) -> Described:
    """A dealer or service station in the actor's sight with all its page says of it; one query.

    One that nobody has described yet has an empty profile. Raises ``Organisation.DoesNotExist``, ``NotAllowed``.
    """
    brands = DealerProfile.brands.through.objects.filter(dealerprofile_id=OuterRef("pk")).order_by("brand_id")
    rows = Organisation.objects.select_related("parent", "dealer_profile").annotate(
        territories_=nested(Territory.objects.filter(organisation_id=OuterRef("pk")).order_by("id")),
        brand_ids_=ArraySubquery(brands.values("brand_id")),
    )
    found = rows.get(code=code, kind__in=(Organisation.Kind.DEALER, Organisation.Kind.SERVICE_STATION))
    if not actor.sees(found.pk):
        raise Organisation.DoesNotExist(code)
    actor.require("network.dealer:read", organisation_id=found.pk)
    profile = getattr(found, "dealer_profile", None) or DealerProfile(organisation=found)
    return Described(profile, found.brand_ids_, rows_of(Territory, found.territories_))


def list_profiles(
    actor: Actor, *, text: str = "", brand: str = "", accepts_leads: bool | None = None
) -> QuerySet[DealerProfile]:
    """Profiles of active dealers the actor may see, with organisation, brands and places; page by the code.

    ``text`` stands in a name, the code or the city; ``brand`` is a brand's code.
    """
    actor.require("network.dealer:read")
    rows = DealerProfile.objects.filter(organisation__kind=Organisation.Kind.DEALER, organisation__is_active=True)
    if not actor.sees_all:
        rows = rows.filter(organisation_id__in=actor.organisation_ids or ())
    if text:
        named = ("organisation__code", "organisation__name", "organisation__name_en", "city")
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": text}) for name in named)))
    if brand:
        rows = rows.filter(brands__code=brand)
    if accepts_leads is not None:
        rows = rows.filter(accepts_leads=accepts_leads)
    return rows.select_related("organisation__parent").prefetch_related("brands", "organisation__territories")


def _selling(brand_id: int | None) -> list[Dealer]:
    return list(dealer_directory().values()) if brand_id is None else dealers_for_brand(brand_id)


def _same_name(dealers: list[Dealer], city: str, province: str) -> list[Dealer]:
    if not city and not province:
        return dealers
    found = [dealer for dealer in dealers if (city and dealer.city == city) or (province == dealer.province != "")]
    return sorted(found, key=lambda dealer: dealer.city != city)


def _by_distance(dealers: list[Dealer], latitude: float, longitude: float, limit: int) -> list[NearDealer]:
    """Widens the circle until it holds enough dealers, so that most distances are never computed."""
    near: list[NearDealer] = []
    for radius in _RADII_KM:
        box = box_around(latitude, longitude, radius)
        near = [
            NearDealer(dealer, distance_km(latitude, longitude, dealer.latitude, dealer.longitude))
            for dealer in dealers
            if dealer.latitude is not None
            and dealer.longitude is not None
            and box.holds(dealer.latitude, dealer.longitude)
        ]
        near = [each for each in near if each.distance_km is not None and each.distance_km <= radius]
        if len(near) >= limit:
            break
    return sorted(near, key=lambda each: (each.distance_km or 0.0, each.dealer.code))[:limit]
