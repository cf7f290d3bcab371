"""Amounts no column can hold are refused at the door, not by the database."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.leads.browser import as_user
from tests.leads.callers import Caller
from tests.leads.world import World
from vinloop.kernel.identifiers import parse_money
from vinloop.leads.models import Lead, Quote

TOO_MUCH = 10**21


@pytest.mark.parametrize("typed", ["99999999999999999999", "9999999999999999万", "1" + "0" * 19])
def test_an_amount_beyond_every_price_is_none(typed: str) -> None:
    assert parse_money(typed) is None


def test_a_quote_beyond_every_price_is_refused_at_its_field(world: World) -> None:
    ref = world.dispatched_lead()
    client = as_user(world.consultant)
    client.post(reverse("dealer:accept", args=[ref]))
    said = {"model": str(world.model.pk), "price": "99999999999999999999"}
    answer = client.post(reverse("leads:lead_quote", args=[ref]), said)
    assert answer.status_code == 422
    assert "This is no price" in answer.content.decode()
    with world.system():
        assert not Quote.objects.exists()


def test_programs_are_told_which_number_is_too_large(world: World) -> None:
    ref = world.dispatched_lead()
    dealer, desk = Caller(world.manager, world.network.dealer), Caller(world.verifier, world.network.root)
    quote = dealer.post(f"leads/{ref}/quotes", {"model_code": "aurora-s", "price": TOO_MUCH}, expect=422)
    fresh = world.capture("李婷", "13900139000").ref
    for facts in ({"budget_high": TOO_MUCH}, {"days": TOO_MUCH}):
        desk.post(f"leads/{fresh}/verification", {"outcome": "valid"} | facts, expect=422)
    assert quote["errors"]
    with world.system():
        assert not Quote.objects.exists()
        assert Lead.objects.get(ref=fresh).status == "new"
