"""Writing what a run decided, against what people and earlier runs did meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from tests.customers.records import customers_of, make_source, receive, row
from tests.leads.world import AT, World

from vinloop.customers.actions.assign import Assignment, apply_clusters
from vinloop.customers.actions.resolve import resolve_waiting
from vinloop.customers.models import ContactPoint, Customer, IdentityStep, SourceRecord
from vinloop.kernel.access.facts import system_actor

WANG = row("1", 姓名="王建国", 手机="13900139000", 建档日期="2026-01-05")
CHEN = row("2", 姓名="陈晓燕", 手机="13700137000", 建档日期="2026-01-05")
WANG_MOVED = row("3", 姓名="王建国", 手机="13900139000/13600136000", 建档日期="2026-03-05")


def _apply(clusters: Sequence[Assignment]) -> dict[str, int]:
    return apply_clusters(
        actor=system_actor(), clusters=clusters, compared={}, at=AT, progress=lambda _step, _done, _all: None
    )


def _two_customers(world: World) -> tuple[SourceRecord, SourceRecord]:
    receive(world, make_source(world), [WANG, CHEN])
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system():
        one, two = SourceRecord.objects.select_related("customer").order_by("key")
    return one, two


def test_a_customer_left_without_records_hands_its_leads_on_and_can_be_brought_back(world: World) -> None:
    one, two = _two_customers(world)
    ref = world.dispatched_lead()
    with world.system():
        lead = world.lead(ref)
        type(lead).objects.filter(pk=lead.pk).update(customer_id=two.customer_id)
    counts = _apply([Assignment([one.pk, two.pk], [one.customer_id, two.customer_id], {})])
    assert counts == {"created": 0, "merged": 1}
    with world.system():
        kept = customers_of(world, "dms")["1"]
        gone = ({one.customer_id, two.customer_id} - {kept}).pop()
        assert gone is not None
        assert Customer.objects.get(pk=gone).merged_into_id == kept
        assert world.lead(ref).customer_id == kept
        assert IdentityStep.objects.filter(source_id=gone, target_id=kept).exists()


def test_records_follow_a_customer_a_steward_merged_meanwhile(world: World) -> None:
    one, two = _two_customers(world)
    receive(world, make_source(world), [WANG_MOVED])
    with world.system():
        assert one.customer_id is not None
        newest = SourceRecord.objects.get(key="3")
        Customer.objects.filter(pk=one.customer_id).update(merged_into_id=two.customer_id)
    _apply([Assignment([one.pk, newest.pk], [one.customer_id, None], {})])
    assert customers_of(world, "dms")["3"] == two.customer_id


def test_one_number_leads_however_many_records_come(world: World) -> None:
    receive(world, make_source(world), [WANG])
    resolve_waiting(actor=system_actor(), at=AT)
    receive(world, make_source(world), [WANG_MOVED])
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system():
        customer_id = customers_of(world, "dms")["1"]
        assert customer_id is not None
        points = ContactPoint.objects.filter(customer_id=customer_id, kind="phone")
        assert points.count() == 2
        assert [point.value for point in points if point.is_primary] == ["+8613900139000"]
