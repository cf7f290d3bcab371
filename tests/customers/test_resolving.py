"""Taking records in and resolving them, on PostgreSQL: again and again, after a break, whole and piece by piece."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import pytest
from benchmarks.people import records
from tests.customers.records import customers_of, make_source, receive, row
from tests.leads.world import AT, World

from vinloop.customers.actions import resolve
from vinloop.customers.actions.receive import Incoming, receive_records
from vinloop.customers.actions.resolve import resolve_waiting
from vinloop.customers.actions.resolve_all import resolve_all
from vinloop.customers.actions.sources import SourceTerms, register_source
from vinloop.customers.matching.duck import DuckEngine
from vinloop.customers.models import Customer, SealedNumber, SourceRecord, SourceVersion, Verdict
from vinloop.customers.standard.mapping import mapped, propose_mapping
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.refusals import Refused

LATER = AT + timedelta(days=1)
NUMBER = "11010519491231002X"
ZHANG = row("1", 姓名="张伟", 手机="13800138000", 身份证号=NUMBER, 建档日期="2026-01-05")
AGAIN = row("2", 姓名="張偉先生", 手机="+86 138-0013-8000", 地址="上海市徐汇区漕溪路1号")
SPOUSE = row("3", 姓名="李娜", 手机="13800138000")
COUNT = 600


def engine() -> DuckEngine:
    return DuckEngine(memory=0.5, threads=1)


def test_a_file_taken_in_again_changes_nothing(world: World) -> None:
    source = make_source(world)
    first = receive(world, source, [ZHANG, AGAIN])
    again = receive(world, source, [ZHANG, AGAIN], at=LATER)
    assert (first.added, again.added, again.changed, again.unchanged) == (2, 0, 0, 2)
    with world.system():
        assert SourceRecord.objects.count() == 2
        assert not SourceVersion.objects.exists()


def test_what_a_source_says_anew_updates_its_record_and_keeps_the_old(world: World) -> None:
    source = make_source(world)
    receive(world, source, [ZHANG])
    resolve_waiting(actor=system_actor(), at=AT)
    before = customers_of(world, "dms")
    changed = receive(world, source, [{**ZHANG, "手机": "13900139000"}], at=LATER)
    assert (changed.added, changed.changed) == (0, 1)
    with world.system():
        record = SourceRecord.objects.get(source="dms", key="1")
        version = SourceVersion.objects.get(record=record)
    assert record.standard is not None
    assert record.standard["phones"] == ["+8613900139000"]
    assert version.payload["手机"] == "13800138000"
    assert version.replaced_at == LATER
    resolve_waiting(actor=system_actor(), at=LATER)
    assert customers_of(world, "dms") == before


def test_the_last_of_several_rows_with_one_key_counts(world: World) -> None:
    source = make_source(world)
    receive(world, source, [ZHANG, {**ZHANG, "姓名": "张玮"}])
    with world.system():
        standard = SourceRecord.objects.get(source="dms").standard
    assert standard is not None
    assert standard["name"] == "张玮"


def test_identity_numbers_are_nowhere_to_be_read(world: World) -> None:
    receive(world, make_source(world), [ZHANG])
    with world.system():
        record = SourceRecord.objects.select_related("match_row", "sealed_number").get()
        assert NUMBER not in str(record.payload) + str(record.standard) + str(record.match_row.features)
        assert NUMBER.encode() not in bytes(record.sealed_number.sealed)


def test_a_dry_run_and_a_refusal_leave_nothing(world: World) -> None:
    source = make_source(world)
    told = receive(world, source, [ZHANG, SPOUSE], is_dry=True)
    assert told.added == 2
    with world.acting_as(world.consultant) as actor, pytest.raises(NotAllowed):
        receive_records(actor=actor, source=source, rows=[Incoming(ZHANG, {"name": ["张伟"]})], at=AT)
    with world.acting_as(world.consultant) as actor, pytest.raises(NotAllowed):
        resolve_all(actor=actor, engine=engine(), at=AT)
    with world.system() as actor:
        for code, terms in (("bad code", SourceTerms()), ("x", SourceTerms(trust=101)),
                            ("x", SourceTerms(mapping={"a": "nonsense"}))):  # fmt: skip
            with pytest.raises(Refused):
                register_source(actor=actor, code=code, owner=world.network.root, terms=terms, at=AT)
        assert not SourceRecord.objects.exists()
        assert not SealedNumber.objects.exists()


def test_one_person_two_records_and_the_spouse_stays_apart(world: World) -> None:
    receive(world, make_source(world), [ZHANG, AGAIN, SPOUSE])
    found = resolve_waiting(actor=system_actor(), at=AT)
    assert (found.records, found.created) == (3, 2)
    customers = customers_of(world, "dms")
    assert customers["1"] == customers["2"] != customers["3"]
    with world.system():
        golden = Customer.objects.get(source_records__key="1")
    assert golden.name == "张伟"


def test_verdicts_hold_in_whole_and_piecemeal_runs(world: World) -> None:
    receive(world, make_source(world), [ZHANG, AGAIN, SPOUSE])
    with world.system():
        ids = dict(SourceRecord.objects.values_list("key", "id"))
        Verdict.objects.create(one_id=ids["1"], two_id=ids["2"], is_same=False, at=AT)
        Verdict.objects.create(one_id=ids["2"], two_id=ids["3"], is_same=True, at=AT)
    resolve_all(actor=system_actor(), engine=engine(), at=AT)
    customers = customers_of(world, "dms")
    assert customers["2"] == customers["3"] != customers["1"]
    resolve_all(actor=system_actor(), engine=engine(), at=LATER)
    assert customers_of(world, "dms") == customers


def _take_people(world: World, first: int, last: int) -> dict[str, str]:
    """Made-up people of several dealers; key → who each really is."""
    made = list(records(seed=3, count=COUNT))[first:last]
    mapping = propose_mapping(list(made[0][0]))
    with world.system() as actor:
        terms = SourceTerms(mapping=mapping)
        source = register_source(actor=actor, code="people", owner=world.network.root, terms=terms, at=AT)
        rows = [Incoming(each, mapped(each, mapping)) for each, _entity in made]
        receive_records(actor=actor, source=source, rows=rows, at=AT)
    return {each["编号"]: entity for each, entity in made}


def _pairs(groups: dict[str, int | None] | dict[str, str]) -> set[tuple[str, str]]:
    by_group: dict[object, list[str]] = {}
    for key, group in groups.items():
        by_group.setdefault(group, []).append(key)
    return {pair for own in by_group.values() for pair in combinations(sorted(own), 2)}


def _f1(one: set[tuple[str, str]], two: set[tuple[str, str]]) -> float:
    return 2 * len(one & two) / (len(one) + len(two))


def test_piece_by_piece_finds_what_one_run_finds(world: World) -> None:
    truth = _take_people(world, 0, COUNT * 2 // 3)
    resolve_all(actor=system_actor(), engine=engine(), at=AT)
    truth |= _take_people(world, COUNT * 2 // 3, COUNT)
    found = resolve_waiting(actor=system_actor(), at=LATER)
    assert found.records == COUNT // 3
    piecemeal = _pairs(customers_of(world, "people"))
    resolve_all(actor=system_actor(), engine=engine(), at=LATER)
    whole = _pairs(customers_of(world, "people"))
    assert _f1(piecemeal, whole) > 0.97
    assert _f1(whole, _pairs(truth)) > 0.9


def test_a_run_that_was_killed_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = _take_people(world, 0, COUNT)
    monkeypatch.setattr(resolve, "_CHUNK", 100)

    def stop(_step: str, done: int, _total: int) -> None:
        if done >= 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resolve_waiting(actor=system_actor(), at=AT, progress=stop)
    half = customers_of(world, "people")
    done = {key for key, customer in half.items() if customer is not None}
    assert 0 < len(done) < COUNT
    with world.system():
        assert not Customer.objects.filter(source_records__isnull=True, contact_points__isnull=False).exists()
    resolve_waiting(actor=system_actor(), at=LATER)
    whole = customers_of(world, "people")
    assert None not in whole.values()
    assert _f1(_pairs(whole), _pairs(truth)) > 0.9
