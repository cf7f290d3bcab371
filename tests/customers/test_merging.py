"""Joining and parting customers moves everything, and an undo puts everything back exactly where it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from tests.customers.stewardship import AT, LATER, WEI, ZHANG, Two, make_two, picture, send
from tests.leads.world import World

from vinloop.customers.actions.merging import merge_customers, merge_many, say_never_the_same, undo_step
from vinloop.customers.actions.resolve import resolve_waiting
from vinloop.customers.actions.splitting import split_customer
from vinloop.customers.events import CustomerNotFound, IdentityRefused, StepNotUndoable
from vinloop.customers.models import ContactPoint, Customer, IdentityStep, ReviewPair, SourceRecord, Verdict
from vinloop.customers.references import declared_references
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Event
from vinloop.kernel.refusals import Refused

# Verdicts and pairs are asked for by themselves.
MOVED = (
    "leads_lead", "orders_order", "messaging_message", "leads_showroomvisit", "leads_testdrive", "vehicles_ownership",
    "customers_consent",
)  # fmt: skip


@pytest.fixture
def two(world: World) -> Two:
    return make_two(world)


def merge(two: Two) -> IdentityStep:
    with two.world.acting_as(two.world.headquarters) as actor:
        return merge_customers(actor=actor, winner=two.one.ref, loser=two.two.ref, note="same person", at=LATER)


def undo(two: Two, step: IdentityStep) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        undo_step(actor=actor, step_id=step.pk, at=LATER)


def _owners(table: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT customer_id FROM {table}")
        return {row[0] for row in cursor.fetchall()}


def _seen(world: World) -> dict[str, list[Any]]:
    with world.system():
        return picture()


def test_every_column_that_points_at_customers_is_declared(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.relname, a.attname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
            " JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND c.confrelid = 'customers_customer'::regclass"
        )
        found = {f"{table}.{column}" for table, column in cursor.fetchall()}
    own = {
        "customers_customer.merged_into_id", "customers_sourcerecord.customer_id", "customers_identitystep.source_id",
        "customers_identitystep.target_id",
    }  # fmt: skip
    assert found - own <= {each.name for each in declared_references()}


def test_a_merge_moves_everything(two: Two) -> None:
    merge(two)
    with two.world.system():
        for table in MOVED:
            assert _owners(table) == {two.one.pk}, table
        assert Customer.objects.get(pk=two.two.pk).merged_into_id == two.one.pk
        values = set(ContactPoint.objects.filter(customer=two.one).values_list("value", flat=True))
        assert {"+8613900139000", "+8613700137000", "wei@example.com", "+862161234567"} <= values
        clash = ContactPoint.objects.get(customer=two.one, value="+862161234567")
        assert clash.state == "verified"
        assert ContactPoint.objects.filter(customer=two.one, is_primary=True).count() == 1
        assert two.one.accesses.get(organisation=two.world.network.sister, kind="grant").until is None
    assert len(two.records(two.one)) == 4


def test_the_winner_is_found_by_what_found_the_loser(two: Two) -> None:
    from vinloop.customers.queries import list_customers

    merge(two)
    with two.world.acting_as(two.world.headquarters) as actor:
        for text in ("张玮", "7000", "123457", "张伟"):
            assert [each.ref for each in list_customers(actor, q=text)] == [two.one.ref], text


def test_an_undo_restores_exactly(two: Two) -> None:
    before = _seen(two.world)
    undo(two, merge(two))
    after = _seen(two.world)
    for table in before:
        assert after[table] == before[table], table


def test_an_undo_of_a_chain_lets_every_reference_lead_where_it_led(two: Two) -> None:
    send(two.world, {"w1": {"name": "王芳", "phone": "13600136000"}})
    with two.world.system():
        third = Customer.objects.get(name="王芳")
    first = merge(two)
    before = _seen(two.world)
    with two.world.acting_as(two.world.headquarters) as actor:
        second = merge_customers(actor=actor, winner=third.ref, loser=two.one.ref, at=LATER)
    with two.world.system():
        assert Customer.objects.get(pk=two.two.pk).merged_into_id == third.pk
    with pytest.raises(StepNotUndoable) as refused:
        undo(two, first)
    assert refused.value.code == "built_on"
    undo(two, second)
    assert _seen(two.world) == before


def test_an_undo_keeps_what_came_since(two: Two) -> None:
    step = merge(two)
    send(two.world, {"z9": ZHANG | {"email": "zhang@example.com"}}, at=LATER.replace(day=9))
    with two.world.system():
        Customer.objects.filter(pk=two.one.pk).update(language="en")
        ContactPoint.objects.filter(customer=two.one, value="wei@example.com").update(state="verified")
    undo(two, step)
    with two.world.system():
        kept = Customer.objects.get(pk=two.one.pk)
        assert (kept.name, kept.language) == ("张伟", "en")
        values = set(ContactPoint.objects.filter(customer=kept).values_list("value", flat=True))
        assert "zhang@example.com" in values
        assert "+8613700137000" not in values
        assert ContactPoint.objects.get(customer=two.two, value="wei@example.com").state == "verified"


def test_undone_twice_and_unknown_steps_are_refused(two: Two) -> None:
    step = merge(two)
    undo(two, step)
    before = _seen(two.world)
    for step_id, code in ((step.pk, "undone_already"), (0, "unknown_step")):
        with pytest.raises(StepNotUndoable) as refused, two.world.acting_as(two.world.headquarters) as actor:
            undo_step(actor=actor, step_id=step_id, at=LATER)
        assert refused.value.code == code
    assert _seen(two.world) == before


def test_merging_twice_and_with_itself_is_refused(two: Two) -> None:
    merge(two)
    before = _seen(two.world)
    with pytest.raises(CustomerNotFound):
        merge(two)
    with pytest.raises(IdentityRefused), two.world.acting_as(two.world.headquarters) as actor:
        merge_customers(actor=actor, winner=two.one.ref, loser=two.one.ref, at=LATER)
    assert _seen(two.world) == before


def test_who_may_not_decide_changes_nothing(two: Two) -> None:
    step = merge(two)
    before = _seen(two.world)
    with two.world.acting_as(two.world.manager) as actor:
        for refused in (
            lambda: merge_customers(actor=actor, winner=two.one.ref, loser=two.two.ref, at=AT),
            lambda: split_customer(actor=actor, ref=two.one.ref, record_ids=[1], references={}, at=AT),
            lambda: undo_step(actor=actor, step_id=step.pk, at=AT),
            lambda: say_never_the_same(actor=actor, one=two.one.ref, two=two.two.ref, at=AT),
        ):
            with pytest.raises(NotAllowed):
                refused()
    assert _seen(two.world) == before


def test_a_split_takes_the_chosen_and_an_undo_restores(two: Two) -> None:
    merge(two)
    with two.world.system():
        gone = list(SourceRecord.objects.filter(key="l1").values_list("id", flat=True))
        lead = Customer.objects.get(pk=two.one.pk).leads.order_by("id").last()
        car = Customer.objects.get(pk=two.one.pk).ownerships.order_by("id").last()
        assert lead is not None
        assert car is not None
    before = _seen(two.world)
    chosen = {"leads_lead.customer_id": [lead.pk], "vehicles_ownership.customer_id": [car.pk]}
    with two.world.acting_as(two.world.headquarters) as actor:
        step = split_customer(actor=actor, ref=two.one.ref, record_ids=gone, references=chosen, at=LATER)
    with two.world.system():
        new = step.target
        new.refresh_from_db()
        assert new.name == "张玮"
        assert set(new.leads.values_list("id", flat=True)) == {lead.pk}
        assert set(new.ownerships.values_list("id", flat=True)) == {car.pk}
        assert new.accesses.filter(until__isnull=True).exists()
    with two.world.acting_as(two.world.headquarters) as actor:
        from vinloop.customers.queries import list_customers

        assert {each.ref for each in list_customers(actor, q="123457")} == {new.ref}
    undo(two, step)
    after = _seen(two.world)
    gone_rows = {
        "customers_customer", "customers_contactpoint", "customers_address", "customers_customeraccess", "search",
    }  # fmt: skip
    for table in before.keys() - gone_rows:
        assert after[table] == before[table], table
    for table in gone_rows:  # the part's own row, its copies of what both had, lead to nobody any more
        left = [each for each in after[table] if new.pk not in _ids(each)]
        assert left == before[table], table
    with two.world.system():
        assert Customer.objects.get(pk=new.pk).merged_into_id == two.one.pk


def _ids(row: object) -> tuple[object, ...]:
    if isinstance(row, dict):
        return (row.get("customer_id"), None if "customer_id" in row else row.get("id"))
    assert isinstance(row, list)
    return (row[0],)


@pytest.mark.parametrize("case", ["none", "all", "foreign_record", "foreign_lead", "unknown_table"])
def test_a_senseless_split_changes_nothing(two: Two, case: str) -> None:
    own, other = two.records(two.one), two.records(two.two)
    with two.world.system():
        lead = two.two.leads.get().pk
    records = {"none": [], "all": own, "foreign_record": other[:1]}.get(case, own[:1])
    references = {"foreign_lead": {"leads_lead.customer_id": [lead]}, "unknown_table": {"kernel_user.id": [1]}}
    before = _seen(two.world)
    with pytest.raises(IdentityRefused), two.world.acting_as(two.world.headquarters) as actor, transaction.atomic():
        split_customer(actor=actor, ref=two.one.ref, record_ids=records, references=references.get(case, {}), at=LATER)
    assert _seen(two.world) == before


def test_later_runs_keep_what_people_joined_and_parted(two: Two) -> None:
    merge(two)
    send(two.world, {"l2": WEI, "z2": ZHANG})
    with two.world.system():
        assert set(SourceRecord.objects.values_list("customer_id", flat=True)) == {two.one.pk}


def test_never_the_same_is_respected_by_a_later_run(two: Two) -> None:
    twin = ZHANG | {"email": "z@example.com"}
    send(two.world, {"t1": {"name": "张伟", "email": "z@example.com"}})
    with two.world.system():
        record = SourceRecord.objects.get(key="t1")
        assert record.customer is not None
        other = record.customer
    with two.world.acting_as(two.world.headquarters) as actor:
        say_never_the_same(actor=actor, one=two.one.ref, two=other.ref, at=LATER)
    # A record like both: it joins one of them, and never brings the two together.
    send(two.world, {"t2": twin})
    with two.world.system():
        owner = SourceRecord.objects.get(key="t1").customer_id
        assert owner == other.pk
        assert Customer.objects.get(pk=two.one.pk).merged_into_id is None
        assert Customer.objects.get(pk=other.pk).merged_into_id is None
        assert not ReviewPair.objects.filter(state__in=("open", "later"), one_id=two.records(two.one)[0]).exists()


def test_a_merge_says_the_opposite_of_an_older_verdict_and_its_undo_brings_it_back(two: Two) -> None:
    with two.world.acting_as(two.world.headquarters) as actor:
        say_never_the_same(actor=actor, one=two.one.ref, two=two.two.ref, at=AT)
    before = _seen(two.world)
    step = merge(two)
    with two.world.system():
        assert not Verdict.objects.filter(is_same=False).exists()
    undo(two, step)
    after = _seen(two.world)
    for picture_ in (before, after):
        verdicts = picture_["customers_verdict"]
        for row in verdicts:
            del row["at"], row["decided_by"]
    assert after == before


def test_what_a_run_merged_and_a_person_undid_is_not_merged_again(two: Two) -> None:
    with two.world.system() as system:
        step = merge_many(actor=system, moves={two.two.pk: two.one.pk}, at=AT)[0]
    undo(two, step)
    with two.world.system():
        assert Verdict.objects.filter(is_same=False).count() == 4
    resolve_waiting(actor=system_actor(), at=LATER)
    with two.world.system():
        assert Customer.objects.get(pk=two.two.pk).merged_into_id is None


def test_two_losers_of_one_winner_are_undone_one_by_one(two: Two) -> None:
    send(two.world, {"w1": {"name": "王芳", "phone": "13600136000"}})
    with two.world.system() as system:
        third = Customer.objects.get(name="王芳")
        before = picture()
        steps = merge_many(actor=system, moves={two.two.pk: two.one.pk, third.pk: two.one.pk}, at=LATER)
    with pytest.raises(Refused):
        undo(two, steps[0])
    for step in reversed(steps):
        undo(two, step)
    after = _seen(two.world)
    for table in before.keys() - {"customers_verdict"}:
        assert after[table] == before[table], table


def test_every_step_is_told(two: Two) -> None:
    step = merge(two)
    undo(two, step)
    with two.world.system():
        facts = list(
            Event.objects.filter(kind__in=("customers.CustomerMerged", "customers.CustomerSplit"))
            .order_by("id")
            .values_list("kind", "payload")
        )
    assert [kind for kind, _ in facts] == ["customers.CustomerMerged", "customers.CustomerSplit"]
    assert facts[0][1]["merged_ref"] == two.two.ref
    assert facts[1][1] | {"is_undo": True} == facts[1][1]
