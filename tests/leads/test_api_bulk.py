"""Past quotes, and steps on several leads at once, through the API."""

from __future__ import annotations

import pytest

from tests.leads.callers import Caller
from tests.leads.world import AT, World
from vinloop.leads.actions import accept_lead

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
