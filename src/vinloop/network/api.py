"""Endpoints of the network: the directory of dealers, one dealer, and who is near whom."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext as _
from msgspec import UNSET, UnsetType

from vinloop.kernel.access import Actor
from vinloop.kernel.api import ApiController, Body, Page, PageQuery, Path, ProblemError, Query, endpoint, path
from vinloop.kernel.api.problems import FieldProblem, invalid
from vinloop.kernel.clocks import is_open
from vinloop.kernel.models import Organisation
from vinloop.kernel.paging import paginate
from vinloop.network.actions import MANAGE, edit_dealer, set_territories
from vinloop.network.forms import DealerForm
from vinloop.network.loads import open_leads
from vinloop.network.models import DealerProfile
from vinloop.network.places import locate
from vinloop.network.queries import NearDealer, get_profile, list_profiles, nearest_dealers, schedule_of
from vinloop.vehicles.queries import catalogue

READ = "network.dealer:read"
_KINDS = (Organisation.Kind.DEALER, Organisation.Kind.SERVICE_STATION)
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class DealerQuery(PageQuery, frozen=True, kw_only=True):
    """Which dealers to list."""

    q: Annotated[str, msgspec.Meta(description="Part of a name, of the code or of the city")] = ""
    brand: Annotated[str, msgspec.Meta(description="A brand's code")] = ""
    accepts_leads: bool | None = None


class DealerPath(msgspec.Struct, frozen=True):
    """Which dealer."""

    code: str


class TerritoryPlace(msgspec.Struct, frozen=True):
    """A city that is a dealer's own ground; without ``city`` the whole province."""

    province: Annotated[str, msgspec.Meta(max_length=60)] = ""
    city: Annotated[str, msgspec.Meta(max_length=80)] = ""


class DealerOut(msgspec.Struct, frozen=True, kw_only=True):
    """A dealer. ``open_leads`` is how many of ``lead_capacity`` are in use; ``weight`` 1 is neutral."""

    code: str
    name: str
    name_en: str
    region: str
    timezone: str
    is_open_now: bool
    province: str
    city: str
    address: str
    address_en: str
    phone: str
    email: str
    latitude: float | None
    longitude: float | None
    brands: list[str]
    territories: list[TerritoryPlace]
    lead_capacity: int
    open_leads: int | None
    weight: float
    accepts_leads: bool


class DealerChange(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays as it is.

    Another city without ``province``, ``latitude`` and ``longitude`` puts the dealer into that city's centre.
    """

    province: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    address_en: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    latitude: Latitude | UnsetType = UNSET
    longitude: Longitude | UnsetType = UNSET
    brands: Annotated[list[str], msgspec.Meta(max_length=100, description="Codes of brands")] | UnsetType = UNSET
    territories: Annotated[list[TerritoryPlace], msgspec.Meta(max_length=500)] | UnsetType = UNSET
    lead_capacity: int | UnsetType = UNSET
    weight: float | UnsetType = UNSET
    accepts_leads: bool | UnsetType = UNSET


class NearestQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Near what: a place by name, or a point."""

    city: Annotated[str, msgspec.Meta(max_length=200)] = ""
    province: Annotated[str, msgspec.Meta(max_length=200)] = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    brand: Annotated[str, msgspec.Meta(description="A brand's code: only dealers that sell it")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10


class NearDealerOut(msgspec.Struct, frozen=True, kw_only=True):
    """A dealer as buyers see it. ``distance_km`` is ``null`` when one of the two places is not known."""

    code: str
    name: str
    name_en: str
    province: str
    city: str
    address: str
    address_en: str
    phone: str
    is_open_now: bool
    distance_km: float | None


class NearestDealers(msgspec.Struct, frozen=True):
    """Dealers, nearest first."""

    items: list[NearDealerOut]


class DealersController(ApiController):
    """Dealers."""

    tags = ("Network",)

    @endpoint(READ, operation_id="listDealers")
    def get(self, parsed_query: Query[DealerQuery]) -> Page[DealerOut]:
        """List active dealers in the caller's sight, by code, with how busy they are."""
        rows = list_profiles(
            self.actor, text=parsed_query.q, brand=parsed_query.brand, accepts_leads=parsed_query.accepts_leads
        )
        page = paginate(rows, ("organisation__code",), cursor=parsed_query.cursor, limit=parsed_query.limit)
        return Page(_dealers(page.items, self.at), page.next, page.previous)


class NearestController(ApiController):
    """Dealers near a place."""

    tags = ("Network",)

    @endpoint(READ, operation_id="listNearestDealers")
    def get(self, parsed_query: Query[NearestQuery]) -> NearestDealers:
        """Find the dealers nearest to a place, of the whole network: what every buyer can find."""
        found = nearest_dealers(
            latitude=_finite(parsed_query.latitude, "?latitude"),
            longitude=_finite(parsed_query.longitude, "?longitude"),
            city=parsed_query.city,
            province=parsed_query.province,
            brand_id=_brand_id(parsed_query.brand, "?brand") if parsed_query.brand else None,
            limit=parsed_query.limit,
        )
        return NearestDealers([_near(each, self.at) for each in found])


class DealerController(ApiController):
    """One dealer."""

    tags = ("Network",)

    @endpoint(READ, operation_id="getDealer")
    def get(self, parsed_path: Path[DealerPath]) -> DealerOut:
        """Read a dealer's profile."""
        return _dealers([_profile(self.actor, _found(self.actor, parsed_path.code))], self.at)[0]

    @endpoint(MANAGE, operation_id="editDealer")
    def patch(self, parsed_path: Path[DealerPath], parsed_body: Body[DealerChange]) -> DealerOut:
        """Edit a dealer's address, brands, capacity and territories."""
        dealer = _found(self.actor, parsed_path.code)
        form = _checked(_profile(self.actor, dealer), parsed_body)
        brands = [brand.pk for brand in form.cleaned_data["brands"]]
        edit_dealer(actor=self.actor, organisation_id=dealer.pk, values=form.values(), brand_ids=brands, at=self.at)
        if parsed_body.territories is not UNSET:
            places = [_place(each) for each in parsed_body.territories]
            set_territories(actor=self.actor, organisation_id=dealer.pk, places=places, at=self.at)
        return _dealers([_profile(self.actor, dealer)], self.at)[0]


def _found(actor: Actor, code: str) -> Organisation:
    """A dealer or service station in sight; one outside it does not exist for the caller."""
    found = Organisation.objects.select_related("parent").filter(code=code, kind__in=_KINDS).first()
    if found is None or not actor.sees(found.pk):
        raise Http404
    return found


def _profile(actor: Actor, dealer: Organisation) -> DealerProfile:
    """The stored profile, or an empty one for a dealer nobody has described yet."""
    try:
        return get_profile(actor, dealer.pk)
    except DealerProfile.DoesNotExist:
        return DealerProfile(organisation=dealer)


def _checked(profile: DealerProfile, wish: DealerChange) -> DealerForm:
    """The form of the screen, filled with the profile and what the caller changes. Raises ``ProblemError``."""
    changes = {name: value for name, value in msgspec.structs.asdict(wish).items() if value is not UNSET}
    changes.pop("territories", None)
    if "brands" in changes:
        changes["brands"] = [_brand_id(code, "/brands") for code in changes["brands"]]
    data = DealerForm.start(profile) | {"territories": ""}
    if any(changes.get(name, getattr(profile, name)) != getattr(profile, name) for name in ("city", "province")):
        # The form knows the province and the centre of a city; the old ones would be those of the old city.
        data |= {"province": "", "latitude": None, "longitude": None}
    form = DealerForm(data | changes)
    if not form.is_valid():
        raise ProblemError(invalid(*(_wrong(name, form) for name in form.errors)))
    return form


def _wrong(name: str, form: DealerForm) -> FieldProblem:
    return FieldProblem(f"/{name}", " ".join(str(each) for each in form.errors[name]))


def _brand_id(code: str, pointer: str) -> int:
    found = next((brand.id for brand in catalogue().brands.values() if brand.code == code), None)
    if found is None:
        raise ProblemError(invalid(FieldProblem(pointer, _("There is no such brand."))))
    return found


def _place(given: TerritoryPlace) -> tuple[str, str]:
    """A place of the table is written its way; others stay as they were sent."""
    known = locate(given.province + given.city)
    return (known.province, known.city) if known else (given.province, given.city)


def _finite(value: float | None, pointer: str) -> float | None:
    if value is not None and not math.isfinite(value):
        raise ProblemError(invalid(FieldProblem(pointer, _("Write a number."))))
    return value


def _dealers(profiles: list[DealerProfile], at: datetime) -> list[DealerOut]:
    """A page of dealers; one query for all loads."""
    loads = open_leads([each.organisation_id for each in profiles]) or {}
    return [_dealer(each, loads.get(each.organisation_id), at) for each in profiles]


def _dealer(profile: DealerProfile, load: int | None, at: datetime) -> DealerOut:
    dealer = profile.organisation
    is_described = profile._state.db is not None
    facts: dict[str, Any] = {name: getattr(profile, name) for name in _PLAIN}
    return DealerOut(
        code=dealer.code,
        name=dealer.name,
        name_en=dealer.name_en,
        region=dealer.parent.code if dealer.parent else "",
        timezone=dealer.timezone,
        is_open_now=is_open(schedule_of(dealer.pk), at),
        brands=sorted(brand.code for brand in profile.brands.all()) if is_described else [],
        territories=[TerritoryPlace(each.province, each.city) for each in dealer.territories.all()],
        open_leads=load,
        **facts,
    )


_PLAIN = (
    "province", "city", "address", "address_en", "phone", "email", "latitude", "longitude", "lead_capacity", "weight",
    "accepts_leads",
)  # fmt: skip


def _near(near: NearDealer, at: datetime) -> NearDealerOut:
    dealer = near.dealer
    return NearDealerOut(
        code=dealer.code,
        name=dealer.name,
        name_en=dealer.name_en,
        province=dealer.province,
        city=dealer.city,
        address=dealer.address,
        address_en=dealer.address_en,
        phone=dealer.phone,
        is_open_now=is_open(dealer.schedule, at),
        distance_km=None if near.distance_km is None else round(near.distance_km, 1),
    )


urls: list[URLPattern] = [
    path("dealers", DealersController.as_view(), name="dealers"),
    path("dealers/nearest", NearestController.as_view(), name="dealers-nearest"),
    path("dealers/<str:code>", DealerController.as_view(), name="dealer"),
]
