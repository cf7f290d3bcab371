"""The person's own account, and help with a forgotten password, through the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.kernel.people import PASSWORD, Network, make_network, make_user
from tests.leads.callers import PREFIX, Caller

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def manager(network: Network) -> Caller:
    return Caller(make_user("manager", "dealer_manager", network.dealer), network.dealer)


def test_the_link_to_a_new_password_is_mailed(manager: Caller, network: Network, mailoutbox: list[Any]) -> None:
    ann = make_user("ann", "dealer_consultant", network.dealer)
    assert manager.post(f"users/{ann.pk}/password-link", expect=200)["username"] == "ann"
    [mail] = mailoutbox
    assert mail.to == ["ann@example.com"]
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mail.body)
    assert link is not None
    assert Client().get(link[1], follow=True).status_code == 200


def test_no_link_is_mailed_to_whom_one_may_not_help(manager: Caller, network: Network, mailoutbox: list[Any]) -> None:
    stranger = make_user("stranger", "dealer_consultant", network.stranger)
    silent = make_user("silent", "dealer_consultant", network.dealer)
    User.objects.filter(pk=silent.pk).update(email="")
    manager.post(f"users/{stranger.pk}/password-link", expect=404)
    assert manager.post(f"users/{silent.pk}/password-link", expect=409)["code"] == "no_address"
    reader = Caller(make_user("reader", "dealer_consultant", network.dealer), network.dealer)
    reader.post(f"users/{stranger.pk}/password-link", expect=403)
    assert mailoutbox == []


def _browser(username: str) -> Client:
    """Logged in for good: with a password, so that the session is on the list."""
    client = Client()
    client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    return client


def _sessions(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{PREFIX}me/sessions").json()["items"]
    return found


def _people() -> list[Any]:
    with acting(system_actor()):
        return [list(User.objects.order_by("pk").values()), Event.objects.count()]


def test_the_own_profile_is_read_and_changed(manager: Caller) -> None:
    shown = manager.get("me/profile")
    assert (shown["username"], shown["language"], shown["timezone"]) == ("manager", "en", "Asia/Shanghai")
    changed = manager.patch("me/profile", {"name_en": "Li", "phone": "13800138000", "language": "zh-hans"})
    assert changed == shown | {"name_en": "Li", "phone": "+8613800138000", "language": "zh-hans"}
    assert manager.get("me/profile") == changed
    manager.patch("me/profile", {"mails": {"no.such": True}}, expect=422)


def test_mails_are_turned_off_and_on(manager: Caller) -> None:
    code = manager.get("me/profile")["mails"][0]["code"]
    without = manager.patch("me/profile", {"mails": {code: False}})["mails"]
    assert [each["is_wanted"] for each in without if each["code"] == code] == [False]
    assert manager.patch("me/profile", {"name_en": "Li"})["mails"] == without
    again = manager.patch("me/profile", {"mails": {code: True}})["mails"]
    assert [each["is_wanted"] for each in again if each["code"] == code] == [True]


def test_a_program_does_not_take_its_owners_account_over(network: Network, manager: Caller) -> None:
    narrow = Caller(User.objects.get(username="manager"), network.dealer, scopes=frozenset({"leads.lead:read"}))
    before = _people()
    told = manager.patch("me/profile", {"email": "thief@example.com", "name": "X"}, expect=422)
    assert told["errors"][0]["pointer"] == "/email"
    for path in ("me/profile", "me/sessions", "me/organisations"):
        assert narrow.get(path, expect=403)["type"] == "urn:vinloop:problem:forbidden"
    narrow.patch("me/profile", {"name": "X"}, expect=403)
    narrow.delete("me/sessions", expect=403)
    assert _people() == before
    client = _browser("manager")
    answer = client.patch(f"{PREFIX}me/profile", {"email": "me@example.com"}, content_type="application/json")
    assert answer.json()["email"] == "me@example.com"


def test_sessions_are_listed_and_ended_elsewhere(manager: Caller, network: Network) -> None:
    make_user("ann", "dealer_consultant", network.dealer)
    here, there, other = _browser("manager"), _browser("manager"), _browser("ann")
    assert [each["is_current"] for each in _sessions(here)] == [False, True]
    mine, theirs = next(each["id"] for each in _sessions(here) if each["is_current"]), _sessions(other)[0]["id"]
    assert here.delete(f"{PREFIX}me/sessions/{mine}").json()["code"] == "own_session"
    assert here.delete(f"{PREFIX}me/sessions/{theirs}").status_code == 404
    assert (len(_sessions(here)), len(_sessions(other))) == (2, 1)
    [away] = [each["id"] for each in _sessions(here) if not each["is_current"]]
    assert here.delete(f"{PREFIX}me/sessions/{away}").json() == {"count": 1}
    assert there.get(f"{PREFIX}me").status_code == 401
    assert manager.delete("me/sessions") == {"count": 1}
    assert here.get(f"{PREFIX}me").status_code == 401
    assert len(_sessions(other)) == 1


def test_the_places_one_may_act_for_are_listed(network: Network) -> None:
    region = Caller(make_user("east", "region_manager", network.region), network.dealer)
    found = region.get("me/organisations")["items"]
    assert [(each["code"], each["is_current"]) for each in found] == [("EAST", False), ("D1", True), ("D2", False)]
    assert [each["code"] for each in region.get("me/organisations?q=d2")["items"]] == ["D2"]
    assert region.get("me/organisations?q=d3")["items"] == []
