"""The stewards' pages: the queue, merge, split, undo, why a record is here, and the runs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.customers.stewardship import AT, Two, make_two
from tests.customers.test_reviews import make_pair
from tests.kernel.people import make_user
from tests.leads.browser import as_user, page, questions
from tests.leads.world import World

from vinloop.customers.models import Customer, IdentityStep, ResolveRun, ReviewPair, SourceRecord


@pytest.fixture
def two(world: World) -> Two:
    return make_two(world)


@pytest.fixture
def steward(two: Two) -> Client:
    return as_user(two.world.headquarters)


def _merged(two: Two, steward: Client) -> IdentityStep:
    url = reverse("customers:customer_merge", args=[two.one.ref])
    answer = steward.post(url, {"other": two.two.ref, "keep": two.one.ref, "note": "twice in the file"})
    assert answer.status_code == 302
    with two.world.system():
        return IdentityStep.objects.get(kind="merge", undone_at=None)


def test_the_queue_shows_a_pair_and_goes_on_with_the_next(two: Two, steward: Client) -> None:
    pair = make_pair(two)
    shown = page(steward, reverse("customers:reviews"))
    for expected in ("张伟", "张玮", "139…9000", "sound the same", "Never the same", "70.0%", "differs"):
        assert expected in shown, expected
    assert "13900139000" not in shown
    url = reverse("customers:review_decide", args=[pair.pk])
    after = steward.post(url, {"decision": "same"}, follow=True).content.decode()
    assert "Nothing in doubt" in after
    assert two.one.ref in after
    again = steward.post(url, {"decision": "apart"}, follow=True).content.decode()
    assert "Somebody else has just decided this pair" in again
    with two.world.system():
        assert ReviewPair.objects.get().state == "same"
    assert steward.post(url, {"decision": "maybe"}).status_code == 404


def test_the_queue_keeps_its_filters(two: Two, steward: Client) -> None:
    pair = make_pair(two)
    assert "张玮" in page(steward, reverse("customers:reviews"), source="dms-d1", reason="doubt", band="middle")
    assert "Nothing matches" in page(steward, reverse("customers:reviews"), band="high")
    answer = steward.post(reverse("customers:review_decide", args=[pair.pk]) + "?band=middle", {"decision": "later"})
    assert answer.headers["Location"].endswith("?band=middle")
    assert "张玮" in page(steward, reverse("customers:reviews"), state="later")
    assert page(steward, reverse("customers:review_count")) == "0"


def test_merge_shows_what_will_move_and_can_be_undone_from_the_page(two: Two, steward: Client) -> None:
    url = reverse("customers:customer_merge", args=[two.one.ref])
    assert two.two.ref in page(steward, url, q="张玮")
    preview = page(steward, url, other=two.two.ref)
    for expected in ("Leads 1", "Cars 1", "Orders 1", "Source records 2", "Which reference stays?"):
        assert expected in preview, expected
    step = _merged(two, steward)
    gone = steward.get(reverse("customers:customer_page", args=[two.two.ref]))
    assert gone.headers["Location"] == reverse("customers:customer_page", args=[two.one.ref])
    assert reverse("customers:customer_steps", args=[two.one.ref]) in page(
        steward, reverse("customers:customer_panels", args=[two.one.ref])
    )
    panels = page(steward, reverse("customers:customer_steps", args=[two.one.ref]))
    assert f"{two.two.ref} was merged into {two.one.ref}" in panels
    assert "becomes a customer of its own again" in panels
    answer = steward.post(reverse("customers:step_undo", args=[step.pk]))
    assert answer.headers["Location"] == reverse("customers:customer_page", args=[two.two.ref])
    with two.world.system():
        assert Customer.objects.get(pk=two.two.pk).merged_into_id is None
    again = steward.post(reverse("customers:step_undo", args=[step.pk]), follow=True).content.decode()
    assert "undone already" in again


def test_the_other_reference_may_stay(two: Two, steward: Client) -> None:
    url = reverse("customers:customer_merge", args=[two.one.ref])
    steward.post(url, {"other": two.two.ref, "keep": two.two.ref})
    with two.world.system():
        assert Customer.objects.get(pk=two.one.pk).merged_into_id == two.two.pk


def test_split_takes_what_is_ticked_and_keeps_the_ticks_when_refused(two: Two, steward: Client) -> None:
    _merged(two, steward)
    url = reverse("customers:customer_split", args=[two.one.ref])
    with two.world.system():
        gone = SourceRecord.objects.get(key="l1").pk
        lead = Customer.objects.get(pk=two.one.pk).leads.order_by("id").last()
    assert lead is not None
    shown = page(steward, url)
    assert lead.ref in shown
    assert " · Owner · " in shown
    row = f"leads_lead.customer_id:{lead.pk}"
    refused = steward.post(url, {"row": [row]})
    assert refused.status_code == 422
    assert "Choose at least one source record" in refused.content.decode()
    assert f'value="{row}" checked' in refused.content.decode()
    answer = steward.post(url, {"record": [gone], "row": [row]})
    with two.world.system():
        step = IdentityStep.objects.get(kind="split")
        assert step.moved["references"]["leads_lead.customer_id"] == [lead.pk]
    assert answer.headers["Location"] == reverse("customers:customer_page", args=[step.target.ref])


def test_why_a_record_is_here(two: Two, steward: Client) -> None:
    mine = two.records(two.one)
    with two.world.system():
        SourceRecord.objects.filter(pk=mine[1]).update(probability=0.97, reasons={"with": mine[0]}, matched_by="model")
    shown = page(steward, reverse("customers:customer_records", args=[two.one.ref]))
    for expected in ("Found by identity resolution", "97.0%", "Joined through", "a number in common"):
        assert expected in shown, expected


def test_the_runs_and_the_model(two: Two, steward: Client) -> None:
    with two.world.system():
        ResolveRun.objects.create(
            is_full=True, started_at=AT, ended_at=AT, figures={"records": 12, "refused": {"names": 3}}
        )
    shown = page(steward, reverse("customers:resolution"))
    for expected in ("12 records compared", "Two different full names", "one digit apart", "Run now"):
        assert expected in shown, expected
    assert "The run is queued" in steward.post(reverse("customers:resolution_run"), follow=True).content.decode()
    assert "A run waits already" in steward.post(reverse("customers:resolution_run"), follow=True).content.decode()


def test_others_may_not(two: Two) -> None:
    make_pair(two)
    region = make_user("east", "region_manager", two.world.network.region)
    for client in (as_user(two.world.manager), as_user(region)):
        for name, arguments in (
            ("reviews", []), ("resolution", []), ("customer_merge", [two.one.ref]),
            ("customer_split", [two.one.ref]), ("customer_records", [two.one.ref]),
        ):  # fmt: skip
            assert client.get(reverse(f"customers:{name}", args=arguments)).status_code == 403, name
    panels = page(as_user(two.world.manager), reverse("customers:customer_panels", args=[two.one.ref]))
    assert "Merged" not in panels


def test_pages_ask_little(two: Two, steward: Client) -> None:
    make_pair(two)
    _merged(two, steward)
    for name, arguments in (
        ("reviews", []), ("resolution", []), ("customer_records", [two.one.ref]), ("customer_steps", [two.one.ref]),
    ):  # fmt: skip
        assert questions(steward, reverse(f"customers:{name}", args=arguments)) <= 8, name
