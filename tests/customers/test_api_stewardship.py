"""Stewardship through the API: the same decisions, refused in words."""

from __future__ import annotations

import pytest
from tests.customers.stewardship import Two, make_two
from tests.customers.test_reviews import make_pair
from tests.leads.callers import Caller
from tests.leads.world import World

from vinloop.customers.models import Customer, ReviewPair, SourceRecord


@pytest.fixture
def two(world: World) -> Two:
    return make_two(world)


@pytest.fixture
def steward(two: Two) -> Caller:
    return Caller(two.world.headquarters, two.world.network.root)


def test_merge_undo_and_the_old_reference(two: Two, steward: Caller) -> None:
    one, other = two.one.ref, two.two.ref
    step = steward.post(f"customers/{one}/merge", {"other": other, "note": "same"})
    assert (step["kind"], step["source_ref"], step["target_ref"], step["records"]) == ("merge", other, one, 2)
    assert step["moved"]["leads_lead.customer_id"] == 1
    assert steward.get(f"customers/references/{other}") == {"old_ref": other, "ref": one, "is_merged": True}
    assert steward.get(f"customers/references/{one}")["is_merged"] is False
    assert steward.get(f"customers/{other}")["merged_into"] == one
    assert len(steward.get(f"customers/{one}/records")["records"]) == 4
    steward.post(f"customers/{one}/merge", {"other": other}, expect=404)
    assert steward.post(f"identity-steps/{step['id']}/undo", {}, expect=200)["undone_at"]
    refused = steward.post(f"identity-steps/{step['id']}/undo", {}, expect=409)
    assert refused["code"] == "undone_already"
    assert steward.get(f"customers/references/{other}")["ref"] == other
    assert steward.get("customers/references/C-NOBODY", expect=404)


def test_a_dealer_asks_for_an_old_reference_in_its_sight(two: Two, steward: Caller) -> None:
    steward.post(f"customers/{two.one.ref}/merge", {"other": two.two.ref})
    dealer = Caller(two.world.manager, two.world.network.dealer)
    assert dealer.get(f"customers/references/{two.two.ref}")["ref"] == two.one.ref


def test_split(two: Two, steward: Caller) -> None:
    steward.post(f"customers/{two.one.ref}/merge", {"other": two.two.ref})
    with two.world.system():
        gone = SourceRecord.objects.get(key="l1").pk
    step = steward.post(f"customers/{two.one.ref}/split", {"records": [gone]})
    assert steward.get(f"customers/{step['target_ref']}")["name"] == "张玮"
    assert steward.post(f"customers/{two.one.ref}/split", {"records": [gone]}, expect=422)["code"] == "foreign_rows"


def test_reviews_are_listed_read_and_decided_once(two: Two, steward: Caller) -> None:
    pair = make_pair(two)
    found = steward.get("reviews?band=middle")["items"]
    assert [each["id"] for each in found] == [pair.pk]
    assert found[0]["one"]["values"]["phones"] == "139…9000"
    shown = steward.get(f"reviews/{pair.pk}")
    parts = shown["why"]["parts"]
    assert shown["why"]["total"] == pytest.approx(shown["why"]["start"] + sum(part["points"] for part in parts))
    assert steward.post(f"reviews/{pair.pk}/decision", {"decision": "apart"}, expect=200)["state"] == "apart"
    refused = steward.post(f"reviews/{pair.pk}/decision", {"decision": "same"}, expect=409)
    assert refused["code"] == "decided_already"
    steward.get("reviews/999999", expect=404)


def test_who_somebody_is(two: Two, steward: Caller) -> None:
    found = steward.post("customers/match", {"name": "张伟", "phones": ["139 0013 9000"]}, expect=200)["candidates"]
    assert [each["ref"] for each in found] == [two.one.ref]
    assert found[0]["probability"] > 0.9
    assert {part["comparison"] for part in found[0]["why"]["parts"]} >= {"name", "phone"}


def test_runs(two: Two, steward: Caller) -> None:
    assert steward.get("identity-runs")["items"]
    assert steward.post("identity-runs", {}, expect=202) == {"is_queued": True}
    assert steward.post("identity-runs", {}, expect=202) == {"is_queued": False}


def test_a_dealer_decides_nothing(two: Two) -> None:
    pair = make_pair(two)
    dealer = Caller(two.world.manager, two.world.network.dealer)
    for address in ("reviews", f"customers/{two.one.ref}/records", "identity-runs"):
        dealer.get(address, expect=403)
    dealer.post(f"customers/{two.one.ref}/merge", {"other": two.two.ref}, expect=403)
    dealer.post(f"customers/{two.one.ref}/split", {"records": [1]}, expect=403)
    dealer.post(f"reviews/{pair.pk}/decision", {"decision": "same"}, expect=403)
    dealer.post("identity-steps/1/undo", {}, expect=403)
    with two.world.system():
        assert ReviewPair.objects.get().state == "open"
        assert Customer.objects.filter(merged_into__isnull=False).count() == 0
