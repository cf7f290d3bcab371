"""Dealers through the API."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kernel.people import make_user
from tests.leads.callers import Caller
from tests.leads.world import World, make_world

from vinloop.kernel.models import Event
from vinloop.network.models import DealerProfile, Territory


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def headquarters(world: World) -> Caller:
    return Caller(world.headquarters, world.network.root)


@pytest.fixture
def dealer(world: World) -> Caller:
    return Caller(world.manager, world.network.dealer)


def _state() -> list[Any]:
    rows = [list(model._default_manager.order_by("pk").values()) for model in (DealerProfile, Territory)]
    return [*rows, list(DealerProfile.brands.through.objects.values()), Event.objects.count()]


def test_dealers_are_listed_with_their_profiles(headquarters: Caller, world: World) -> None:
    world.dispatched_lead()
    first = headquarters.get("dealers?limit=2")
    assert [(each["code"], each["city"], each["open_leads"]) for each in first["items"]] == [
        ("D1", "上海", 1),
        ("D2", "苏州", 0),
    ]
    assert first["items"][0]["territories"] == [{"province": "上海", "city": "上海"}]
    rest = headquarters.get(f"dealers?limit=2&cursor={first['next']}")
    assert [each["code"] for each in rest["items"]] == ["D3"]
    assert [each["code"] for each in headquarters.get("dealers?q=广州&brand=aurora")["items"]] == ["D3"]


def test_a_dealer_is_edited_as_on_the_screen(headquarters: Caller) -> None:
    before = headquarters.get("dealers/D1")
    change = {"city": "杭州", "phone": "0571-8888 8888", "territories": [{"province": "浙江"}], "lead_capacity": 5}
    after = headquarters.patch("dealers/D1", change)
    assert (after["province"], after["city"], after["phone"]) == ("浙江", "杭州", "+8657188888888")
    assert after["latitude"] == pytest.approx(30.3, abs=0.2)
    assert after["territories"] == [{"province": "浙江", "city": ""}]
    assert (after["brands"], after["weight"]) == (before["brands"], before["weight"])
    assert headquarters.get("dealers/D1") == after
    headquarters.patch("dealers/D1", {"latitude": 30.1, "longitude": 120.1})
    after |= {"latitude": 30.1, "longitude": 120.1}
    only = headquarters.patch("dealers/D1", {"accepts_leads": False, "city": "杭州"})
    assert only == after | {"accepts_leads": False}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phone": "12"}, "/phone"),
        ({"brands": ["nobody"]}, "/brands"),
        ({"brands": []}, "/brands"),
        ({"weight": 11}, "/weight"),
        ({"latitude": 91}, "/latitude"),
        ({"email": "no address"}, "/email"),
        ({"city": "x" * 81}, "/city"),
    ],
)
def test_what_is_wrong_with_a_dealer_is_said(headquarters: Caller, change: dict[str, object], pointer: str) -> None:
    before = _state()
    wrong = headquarters.patch("dealers/D1", change, expect=422)
    assert [each["pointer"] for each in wrong["errors"]] == [pointer]
    assert _state() == before


def test_a_dealer_sees_itself_and_nobody_else(world: World, dealer: Caller) -> None:
    region = Caller(make_user("east", "region_manager", world.network.region), world.network.region)
    before = _state()
    assert [each["code"] for each in dealer.get("dealers")["items"]] == ["D1"]
    assert dealer.get("dealers/D1")["city"] == "上海"
    dealer.get("dealers/D2", expect=404)
    assert [each["code"] for each in region.get("dealers")["items"]] == ["D1", "D2"]
    region.get("dealers/D3", expect=404)
    assert dealer.patch("dealers/D1", {"weight": 9}, expect=403)["permission"] == "network.dealer:manage"
    assert _state() == before


def test_the_nearest_dealers_are_what_every_buyer_finds(dealer: Caller) -> None:
    near = dealer.get("dealers/nearest?city=苏州&limit=2")["items"]
    assert [each["code"] for each in near] == ["D2", "D1"]
    assert near[0]["distance_km"] < near[1]["distance_km"]
    assert "lead_capacity" not in near[0]
    point = dealer.get("dealers/nearest?latitude=23.1&longitude=113.3&limit=1")["items"]
    assert [each["code"] for each in point] == ["D3"]
    dealer.get("dealers/nearest?latitude=nan&longitude=1", expect=422)
    dealer.get("dealers/nearest?city=苏州&brand=nobody", expect=422)
