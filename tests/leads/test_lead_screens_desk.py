"""The verification desk, the quick form, and the lists administrators keep."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.leads.browser import as_user, page
from tests.leads.world import World
from vinloop.customers.models import Consent
from vinloop.kernel.models import Event
from vinloop.leads.models import Campaign, Lead, LeadSource, ReasonCode

HTMX = {"HX-Request": "true"}


def test_the_most_urgent_call_is_open_and_says_why(world: World) -> None:
    world.capture("李婷", "13900139000", timeframe="")
    ref = world.capture().ref
    shown = page(as_user(world.verifier), reverse("leads:calls"))
    assert "2 to call" in shown
    assert "buys within 15 days" in shown
    assert reverse("leads:call", args=[ref]) in shown
    assert "Try 1 of 6." in shown


def test_an_empty_desk_says_what_it_is_for(world: World) -> None:
    assert "Nobody to call" in page(as_user(world.verifier), reverse("leads:calls"))


def test_saving_a_call_shows_the_next_one(world: World) -> None:
    first, second = world.capture("王建国", "13800138000").ref, world.capture("李婷", "13900139000").ref
    said = {
        "outcome": "valid", "days": "7", "model": "aurora-s", "budget_low": "15万", "budget_high": "200000",
        "trade_in_car": "Vela", "trade_in_year": "2018", "consent_phone": "yes", "consent_sms": "no",
        "wished_dealer": world.network.dealer.code, "note": "call after six",
    }  # fmt: skip
    response = as_user(world.verifier).post(reverse("leads:call", args=[first]), said, headers=HTMX)
    assert response.status_code == 200
    assert response.headers["HX-Push-Url"] == reverse("leads:call", args=[second])
    lead = world.lead(first)
    assert (lead.status, lead.level, lead.budget_low, lead.budget_high) == ("ready", "H", 15_000_000, 20_000_000)
    assert (lead.trade_in, lead.handover_note) == ({"model": "Vela", "year": 2018}, "call after six")
    assert lead.wished_dealer == world.network.dealer
    with world.system():
        assert dict(Consent.objects.values_list("channel", "is_granted")) == {"phone": True, "sms": False}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Choose an outcome"),
        ({"outcome": "valid"}, "Choose when they plan to buy."),
        ({"outcome": "invalid"}, "Choose a reason."),
        ({"outcome": "valid", "days": "7", "budget_low": "x"}, "Write an amount"),
        ({"outcome": "valid", "days": "7", "wished_dealer": "nowhere"}, "There is no dealer"),
        ({"outcome": "wrong"}, "Choose a reason."),
    ],
)
def test_an_incomplete_outcome_is_told_at_its_field_and_changes_nothing(
    world: World, said: dict[str, str], words: str
) -> None:
    ref = world.capture().ref
    response = as_user(world.verifier).post(reverse("leads:call", args=[ref]), said)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert (world.lead(ref).status, world.lead(ref).attempts) == ("new", 0)


def test_nobody_answers_and_the_number_is_wrong(world: World) -> None:
    ReasonCode.objects.create(kind="invalid", code="wrong_number", name="空号")
    first, second = world.capture().ref, world.capture("李婷", "13900139000").ref
    verifier = as_user(world.verifier)
    assert verifier.post(reverse("leads:call", args=[first]), {"outcome": "no_answer"}).status_code == 302
    assert verifier.post(reverse("leads:call", args=[second]), {"outcome": "wrong"}).status_code == 302
    assert (world.lead(first).status, world.lead(first).attempts) == ("new", 1)
    assert world.lead(second).status == "invalid"


def test_the_desk_shows_people_at_the_same_number_and_the_dealers_to_be_asked(world: World) -> None:
    world.capture("李婷", "13800138000")
    ref = world.capture("王建国", "13800138000").ref
    verifier = as_user(world.verifier)
    assert "李婷" in page(verifier, reverse("leads:call", args=[ref]))
    assert "D1 Ltd" in page(verifier, reverse("leads:lead_dealers", args=[ref]))


def test_the_counter_counts_what_waits(world: World) -> None:
    world.capture()
    assert page(as_user(world.verifier), reverse("leads:call_count")) == "1"


def test_a_dealer_has_no_verification_desk(world: World) -> None:
    ref = world.capture().ref
    for name in ("calls", "call_count"):
        assert as_user(world.manager).get(reverse(f"leads:{name}")).status_code == 403
    response = as_user(world.manager).post(reverse("leads:call", args=[ref]), {"outcome": "valid", "days": "7"})
    assert response.status_code == 403
    assert world.lead(ref).status == "new"


def test_the_quick_form_makes_a_lead_and_tells_of_a_known_one(world: World) -> None:
    LeadSource.objects.create(code="hotline", name="热线", family="hotline")
    office = as_user(world.headquarters)
    said = {"phone": "138 0013 8000", "name": "王建国", "model": "aurora:aurora-s", "interest": "buy", "days": "30",
            "source": "hotline", "may_call": "on"}  # fmt: skip
    first = office.post(reverse("leads:capture"), said)
    assert first.status_code == 302
    assert "merged" not in first.headers["Location"]
    again = office.post(reverse("leads:capture"), said)
    assert "merged=1" in again.headers["Location"]
    assert "already had an open lead" in page(office, again.headers["Location"])
    with world.system():
        lead = Lead.objects.get()
    assert (lead.level, lead.car_model, lead.touch_count, lead.status) == ("B", world.model, 2, "new")
    known = page(office, reverse("leads:capture_known"), phone="13800138000")
    assert "王建国" in known
    assert lead.ref in known


def test_a_stranger_to_the_customer_is_not_told_that_the_number_is_known(world: World) -> None:
    world.dispatched_lead()
    assert page(as_user(world.other_manager), reverse("leads:capture_known"), phone="13800138000").strip() == ""


def test_a_lead_without_a_number_is_refused_at_its_field(world: World) -> None:
    LeadSource.objects.create(code="hotline", name="热线", family="hotline")
    said = {"name": "王建国", "model": "aurora:", "interest": "buy", "source": "hotline"}
    response = as_user(world.headquarters).post(reverse("leads:capture"), said)
    assert response.status_code == 422
    assert "A phone number is needed" in response.content.decode()
    with world.system():
        assert not Lead.objects.exists()


def test_campaigns_sources_and_reasons_are_kept_with_a_record(world: World) -> None:
    office = as_user(world.headquarters)
    campaign = {"name": "春季", "name_en": "Spring", "code": "spring", "cost": "32万", "currency": "CNY", "position": 0,
                "starts_on": "2026-03-01", "ends_on": "2026-04-30", "is_active": "on"}  # fmt: skip
    assert office.post(reverse("leads:campaign_new"), campaign).status_code == 302
    assert office.post(reverse("leads:campaign_new"), campaign).status_code == 422
    ended = office.post(reverse("leads:campaign_edit", args=["spring"]), {**campaign, "ends_on": "2026-01-01"})
    assert ended.status_code == 422
    assert Campaign.objects.get(code="spring").cost == 32_000_000
    source = {"name": "车展", "code": "show", "family": "event", "position": 1, "is_active": "on"}
    assert office.post(reverse("leads:source_new"), source).status_code == 302
    reason = {"kind": "lost", "name": "太远", "code": "far", "position": 1}
    assert office.post(reverse("leads:reason_new"), reason).status_code == 302
    assert not ReasonCode.objects.get(code="far").is_active
    for name in ("campaign_list", "source_list", "reason_list", "campaign_new"):
        page(office, reverse(f"leads:{name}"))
    page(office, reverse("leads:reason_edit", args=["far"]))
    with world.system():
        kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"leads.CampaignSaved", "leads.SourceSaved", "leads.ReasonSaved"} <= kinds


def test_who_may_not_keep_the_lists_changes_nothing(world: World) -> None:
    reason = {"kind": "lost", "name": "太远", "code": "far", "position": 1}
    assert as_user(world.verifier).post(reverse("leads:reason_new"), reason).status_code == 403
    assert not ReasonCode.objects.filter(code="far").exists()
