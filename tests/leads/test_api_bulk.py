"""Past quotes, steps on several leads at once, and the search over everything, through the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.leads.callers import Caller
from tests.leads.world import AT, World
from vinloop.kernel.caches import forget_everything
from vinloop.leads.actions import accept_lead
from vinloop.network.models import DealerProfile

pytestmark = pytest.mark.django_db


def _in_follow_up(world: World) -> str:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
    return ref


def test_past_quotes_are_listed_newest_first(world: World) -> None:
    ref = _in_follow_up(world)
    caller = Caller(world.consultant, world.network.dealer)
    for price in (20_000_00, 19_500_00):
        said = {"model_code": "aurora-s", "price": price, "trim": "Max", "note": "with tyres"}
        made = caller.post(f"leads/{ref}/quotes", said)
    first = caller.get(f"leads/{ref}/quotes?limit=1")
    assert first["items"] == [made]
    assert (made["price"], made["note"], made["who"]) == (19_500_00, "with tyres", world.consultant.username)
    second = caller.get(f"leads/{ref}/quotes?limit=1&cursor={first['next']}")
    assert [each["price"] for each in second["items"]] == [20_000_00]
    assert second["next"] is None
    Caller(world.other_manager, world.network.sister).get(f"leads/{ref}/quotes", expect=404)


def _states(world: World, *refs: str) -> list[tuple[str, int | None]]:
    return [(world.lead(ref).status, world.lead(ref).consultant_id) for ref in refs]


def _told(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["ref"], each["code"]) for each in answer["items"]]


def test_several_leads_are_handed_out_and_each_is_told_of(world: World) -> None:
    waiting, fresh = world.hot_lead(), world.capture("李婷", "13612345678").ref
    caller = Caller(world.headquarters, world.network.root)
    answer = caller.post("leads/bulk/dispatch", {"refs": [fresh, waiting, "L-NOWHERE"]}, expect=200)
    assert _told(answer) == [(fresh, "not_waiting"), (waiting, ""), ("L-NOWHERE", "lead_not_found")]
    assert (answer["done"], answer["items"][0]["detail"]) == (1, "This lead does not wait for a dealer.")
    assert [state for state, _who in _states(world, waiting, fresh)] == ["dispatched", "new"]
    again = caller.post("leads/bulk/withdraw", {"refs": [waiting, fresh]}, expect=200)
    assert _told(again) == [(waiting, ""), (fresh, "not_at_a_dealer")]
    assert _states(world, waiting) == [("ready", None)]


def test_a_lead_no_dealer_can_take_says_so(world: World) -> None:
    ref = world.hot_lead()
    with world.system():
        DealerProfile.objects.update(accepts_leads=False)
    forget_everything()
    caller = Caller(world.headquarters, world.network.root)
    answer = caller.post("leads/bulk/dispatch", {"refs": [ref]}, expect=200)
    assert (_told(answer), answer["done"]) == ([(ref, "no_dealer")], 0)
    assert _states(world, ref) == [("ready", None)]


def test_several_leads_are_given_to_a_consultant(world: World) -> None:
    refs = [world.dispatched_lead(), world.dispatched_lead("李婷", "13612345678")]
    body = {"refs": refs, "consultant": world.consultant.username}
    answer = Caller(world.manager, world.network.dealer).post("leads/bulk/consultant", body, expect=200)
    assert (_told(answer), answer["done"]) == ([(ref, "") for ref in refs], 2)
    assert _states(world, *refs) == [("dispatched", world.consultant.pk)] * 2


def test_another_dealers_leads_are_not_there(world: World) -> None:
    ref = world.dispatched_lead()
    before = _states(world, ref)
    stranger = Caller(world.other_manager, world.network.sister)
    body = {"refs": [ref], "consultant": world.other_manager.username}
    answer = stranger.post("leads/bulk/consultant", body, expect=200)
    assert (_told(answer), answer["done"]) == ([(ref, "lead_not_found")], 0)
    for step in ("dispatch", "withdraw"):
        stranger.post(f"leads/bulk/{step}", {"refs": [ref]}, expect=403)
    assert _states(world, ref) == before


@pytest.mark.parametrize("body", [{"refs": []}, {"refs": ["L-1"] * 201}, {}])
def test_too_few_and_too_many_are_refused(world: World, body: dict[str, Any]) -> None:
    Caller(world.headquarters, world.network.root).post("leads/bulk/withdraw", body, expect=422)


def test_the_search_finds_what_the_search_bar_finds(world: World) -> None:
    ref = world.dispatched_lead()
    caller = Caller(world.manager, world.network.dealer)
    found = caller.get("search?q=8000")
    assert [each["key"] for each in found["sections"]] == ["customers", "leads"]
    [hit] = found["sections"][1]["items"]
    assert (hit["ref"], hit["label"], hit["page"]) == (ref, "王建国", f"/desk/leads/{ref}/")
    assert (hit["words"]["customer"], hit["words"]["ref"]) == ("王建国 · 138…8000", ref)
    assert datetime.fromisoformat(hit["words"]["received"]) == AT
    assert found["exact"] is None
    assert caller.get(f"search?q={ref}")["exact"] == hit
    assert caller.get("search?q=%20")["sections"] == []
    screen = {each.finder.key for each in _searched(world).context["sections"]}
    assert screen == {"customers", "leads"}
    assert Caller(world.other_manager, world.network.sister).get(f"search?q={ref}")["sections"] == []


def _searched(world: World) -> Any:
    client = Client()
    client.force_login(world.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get("/desk/search/?q=8000")


def test_contacts_and_dealers_of_a_lead_are_listed(world: World) -> None:
    ref = _in_follow_up(world)
    caller = Caller(world.consultant, world.network.dealer)
    caller.post(f"leads/{ref}/contacts", {"channel": "phone", "result": "reached", "note": "likes blue"})
    newest = caller.get(f"leads/{ref}/contacts?limit=1")["items"][0]
    said = (newest["purpose"], newest["result"], newest["note"], newest["who"])
    assert said == ("follow_up", "reached", "likes blue", world.consultant.username)
    [assignment] = caller.get(f"leads/{ref}/assignments")["items"]
    assert (assignment["dealer"], assignment["outcome"]) == ("D1", "accepted")
    assert {each["code"] for each in assignment["weighed"]} <= {"D1"}
    office = Caller(world.headquarters, world.network.root).get(f"leads/{ref}/assignments")["items"][0]["weighed"]
    assert sum(office[0]["parts"].values()) == pytest.approx(office[0]["total"], abs=0.01)
    stranger = Caller(world.other_manager, world.network.sister)
    for past in ("contacts", "assignments"):
        stranger.get(f"leads/{ref}/{past}", expect=404)
