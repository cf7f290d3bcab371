"""Scores, vetoes and clusters; and that Splink's SQL and our Python say the same of every pair."""

from __future__ import annotations

import math
from itertools import combinations

import msgspec
import pytest
from benchmarks.people import records
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.customers.test_standard import NUMBER, digest, read

from vinloop.customers.matching.batch import predict, prepare, train, with_frequencies
from vinloop.customers.matching.clusters import PERSON, TOO_LARGE, Pair, cluster
from vinloop.customers.matching.duck import DuckEngine
from vinloop.customers.matching.features import Features, blocking_keys
from vinloop.customers.matching.levels import COMPARISONS
from vinloop.customers.matching.model import Model, default_model
from vinloop.customers.matching.scoring import level_of, probability_of, score
from vinloop.customers.matching.vetoes import IDENTITY, IMPERSONAL, KIND, NAMES, SURNAMES, veto
from vinloop.customers.standard.mapping import mapped, propose_mapping
from vinloop.customers.standard.record import standardise

COUNT = 1_500


def person(number: int = 1, /, **said: str) -> Features:
    """The comparable values of one record."""
    return msgspec.structs.replace(read(**said).features, id=number)


@pytest.fixture(scope="module")
def base() -> dict[int, Features]:
    """Made-up records, bad ones, as the matcher sees them."""
    found = {}
    for number, (row, _entity) in enumerate(records(seed=5, count=COUNT, noise=1.5)):
        values = mapped(row, propose_mapping(list(row)))
        found[number] = standardise(values, record_id=number, digest=digest).features
    return found


@pytest.fixture(scope="module")
def engine() -> DuckEngine:
    """DuckDB, small."""
    return DuckEngine(memory=0.5, threads=1)


@pytest.fixture(scope="module")
def trained(base: dict[int, Features], engine: DuckEngine) -> Model:
    """A model trained on them."""
    return train(engine, prepare(list(base.values())), default_model())


@pytest.mark.parametrize("is_trained", [False, True])
def test_python_scores_what_splink_predicts(
    base: dict[int, Features], engine: DuckEngine, trained: Model, is_trained: bool
) -> None:
    prepared = prepare(list(base.values()))
    model = trained if is_trained else msgspec.structs.replace(default_model(), frequencies={}, rare={})
    model = msgspec.structs.replace(with_frequencies(model, prepared), review=0.001)
    pairs = list(predict(engine, prepared, model))
    assert len(pairs) > 2_000
    apart = [
        (each, mine)
        for each in pairs
        if abs((mine := score(model, base[each.one], base[each.two]).probability) - each.probability) > 1e-6
    ]
    assert not apart, f"{len(apart)} of {len(pairs)}: {apart[:3]}"


def test_scores_do_not_care_who_comes_first(base: dict[int, Features], trained: Model) -> None:
    for one, two in combinations(list(base.values())[:80], 2):
        there, back = score(trained, one, two), score(trained, two, one)
        assert abs(there.probability - back.probability) < 1e-9
        assert abs(sum(part.bits for part in there.parts) + there.start - _bits(there.probability)) < 1e-3 or (
            there.probability in (0.0, 1.0)
        )


def _bits(probability: float) -> float:
    return math.log2(probability / (1 - probability)) if 0 < probability < 1 else 0.0


def test_every_level_but_the_last_asks_for_something() -> None:
    nothing = Features(id=1)
    for comparison in COMPARISONS:
        assert level_of(comparison, nothing, nothing) is None
        assert comparison.levels[-1].code == "else"
        for level in comparison.levels[:-1]:
            assert not level.test(nothing, Features(id=2)), f"{comparison.code} {level.code}"


def test_evidence_adds_up() -> None:
    model = default_model()
    both = score(model, person(name="张伟", phone="13800138000"), person(2, name="张伟", phone="13800138000"))
    assert both.probability > model.link
    assert probability_of(both.start + sum(part.bits for part in both.parts)) == both.probability
    alone = score(model, person(vin="LSVAB2BR7MN123456"), person(2, vin="LSVAB2BR7MN123456"))
    assert alone.probability < model.link


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    [
        ({"name": "张伟"}, {"name": "张敏"}, NAMES),
        ({"name": "张伟"}, {"name": "王伟"}, SURNAMES),
        ({"name": "张伟"}, {"name": "张玮"}, ""),
        ({"name": "张先生"}, {"name": "张伟"}, ""),
        ({"name": "张先生"}, {"name": "王伟"}, SURNAMES),
        ({"name": "张伟"}, {"name": "Wei Zhang"}, ""),
        ({"name": "张伟"}, {"name": "Min Wang"}, NAMES),
        ({"name": "张伟"}, {"name": "恒通物流有限公司"}, KIND),
        ({"phone": "13800138000"}, {"name": "恒通物流有限公司"}, ""),
        ({"name": "张伟", "id_number": NUMBER}, {"name": "张伟", "id_number": "310105198001010018"}, IDENTITY),
        ({"name": "张伟", "id_number": NUMBER}, {"name": "张伟", "id_number": "110105********002X"}, ""),
        ({"name": "张伟", "id_number": NUMBER}, {"name": "张伟", "id_number": "110105********0031"}, IDENTITY),
    ],
)  # fmt: skip
def test_vetoes(one: dict[str, str], two: dict[str, str], reason: str) -> None:
    assert veto(person(**one), person(2, **two)) == reason
    assert veto(person(2, **two), person(**one)) == reason


def test_a_car_alone_never_joins() -> None:
    car = "LSVAB2BR7MN123456"
    people = {1: person(1, vin=car), 2: person(2, vin=car)}
    made = cluster(people, [Pair(0.99, 1, 2)], link=0.9, largest=15)
    assert made.refused[0].reason == IMPERSONAL
    assert made.find(1) != made.find(2)


def test_spouses_on_one_phone_stay_two_even_through_a_third_record() -> None:
    phone = "13800138000"
    people = {1: person(1, name="张伟", phone=phone), 2: person(2, name="李娜", phone=phone), 3: person(3, phone=phone)}
    made = cluster(people, [Pair(0.95, 1, 3), Pair(0.94, 2, 3)], link=0.9, largest=15)
    assert made.find(1) == made.find(3) != made.find(2)
    assert [each.reason for each in made.refused] == [SURNAMES]


def test_people_decide_before_scores() -> None:
    people = {number: person(number, name="张伟") for number in (1, 2, 3)}
    pairs = [Pair(0.99, 1, 2), Pair(0.98, 2, 3)]
    made = cluster(people, pairs, link=0.9, largest=15, together=[(1, 3)], apart=[(1, 2)])
    assert made.find(1) == made.find(3) != made.find(2)
    assert {each.reason for each in made.refused} == {PERSON}


def test_whom_a_person_joined_runs_go_on_joining() -> None:
    """A woman who took another name: her old and her new name contradict each other, and a person knew better."""
    names = {1: "张敏", 2: "Min Wang", 3: "张敏", 4: "李娜"}
    people = {number: person(number, name=name) for number, name in names.items()}
    pairs = [Pair(0.99, 1, 3), Pair(0.98, 2, 4)]
    made = cluster(people, pairs, link=0.9, largest=15, together=[(1, 2)])
    assert made.find(1) == made.find(2) == made.find(3) != made.find(4)
    assert [each.reason for each in made.refused] == [NAMES]


def test_a_verdict_about_records_outside_the_run_changes_nothing() -> None:
    people = {number: person(number, name="张伟") for number in (1, 2)}
    made = cluster(people, [], link=0.9, largest=15, together=[(2, 3), (3, 4)], apart=[(1, 4)])
    assert made.members == {1: [1], 2: [2]}


def test_records_meet_at_a_phone_however_it_is_written() -> None:
    one, two = person(1, name="张伟", phone="+86 138 0013 8000"), person(2, name="Zhang Wei", phone="0086-13800138000")
    assert set(blocking_keys(one)) & set(blocking_keys(two))
    assert not set(blocking_keys(one)) & set(blocking_keys(person(3, name="李娜", phone="13900139000")))


_NAMES = st.sampled_from(["张伟", "张玮", "张敏", "王伟", "张先生", "", "Zhang Wei", "恒通物流有限公司"])
_PHONES = st.sampled_from(["", "13800138000", "13900139000"])
_IDS = st.sampled_from(["", "", NUMBER, "310105198001010018", "110105********002X"])
_SAID = st.lists(st.tuples(_NAMES, _PHONES, _IDS), min_size=2, max_size=9)


@settings(max_examples=80)
@given(_SAID, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.floats(0.9, 1.0)), max_size=20), st.data())
def test_no_cluster_holds_what_is_forbidden(
    said: list[tuple[str, str, str]], drawn: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    people = {n: person(n, name=name, phone=phone, id_number=number) for n, (name, phone, number) in enumerate(said)}
    pairs = [Pair(p, min(a, b), max(a, b)) for a, b, p in drawn if a != b and a in people and b in people]
    apart = data.draw(st.lists(st.sampled_from(list(combinations(people, 2))), max_size=2))
    made = cluster(people, pairs, link=0.9, largest=4, apart=apart)
    assert sorted(each for own in made.members.values() for each in own) == sorted(people)
    for own in made.members.values():
        assert not any(veto(people[one], people[two]) for one, two in combinations(own, 2))
        assert not any(one in own and two in own for one, two in apart)
        digests = {people[each].id_digest for each in own} - {None}
        assert len(own) <= 4 or digests
    assert {each.reason for each in made.refused} <= {KIND, IDENTITY, NAMES, SURNAMES, IMPERSONAL, PERSON, TOO_LARGE}
