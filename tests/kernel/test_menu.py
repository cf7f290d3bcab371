"""The menu, the slots and the frame."""

from __future__ import annotations

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.kernel.people import Network, acting_as, make_network, make_user

from vinloop.kernel.access import Actor
from vinloop.kernel.access.gate import ActorRequest
from vinloop.kernel.web import menu, slots
from vinloop.kernel.web.menu import MenuEntry, declare_menu, menu_entries, menu_for
from vinloop.kernel.web.slots import Panel, fill_slot, slot_panels
from vinloop.site.frame import frame

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture(autouse=True)
def _own_declarations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_menu", dict(menu._menu))
    monkeypatch.setattr(slots, "_slots", dict(slots._slots))


def request_of(actor: Actor, path: str = "/") -> ActorRequest:
    request = ActorRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.actor = actor
    return request


def test_only_what_the_actor_may_open_is_offered_in_order(network: Network) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    monkey = [
        MenuEntry("t.late", "Late", "profile", "car", "leads.lead:read", 20),
        MenuEntry("t.early", "Early", "profile", "car", None, 10),
        MenuEntry("t.denied", "Denied", "profile", "car", "kernel.setting:manage", 1),
        MenuEntry("t.hq", "Headquarters", "profile", "car", None, 1, kinds=("manufacturer",)),
    ]
    declare_menu(*monkey)
    with acting_as(seller) as actor:
        keys = [entry.key for entry in menu_for(actor) if entry.key.startswith("t.")]
    assert keys == ["t.early", "t.late"]


def test_an_undeclared_permission_raises(network: Network) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    declare_menu(MenuEntry("t.typo", "Typo", "profile", "car", "leads.lead:raed", 1))
    with acting_as(seller) as actor, pytest.raises(LookupError):
        menu_for(actor)


def test_administration_entries_lead_somewhere() -> None:
    own = [entry for entry in menu_entries() if entry.key.startswith("kernel.")]
    assert len(own) == 9
    assert all(reverse(entry.url_name).startswith("/desk/admin/") for entry in own)


def test_slots_are_filled_by_permission_and_position(network: Network) -> None:
    seller = make_user("seller", "dealer_consultant", network.dealer)
    fill_slot("t.page", lambda request, subject: Panel(title=f"B {subject}", key="b"), position=20)
    fill_slot("t.page", lambda request, subject: Panel(title="A", key="a"), position=10)
    fill_slot("t.page", lambda request, subject: Panel(title="C", key="c", position=1), position=90)
    fill_slot("t.page", lambda request, subject: None)
    fill_slot("t.page", lambda request, subject: Panel(title="X", key="x"), permission="kernel.job:manage")
    with acting_as(seller) as actor:
        panels = slot_panels("t.page", request_of(actor), 7)
        assert slot_panels("t.empty", request_of(actor), 7) == []
    assert [panel.title for panel in panels] == ["C", "A", "B 7"]


def test_the_frame_costs_nothing_until_drawn_and_little_then(
    network: Network, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    manager = make_user("region", "region_manager", network.region)
    with acting_as(manager) as actor:
        request = request_of(actor, reverse("admin:audit"))
        with django_assert_num_queries(0):
            context = frame(request)
        str(context["frame"].brand)
        with django_assert_num_queries(1):
            drawn = context["frame"]
            labels = [choice.label for choice in drawn.organisations]
            assert drawn.organisation.label in labels
            assert str(drawn.user_role)
    assert {"EAST Ltd", "D1 Ltd", "D2 Ltd"} == set(labels) or {"EAST 公司", "D1 公司", "D2 公司"} == set(labels)
    assert [entry.label for entry in drawn.menu if entry.is_active] == [drawn.menu[-1].label]


def test_the_frame_works_for_nobody() -> None:
    page = engines["django"].from_string("{{ frame.brand }}|{{ frame.menu|length }}|{{ frame.user_name }}")
    assert page.render({}, RequestFactory().get("/")) == "Vinloop|0|"
