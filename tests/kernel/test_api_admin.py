"""The administration through the API: people, roles, settings, opening hours, documents, jobs, tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.kernel.people import AT, PASSWORD, Network, make_network, make_user
from tests.leads.callers import Caller

from vinloop.kernel.access import Actor, acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake import channels
from vinloop.kernel.intake.actions import Envelope, quarantine, receive_document
from vinloop.kernel.intake.channels import Partly, register_channel
from vinloop.kernel.models import (
    ApiToken,
    Calendar,
    CalendarException,
    Event,
    Membership,
    Organisation,
    ReceivedDocument,
    Role,
    SettingValue,
    User,
)

pytestmark = pytest.mark.django_db
TABLES = (User, Membership, Role, SettingValue, Calendar, CalendarException, ReceivedDocument, ApiToken)
PERSON = {"username": "ann", "name": "安", "role": "dealer_consultant"}
WEEK = [[[540, 1080]]] * 5 + [[], []]


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def admin(network: Network) -> Caller:
    return Caller(make_user("admin", "administrator", network.root), network.root)


@pytest.fixture
def manager(network: Network) -> Caller:
    return Caller(make_user("manager", "dealer_manager", network.dealer), network.dealer)


@pytest.fixture
def channel() -> Iterator[list[str]]:
    """A channel that makes what the list says; a "?" in it is what can't be used."""
    results: list[str] = []

    def handle(document: ReceivedDocument, actor: Actor, at: datetime) -> Sequence[str] | Partly:
        return Partly([], "no_prospect", "line 2") if "?" in results else results

    register_channel("test", handle)
    yield results
    del channels._channels["test"]


def state() -> list[Any]:
    """Everything these endpoints may change; when a token was last used does not count."""
    with acting(system_actor()):
        rows: list[Any] = [list(model._default_manager.order_by("pk").values()) for model in TABLES]
        for token in rows[-1]:
            del token["last_used_on"]
        return [*rows, Event.objects.count(), list(ProcrastinateJob.objects.order_by("pk").values("id", "status"))]


def document(place: Organisation) -> str:
    with acting(system_actor("adf")) as actor:
        made = receive_document(actor=actor, owner_id=place.pk, body="<adf>王".encode(), envelope=ENVELOPE, at=AT)
        quarantine(actor=actor, document=made, reason="no_prospect", detail="line 1", at=AT)
    return made.ref


ENVELOPE = Envelope(channel="test", content_type="text/xml", filename="leads.xml")


def failed_job() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('default', 'leads.jobs.test', '{\"lead\": 1}', 'failed', 8) RETURNING id"
        )
        return int(cursor.fetchone()[0])


def test_a_person_is_added_changed_locked_out_and_let_in(manager: Caller, network: Network) -> None:
    made = manager.post("users", PERSON | {"password": PASSWORD, "email": "Ann@Example.com"})
    assert (made["username"], made["email"], made["is_active"]) == ("ann", "ann@example.com", True)
    assert [(each["role"], each["organisation"]) for each in made["roles"]] == [("dealer_consultant", "D1")]
    address = f"users/{made['id']}"
    changed = manager.patch(address, {"name_en": "Ann", "phone": "13800138000"})
    assert (changed["name"], changed["name_en"], changed["phone"]) == ("安", "Ann", "+8613800138000")
    held = manager.post(f"{address}/roles", {"role": "dealer_reception"})
    assert manager.delete(f"{address}/roles/{held['id']}") == held
    manager.put(f"{address}/password", {"password": "another-long-enough-8"})
    assert User.objects.get(username="ann").check_password("another-long-enough-8")
    assert manager.post(f"{address}/disable", expect=200)["is_active"] is False
    assert [each["id"] for each in manager.get("users?state=disabled")["items"]] == [made["id"]]
    assert manager.post(f"{address}/enable", expect=200) == manager.get(address)


def test_people_are_found_and_paged(admin: Caller, manager: Caller) -> None:
    first = admin.get("users?limit=1")
    assert [each["username"] for each in first["items"]] == ["admin"]
    assert [each["username"] for each in admin.get(f"users?limit=1&cursor={first['next']}")["items"]] == ["manager"]
    assert [each["username"] for each in admin.get("users?q=manag&role=dealer_manager")["items"]] == ["manager"]
    assert [each["username"] for each in manager.get("users")["items"]] == ["manager"]


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"username": "x"}, 422, "/username"),
        ({"email": "no address"}, 422, "/email"),
        ({"password": "short"}, 422, "/password"),
        ({"role": "none"}, 422, "/role"),
        ({"organisation": "D2"}, 422, "/organisation"),
        ({"role": "administrator"}, 403, None),
    ],
)
def test_what_is_wrong_with_a_person_is_said(
    manager: Caller, body: dict[str, object], status: int, pointer: str | None
) -> None:
    before = state()
    wrong = manager.post("users", PERSON | body, expect=status)
    assert [each["pointer"] for each in wrong.get("errors", [])] == ([pointer] if pointer else [])
    assert state() == before


def test_another_dealers_people_do_not_exist(manager: Caller, network: Network) -> None:
    other = make_user("other", "dealer_consultant", network.sister)
    held = Membership.objects.get(user=other)
    before = state()
    manager.get(f"users/{other.pk}", expect=404)
    manager.patch(f"users/{other.pk}", {"name": "x"}, expect=404)
    for step in ("disable", "enable", "roles"):
        manager.post(f"users/{other.pk}/{step}", {"role": "dealer_reception"}, expect=404)
    manager.put(f"users/{other.pk}/password", {"password": PASSWORD}, expect=404)
    manager.delete(f"users/{other.pk}/second-factor", expect=404)
    manager.delete(f"users/{other.pk}/roles/{held.pk}", expect=404)
    assert state() == before


def test_a_program_does_not_take_over_its_owner(manager: Caller) -> None:
    own = User.objects.get(username="manager")
    before = state()
    assert manager.patch(f"users/{own.pk}", {"email": "evil@example.com"}, expect=409)["code"] == "own_account"
    assert manager.put(f"users/{own.pk}/password", {"password": PASSWORD}, expect=409)["code"] == "own_account"
    assert manager.post(f"users/{own.pk}/disable", expect=409)["code"] == "own_account"
    assert state() == before


def test_a_role_is_made_changed_and_deleted(admin: Caller) -> None:
    made = admin.post("roles", {"code": "greeter", "name": "迎宾", "permissions": ["leads.visit:read"]})
    assert (made["level"], made["is_shipped"], made["follows_product"]) == ("dealer", False, False)
    wider = {"permissions": ["leads.visit:record", "leads.visit:read"]}
    changed = admin.put("roles/greeter/permissions", wider)
    assert changed["permissions"] == ["leads.visit:read", "leads.visit:record"]
    assert admin.get("roles/greeter") == changed
    assert admin.delete("roles/greeter") == changed
    admin.put("roles/dealer_reception/permissions", {"permissions": []})
    assert admin.post("roles/dealer_reception/reset", expect=200)["follows_product"] is True
    people = {each["code"]: each["people"] for each in admin.get("roles")["items"]}
    assert (people["administrator"], people["dealer_reception"]) == (1, 0)
    assert {"name": "leads.visit:read", "label": "See showroom visits"} in admin.get("permissions")["items"]


def test_roles_belong_to_headquarters(admin: Caller, manager: Caller) -> None:
    givable = {each["code"] for each in manager.get("roles/givable")["items"]}
    assert givable == {
        "dealer_manager", "dealer_reception", "dealer_consultant", "service_adviser", "event_staff",
    }  # fmt: skip
    before = state()
    manager.get("roles", expect=403)
    manager.put("roles/dealer_manager/permissions", {"permissions": []}, expect=403)
    assert admin.delete("roles/dealer_manager", expect=409)["code"] == "shipped"
    assert admin.put("roles/administrator/permissions", {"permissions": []}, expect=409)["code"]
    admin.post("roles", {"code": "odd", "name": "x", "permissions": ["no.such:thing"]}, expect=409)
    admin.get("roles/none", expect=404)
    assert state() == before


def setting(caller: Caller, name: str, place: str = "") -> Any:
    listed = caller.get(f"settings?organisation={place}")["items"]
    return next((each for each in listed if each["name"] == name), None)


def test_a_setting_is_chosen_inherited_and_given_back(admin: Caller) -> None:
    before = setting(admin, "leads.accept_minutes", "D1")
    assert (before["value"], before["is_set_here"], before["kind"]) == (15, False, "minutes")
    chosen = admin.put("settings/leads.accept_minutes", {"value": 20, "organisation": "EAST"})
    assert (chosen["value"], chosen["is_set_here"], chosen["organisation"]) == (20, True, "EAST")
    assert setting(admin, "leads.accept_minutes", "D1")["value"] == 20
    assert admin.delete("settings/leads.accept_minutes?organisation=EAST")["value"] == 15
    assert setting(admin, "leads.accept_minutes", "D1") == before
    table = admin.put("settings/leads.level_days", {"value": {"H": 5, "A": 15, "B": 30, "C": 90}})
    assert table["value"]["H"] == 5
    assert admin.put("settings/leads.retry_minutes", {"value": [30, 60]})["value"] == [30, 60]


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("leads.accept_minutes", {"value": 0}, 422),
        ("leads.accept_minutes", {"value": "soon"}, 422),
        ("leads.accept_minutes", {"value": 1.5}, 422),
        ("leads.accept_minutes", {"value": None}, 422),
        ("leads.accept_minutes", {"value": [5]}, 422),
        ("leads.level_days", {"value": {"H": 5}}, 422),
        ("leads.level_days", {"value": {"H": "x", "A": 1, "B": 2, "C": 3}}, 422),
        ("leads.dispatch_mode", {"value": "never"}, 422),
        ("leads.hot_days", {"value": 60, "organisation": "D1"}, 409),
        ("leads.hot_days", {"value": 60, "organisation": "NONE"}, 404),
        ("leads.no_such", {"value": 1}, 404),
    ],
)
def test_a_setting_takes_only_what_fits(admin: Caller, name: str, body: dict[str, object], status: int) -> None:
    before = state()
    admin.put(f"settings/{name}", body, expect=status)
    assert state() == before


def test_settings_and_hours_need_their_permissions(manager: Caller) -> None:
    before = state()
    manager.get("settings", expect=403)
    manager.put("settings/leads.accept_minutes", {"value": 20}, expect=403)
    manager.get("calendars", expect=403)
    manager.post("calendars", {"name": "x", "weekly_hours": WEEK}, expect=403)
    assert state() == before


def test_opening_hours_are_made_changed_and_have_exceptions(admin: Caller) -> None:
    made = admin.post("calendars", {"name": "East", "weekly_hours": WEEK, "holiday_country": "CN"})
    address = f"calendars/{made['id']}"
    assert (made["timezone"], made["weekly_hours"][0], made["exceptions"]) == ("Asia/Shanghai", [[540, 1080]], [])
    admin.put(address, {"name": "East", "weekly_hours": [[]] * 7})
    day = admin.post(f"{address}/exceptions", {"date": "2026-05-01", "hours": [[600, 720]], "note": "劳动节"})
    shown = admin.get(address)
    assert (shown["weekly_hours"], shown["exceptions"]) == ([[]] * 7, [day])
    assert admin.delete(f"{address}/exceptions/{day['id']}") == day
    assert [each["name"] for each in admin.get("calendars")["items"]] == ["East"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"weekly_hours": [[]] * 6}, 422),
        ({"weekly_hours": [[[0, 1500]], *[[]] * 6]}, 422),
        ({"name": " "}, 422),
        ({"weekly_hours": [[[700, 600]], *[[]] * 6]}, 409),
        ({"timezone": "Moon/Crater"}, 409),
        ({"holiday_country": "XX"}, 409),
    ],
)
def test_hours_that_make_no_sense_are_refused(admin: Caller, change: dict[str, object], status: int) -> None:
    before = state()
    admin.post("calendars", {"name": "East", "weekly_hours": WEEK} | change, expect=status)
    assert state() == before


def test_the_quarantine_is_listed_replayed_and_dismissed(admin: Caller, network: Network, channel: list[str]) -> None:
    first, second = document(network.root), document(network.dealer)
    listed = admin.get("documents?state=quarantined&q=no_prospect&limit=1")
    assert [(each["ref"], each["organisation"]) for each in listed["items"]] == [(second, "D1")]
    assert [
        each["ref"]
        for each in admin.get(f"documents?state=quarantined&q=no_prospect&limit=1&cursor={listed['next']}")["items"]
    ] == [first]
    page = admin.get(f"documents/{first}")
    assert (page["text"], page["reason"], page["filename"]) == ("<adf>王", "no_prospect", "leads.xml")
    assert admin.get(f"documents/{first}/original")["body"] == "PGFkZj7njos="
    channel.append("L-1")
    done = admin.post(f"documents/{first}/replay", expect=200)
    assert (done["state"], done["results"]) == ("processed", ["L-1"])
    assert admin.post(f"documents/{second}/dismiss", expect=200)["state"] == "dismissed"
    before = state()
    assert admin.post(f"documents/{first}/replay", expect=409)["code"] == "already_handled"
    assert admin.post(f"documents/{second}/dismiss", expect=409)["code"] == "already_handled"
    assert state() == before


def test_the_screen_says_whether_handling_again_helped(admin: Caller, network: Network, channel: list[str]) -> None:
    first, second = document(network.root), document(network.root)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="admin"))
    channel.append("?")
    again = client.post("/desk/admin/documents/replay/", {"ref": [first, second]}, follow=True).content.decode()
    for ref in (first, second):
        assert f"{ref} was handled again and is still in quarantine." in again
    assert "line 2" in again
    channel[:] = ["L-1"]
    done = client.post(f"/desk/admin/documents/{first}/replay/", follow=True).content.decode()
    assert f"{first} was handled again." in done
    assert "still in quarantine" not in done


def test_another_dealers_documents_do_not_exist(network: Network, channel: list[str]) -> None:
    Role.objects.create(
        code="keeper", name="keeper", level="dealer", permissions=["kernel.intake:read", "kernel.intake:replay"]
    )
    keeper = Caller(make_user("keeper", "keeper", network.sister), network.sister)
    manager = Caller(make_user("manager", "dealer_manager", network.dealer), network.dealer)
    ref = document(network.dealer)
    before = state()
    assert keeper.get("documents")["items"] == []
    for part in ("", "/original"):
        keeper.get(f"documents/{ref}{part}", expect=404)
    for step in ("replay", "dismiss"):
        keeper.post(f"documents/{ref}/{step}", expect=404)
    manager.post(f"documents/{ref}/dismiss", expect=403)
    assert state() == before


def test_dead_letters_are_listed_replayed_and_given_up(admin: Caller) -> None:
    first, second, third = failed_job(), failed_job(), failed_job()
    listed = admin.get("jobs?limit=2")
    assert [each["id"] for each in listed["items"]] == [third, second]
    assert listed["items"][0] | {"id": 0} == {
        "id": 0, "task": "leads.jobs.test", "arguments": {"lead": 1}, "queue": "default", "state": "failed",
        "attempts": 8,
    }  # fmt: skip
    assert admin.post("jobs/replay", {"ids": [first]}, expect=200) == {"count": 1}
    assert admin.post("jobs/replay", {}, expect=200) == {"count": 0}
    assert admin.post("jobs/drop", {"ids": [second]}, expect=200) == {"count": 1}
    assert admin.post("jobs/replay", {"all": True}, expect=200) == {"count": 1}
    states = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert (states[first], states.get(second), states[third]) == ("todo", None, "todo")


def test_jobs_are_headquarters_business(network: Network) -> None:
    Role.objects.create(code="mechanic", name="mechanic", level="dealer", permissions=["kernel.job:manage"])
    mechanic = Caller(make_user("mechanic", "mechanic", network.dealer), network.dealer)
    failed_job()
    before = state()
    mechanic.get("jobs", expect=403)
    mechanic.post("jobs/replay", {"all": True}, expect=403)
    mechanic.post("jobs/drop", {"all": True}, expect=403)
    assert state() == before


def test_a_person_makes_and_stops_their_own_tokens(network: Network) -> None:
    user = make_user("manager", "dealer_manager", network.dealer)
    browser = Client()
    browser.force_login(user)
    answer = browser.post("/api/v1/tokens", {"label": "till"}, content_type="application/json")
    assert answer.status_code == 201
    token = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert browser.get("/api/v1/me", headers=token).json()["organisation_id"] == network.dealer.pk
    listed = browser.get("/api/v1/tokens").json()["items"]
    assert [(each["label"], each["user"], each["revoked_at"]) for each in listed] == [("till", "manager", None)]
    assert answer.json()["token"] not in str(listed)
    assert browser.delete(f"/api/v1/tokens/{listed[0]['id']}").json()["revoked_at"]


def test_a_token_makes_none_that_opens_more(admin: Caller, network: Network) -> None:
    narrow = Caller(User.objects.get(username="admin"), network.root, scopes=frozenset({"kernel.token:manage"}))
    plain = Caller(make_user("manager", "dealer_manager", network.dealer), network.dealer)
    keeper_role = Role.objects.create(
        code="keeper", name="keeper", level="dealer", permissions=["kernel.token:manage", "kernel.user:manage"]
    )
    both = make_user("both", "keeper", network.dealer)
    Membership.objects.create(user=both, role=keeper_role, organisation=network.sister)
    keeper = Caller(both, network.dealer)
    before = state()
    narrow.post("tokens", {}, expect=403)
    narrow.post("tokens", {"scopes": ["kernel.user:manage"]}, expect=403)
    narrow.post("tokens/everybody", {"user": "manager", "organisation": "D1"}, expect=403)
    assert plain.post("tokens", {}, expect=403)["permission"] == "kernel.token:manage"
    keeper.post("tokens", {"organisation": "D2"}, expect=422)
    admin.post("tokens", {"scopes": ["no.such:thing"]}, expect=422)
    admin.post("tokens", {"expires_at": "2020-01-01T00:00:00Z"}, expect=422)
    admin.post("tokens/everybody", {"user": "nobody"}, expect=422)
    assert state() == before
    assert admin.post("tokens/everybody", {"user": "manager", "organisation": "D1"})["token"].startswith("vl_")


def test_another_dealers_tokens_do_not_exist(admin: Caller, manager: Caller, network: Network) -> None:
    foreign = ApiToken.objects.get(user__username="admin")
    before = state()
    manager.delete(f"tokens/{foreign.pk}", expect=404)
    manager.get("tokens/everybody", expect=403)
    assert [each["user"] for each in manager.get("tokens")["items"]] == ["manager"]
    assert state() == before
    assert {each["user"] for each in admin.get("tokens/everybody")["items"]} == {"admin", "manager"}


def test_zero_bytes_are_the_callers_mistake(manager: Caller) -> None:
    before = state()
    manager.post("users", PERSON | {"name": "a\x00b"}, expect=422)
    assert state() == before
