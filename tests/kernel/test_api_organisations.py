"""Organisations through the API: added, changed, moved, closed; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kernel.people import Network, make_network, make_user
from tests.leads.callers import Caller

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Calendar, Event, Organisation

pytestmark = pytest.mark.django_db
NEW = {"kind": "dealer", "parent": "EAST", "code": "D9", "name": "新店"}


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def admin(network: Network) -> Caller:
    return Caller(make_user("admin", "administrator", network.root), network.root)


def state() -> list[Any]:
    with acting(system_actor()):
        return [list(Organisation.objects.order_by("pk").values()), Event.objects.count()]


def test_an_organisation_is_added_changed_moved_closed_and_opened_again(admin: Caller, network: Network) -> None:
    hours = Calendar.objects.create(name="East", weekly_hours=[[[540, 1080]]] * 7)
    made = admin.post("organisations", NEW | {"name_en": "New", "timezone": "Asia/Almaty"})
    address = f"organisations/{made['id']}"
    assert made == admin.get(address)
    assert (made["parent_id"], made["timezone"], made["calendar_id"]) == (network.region.pk, "Asia/Almaty", None)
    changed = admin.patch(address, {"name": "改名", "calendar_id": hours.pk})
    assert changed == made | {"name": "改名", "calendar_id": hours.pk}
    assert admin.patch(address, {"calendar_id": None})["calendar_id"] is None
    assert admin.post(f"{address}/move", {"parent": "WEST"}, expect=200)["parent_id"] != network.region.pk
    assert admin.post(f"{address}/close", expect=200)["is_active"] is False
    assert [each["code"] for each in admin.get("organisations?is_active=false")["items"]] == ["D9"]
    assert admin.post(f"{address}/reopen", expect=200)["is_active"] is True
    assert [each["code"] for each in admin.get("organisations?kind=dealer&q=改")["items"]] == ["D9"]


def test_a_resend_makes_no_second_organisation(admin: Caller) -> None:
    key = {"headers": admin._headers | {"Idempotency-Key": "one"}, "content_type": "application/json"}
    first, again = (admin._client.post("/api/v1/organisations", NEW, **key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert Organisation.objects.filter(code="D9").count() == 1


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"code": "D1"}, 422, "/code"),
        ({"code": " "}, 422, "/code"),
        ({"code": "!!"}, 422, "/code"),
        ({"name": ""}, 422, "/name"),
        ({"name": "x" * 201}, 422, "/name"),
        ({"parent": "NONE"}, 422, "/parent"),
        ({"kind": "region", "parent": "D1"}, 422, "/parent"),
        ({"kind": "manufacturer"}, 422, "/kind"),
        ({"timezone": "Moon/Crater"}, 422, "/timezone"),
        ({"calendar_id": 4711}, 422, "/calendar_id"),
    ],
)
def test_what_is_wrong_with_an_organisation_is_said(
    admin: Caller, change: dict[str, object], status: int, pointer: str
) -> None:
    before = state()
    wrong = admin.post("organisations", NEW | change, expect=status)
    assert [each["pointer"] for each in wrong["errors"]] == [pointer]
    assert state() == before


def test_the_tree_keeps_its_order(admin: Caller, network: Network) -> None:
    before = state()
    root, region = f"organisations/{network.root.pk}", f"organisations/{network.region.pk}"
    assert admin.post(f"{region}/move", {"parent": "D1"}, expect=422)["errors"][0]["pointer"] == "/parent"
    assert admin.post(f"{root}/move", {"parent": "EAST"}, expect=409)["code"] == "root_stays"
    assert admin.post(f"{root}/close", expect=409)["code"] == "root_stays"
    assert admin.post(f"{region}/close", expect=409)["code"] == "has_children"
    assert state() == before


def test_who_may_not_manage_changes_nothing(network: Network) -> None:
    caller = Caller(make_user("east", "region_manager", network.region), network.region)
    own, other = f"organisations/{network.dealer.pk}", f"organisations/{network.stranger.pk}"
    before = state()
    assert caller.get(own)["code"] == "D1"
    caller.get(other, expect=404)
    for address in (own, other):
        caller.patch(address, {"name": "x"}, expect=403)
        for step in ("move", "close", "reopen"):
            caller.post(f"{address}/{step}", {"parent": "WEST"}, expect=403)
    caller.post("organisations", NEW, expect=403)
    assert state() == before
