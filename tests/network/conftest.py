"""Headquarters, two regions and four dealers."""

from dataclasses import dataclass

import pytest

from vinloop.kernel.access import Actor
from vinloop.kernel.models import Calendar, Organisation
from vinloop.network.models import DealerProfile, Territory
from vinloop.vehicles.models import Brand

CITIES = {
    "sha-1": ("上海", "上海", 31.23, 121.47),
    "suz-1": ("江苏", "苏州", 31.30, 120.58),
    "can-1": ("广东", "广州", 23.13, 113.26),
    "ala-1": ("阿拉木图州", "阿拉木图", 43.24, 76.89),
}


@dataclass(frozen=True)
class Network:
    """The organisations by code, and the two brands."""

    organisations: dict[str, Organisation]
    aurora: Brand
    vela: Brand

    def id(self, code: str) -> int:
        return self.organisations[code].pk

    def actor(self, code: str, *permissions: str) -> Actor:
        place = self.organisations[code]
        below = frozenset(o.pk for o in self.organisations.values() if o.path.startswith(place.path))
        return Actor(
            None, place.pk, place.kind, None if place.parent_id is None else below, frozenset(permissions), "screen"
        )


def _add(code: str, kind: str, parent: Organisation | None) -> Organisation:
    made = Organisation.objects.create(kind=kind, code=code, name=code, name_en=code, parent=parent, path="/")
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


@pytest.fixture
def network(db: None) -> Network:
    root = _add("hq", "manufacturer", None)
    east, west = _add("east", "region", root), _add("west", "region", root)
    aurora = Brand.objects.create(code="aurora", name="曙光", name_en="Aurora")
    vela = Brand.objects.create(code="vela", name="帆星", name_en="Vela")
    hours = [[[600, 1200]]] * 7
    west.calendar = Calendar.objects.create(name="West", timezone="Asia/Almaty", weekly_hours=hours)
    west.save()
    made = {"hq": root, "east": east, "west": west}
    for code, (province, city, latitude, longitude) in CITIES.items():
        dealer = made[code] = _add(code, "dealer", west if code == "ala-1" else east)
        profile = DealerProfile.objects.create(
            organisation=dealer, province=province, city=city, latitude=latitude, longitude=longitude
        )
        profile.brands.set([aurora] if code == "sha-1" else [aurora, vela])
    Territory.objects.create(organisation=made["sha-1"], province="上海", city="上海")
    Territory.objects.create(organisation=made["suz-1"], province="江苏")
    return Network(made, aurora, vela)
