"""The organisations, people and tokens the benchmark works with; made through the product's own models and actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from benchmarks.dataset import DEALERS, REGIONS
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.accounts.actions import Appointment, PersonDetails, TokenTerms, create_token, create_user
from vinloop.kernel.accounts.roles import sync_roles
from vinloop.kernel.models import Organisation, Role, User
from vinloop.leads.models import LeadSource, ReasonCode
from vinloop.network.models import DealerProfile, Territory
from vinloop.network.places import all_places
from vinloop.vehicles.models import Brand, CarModel

PASSWORD = "bench-mark-9-lives"


@dataclass(frozen=True, slots=True)
class BenchNetwork:
    """Ids the data set hangs on."""

    dealers: list[int]
    regions: dict[int, int]
    catalogue: dict[str, Any]


def make_network() -> BenchNetwork:
    """Root, regions, dealers with profiles and territories, a catalogue, and users."""
    sync_roles()
    root = _add("hq", "manufacturer", None)
    brand = Brand.objects.create(code="aurora", name="曙光", name_en="Aurora")
    models = [
        CarModel.objects.create(brand=brand, code=f"m{n}", name=f"车型{n}", name_en=f"Model {n}") for n in range(6)
    ]
    source = LeadSource.objects.create(code="web", name="官网", name_en="Web site", family="web")
    ReasonCode.objects.create(kind="invalid", code="unreachable", name="联系不上")
    regions = [_add(f"r{n}", "region", root) for n in range(REGIONS)]
    dealers = [_add(f"d{n:04d}", "dealer", regions[n % REGIONS]) for n in range(DEALERS)]
    _profiles(dealers, brand)
    _people(root, dealers[0])
    seller = User.objects.get(username="bench-dealer")
    return BenchNetwork(
        [d.pk for d in dealers],
        {d.pk: d.parent_id or 0 for d in dealers},
        {
            "root": root.pk,
            "brand": brand.pk,
            "models": [m.pk for m in models],
            "source": source.pk,
            "seller": seller.pk,
        },
    )


def token_for(username: str, code: str) -> str:
    """A fresh API token of a user in an organisation."""
    organisation = Organisation.objects.get(code=code)
    with acting(system_actor("command")) as actor:
        return create_token(
            actor=actor,
            user=User.objects.get(username=username),
            organisation=organisation,
            terms=TokenTerms(label="bench"),
            at=timezone.now(),
        )


def _add(code: str, kind: str, parent: Organisation | None) -> Organisation:
    made = Organisation.objects.create(
        code=code, kind=kind, name=f"{code} 汽车", name_en=f"{code} Motors", parent=parent
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def _profiles(dealers: list[Organisation], brand: Brand) -> None:
    places = all_places()
    profiles = []
    for number, dealer in enumerate(dealers):
        place = places[number % len(places)]
        profiles.append(
            DealerProfile(
                organisation=dealer,
                province=place.province,
                city=place.city,
                latitude=place.latitude + (number % 17) / 100,
                longitude=place.longitude + (number % 13) / 100,
                lead_capacity=400,
            )
        )
    DealerProfile.objects.bulk_create(profiles)
    DealerProfile.brands.through.objects.bulk_create(
        DealerProfile.brands.through(dealerprofile_id=dealer.pk, brand_id=brand.pk) for dealer in dealers
    )
    Territory.objects.bulk_create(
        Territory(organisation_id=p.organisation_id, province=p.province, city=p.city) for p in profiles
    )


def _people(root: Organisation, dealer: Organisation) -> None:
    for username, role, organisation in (
        ("bench-hq", "hq_manager", root),
        ("bench-admin", "administrator", root),
        ("bench-dealer", "dealer_manager", dealer),
    ):
        person = PersonDetails(username=username, name=username, email=f"{username}@example.com", language="zh-hans")
        with acting(system_actor("command")) as actor:
            create_user(
                actor=actor,
                person=person,
                password=PASSWORD,
                at=timezone.now(),
                appointment=Appointment(Role.objects.get(code=role), organisation),
            )
