"""The figures of a story whose numbers are known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.insight.story import Story
from vinloop.insight.queries.blocks import conversion_of, lead_slices
from vinloop.insight.queries.boards import BoardData, read_board, read_showroom
from vinloop.insight.queries.campaigns import campaign_results
from vinloop.insight.queries.scope import BoardNotFound, scope_of
from vinloop.insight.rules.attribution import Model
from vinloop.insight.rules.metrics import METRICS
from vinloop.insight.rules.periods import Period, period_named
from vinloop.kernel.access import Actor, NotAllowed
from vinloop.kernel.models import User
from vinloop.leads.models import Campaign, Lead

MOST_QUERIES = 8


def _period(story: Story, actor: Actor) -> Period:
    return period_named("30d", story.now, actor.timezone)


def _board(story: Story, user: User, code: str = "", consultant: str = "") -> BoardData:
    with story.world.acting_as(user) as actor:
        return read_board(actor, scope_of(actor, code, consultant), _period(story, actor), story.now)


def _values(data: BoardData, *keys: str) -> dict[str, Any]:
    return {key: METRICS[key].value(data.counts.now) for key in keys}


def test_the_board_of_a_dealer(story: Story) -> None:
    data = _board(story, story.world.manager)
    assert _values(
        data, "received", "hot_share", "accept_rate", "decline_rate", "response_median", "response_p90", "within_goal",
        "missed", "conversion_same", "orders", "deliveries", "referral_share", "capture_rate", "second_visit_rate",
        "lost_clarity",
    ) == {
        "received": 4, "hot_share": 0.25, "accept_rate": 0.6, "decline_rate": 0.2, "response_median": 1200,
        "response_p90": pytest.approx(3440), "within_goal": 0.25, "missed": 0.5, "conversion_same": 0.25, "orders": 1,
        "deliveries": 1, "referral_share": 1, "capture_rate": pytest.approx(1 / 3), "second_visit_rate": 1,
        "lost_clarity": 1,
    }  # fmt: skip
    assert {each.stage: each.count for each in data.late} == {"accept_late": 1, "follow_up_late": 1}


def test_the_board_of_headquarters(story: Story) -> None:
    data = _board(story, story.world.headquarters)
    assert _values(data, "received", "valid_share", "dispatched", "response_median") == {
        "received": 8, "valid_share": 6 / 7, "dispatched": 6, "response_median": 900
    }  # fmt: skip
    assert {each.stage: each.count for each in data.late} == {
        "call_late": 1, "not_placed": 1, "accept_late": 1, "follow_up_late": 1
    }  # fmt: skip
    leads = data.blocks[0]
    assert {key: part.now["received"] for key, part in leads.parts.items()} == {
        story.world.network.region.pk: 5, None: 3
    }  # fmt: skip
    assert sum(data.trend.received) == 8


def test_the_whole_has_the_median_of_all_and_not_of_its_parts(story: Story) -> None:
    world = story.world
    with world.system():
        story.contacted(world.network.stranger, 100)
    hand_overs = _board(story, world.headquarters).blocks[1]
    west = world.network.stranger.parent_id
    assert hand_overs.parts[world.network.region.pk].now["response_median"] == 900
    assert hand_overs.parts[west].now["response_median"] == 100
    assert hand_overs.total.now["response_median"] == 600


def test_one_consultants_board_counts_their_own_leads(story: Story) -> None:
    data = _board(story, story.world.manager, consultant="consultant")
    assert _values(data, "received", "response_median", "orders") == {
        "received": 2, "response_median": 900, "orders": 1
    }  # fmt: skip


def test_the_period_before_is_counted_apart(story: Story) -> None:
    with story.world.system():
        story.lead(story.world.network.dealer, days=40)
        story.lead(story.world.network.dealer, days=75)
    data = _board(story, story.world.manager)
    assert (data.counts.now["received"], data.counts.before["received"]) == (4, 1)


def test_conversion_carried_over_and_of_the_cohort(story: Story) -> None:
    dealer = story.world.network.dealer
    with story.world.system():
        story.lead(dealer, days=50)
        story.lead(dealer, days=50, status="ordered", ordered_at=story.ago(2))
        story.lead(dealer, days=60, status="lost", closed_at=story.ago(45))  # lost before the period began
        story.lead(dealer, days=100, status="delivered", ordered_at=story.ago(40), closed_at=story.ago(35))
        story.lead(dealer, days=110, status="ordered", ordered_at=story.ago(5))  # too late for its 90 days
    with story.world.acting_as(story.world.manager) as actor:
        period = _period(story, actor)
        counts = conversion_of(lead_slices(scope_of(actor), period).answer, period)
    assert counts == {"carried": 3, "carried_ordered": 2, "cohort": 2, "cohort_ordered": 1}


def test_test_drives_per_new_prospect(story: Story) -> None:
    with story.world.acting_as(story.world.manager) as actor:
        blocks = read_showroom(actor, scope_of(actor), _period(story, actor))
    counts = {name: value for block in blocks for name, value in block.total.now.items()}
    assert METRICS["test_drive_rate"].value(counts) == 0.25
    assert METRICS["invite_to_visit"].value(counts) == 0.25


@pytest.mark.parametrize(
    ("model", "spring", "autumn"),
    [("first", 2, 0), ("last", 1, 1), ("linear", 1.5, 0.5), ("position", 1.5, 0.5), ("decay", 1.475, 0.525)],
)
def test_campaigns_share_the_credit_by_the_model(story: Story, model: Model, spring: float, autumn: float) -> None:
    world = story.world
    today = story.now.date()
    with world.system():
        first, second = (
            Campaign.objects.create(code=code, name=code, cost=30_000, starts_on=today, ends_on=today)
            for code in ("spring", "autumn")
        )
        story.touches(Lead.objects.get(status="delivered"), first, second)
        story.touches(Lead.objects.filter(dealer=world.network.sister)[0], first)
    with world.acting_as(world.headquarters) as actor:
        period = period_named("30d", story.now + timedelta(days=1), actor.timezone)
        results = campaign_results(scope_of(actor), period, model)
    by_code = {each.campaign.code if each.campaign else "": each.counts for each in results}
    assert by_code["spring"]["leads"] == pytest.approx(spring, abs=1e-3)
    assert by_code["autumn"]["leads"] == pytest.approx(autumn, abs=1e-3)
    assert by_code[""]["leads"] == 4
    assert sum(each["sales"] or 0 for each in by_code.values()) == pytest.approx(1)
    assert sum(each["margin"] or 0 for each in by_code.values()) == pytest.approx(20_000_000 * 0.08)
    assert by_code["spring"]["cost"] == 30_000


def test_a_board_asks_little_of_the_database(story: Story) -> None:
    for user in (story.world.headquarters, story.world.manager):
        with story.world.acting_as(user) as actor:
            scope = scope_of(actor)
            with CaptureQueriesContext(connection) as queries:
                read_board(actor, scope, _period(story, actor), story.now)
        assert len([each for each in queries if "kernel_settingvalue" not in each["sql"]]) <= MOST_QUERIES


def test_a_dealer_infers_nothing_of_others(story: Story) -> None:
    before = _board(story, story.world.manager)
    with story.world.system():
        for dealer in (story.world.network.sister, story.world.network.stranger):
            lead = story.contacted(dealer, 5, status="delivered", delivered_at=story.ago(1), ordered_at=story.ago(1))
            story.order(lead, days=1)
            story.visit(dealer, is_captured=True)
        story.lead(status="ready")
    after = _board(story, story.world.manager)
    assert after.counts == before.counts
    assert (after.trend, after.late) == (before.trend, before.late)


@pytest.mark.parametrize("code", ["D2", "D3", "EAST", "HQ", "nowhere"])
def test_a_dealer_opens_no_other_board(story: Story, code: str) -> None:
    with story.world.acting_as(story.world.manager) as actor, pytest.raises(BoardNotFound):
        scope_of(actor, code)


def test_looking_into_parts_needs_the_permission_to_compare(story: Story) -> None:
    with story.world.acting_as(story.world.verifier) as actor, pytest.raises(NotAllowed):
        scope_of(actor)
