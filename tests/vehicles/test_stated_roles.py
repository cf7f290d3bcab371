"""People state who owns, drives or pays for a car: on the page and by the API; refusals change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.customers.stewardship import send
from tests.leads.world import World, make_world
from tests.vehicles.test_recorded import AT, FIRM, LI, OTHER_VIN, VIN, WANG, customer, deliver, derive, parts, row

from vinloop.customers.models import CustomerAccess
from vinloop.customers.queries import list_customers
from vinloop.kernel.access import Actor, NotAllowed
from vinloop.kernel.models import Event, User
from vinloop.vehicles.actions.stated import end_role, state_role
from vinloop.vehicles.events import RoleNotFound, RoleRefused
from vinloop.vehicles.models import Ownership, Vehicle


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    send(made, {"1": WANG, "2": LI, "3": FIRM})
    return made


def state(world: World, who: str, since: date, user: User | None = None, **said: str) -> Ownership:
    with world.acting_as(user or world.headquarters) as actor:
        ref = customer(world, who).ref
        return state_role(
            actor=actor, ref=ref, car=said.get("car", VIN), role=said.get("role", "owner"), since=since, at=AT
        )


def end(world: World, who: str, ownership: Ownership, until: date, user: User | None = None) -> Ownership:
    with world.acting_as(user or world.headquarters) as actor:
        return end_role(actor=actor, ref=customer(world, who).ref, ownership_id=ownership.pk, until=until, at=AT)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(RoleRefused) as found:
        yield
    assert found.value.code == code


def everything(world: World) -> list[Any]:
    with world.system():
        facts = Event.objects.filter(kind__startswith="vehicles.").values_list("kind", "payload")
        return [list(Ownership.objects.order_by("pk").values()), list(Vehicle.objects.values()), list(facts)]


def test_a_new_car_gets_its_owner(world: World) -> None:
    state(world, "王建国", date(2024, 5, 6))
    assert parts(world) == [("王建国", "owner", "2024-05-06", "", "person")]
    with world.system():
        kinds = set(Event.objects.filter(kind__startswith="vehicles.").values_list("kind", flat=True))
        assert kinds == {"vehicles.VehicleRegistered", "vehicles.OwnershipStarted"}
        assert all(VIN not in str((e.payload, e.subject_ref)) for e in Event.objects.all())
    with world.acting_as(world.headquarters) as actor:
        assert [each.name for each in list_customers(actor, q=VIN)] == ["王建国"]


def test_said_twice_it_is_one(world: World) -> None:
    first = state(world, "王建国", date(2024, 5, 6))
    before = everything(world)
    assert state(world, "王建国", date(2024, 5, 6)).pk == first.pk
    assert everything(world) == before
    with refused("has_role_already"):
        state(world, "王建国", date(2024, 5, 7))
    ended = end(world, "王建国", first, date(2025, 1, 1))
    assert end(world, "王建国", first, date(2025, 1, 1)).pk == ended.pk
    with world.system():
        assert Event.objects.filter(kind="vehicles.OwnershipEnded").count() == 1


def test_a_new_owner_follows_the_old_one_and_a_driver_stands_beside(world: World) -> None:
    state(world, "王建国", date(2020, 1, 1))
    state(world, "李婷", date(2024, 1, 1))
    state(world, "沪恒物流有限公司", date(2024, 1, 1), role="payer")
    assert parts(world) == [
        ("王建国", "owner", "2020-01-01", "2024-01-01", "person"),
        ("李婷", "owner", "2024-01-01", "", "person"),
        ("沪恒物流有限公司", "payer", "2024-01-01", "", "person"),
    ]
    with world.system():
        roles = Event.objects.filter(kind="vehicles.OwnershipStarted").order_by("pk")
        assert [each.payload["role"] for each in roles] == ["owner", "owner", "payer"]


def test_no_run_overrules_a_person(world: World) -> None:
    send(world, {"1": row(WANG, "2020-01-01"), "2": row(LI, "2022-01-01")})
    derive()
    with world.system():
        current = Ownership.objects.get(until__isnull=True)
    end(world, "李婷", current, date(2023, 1, 1))
    state(world, "沪恒物流有限公司", date(2021, 1, 1), role="driver")
    expected = [
        ("王建国", "owner", "2020-01-01", "2022-01-01", "records"),
        ("沪恒物流有限公司", "driver", "2021-01-01", "", "person"),
        ("李婷", "owner", "2022-01-01", "2023-01-01", "person"),
    ]
    assert parts(world) == expected
    assert derive() == 0
    assert parts(world) == expected
    state(world, "沪恒物流有限公司", date(2021, 6, 1))
    assert [each[:4] for each in parts(world) if each[1] == "owner"] == [
        ("王建国", "owner", "2020-01-01", "2021-06-01"),
        ("沪恒物流有限公司", "owner", "2021-06-01", ""),
        ("李婷", "owner", "2022-01-01", "2023-01-01"),
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"car": "nonsense"}, "no_car"),
        ({"car": "沪A·D12345"}, "no_car"),
        ({"since": date(2030, 1, 1)}, "in_future"),
        ({"since": date(2025, 1, 1)}, "newer_owner"),
    ],
)
def test_what_can_not_be_changes_nothing(world: World, said: dict[str, Any], code: str) -> None:
    deliver(world, "李婷", date(2026, 3, 1))
    before = everything(world)
    with refused(code):
        state(world, "王建国", said.pop("since", date(2026, 3, 2)), **said)
    assert everything(world) == before


def test_an_end_that_can_not_be_changes_nothing(world: World) -> None:
    held = state(world, "王建国", date(2024, 5, 6))
    before = everything(world)
    for until, code in ((date(2024, 5, 5), "before_start"), (date(2031, 1, 1), "in_future")):
        with refused(code):
            end(world, "王建国", held, until)
    with pytest.raises(RoleNotFound):
        end(world, "李婷", held, date(2025, 1, 1))
    assert everything(world) == before
    end(world, "王建国", held, date(2025, 1, 1))
    with refused("ended_already"):
        end(world, "王建国", held, date(2025, 1, 2))


def test_a_dealer_learns_of_no_car_elsewhere(world: World) -> None:
    """One answer for a car of somebody else's customer and for one nobody knows, and nothing changes."""
    with world.system():
        CustomerAccess.objects.create(
            customer=customer(world, "李婷"), organisation=world.network.sister, kind="grant", since=AT
        )
    deliver(world, "王建国", date(2026, 3, 1), plate="沪A·D12345")
    before = everything(world)
    said = []
    for car in (VIN, OTHER_VIN, "沪A·D12345", "沪A·D99999"):
        with pytest.raises(RoleRefused) as found:
            state(world, "李婷", date(2026, 3, 2), world.other_manager, car=car)
        said.append((found.value.code, str(found.value), found.value.field))
    assert said[0] == said[1]
    assert said[2] == said[3]
    assert everything(world) == before


def test_a_dealer_states_roles_at_its_own_cars(world: World) -> None:
    deliver(world, "王建国", date(2026, 3, 1), plate="沪A·D12345")
    state(world, "李婷", date(2026, 3, 2), world.manager, car="沪A·D12345", role="driver")
    assert parts(world)[-1] == ("李婷", "driver", "2026-03-02", "", "person")


def test_stating_asks_for_the_permission(world: World) -> None:
    before = everything(world)
    with world.acting_as(world.headquarters):
        nobody = Actor(None, world.network.root.pk, "manufacturer", None, frozenset(), "screen")
        with pytest.raises(NotAllowed):
            state_role(actor=nobody, ref="C-1", car=VIN, role="owner", since=AT.date(), at=AT)
        with pytest.raises(NotAllowed):
            end_role(actor=nobody, ref="C-1", ownership_id=1, until=AT.date(), at=AT)
    assert everything(world) == before


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_page_takes_a_car_and_its_end(world: World) -> None:
    ref, client = customer(world, "王建国").ref, browser(world.headquarters)
    page = f"/desk/customers/{ref}/"
    assert "No car is known of them" in client.get(page).content.decode()
    form = {"car": VIN, "role": "owner", "since": "2024-05-06", "once": "abc"}
    asked = client.post(f"{page}cars/add/", form)
    assert (asked.status_code, "check digit" in asked.content.decode()) == (422, True)
    sure = {**form, "is_vin_checked": "on"}
    for _twice in range(2):
        assert client.post(f"{page}cars/add/", sure).status_code == 302
    shown = client.get(page).content.decode()
    assert "since 2024-05-06" in shown
    assert VIN in shown
    with world.system():
        held = Ownership.objects.get()
    assert client.post(f"{page}cars/{held.pk}/end/", {"until": "2024-01-01"}).status_code == 422
    assert client.post(f"{page}cars/{held.pk}/end/", {"until": "2025-01-01"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "2024-05-06 to 2025-01-01" in shown
    assert "Former owner" in shown
    assert "Became the owner of a SAIC Volkswagen" in shown
    assert client.get(f"{page}cars/{held.pk}/end/").status_code == 404


def test_the_api_states_and_ends(world: World) -> None:
    ref, client = customer(world, "王建国").ref, browser(world.headquarters)
    url, today = f"/api/v1/customers/{ref}/vehicles", timezone.localdate().isoformat()

    def post(path: str, body: dict[str, str]) -> Any:
        return client.post(path, json.dumps(body), content_type="application/json")

    made = post(url, {"car": VIN, "role": "driver", "since": "2024-05-06"})
    assert made.status_code == 201, made.content
    held = made.json()
    assert (held["vin"], held["role"], held["origin"], held["until"]) == (VIN, "driver", "person", None)
    assert [each["id"] for each in client.get(url).json()["items"]] == [held["id"]]
    refused = post(url, {"car": "沪A·D99999", "since": "2024-05-06"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "no_car")
    assert post(f"{url}/{held['id'] + 1}/end", {"until": today}).status_code == 404
    assert post(f"{url}/{held['id']}/end", {"until": today}).json()["until"] == today
    assert client.get(f"/api/v1/customers/{ref}").json()["vehicles"][0]["until"] == today
