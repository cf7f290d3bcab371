"""The whole customer through the API, masked by role, its timeline, and what may be changed about it."""

from __future__ import annotations

from tests.leads.callers import Caller
from tests.leads.world import World

from vinloop.customers.models import Address, ContactPoint, Customer, Relation


def _customer(world: World) -> Customer:
    customer = world.lead(world.dispatched_lead()).customer
    told = {"name": {"source": "dms-secret", "record": 1, "rule": "recent", "as_of": "2026-03-04"}}
    with world.system():
        Customer.objects.filter(pk=customer.pk).update(provenance=told)
        Address.objects.create(customer=customer, text="世纪大道 8 号", door="x", city="上海", is_primary=True)
    return customer


def test_the_whole_record_hides_what_the_caller_may_not_see(
    world: World, manager: Caller, stranger: Caller, headquarters: Caller
) -> None:
    ref = _customer(world).ref
    whole = manager.get(f"customers/{ref}")
    assert whole["provenance"]["name"]["source"] == ""
    assert "dms-secret" not in str(whole)
    assert whole["provenance"]["name"]["words"].startswith("From a source of another organisation")
    assert whole["addresses"][0]["place"] == "上海"
    assert (whole["vehicles"], whole["merged"], whole["held_fields"]) == ([], [], [])
    assert headquarters.get(f"customers/{ref}")["records"][0]["records"] == 1
    stranger.get(f"customers/{ref}", expect=404)


def test_the_timeline_goes_on_where_a_page_ended(world: World, headquarters: Caller, stranger: Caller) -> None:
    ref = _customer(world).ref
    everything = headquarters.get(f"customers/{ref}/timeline")["items"]
    first = headquarters.get(f"customers/{ref}/timeline?limit=1")
    second = headquarters.get(f"customers/{ref}/timeline?limit=1&cursor={first['next']}")
    assert first["items"] + second["items"] == everything[:2]
    assert headquarters.get(f"customers/{ref}/timeline?until=2001-01-01")["items"] == []
    assert headquarters.get(f"customers/{ref}/timeline?since=9999-12-31")["items"] == []
    stranger.get(f"customers/{ref}/timeline", expect=404)


def test_reach_and_relations_change_within_sight_only(world: World, manager: Caller, stranger: Caller) -> None:
    customer = _customer(world)
    with world.system():
        number, home = customer.contact_points.get(), Address.objects.get()
    calls = [
        (f"customers/{customer.ref}/contacts/{number.pk}", {"change": "verified"}),
        (f"customers/{customer.ref}/addresses/{home.pk}/end", {}),
        (f"customers/{customer.ref}/release", {"field": "name"}),
    ]
    for address, body in calls:
        stranger.post(address, body, expect=404)
    with world.system():
        assert ContactPoint.objects.get().state == "unverified"
        assert Address.objects.get().valid_until is None
    for address, body in calls:
        assert manager.post(address, body, expect=200) == {"ref": customer.ref}
    with world.system():
        assert ContactPoint.objects.get().state == "verified"
        assert Address.objects.get().valid_until is not None


def test_a_relation_is_added_and_removed(world: World, headquarters: Caller, manager: Caller) -> None:
    one, two = _customer(world), world.capture("李婷", "13900139000").customer_ref
    wanted = {"other": two, "kind": "household"}
    manager.post(f"customers/{one.ref}/relations", wanted, expect=404)
    headquarters.post(f"customers/{one.ref}/relations", wanted)
    headquarters.post(f"customers/{one.ref}/relations", {"other": one.ref, "kind": "other"}, expect=422)
    shown = headquarters.get(f"customers/{one.ref}")["related"]
    assert [(each["ref"], each["how"]) for each in shown] == [(two, "household")]
    headquarters.delete(f"customers/{two}/relations/{shown[0]['id']}", expect=200)
    with world.system():
        assert Relation.objects.get().removed_at is not None
    assert headquarters.get(f"customers/{one.ref}")["related"] == []


def test_asking_and_deciding(world: World, manager: Caller, stranger: Caller, headquarters: Caller) -> None:
    ref = world.capture("王建国", "13800138000").customer_ref
    asked = manager.post("access-requests", {"text": "13800138000", "reason": "in our showroom"})
    assert (asked["asked_for"], asked["customer"]) == ("138…8000", None)
    assert manager.post("access-requests", {"text": "8000", "reason": "x"}, expect=422)["code"] == "not_whole"
    assert stranger.get("access-requests")["items"] == []
    manager.get("access-requests/queue", expect=403)
    assert headquarters.get("access-requests/queue")["items"][0]["candidates"] == [ref]
    decision = {"decision": "grant", "customer": ref}
    manager.post(f"access-requests/{asked['ref']}/decision", decision, expect=403)
    manager.get(f"customers/{ref}", expect=404)
    headquarters.post(f"access-requests/{asked['ref']}/decision", decision, expect=200)
    assert manager.get("access-requests")["items"][0]["customer"] == ref
    assert manager.get(f"customers/{ref}")["ref"] == ref
    again = headquarters.post(f"access-requests/{asked['ref']}/decision", {"decision": "refuse"}, expect=409)
    assert again["code"] == "decided"
