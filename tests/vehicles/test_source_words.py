"""What sources call a part in a car, and how parts follow each other; no database."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinloop.vehicles.recorded_cars import Car, Record, Row, change_of
from vinloop.vehicles.source_words import ROLES, role_of
from vinloop.vehicles.spans import Said, Span, spans_of

VIN = "LSVAB2BR7MN123456"
DAY = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("车主", "owner"), ("机动车所有人", "owner"), ("本人", "owner"), ("购车人", "owner"), ("Owner", "owner"),
        ("ＯＷＮＥＲ", "owner"), ("registered keeper", "owner"), ("车主/驾驶人", "owner"), ("Owner/Driver", "owner"),
        ("驾驶人", "driver"), ("使用人", "driver"), ("实际使用人", "driver"), ("司机", "driver"), ("送修人", "driver"),
        ("车主的司机", "driver"), ("车主配偶", "driver"), ("妻子", "driver"), ("main driver", "driver"),
        ("non-owner", "driver"), ("Spouse", "driver"), ("付款人", "payer"), ("出资人", "payer"), ("Payer", "payer"),
        ("", ""), ("  ", ""), ("VIP", ""), ("其他", ""),
    ],
)  # fmt: skip
def test_words_of_sources_are_roles(text: str, role: str) -> None:
    assert role_of(text) == role


@given(st.text(max_size=40))
def test_any_text_is_a_role_or_none(text: str) -> None:
    assert role_of(text) in {"", *ROLES}


def day(year: int, month: int = 1) -> date:
    return date(year, month, 1)


def owner(customer: int, since: date, until: date | None = None) -> Span:
    return Span(customer, "owner", since, until)


def test_owners_follow_each_other_by_date() -> None:
    said = [Said(2, "", day(2022)), Said(1, "", day(2018)), Said(1, "owner", day(2020)), Said(3, "", day(2024))]
    assert spans_of(said, []) == [
        owner(1, day(2018), day(2022)), owner(2, day(2022), day(2024)), owner(3, day(2024)),
    ]  # fmt: skip


def test_who_bought_the_car_back_owns_it_twice() -> None:
    said = [Said(1, "", day(2018)), Said(2, "", day(2020)), Said(1, "", day(2022))]
    assert spans_of(said, [])[-1] == owner(1, day(2022))
    assert len(spans_of(said, [])) == 3


def test_on_one_day_the_owner_until_then_comes_first() -> None:
    said = [Said(7, "", day(2018)), Said(3, "", day(2020)), Said(7, "", day(2020))]
    assert spans_of(said, []) == [owner(7, day(2018), day(2020)), owner(3, day(2020))]


def test_a_record_without_a_role_follows_the_others_of_the_customer() -> None:
    said = [Said(1, "", day(2018)), Said(2, "driver", day(2019)), Said(2, "", day(2020))]
    assert spans_of(said, []) == [owner(1, day(2018)), Span(2, "driver", day(2019), None)]


def test_what_was_stated_stays_and_records_fill_the_time_around_it() -> None:
    stated = [owner(5, day(2020), day(2022)), owner(6, day(2023))]
    said = [Said(1, "", day(2019)), Said(2, "", day(2021)), Said(3, "", day(2022)), Said(4, "", day(2025))]
    assert spans_of(said, stated) == [owner(1, day(2019), day(2020)), owner(3, day(2022), day(2023))]
    assert spans_of([Said(6, "", day(2018)), Said(5, "", day(2024))], stated) == []


_SAID = st.builds(
    Said, st.integers(1, 4), st.sampled_from(["", *ROLES]), st.integers(0, 9).map(lambda n: date(2010 + n, 1, 1))
)


@given(st.lists(_SAID, max_size=12), st.booleans())
def test_never_two_owners_at_a_time(said: list[Said], is_delivered: bool) -> None:
    stated = [owner(9, day(2014))] if is_delivered else []
    owners = [each for each in [*spans_of(said, stated), *stated] if each.role == "owner"]
    owners.sort(key=lambda each: (each.since, each.until or date.max))
    assert all(one.until is not None and one.until <= two.since for one, two in pairwise(owners))
    assert spans_of(list(reversed(said)), stated) == spans_of(said, stated)


def record(customer: int, heard: date, **said: str) -> Record:
    return Record(customer, said.get("role", ""), said.get("as_of", ""), heard, said.get("plate", ""), "")


def test_a_record_knows_nothing_of_later_days() -> None:
    assert record(1, day(2020), as_of="2099-01-01").day == day(2020)
    assert record(1, day(2020), as_of="2019-05-06").day == date(2019, 5, 6)
    assert record(1, day(2020), as_of="soon").day == day(2020)


def test_the_plate_is_that_of_todays_owner() -> None:
    driver = record(3, day(2021), role="司机", plate="沪B22222")
    heard = [record(1, day(2018), plate="沪A11111"), record(2, day(2020)), driver]
    assert change_of(Car(VIN), heard).facts.plate == ""
    assert change_of(Car(VIN), [*heard, record(2, day(2022), plate="苏E22222")]).facts.plate == "苏E22222"
    delivered = Car(VIN, 1, "沪AD12345", is_delivered=True)
    assert change_of(delivered, heard).facts.plate == "沪AD12345"


def test_rows_keep_their_numbers_as_far_as_they_can() -> None:
    car = Car(VIN, 1, rows=[Row(10, owner(1, day(2018)), False), Row(11, owner(2, day(2019)), False)])
    change = change_of(car, [record(1, day(2017)), record(3, day(2020))])
    assert change.moved == [(10, owner(1, day(2017), day(2020)))]
    assert [row.id for row in change.gone] == [11]
    assert change.new == [owner(3, day(2020))]
