"""What a run must not miss or undo: records that change, doors that write and people who decide while it is at work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.customers.records import customers_of, make_source, receive, row
from tests.customers.test_resolving import engine
from tests.leads.world import AT, World, make_world

from vinloop.customers.actions.assign import Assignment, apply_clusters
from vinloop.customers.actions.candidates import Known, by_keys, worn_since
from vinloop.customers.actions.edit import edit_customer
from vinloop.customers.actions.merging import undo_step
from vinloop.customers.actions.resolve import resolve_waiting
from vinloop.customers.actions.resolve_all import resolve_all
from vinloop.customers.actions.weights import keep_model
from vinloop.customers.events import CustomerNotFound
from vinloop.customers.matching.clusters import Pair, cluster, keep_joined
from vinloop.customers.matching.features import Features
from vinloop.customers.matching.model import MOST_AT_KEY, WORN, default_model
from vinloop.customers.models import (
    ContactPoint,
    Customer,
    IdentityStep,
    MatchModel,
    MatchRow,
    SealedNumber,
    SourceRecord,
    Verdict,
)
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Event

LATER = AT + timedelta(days=1)
WANG = row("1", 姓名="王建国", 手机="13900139000", 建档日期="2026-01-05")
ALSO_WANG = row("2", 姓名="王建国", 手机="13900139000", 建档日期="2026-01-06")
CHEN = row("2", 姓名="陈晓燕", 手机="13700137000", 邮箱="chen@example.com", 建档日期="2026-02-01")


def _apply(clusters: list[Assignment]) -> dict[str, int]:
    return apply_clusters(
        actor=system_actor(), clusters=clusters, compared={}, at=AT, progress=lambda _step, _done, _all: None
    )


def _records(world: World) -> dict[str, SourceRecord]:
    with world.system():
        return {each.key: each for each in SourceRecord.objects.select_related("customer").order_by("pk")}


def _ids(records: dict[str, SourceRecord]) -> dict[str, int]:
    return {key: record.customer_id for key, record in records.items() if record.customer_id is not None}


def _reach(customer: Customer) -> set[str]:
    return set(ContactPoint.objects.filter(customer=customer).values_list("value", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_run_merges_whole_customers_so_that_an_undo_brings_their_records_back() -> None:
    """Committed as in the product: a test's own transaction would let a read without an actor see every row."""
    world = make_world()
    receive(world, make_source(world), [WANG, CHEN])
    resolve_waiting(actor=system_actor(), at=AT)
    before = customers_of(world, "dms")
    one, two = _records(world).values()
    counts = _apply([Assignment([one.pk, two.pk], [one.customer_id, two.customer_id], {})])
    assert counts == {"created": 0, "merged": 1}
    with world.system() as actor:
        step = IdentityStep.objects.get()
        assert step.moved["records"] == [two.pk]
        undo_step(actor=actor, step_id=step.pk, at=LATER)
    assert customers_of(world, "dms") == before


def test_a_record_that_changed_while_a_run_was_at_work_goes_on_waiting(world: World) -> None:
    source = make_source(world)
    receive(world, source, [WANG, CHEN])

    def change(step: str, _done: int, _total: int) -> None:
        if step == "cluster":
            receive(world, source, [{**CHEN, "手机": "13600136000"}], at=LATER)

    resolve_all(actor=system_actor(), engine=engine(), at=AT, progress=change)
    waiting = {key: not record.is_compared for key, record in _records(world).items()}
    assert waiting == {"1": False, "2": True}


def test_a_record_that_became_somebody_else_leaves_in_a_full_run(world: World) -> None:
    source = make_source(world)
    receive(world, source, [{**each, "邮箱": "wang@example.com"} for each in (WANG, ALSO_WANG)])
    resolve_all(actor=system_actor(), engine=engine(), at=AT)
    joined = customers_of(world, "dms")
    assert joined["1"] == joined["2"]
    receive(world, source, [CHEN], at=LATER)
    resolve_waiting(actor=system_actor(), at=LATER)
    with world.system():
        assert "+8613700137000" in _reach(Customer.objects.get())
    resolve_all(actor=system_actor(), engine=engine(), at=LATER)
    records = _records(world)
    old, new = records["1"].customer, records["2"].customer
    assert old is not None
    assert new is not None
    assert (old.pk, old.name, new.name) == (joined["1"], "王建国", "陈晓燕")
    with world.system():
        told = Event.objects.get(kind="customers.CustomerSplit")
        assert (told.customer_id, told.payload["new_ref"]) == (old.pk, new.ref)
        reach = {each: _reach(each) for each in (old, new)}
    assert reach == {
        old: {"+8613900139000", "wang@example.com"},
        new: {"+8613700137000", "chen@example.com"},
    }
    resolve_all(actor=system_actor(), engine=engine(), at=LATER)
    assert customers_of(world, "dms") == {"1": old.pk, "2": new.pk}


def test_what_a_source_says_anew_reaches_the_golden_record(world: World) -> None:
    source = make_source(world)
    receive(world, source, [WANG])
    resolve_waiting(actor=system_actor(), at=AT)
    receive(world, source, [{**WANG, "手机": "13600136000", "姓名": "王建華"}], at=LATER)
    resolve_waiting(actor=system_actor(), at=LATER)
    with world.system():
        customer = Customer.objects.get()
        assert customer.name == "王建华"
        assert "+8613600136000" in _reach(customer)


def test_what_a_person_joined_no_full_run_parts(world: World) -> None:
    receive(world, make_source(world), [WANG, CHEN])
    with world.system():
        one, two = SourceRecord.objects.order_by("pk").values_list("pk", flat=True)
        Verdict.objects.create(one_id=one, two_id=two, is_same=True, at=AT)
    for _ in range(2):
        resolve_all(actor=system_actor(), engine=engine(), at=LATER)
    customers = customers_of(world, "dms")
    assert customers["1"] == customers["2"] is not None


def test_a_score_that_wavers_parts_nobody_but_a_verdict_does() -> None:
    records = {each: Features(id=each, name="a", whole_name="a", words=("a",)) for each in (1, 2)}
    pair = Pair(0.8, 1, 2)
    made = cluster(records, [pair], link=0.95, largest=15)
    assert made.find(1) != made.find(2)
    keep_joined(made, records, [pair], largest=15, apart=[(1, 2)])
    assert made.find(1) != made.find(2)
    keep_joined(made, records, [pair], largest=15, apart=[])
    assert made.find(1) == made.find(2)


def test_a_record_a_steward_moved_meanwhile_stays_where_it_was_sent(world: World) -> None:
    receive(world, make_source(world), [WANG, CHEN, row("3", 姓名="赵敏", 手机="13500135000")])
    resolve_waiting(actor=system_actor(), at=AT)
    records = _records(world)
    ids = _ids(records)
    with world.system():
        SourceRecord.objects.filter(pk=records["2"].pk).update(customer_id=ids["3"])
    _apply([Assignment([records["1"].pk, records["2"].pk], [ids["1"], ids["2"]], {})])
    assert customers_of(world, "dms")["2"] == ids["3"]


def test_a_run_follows_what_a_steward_merged_and_leaves_alone_who_was_erased(world: World) -> None:
    receive(world, make_source(world), [WANG, CHEN, row("3", 姓名="赵敏", 手机="13500135000")])
    resolve_waiting(actor=system_actor(), at=AT)
    records = _records(world)
    ids = _ids(records)
    with world.system():
        Customer.objects.filter(pk=ids["1"]).update(merged_into_id=ids["3"])
    _apply([Assignment([records["1"].pk, records["2"].pk], [ids["1"], ids["2"]], {})])
    with world.system():
        assert Customer.objects.get(pk=ids["2"]).merged_into_id == ids["3"]
        Customer.objects.filter(pk=ids["3"]).update(erased_at=AT)
    receive(world, make_source(world), [row("4", 姓名="赵敏", 手机="13500135000")])
    fresh = _records(world)["4"]
    _apply([Assignment([records["3"].pk, fresh.pk], [ids["3"], None], {})])
    assert customers_of(world, "dms")["4"] is None


def test_a_lead_written_while_its_customer_was_merged_follows(world: World) -> None:
    ref = world.dispatched_lead()
    receive(world, make_source(world), [CHEN])
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system():
        winner = SourceRecord.objects.get(source="dms").customer_id
        assert winner is not None
        loser = world.lead(ref).customer_id
        Customer.objects.filter(pk=loser).update(merged_into_id=winner, updated_at=AT)
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system():
        assert world.lead(ref).customer_id == winner
        assert not SourceRecord.objects.filter(customer_id=loser).exists()
        assert ContactPoint.objects.filter(customer_id=winner, value="+8613800138000").exists()


def test_numbers_that_became_worn_since_the_model_tell_nobody_apart() -> None:
    phone = "+8613800138000"
    near = {each: Known(Features(id=each, phones=(phone,)), None, "") for each in range(WORN + 1)}
    model = worn_since(default_model(), near)
    assert model.worn == {phone}
    assert by_keys(model, near) == {}
    assert worn_since(default_model(), dict(list(near.items())[:-1])).worn == frozenset()
    street = {each: Known(Features(id=each, vin="V"), None, "") for each in range(MOST_AT_KEY + 1)}
    assert by_keys(default_model(), street) == {}


def test_long_keys_that_begin_alike_are_two_records(world: World) -> None:
    receive(world, make_source(world), [{**WANG, "编号": "https://example.com/" + "a" * 120 + end} for end in "xy"])
    with world.system():
        assert SourceRecord.objects.count() == 2


def test_a_firm_and_a_row_without_a_name_are_a_firm(world: World) -> None:
    same = {"手机": "13900139000", "邮箱": "fleet@example.com", "车架号": "LSVAA4182E2184841", "车牌号": "沪A12345"}
    receive(world, make_source(world), [row("1", 姓名="晨光物流有限公司", **same), row("2", **same)])
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system():
        one, two = (Customer.objects.get(source_records__key=key) for key in "12")
        assert (one, one.kind) == (two, "company")


def test_a_phone_and_an_e_mail_may_both_lead(world: World) -> None:
    source = make_source(world)
    receive(world, source, [{**WANG, "邮箱": "wang@example.com"}])
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system():
        ContactPoint.objects.update(is_primary=True)
    receive(world, source, [ALSO_WANG], at=LATER)
    resolve_waiting(actor=system_actor(), at=LATER)
    with world.system():
        leading = set(ContactPoint.objects.filter(is_primary=True).values_list("kind", flat=True))
    assert leading == {"phone", "email"}


def test_who_became_another_is_not_edited(world: World) -> None:
    receive(world, make_source(world), [WANG, CHEN])
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system() as actor:
        kept, gone = Customer.objects.order_by("pk")
        Customer.objects.filter(pk=gone.pk).update(merged_into=kept)
        with pytest.raises(CustomerNotFound):
            edit_customer(actor=actor, ref=gone.ref, changes={"name": "X"}, at=AT)
        gone.refresh_from_db()
    assert gone.name != "X"


def test_only_the_newest_models_are_kept(world: World) -> None:
    with world.system():
        for _ in range(12):
            keep_model(default_model(), records=1, at=AT)
        assert MatchModel.objects.count() == 10


def test_a_full_run_reads_records_of_an_older_edition_again(world: World) -> None:
    receive(world, make_source(world), [{**WANG, "身份证号": "11010519491231002X"}])
    world.capture()
    resolve_all(actor=system_actor(), engine=engine(), at=AT)
    before = _standards(world)
    with world.system():
        SourceRecord.objects.update(edition=1, standard={"name": "old"})
        sealed = SealedNumber.objects.get().masked
    resolve_all(actor=system_actor(), engine=engine(), at=LATER)
    assert _standards(world) == before
    with world.system():
        assert SealedNumber.objects.get().masked == sealed
        assert MatchRow.objects.get(record__source="dms").features["id_digest"]
        SourceRecord.objects.update(edition=1, payload={"another": "layout"}, standard={"name": "old"})
    resolve_all(actor=system_actor(), engine=engine(), at=LATER)
    with world.system():
        assert SourceRecord.objects.get(source="dms").standard == {"name": "old"}


def _standards(world: World) -> dict[int, object]:
    with world.system():
        return dict(SourceRecord.objects.values_list("pk", "standard"))


def test_the_city_of_a_corrected_address_stays_beside_it(world: World) -> None:
    source = make_source(world)
    receive(world, source, [{**WANG, "地址": "上海市徐汇区漕溪路1号"}])
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system() as actor:
        before = Customer.objects.get()
        edit_customer(actor=actor, ref=before.ref, changes={"address": "漕溪路2号"}, at=AT)
    receive(world, source, [{**WANG, "地址": "江苏省苏州市虎丘区狮山路9号"}], at=LATER)
    resolve_waiting(actor=system_actor(), at=LATER)
    with world.system():
        customer = Customer.objects.get()
    assert customer.address == "漕溪路2号"
    assert (customer.province, customer.city, customer.county) == (before.province, before.city, before.county)
    assert "上海" in customer.province
