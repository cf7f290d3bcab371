"""The dealer's first page: lanes by clock, one next step each, and the same number of queries for 3 or 300 leads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.kernel.people import make_user
from tests.leads.world import AT, World
from vinloop.kernel.models import User
from vinloop.leads.actions import ContactInput, accept_lead, assign_consultant, log_contact, report_lost
from vinloop.leads.models import Contact, Lead
from vinloop.leads.queries.today import MOST_CARDS, NOBODY, Card, Lane, TodayFilter, count_overdue, today_lanes
from vinloop.leads.rules.next_step import Progress, next_step

PAGE = "/desk/dealer/"
MOST_QUERIES = 8


def _lanes(world: World, user: User, now: datetime, **wanted: Any) -> dict[Lane, list[Card]]:
    with world.acting_as(user) as actor:
        lanes = today_lanes(actor, TodayFilter(**wanted), now=now)
    return {name: list(lane.cards) for name, lane in lanes.items() if lane.cards}


def _refs(lanes: dict[Lane, list[Card]]) -> dict[Lane, list[str]]:
    return {name: [card.ref for card in cards] for name, cards in lanes.items()}


def _working(world: World, **contact: Any) -> str:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
        said = ContactInput(**({"channel": "phone", "result": "reached"} | contact))
        log_contact(actor=actor, ref=ref, contact=said, at=AT)
    return ref


def _many(world: World, count: int) -> None:
    ref = world.dispatched_lead()
    row = world.lead(ref)
    now = timezone.now()
    with world.system():
        for number in range(count):
            row.pk, row.ref = None, f"L-MANY{number:04d}"
            row.status, row.first_contacted_at, row.next_follow_up_at = "working", now, now - timedelta(hours=1)
            row.consultant = world.consultant
            row.save(force_insert=True)
            Contact.objects.create(
                lead=row, owner=row.owner, user=world.consultant, purpose="follow_up", channel="phone",
                result="reached", note="…", at=now,
            )  # fmt: skip


@contextmanager
def _browser(user: User) -> Iterator[Client]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    yield client


def test_a_waiting_lead_stands_under_its_acceptance_clock(world: World) -> None:
    ref = world.dispatched_lead()
    before = _lanes(world, world.consultant, AT + timedelta(minutes=5))
    assert _refs(before) == {"today": [ref]}
    assert (before["today"][0].clock, before["today"][0].due_at) == ("accept", AT + timedelta(minutes=15))
    assert _refs(_lanes(world, world.consultant, AT + timedelta(minutes=15))) == {"overdue": [ref]}


def test_then_under_the_first_contact_and_then_under_the_plan(world: World) -> None:
    ref = world.dispatched_lead()
    with world.acting_as(world.consultant) as actor:
        accept_lead(actor=actor, ref=ref, at=AT)
    assert _lanes(world, world.consultant, AT)["today"][0].clock == "contact"
    with world.acting_as(world.consultant) as actor:
        met = ContactInput(channel="phone", result="reached", note="周末来")
        log_contact(actor=actor, ref=ref, contact=met, at=AT)
    card = _lanes(world, world.consultant, AT)["next"][0]
    assert card.clock == "follow_up"
    assert card.last is not None
    assert (card.last.note, card.consultant_id) == ("周末来", world.consultant.pk)


def test_consultants_see_their_own_and_what_nobody_has(world: World) -> None:
    colleague = make_user("colleague", "dealer_consultant", world.network.dealer)
    mine, free = _working(world), world.dispatched_lead("李婷", "13900139000")
    assert _refs(_lanes(world, colleague, AT)) == {"today": [free]}
    assert _refs(_lanes(world, world.consultant, AT)) == {"today": [free], "next": [mine]}
    assert _refs(_lanes(world, colleague, AT, consultant=str(world.consultant.pk))) == {"today": [free]}


def test_managers_filter_by_consultant_and_see_unassigned_ones_first(world: World) -> None:
    mine, free = (
        _working(world, next_follow_up_at=AT + timedelta(minutes=1)),
        world.dispatched_lead("李婷", "13900139000"),
    )
    now = AT + timedelta(minutes=2)
    assert _refs(_lanes(world, world.manager, AT)) == {"today": [free, mine]}
    assert _refs(_lanes(world, world.manager, now, consultant=str(world.consultant.pk))) == {"overdue": [mine]}
    assert _refs(_lanes(world, world.manager, now, consultant=NOBODY)) == {"today": [free]}


def test_losses_to_approve_are_for_those_who_approve(world: World) -> None:
    ref = _working(world)
    with world.acting_as(world.consultant) as actor:
        report_lost(actor=actor, ref=ref, reason_code="price", note="太贵", at=AT)
    assert _refs(_lanes(world, world.consultant, AT)) == {}
    review = _lanes(world, world.manager, AT)["review"][0]
    assert (review.ref, review.lost_note) == (ref, "太贵")


def test_another_dealers_leads_are_in_no_lane(world: World) -> None:
    world.dispatched_lead()
    assert _lanes(world, world.other_manager, AT) == {}


def test_the_menu_counts_what_is_overdue(world: World) -> None:
    world.dispatched_lead()
    for now, count in ((AT, 0), (AT + timedelta(hours=1), 1)):
        with world.acting_as(world.consultant) as actor:
            assert count_overdue(actor, now=now) == count
    with _browser(world.consultant) as client:
        assert client.get(f"{PAGE}count/").content == b"1"


def test_a_lane_is_cut_and_goes_on(world: World) -> None:
    _many(world, MOST_CARDS + 5)
    now = timezone.now()
    with world.acting_as(world.consultant) as actor:
        first = today_lanes(actor, TodayFilter(), now=now)["overdue"]
        rest = today_lanes(actor, TodayFilter(lane="overdue", skip=MOST_CARDS), now=now)["overdue"]
    assert (len(first.cards), first.total) == (MOST_CARDS, MOST_CARDS + 6)
    assert len(rest.cards) == 6
    assert not {card.ref for card in first.cards} & {card.ref for card in rest.cards}


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({"status": "dispatched"}, "accept"),
        ({"status": "accepted", "has_contact": False}, "call"),
        ({"is_due": True, "has_test_drive": True}, "call"),
        ({}, "book_test_drive"),
        ({"has_test_drive": True}, "quote"),
        ({"has_test_drive": True, "has_quote": True}, "report_sale"),
        ({"status": "lost_pending"}, "review_lost"),
        ({"status": "ordered"}, None),
    ],
)
def test_each_card_has_one_next_step(facts: dict[str, Any], step: str | None) -> None:
    usual: dict[str, Any] = {
        "status": "working", "has_contact": True, "is_due": False, "has_test_drive": False, "has_quote": False,
    }  # fmt: skip
    assert next_step(Progress(**(usual | facts)), lambda _permission: True) == step
    assert next_step(Progress(**(usual | facts)), lambda _permission: False) is None


@pytest.mark.parametrize("who", ["manager", "consultant"])
def test_the_page_costs_the_same_for_few_and_for_many(world: World, who: str) -> None:
    user = getattr(world, who)
    costs = []
    for count in (1, 120):
        with world.system():
            Contact.objects.all().delete()
            Lead.objects.filter(ref__startswith="L-MANY").delete()
        _many(world, count) if count == 1 else _more(world, count)
        with _browser(user) as client:
            client.get(PAGE)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(PAGE).status_code == 200
        costs.append([query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]])
    assert len(costs[0]) == len(costs[1])
    assert len(costs[1]) <= MOST_QUERIES, costs[1]


def _more(world: World, count: int) -> None:
    with world.system():
        row = Lead.objects.order_by("id").first()
        assert row is not None
        now = timezone.now()
        row.status, row.first_contacted_at, row.next_follow_up_at = "working", now, now
        row.consultant = world.consultant
        leads = []
        for number in range(count):
            copy = Lead.objects.get(pk=row.pk)
            copy.pk, copy.ref, copy.status = None, f"L-MANY{number:04d}", "working"
            copy.first_contacted_at = copy.next_follow_up_at = now
            copy.consultant = world.consultant
            leads.append(copy)
        Lead.objects.bulk_create(leads)


def test_the_sheet_accepts_and_logs_in_one_go(world: World) -> None:
    ref = world.dispatched_lead()
    with _browser(world.consultant) as client:
        page = client.get(f"{PAGE}leads/{ref}/contact/")
        assert page.status_code == 200
        assert "138…8000" in page.content.decode()
        wrong = client.post(f"{PAGE}leads/{ref}/contact/", {"channel": "phone", "when": "cadence"})
        assert wrong.status_code == 422
        assert world.lead(ref).status == "dispatched"
        right = {"channel": "phone", "when": "tomorrow", "result": "reached", "level": "H", "note": "约周五"}
        assert client.post(f"{PAGE}leads/{ref}/contact/", right).status_code == 302
    lead = world.lead(ref)
    assert (lead.status, lead.level, lead.consultant) == ("working", "H", world.consultant)
    assert lead.next_follow_up_at is not None
    local = timezone.localtime(lead.next_follow_up_at)
    assert (local.date(), f"{local:%H:%M}") == (timezone.localtime().date() + timedelta(days=1), "09:30")


def test_buttons_of_a_card_do_what_they_say(world: World) -> None:
    ref = world.dispatched_lead()
    with _browser(world.consultant) as client:
        assert client.post(f"{PAGE}leads/{ref}/accept/").status_code == 302
    assert (world.lead(ref).status, world.lead(ref).consultant) == ("accepted", world.consultant)
    with _browser(world.manager) as client:
        client.post(f"{PAGE}leads/{ref}/assign/", {"consultant": str(world.manager.pk)})
        assert world.lead(ref).consultant == world.manager
        url = reverse("customers:unmask", args=[world.lead(ref).customer.ref, "contact", _phone_id(world, ref)])
        sheet = client.get(f"{PAGE}leads/{ref}/contact/").content.decode()
        assert f"""hx-post="{url}" hx-vals='{{"reason": "contact"}}'""" in sheet
        assert "+8613800138000" in client.post(url, {"reason": "contact"}).content.decode()


def test_a_loss_is_reviewed_on_the_card_but_not_by_its_reporter(world: World) -> None:
    ref = _working(world)
    with world.acting_as(world.manager) as actor:
        assign_consultant(actor=actor, ref=ref, user_id=world.manager.pk, at=AT)
        report_lost(actor=actor, ref=ref, reason_code="price", note="", at=AT)
    with _browser(world.manager) as client:
        client.post(f"{PAGE}leads/{ref}/review/", {"answer": "approve"})
    assert world.lead(ref).status == "lost_pending"


@pytest.mark.parametrize("path", ["contact/", "accept/", "assign/", "review/"])
def test_another_dealers_lead_is_not_there(world: World, path: str) -> None:
    ref = world.dispatched_lead()
    with _browser(world.other_manager) as client:
        answer = client.post(f"{PAGE}leads/{ref}/{path}", {"consultant": str(world.other_manager.pk)})
    assert answer.status_code == 404
    assert world.lead(ref).status == "dispatched"


def test_who_only_receives_starts_in_the_showroom(world: World) -> None:
    reception = make_user("reception", "dealer_reception", world.network.dealer)
    with _browser(reception) as client:
        assert client.get(PAGE)["Location"] == "/desk/dealer/showroom/"


def _phone_id(world: World, ref: str) -> int:
    with world.system():
        return world.lead(ref).customer.contact_points.get(kind="phone").pk
