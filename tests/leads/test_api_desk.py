"""What the desks show and take along, through the API: the day's lanes, dealers for a lead, files, calendars."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.kernel.people import make_user
from tests.kernel.programs import bearer, token_of
from tests.leads.browser import content
from tests.leads.callers import PREFIX, Caller
from tests.leads.world import World
from vinloop.kernel.models import Event, Organisation, User
from vinloop.leads import models
from vinloop.leads.actions import ContactInput, accept_lead, log_contact
from vinloop.leads.models import Assignment, DemoCar, Lead


def fetch(user: User, place: Organisation, path: str, *, language: str = "en") -> Any:
    headers = bearer(token_of(user, place))["headers"] | {"Accept-Language": language}
    return Client().get(PREFIX + path, headers=headers)


def rows_of(response: Any) -> list[list[str]]:
    assert response.status_code == 200, content(response)
    return list(csv.reader(io.StringIO(content(response).decode("utf-8-sig"))))


def exported(world: World) -> list[dict[str, Any]]:
    with world.system():
        return list(Event.objects.filter(kind="kernel.ListExported").values_list("payload", flat=True))


def test_the_day_is_told_in_lanes(world: World) -> None:
    ref = world.dispatched_lead()
    caller = Caller(world.consultant, world.network.dealer)
    lanes = {lane["lane"]: lane for lane in caller.get("today")["lanes"]}
    assert [(card["ref"], card["clock"], card["next_step"]) for card in lanes["overdue"]["items"]] == [
        (ref, "accept", "accept")
    ]
    assert (lanes["overdue"]["total"], lanes["today"]["total"]) == (1, 0)
    manager = Caller(world.manager, world.network.dealer)
    assert manager.get("today?consultant=nobody-known")["lanes"][0]["total"] == 0
    assert manager.get("today?consultant=none")["lanes"][0]["total"] == 1
    stranger = Caller(world.other_manager, world.network.sister)
    assert [lane["total"] for lane in stranger.get("today")["lanes"]] == [0, 0, 0, 0]


def test_why_a_dealer_is_told_to_who_may_know(world: World) -> None:
    ref = world.hot_lead()
    found = Caller(world.headquarters, world.network.root).get(f"leads/{ref}/dealers")["items"]
    assert found[0]["code"] == "D1"
    assert sum(found[0]["parts"].values()) == pytest.approx(found[0]["total"], abs=0.01)
    Caller(world.manager, world.network.dealer).get(f"leads/{ref}/dealers", expect=403)


def test_saved_views_narrow_the_list(world: World) -> None:
    dispatched, waiting = world.dispatched_lead(), world.hot_lead("李婷", "13900139000")
    office = Caller(world.headquarters, world.network.root)
    assert [lead["ref"] for lead in office.get("leads?view=waiting")["items"]] == [waiting]
    assert [lead["ref"] for lead in office.get("leads?view=at_dealers")["items"]] == [dispatched]
    assert [lead["ref"] for lead in office.get("leads?stage=dispatched")["items"]] == [dispatched]
    office.get("leads?view=mine", expect=422)


@pytest.mark.parametrize(("language", "head"), [("en", "Received"), ("zh", "收到")])
def test_leads_are_taken_along_in_the_readers_words_and_the_dealers_time(
    world: World, language: str, head: str
) -> None:
    world.dispatched_lead("=cmd()", "13800138000")
    Organisation.objects.filter(code="D1").update(timezone="Asia/Almaty")
    heads, lead = rows_of(fetch(world.manager, world.network.dealer, "leads/export?q=8000&view=all", language=language))
    assert lead[heads.index(head)] == "2026-03-02T07:00:00+05:00"
    assert "'=cmd()" in lead
    assert "13800138000" not in str(lead)
    assert exported(world) == [{"name": "leads", "format": "csv", "filters": "view=all"}]


def test_a_workbook_is_a_workbook(world: World) -> None:
    world.dispatched_lead()
    response = fetch(world.manager, world.network.dealer, "leads/export?format=xlsx")
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    assert content(response).startswith(b"PK")


@pytest.mark.parametrize("path", ["leads/export", "visits/export"])
def test_who_may_not_export_takes_nothing(world: World, path: str) -> None:
    world.dispatched_lead()
    response = fetch(world.consultant, world.network.dealer, path)
    assert (response.status_code, response.json()["permission"]) == (403, "kernel.data:export")
    assert exported(world) == []


def test_another_dealers_leads_are_not_in_the_file(world: World) -> None:
    ref = world.dispatched_lead()
    assert ref not in str(rows_of(fetch(world.other_manager, world.network.sister, "leads/export")))


def test_visits_are_taken_along(world: World) -> None:
    reception = make_user("reception", "dealer_reception", world.network.dealer)
    made = Caller(reception, world.network.dealer).post("visits", {"note": "=1+1"})
    heads, visit = rows_of(fetch(world.manager, world.network.dealer, "visits/export?captured=false"))
    assert (visit[heads.index("Reference")], visit[heads.index("Note")]) == (made["ref"], "'=1+1")
    assert exported(world)[0]["name"] == "showroom-visits"


def booked_drive(world: World) -> models.TestDrive:
    ref, at = world.dispatched_lead(), timezone.now()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=at)
        log_contact(actor=actor, ref=ref, contact=ContactInput(channel="phone", result="reached"), at=at)
        lead = Lead.objects.get(ref=ref)
        car = DemoCar.objects.create(owner=world.network.dealer, car_model=world.model, plate="沪A12345")
        return models.TestDrive.objects.create(
            ref="T-ICS", owner=world.network.dealer, lead=lead, customer=lead.customer, demo_car=car,
            consultant=world.consultant, starts_at=at, ends_at=at + timedelta(hours=1), created_at=at,
        )  # fmt: skip


def test_a_test_drive_goes_into_anybodys_calendar(world: World) -> None:
    drive = booked_drive(world)
    path = f"test-drives/{drive.ref}/calendar"
    answer = fetch(world.consultant, world.network.dealer, path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content.startswith(b"BEGIN:VCALENDAR")
    assert fetch(world.other_manager, world.network.sister, path).status_code == 404
    with world.system():
        assert Assignment.objects.count() == 1
