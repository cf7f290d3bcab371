"""Test drives and demo cars through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.leads.callers import Caller
from tests.leads.world import AT, World
from vinloop.kernel.models import Event
from vinloop.leads.actions import accept_lead
from vinloop.leads.models import DemoCar, TestDrive

CAR = {"model_code": "aurora-s", "plate": "沪AD12345"}


@pytest.fixture
def lead(world: World) -> str:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
    return ref


@pytest.fixture
def booking(manager: Caller, lead: str) -> dict[str, Any]:
    """A booking of a car for in half an hour."""
    car = manager.post("demo-cars", CAR)["id"]
    soon = timezone.now() + timedelta(minutes=30)
    return {
        "lead": lead,
        "demo_car": car,
        "consultant": "consultant",
        "starts_at": soon.isoformat(),
        "is_closed_fine": True,
    }


def _state(world: World) -> list[Any]:
    with world.system():
        drives, cars = (list(model._default_manager.order_by("id").values()) for model in (TestDrive, DemoCar))
        return [drives, cars, Event.objects.count()]


def test_a_drive_is_booked_moved_and_finished(manager: Caller, booking: dict[str, Any]) -> None:
    made = manager.post("test-drives", booking)
    assert (made["status"], made["dealer"], made["lead"]) == ("booked", "D1", booking["lead"])
    assert (made["demo_car"]["plate"], made["consultant"]) == ("沪AD12345", "consultant")
    assert "13800138000" not in str(made)
    address = f"test-drives/{made['ref']}"
    moved = manager.post(f"{address}/move", {"minutes": 60, "is_closed_fine": True}, expect=200)
    assert _minutes(moved) == 60
    assert moved["starts_at"] == made["starts_at"]
    report = {"score": 5, "has_licence": True, "has_consent": True, "feedback": "很安静", "level": "H"}
    done = manager.post(f"{address}/finish", report, expect=200)
    assert (done["status"], done["score"], done["feedback"]) == ("done", 5, "很安静")
    assert manager.get(address) == done


def _minutes(drive: dict[str, Any]) -> float:
    start, end = (datetime.fromisoformat(drive[name]) for name in ("starts_at", "ends_at"))
    return (end - start) / timedelta(minutes=1)


def test_drives_are_listed_narrowed_and_called_off(manager: Caller, booking: dict[str, Any]) -> None:
    refs = []
    for days in (1, 2, 3):
        start = datetime.now(UTC) + timedelta(days=days)
        refs.append(manager.post("test-drives", booking | {"starts_at": start.isoformat()})["ref"])
    manager.post(f"test-drives/{refs[0]}/cancel", expect=200)
    first = manager.get(f"test-drives?lead={booking['lead']}&consultant=consultant&limit=2")
    assert [each["ref"] for each in first["items"]] == [refs[2], refs[1]]
    rest = manager.get(f"test-drives?lead={booking['lead']}&consultant=consultant&limit=2&cursor={first['next']}")
    assert [each["status"] for each in rest["items"]] == ["cancelled"]
    assert len(manager.get("test-drives?status=booked")["items"]) == 2
    assert manager.get("test-drives?consultant=nobody-here")["items"] == []
    assert manager.get("test-drives?starts_to=2026-01-01")["items"] == []


def test_free_times_leave_out_what_is_booked(manager: Caller, booking: dict[str, Any], world: World) -> None:
    day = (timezone.now() + timedelta(days=30)).date()
    question = f"test-drives/slots?day={day}&model_code=aurora-s"
    free = manager.get(question)
    assert free["demo_cars"] == [
        {"id": booking["demo_car"], "plate": "沪AD12345", "model_code": "aurora-s", "model": "Aurora S"}
    ]
    first = free["items"][0]
    assert "consultant" in first["consultants"]
    made = manager.post("test-drives", booking | {"starts_at": first["starts_at"], "is_closed_fine": False})
    starts = [each["starts_at"] for each in manager.get(question)["items"]]
    assert first["starts_at"] not in starts
    moving = [each["starts_at"] for each in manager.get(f"{question}&moving={made['ref']}")["items"]]
    assert first["starts_at"] in moving


def test_a_car_is_not_booked_twice(world: World, manager: Caller, booking: dict[str, Any]) -> None:
    ref = manager.post("test-drives", booking)["ref"]
    before = _state(world)
    assert manager.post("test-drives", booking, expect=409)["code"] == "car_taken"
    unseen = {"score": 5, "has_licence": False, "has_consent": True}
    assert manager.post(f"test-drives/{ref}/finish", unseen, expect=409)["code"] == "licence_needed"
    assert manager.post(f"test-drives/{ref}/no-show", expect=409)["code"] == "not_begun"
    past = {"starts_at": "2026-01-01T00:00:00Z"}
    assert manager.post(f"test-drives/{ref}/move", past, expect=409)["code"] == "in_the_past"
    manager.post("test-drives", booking | {"starts_at": "9999-12-31T23:59:59Z"}, expect=422)
    manager.post("test-drives", booking | {"minutes": 5}, expect=422)
    manager.post("test-drives", booking | {"consultant": "other"}, expect=409)
    assert _state(world) == before


def test_another_dealers_drives_do_not_exist(
    world: World, manager: Caller, stranger: Caller, booking: dict[str, Any]
) -> None:
    ref = manager.post("test-drives", booking)["ref"]
    before = _state(world)
    stranger.get(f"test-drives/{ref}", expect=404)
    for step, body in (
        ("move", {}),
        ("cancel", {}),
        ("no-show", {}),
        ("finish", {"score": 5, "has_licence": True, "has_consent": True}),
    ):
        stranger.post(f"test-drives/{ref}/{step}", body, expect=404)
    stranger.post("test-drives", booking, expect=404)
    stranger.get("test-drives/slots?day=2026-03-03&dealer=D1", expect=404)
    assert stranger.get("test-drives?dealer=D1")["items"] == []
    assert _state(world) == before


def test_demo_cars_are_added_changed_and_taken_out_of_use(manager: Caller) -> None:
    made = manager.post("demo-cars", CAR | {"vin": "1HGCM82633A004352"})
    assert (made["dealer"], made["model"], made["is_active"]) == ("D1", "Aurora S", True)
    changed = manager.patch(f"demo-cars/{made['id']}", {"is_active": False})
    assert changed == made | {"is_active": False}
    assert manager.get(f"demo-cars/{made['id']}") == changed
    assert manager.get("demo-cars?is_active=true")["items"] == []
    assert manager.get("demo-cars?dealer=D1")["items"] == [changed]


def test_a_car_with_bookings_stays_and_a_plate_stands_once(
    world: World, manager: Caller, booking: dict[str, Any]
) -> None:
    manager.post("test-drives", booking)
    before = _state(world)
    out = manager.patch(f"demo-cars/{booking['demo_car']}", {"is_active": False}, expect=409)
    assert out["code"] == "has_bookings"
    assert manager.post("demo-cars", CAR, expect=409)["code"] == "plate_taken"
    assert manager.post("demo-cars", CAR | {"model_code": ""}, expect=409)["code"] == "unknown_model"
    assert manager.post("demo-cars", CAR | {"plate": "沪A54321", "vin": "1"}, expect=409)["code"] == "bad_vin"
    assert manager.post("demo-cars", CAR | {"plate": "A"}, expect=409)["code"] == "bad_plate"
    assert _state(world) == before


def test_another_dealers_cars_do_not_exist(world: World, manager: Caller, stranger: Caller) -> None:
    car = manager.post("demo-cars", CAR)["id"]
    consultant = Caller(world.consultant, world.network.dealer)
    before = _state(world)
    stranger.get(f"demo-cars/{car}", expect=404)
    stranger.patch(f"demo-cars/{car}", {"is_active": False}, expect=404)
    assert stranger.get("demo-cars?dealer=D1")["items"] == []
    assert consultant.post("demo-cars", CAR, expect=403)["permission"] == "leads.demo_car:manage"
    assert _state(world) == before
