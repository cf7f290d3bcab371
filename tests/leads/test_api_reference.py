"""Reason codes, lead sources and campaigns through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.leads.callers import Caller
from tests.leads.world import World
from vinloop.kernel.models import Event
from vinloop.leads.models import Campaign, LeadSource, ReasonCode

CAMPAIGN = {"code": "spring", "name": "春季", "starts_on": "2026-03-01", "ends_on": "2026-03-31", "cost": 500_000}


@pytest.fixture
def dealer(world: World) -> Caller:
    return Caller(world.manager, world.network.dealer)


def _state() -> list[Any]:
    rows = [list(model._default_manager.order_by("id").values()) for model in (ReasonCode, LeadSource, Campaign)]
    return [*rows, Event.objects.count()]


def test_a_reason_is_added_renamed_and_taken_out_of_use(headquarters: Caller, dealer: Caller) -> None:
    made = headquarters.post("reason-codes", {"kind": "lost", "code": "went-abroad", "name": "出国"})
    assert (made["kind"], made["is_active"], made["asks_competitor"]) == ("lost", True, False)
    changed = headquarters.patch("reason-codes/went-abroad", {"name_en": "Went abroad", "is_active": False})
    assert changed == made | {"name_en": "Went abroad", "is_active": False}
    lost = dealer.get("reason-codes?kind=lost&is_active=true")["items"]
    assert {each["code"] for each in lost} == {"price"}


def test_lists_are_paged_in_the_order_of_the_screen(headquarters: Caller) -> None:
    headquarters.patch("reason-codes/price", {"position": 9})
    first = headquarters.get("reason-codes?limit=3")
    assert "price" not in [each["code"] for each in first["items"]]
    rest = headquarters.get(f"reason-codes?limit=3&cursor={first['next']}")
    assert [each["code"] for each in rest["items"]] == ["price"]


def test_a_source_is_added_and_filed(headquarters: Caller, dealer: Caller) -> None:
    headquarters.post("lead-sources", {"code": "Auto Portal", "name": "汽车门户"})
    changed = headquarters.patch("lead-sources/auto-portal", {"family": "event"})
    assert (changed["code"], changed["family"], changed["name"]) == ("auto-portal", "event", "汽车门户")
    assert dealer.get("lead-sources?family=event")["items"] == [changed]


def test_what_a_campaign_costs_is_for_those_who_keep_it(headquarters: Caller, dealer: Caller) -> None:
    made = headquarters.post("campaigns", CAMPAIGN)
    assert (made["cost"], made["currency"], made["ends_on"]) == (500_000, "CNY", "2026-03-31")
    open_end = headquarters.patch("campaigns/spring", {"ends_on": None})
    assert (open_end["starts_on"], open_end["ends_on"]) == ("2026-03-01", None)
    assert dealer.get("campaigns")["items"] == [open_end | {"cost": None}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("reason-codes", {"kind": "lost", "code": "price", "name": "价格"}, 409),
        ("reason-codes", {"kind": "lost", "code": "!", "name": "价格"}, 409),
        ("reason-codes", {"kind": "eaten", "code": "eaten", "name": "x"}, 422),
        ("reason-codes", {"kind": "lost", "code": "far", "name": "x", "position": 40_000}, 422),
        ("lead-sources", {"code": "new", "name": ""}, 422),
        ("campaigns", CAMPAIGN | {"ends_on": "2026-01-01"}, 409),
        ("campaigns", CAMPAIGN | {"cost": -1}, 422),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    headquarters: Caller, path: str, body: dict[str, object], status: int
) -> None:
    before = _state()
    headquarters.post(path, body, expect=status)
    assert _state() == before


def test_dealers_read_and_do_not_write(dealer: Caller) -> None:
    before = _state()
    for path, body in (
        ("reason-codes", {"kind": "lost", "code": "x", "name": "x"}),
        ("lead-sources", {"code": "x", "name": "x"}),
        ("campaigns", CAMPAIGN),
    ):
        dealer.post(path, body, expect=403)
    dealer.patch("reason-codes/price", {"name": "x"}, expect=403)
    dealer.patch("lead-sources/web", {"name": "x"}, expect=403)
    dealer.patch("campaigns/spring", {"name": "x"}, expect=403)
    assert _state() == before


def test_what_is_not_there_is_not_found(headquarters: Caller) -> None:
    for path in ("reason-codes", "lead-sources", "campaigns"):
        headquarters.patch(f"{path}/nothing", {"name": "x"}, expect=404)
