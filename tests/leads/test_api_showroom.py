"""The showroom through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kernel.people import make_user
from tests.leads.callers import Caller
from tests.leads.world import World
from vinloop.kernel.models import Event
from vinloop.leads.models import Lead, ShowroomVisit

CUSTOMER = {"name": "王建国", "phones": ["13800138000"]}
MORNING = "2026-03-02T10:00:00+08:00"


@pytest.fixture
def reception(world: World) -> Caller:
    return Caller(make_user("reception", "dealer_reception", world.network.dealer), world.network.dealer)


def _state(world: World) -> list[Any]:
    """Everything the showroom's endpoints may change."""
    with world.system():
        visits = list(ShowroomVisit.objects.order_by("id").values())
        return [visits, Lead.objects.count(), Event.objects.count()]


def test_a_party_is_recorded_completed_and_leaves(world: World, reception: Caller) -> None:
    made = reception.post("visits", {"party_size": 2, "arrived_at": MORNING, "note": "看车"})
    assert (made["dealer"], made["is_captured"], made["customer"], made["left_at"]) == ("D1", False, None, None)
    address = f"visits/{made['ref']}"
    changed = reception.patch(address, {"model_code": "aurora-s", "consultant": "consultant"})
    assert (changed["model_code"], changed["consultant"], changed["party_size"]) == ("aurora-s", "consultant", 2)
    known = reception.post(f"{address}/contact", {"customer": CUSTOMER, "consent": {"phone": True}}, expect=200)
    assert known["customer"]["name"] == "王建国"
    assert known["lead"] == world.lead(known["lead"]).ref
    gone = reception.post(f"{address}/end", {"left_at": "2026-03-02T11:00:00+08:00"}, expect=200)
    assert gone["left_at"] == "2026-03-02T03:00:00Z"
    assert reception.get(address) == gone


def test_nobody_is_consultant_and_model_can_be_taken_back(reception: Caller) -> None:
    made = reception.post("visits", {"model_code": "aurora-s", "consultant": "consultant", "customer": CUSTOMER})
    assert made["is_captured"]
    changed = reception.patch(f"visits/{made['ref']}", {"model_code": "", "consultant": ""})
    assert (changed["model_code"], changed["consultant"]) == ("", "")


def test_visits_are_narrowed_and_paged(reception: Caller) -> None:
    for hour in ("09", "10", "11"):
        reception.post("visits", {"arrived_at": f"2026-03-02T{hour}:00:00+08:00"})
    reception.post("visits", {"arrived_at": "2026-03-03T09:00:00+08:00", "customer": CUSTOMER})
    day = "visits?arrived_from=2026-03-02&arrived_to=2026-03-02&kind=walk_in&captured=false&limit=2"
    first = reception.get(day)
    assert [each["arrived_at"] for each in first["items"]] == ["2026-03-02T03:00:00Z", "2026-03-02T02:00:00Z"]
    rest = reception.get(f"{day}&cursor={first['next']}")
    assert ([each["arrived_at"] for each in rest["items"]], rest["next"]) == (["2026-03-02T01:00:00Z"], None)
    assert len(reception.get("visits?captured=true")["items"]) == 1
    assert reception.get("visits?consultant=nobody-here")["items"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"party_size": 0}, 409, "bad_party_size"),
        ({"arrived_at": "2099-01-01T00:00:00Z"}, 409, "in_the_future"),
        ({"model_code": "warp-drive"}, 409, "unknown_model"),
        ({"consultant": "other"}, 409, "not_a_consultant_here"),
        ({"consultant": "nobody-here"}, 409, "not_a_consultant_here"),
        ({"lead": "L000000"}, 404, None),
        ({"customer": {"name": "王", "phones": ["12"]}}, 422, None),
        ({"arrived_at": "2026-03-02T10:00:00"}, 422, None),
        ({"arrived_at": "9999-12-31T23:59:59-12:00"}, 422, None),
        ({"note": "x" * 501}, 422, None),
        ({"kind": "fell_in"}, 422, None),
    ],
)
def test_what_is_wrong_with_a_visit_is_said_and_nothing_is_kept(
    world: World, reception: Caller, body: dict[str, object], status: int, code: str | None
) -> None:
    before = _state(world)
    assert reception.post("visits", body, expect=status).get("code") == code
    assert _state(world) == before


def test_headquarters_has_no_showroom(world: World) -> None:
    caller = Caller(make_user("link", "integration", world.network.root), world.network.root)
    before = _state(world)
    assert caller.post("visits", {}, expect=409)["code"] == "dealers_only"
    assert _state(world) == before


def test_a_visit_ends_once(world: World, reception: Caller) -> None:
    ref = reception.post("visits", {"arrived_at": MORNING})["ref"]
    reception.post(f"visits/{ref}/end", expect=200)
    before = _state(world)
    assert reception.post(f"visits/{ref}/end", expect=409)["code"] == "already_left"
    later = {"arrived_at": "2099-01-01T00:00:00Z"}
    assert reception.patch(f"visits/{ref}", later, expect=409)["code"] == "in_the_future"
    assert _state(world) == before


def test_another_dealers_visits_do_not_exist(world: World, reception: Caller, stranger: Caller) -> None:
    ref = reception.post("visits", {"customer": CUSTOMER})["ref"]
    before = _state(world)
    stranger.get(f"visits/{ref}", expect=404)
    stranger.patch(f"visits/{ref}", {"party_size": 5}, expect=404)
    stranger.post(f"visits/{ref}/end", {}, expect=404)
    stranger.post(f"visits/{ref}/contact", {"customer": CUSTOMER}, expect=404)
    assert stranger.get("visits?dealer=D1")["items"] == []
    assert _state(world) == before


def test_recording_needs_the_permission(world: World) -> None:
    reader = Caller(world.manager, world.network.dealer, scopes=frozenset({"leads.visit:read"}))
    before = _state(world)
    assert reader.post("visits", {}, expect=403)["permission"] == "leads.visit:record"
    assert reader.get("visits")["items"] == []
    assert _state(world) == before
