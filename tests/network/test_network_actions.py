"""Headquarters edits dealers; others, and other organisations, stay as they are."""

from datetime import UTC, datetime

import pytest
from tests.network.conftest import Network

from vinloop.kernel.access import NotAllowed, acting
from vinloop.kernel.models import Event
from vinloop.network.actions import DealerValues, edit_dealer, set_territories
from vinloop.network.events import NotADealer
from vinloop.network.forms import DealerForm
from vinloop.network.models import DealerProfile, Territory
from vinloop.network.queries import get_profile

NOW = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
MANAGE, READ = "network.dealer:manage", "network.dealer:read"


def facts(network: Network) -> list[tuple[str, dict[str, object]]]:
    with acting(network.actor("hq")):
        return list(Event.objects.order_by("id").values_list("kind", "payload"))


def test_an_edit_says_what_changed(network: Network) -> None:
    actor = network.actor("hq", MANAGE)
    values = DealerValues("上海", "上海", latitude=31.23, longitude=121.47, lead_capacity=30)
    brands = [network.aurora.pk, network.vela.pk]
    for _ in range(2):
        with acting(actor):
            edit_dealer(actor=actor, organisation_id=network.id("sha-1"), values=values, brand_ids=brands, at=NOW)
    assert facts(network) == [("network.DealerChanged", {"fields": ["lead_capacity", "brands"]})]


def test_a_region_may_not_edit_another_region_s_dealer(network: Network) -> None:
    actor = network.actor("west", MANAGE)
    with acting(actor), pytest.raises(NotAllowed):
        edit_dealer(actor=actor, organisation_id=network.id("sha-1"), values=DealerValues(), brand_ids=[], at=NOW)
    assert DealerProfile.objects.get(organisation_id=network.id("sha-1")).city == "上海"
    assert facts(network) == []


def test_a_region_is_no_dealer(network: Network) -> None:
    actor = network.actor("hq", MANAGE)
    with acting(actor), pytest.raises(NotADealer):
        set_territories(actor=actor, organisation_id=network.id("east"), places=[("江苏", "")], at=NOW)
    assert Territory.objects.count() == 2


def test_territories_become_what_was_said(network: Network) -> None:
    actor = network.actor("hq", MANAGE)
    with acting(actor):
        set_territories(
            actor=actor, organisation_id=network.id("suz-1"), places=[("江苏", "苏州"), ("江苏", "无锡")], at=NOW
        )
    places = Territory.objects.filter(organisation_id=network.id("suz-1")).values_list("city", flat=True)
    assert sorted(places) == ["无锡", "苏州"]
    assert facts(network) == [("network.TerritoriesChanged", {"added": 2, "removed": 1})]


def test_the_form_reads_what_it_wrote_and_fills_in_the_place(network: Network) -> None:
    profile = get_profile(network.actor("hq", READ), network.id("suz-1"))
    start = DealerForm.start(profile)
    assert start["territories"] == "江苏"
    form = DealerForm({**start, "city": "Wuxi", "latitude": "", "phone": "0512-62345678"})
    assert form.is_valid(), form.errors
    values = form.values()
    assert (values.province, values.city, values.phone) == ("江苏", "无锡", "+8651262345678")
    assert values.latitude == pytest.approx(31.49)
    assert form.cleaned_data["territories"] == [("江苏", "")]
