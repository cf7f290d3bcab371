"""The catalogue through the API: kept by headquarters, read by every member."""

from __future__ import annotations

from typing import Any

import pytest
from tests.leads.callers import Caller
from tests.leads.conftest import world
from tests.leads.world import World

from vinloop.kernel.models import Event
from vinloop.vehicles.models import Brand, CarModel

__all__ = ["world"]
NEW = {"brand": "aurora", "code": "aurora-x", "name": "曙光 X"}
TRIM = {"code": "pro", "name": "尊享版", "name_en": "Premium", "price": 19_980_000}


@pytest.fixture
def office(world: World) -> Caller:
    return Caller(world.headquarters, world.network.root)


def state(world: World) -> list[Any]:
    with world.system():
        return [list(Brand.objects.values()), list(CarModel.objects.values()), Event.objects.count()]


def test_a_model_is_added_and_changed(office: Caller) -> None:
    made = office.post("models", NEW | {"trims": [TRIM], "facts": {"seats": 5}, "price_from": 17_980_000})
    assert (made["trims"], made["facts"], made["drive"], made["is_active"]) == ([TRIM], {"seats": 5}, "petrol", True)
    changed = office.patch("models/aurora-x", {"drive": "electric", "upsell_to": "aurora-s", "is_active": False})
    assert changed == made | {"drive": "electric", "upsell_to": "aurora-s", "is_active": False}
    assert office.get("models/aurora-x") == changed
    assert [each["code"] for each in office.get("models?is_active=false")["items"]] == ["aurora-x"]


def test_a_brand_is_added_and_changed(office: Caller) -> None:
    made = office.post("brands", {"code": "polar", "name": "北极星", "is_own": False})
    assert office.patch("brands/polar", {"name_en": "Polar"}) == made | {"name_en": "Polar"}
    assert [each["code"] for each in office.get("brands")["items"]] == ["aurora", "polar"]
    painted = office.patch("brands/polar", {"colours": [{"name": "雪白", "name_en": "Snow white"}]})
    assert painted["colours"] == [{"name": "雪白", "name_en": "Snow white"}]
    assert office.patch("brands/polar", {"name_en": "North"}) == painted | {"name_en": "North"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"code": "aurora-s"}, "/code"),
        ({"code": "a b"}, "/code"),
        ({"name": ""}, "/name"),
        ({"brand": "none"}, "/brand"),
        ({"upsell_to": "none"}, "/upsell_to"),
        ({"facts": {"wheels": 4}}, "/facts"),
        ({"trims": [TRIM | {"price": -1}]}, "/trims/0/price"),
        ({"drive": "steam"}, "/drive"),
    ],
)
def test_what_is_wrong_with_a_model_is_said(
    world: World, office: Caller, change: dict[str, object], pointer: str
) -> None:
    before = state(world)
    assert [each["pointer"] for each in office.post("models", NEW | change, expect=422)["errors"]] == [pointer]
    office.patch("models/none", {"name": "x"}, expect=404)
    assert state(world) == before


def test_a_dealer_reads_the_catalogue_and_changes_nothing(world: World) -> None:
    dealer = Caller(world.manager, world.network.dealer)
    before = state(world)
    assert dealer.get("models/aurora-s")["brand"] == "aurora"
    dealer.post("models", NEW, expect=403)
    dealer.patch("models/aurora-s", {"name": "x"}, expect=403)
    dealer.get("brands", expect=403)
    dealer.post("brands", {"code": "x", "name": "x"}, expect=403)
    dealer.patch("brands/aurora", {"name": "x"}, expect=403)
    assert state(world) == before
