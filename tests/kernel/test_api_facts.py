"""The audit log through the API: the screen's filters, newest first, and as a file."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.kernel.people import AT, Network, acting_as, make_network, make_user
from tests.kernel.programs import bearer, token_of
from tests.leads.callers import PREFIX, Caller

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.accounts.actions import disable_user, enable_user
from vinloop.kernel.models import Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def admin(network: Network) -> User:
    """Who locked a dealer's and a stranger's colleague out and let them in again."""
    made = make_user("admin", "administrator", network.root)
    for name, place in (("ann", network.dealer), ("bob", network.stranger)):
        user = make_user(name, "dealer_consultant", place)
        with acting_as(made, place) as actor:
            disable_user(actor=actor, user=user, at=AT)
            enable_user(actor=actor, user=user, at=AT)
    return made


def _kinds(answer: dict[str, Any]) -> list[str]:
    return [each["kind"] for each in answer["items"]]


def test_the_audit_log_comes_newest_first_and_goes_on(network: Network, admin: User) -> None:
    caller = Caller(admin, network.root)
    assert caller.get("events")["items"] == []  # these facts never leave, except in the audit log
    first = caller.get("events?order=newest&limit=3&q=admin&subject=kernel.user")
    assert _kinds(first) == ["kernel.UserEnabled", "kernel.UserDisabled", "kernel.UserEnabled"]
    assert first["items"][0]["who"] == admin.label
    assert first["items"][0]["title"]
    rest = caller.get(f"events?order=newest&limit=3&q=admin&subject=kernel.user&after={first['after']}")
    assert _kinds(rest) == ["kernel.UserDisabled"]
    assert not rest["has_more"]
    caller.get("events?order=newest&after=forged", expect=422)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("kinds=kernel.UserEnabled", 2),
        ("kinds=kernel.UserEnabled,kernel.UserDisabled", 4),
        ("q=admin&kinds=kernel.TokenCreated", 1),
        ("q=nobody", 0),
        ("q=admin&door=screen", 5),
        ("q=admin&door=api", 0),
        ("q=admin&subject=kernel.user", 4),
        ("q=admin&subject=leads.lead", 0),
        ("q=admin&at_from=2026-03-02&at_to=2026-03-02", 5),
        ("q=admin&at_from=2026-03-03", 0),
        ("q=admin&at_from=0001-01-01&at_to=9999-12-31", 5),
        ("q=admin&at_to=2026-03-01", 0),
    ],
)
def test_the_filters_are_those_of_the_screen(network: Network, admin: User, asked: str, count: int) -> None:
    assert len(Caller(admin, network.root).get(f"events?order=newest&{asked}")["items"]) == count


def test_a_region_reads_only_its_own_log(network: Network, admin: User) -> None:
    region = Caller(make_user("east", "region_manager", network.region), network.region)
    enabled = region.get("events?order=newest&kinds=kernel.UserEnabled")["items"]
    assert [each["organisation_id"] for each in enabled] == [network.dealer.pk]
    dealer = Caller(make_user("manager", "dealer_manager", network.dealer), network.dealer)
    dealer.get("events?order=newest", expect=403)


def test_taking_the_log_along_is_recorded_and_needs_both_permissions(network: Network, admin: User) -> None:
    client, asked = Client(), f"{PREFIX}events/export?kinds=kernel.UserEnabled"
    response: Any = client.get(asked, headers=bearer(token_of(admin, network.root))["headers"])
    lines = b"".join(response.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 3
    manager = token_of(make_user("manager", "dealer_manager", network.dealer), network.dealer)
    assert client.get(asked, headers=bearer(manager)["headers"]).status_code == 403
    with acting(system_actor()):
        taken = Event.objects.filter(kind="kernel.ListExported").values_list("payload", flat=True)
        assert [each["filters"] for each in taken] == ["kinds=kernel.UserEnabled"]
