"""Data quality: what is counted is what is listed, by day, and a dealer sees its own records only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from procrastinate.contrib.django import app
from tests.customers.records import make_source, receive, row
from tests.leads.browser import as_user, content, page, questions
from tests.leads.callers import Caller
from tests.leads.world import AT, World

from vinloop.customers.actions.resolve import resolve_waiting
from vinloop.customers.jobs import _count, _waiting, count_quality_of, count_quality_of_everything
from vinloop.customers.models import QualityDay, Source, SourceRecord
from vinloop.customers.quality.counting import count_quality
from vinloop.customers.quality.problems import PROBLEMS
from vinloop.customers.quality.queries import per_customer, read_quality, read_trend, records_with, source_names
from vinloop.kernel.access import NotAllowed
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.models import Event

ROWS = (
    row("1", 门店="D1", 姓名="张伟", 手机="13800138000", 身份证号="11010519491231002X", 地址="上海市徐汇区漕溪路1号",
        车架号="LSVAB2BR7MN123456", 车牌号="沪A12345", 建档日期="2026-01-05"),
    row("2", 门店="D1", 姓名="张伟", 手机="13800138000", 身份证号="11010519491231002X", 建档日期="2024-12-01"),
    row("3", 门店="D2", 姓名="李娜", 手机="1.38E+10", 邮箱="not an address", 建档日期="2019-05-01"),
    row("4", 门店="D2", 手机="1380013"),
    row("5", 姓名="王芳", 邮箱="wang@example.com", 建档日期="2025-02-01"),
)  # fmt: skip


@pytest.fixture
def counted(world: World) -> World:
    """Five records of headquarters' system, two dealers named as branches, resolved and counted."""
    source = make_source(world)
    receive(world, source, ROWS)
    resolve_waiting(actor=system_actor(), at=AT)
    with world.system() as actor:
        count_quality(actor=actor, at=AT)
    return world


def test_every_count_is_the_records_it_lists(counted: World) -> None:
    with counted.acting_as(counted.headquarters) as actor:
        total = read_quality(actor).total
        codes = {*(each.code for each in PROBLEMS), *(code for code in total if code.startswith("flag:"))}
        listed = {code: records_with(actor, code, day=AT.date()).count() for code in codes}
    assert listed == {code: total.get(code, 0) for code in codes}
    assert total["records"] == 5
    assert {
        "no_reach": 2,
        "no_name": 1,
        "old_12": 3,
        "old_24": 1,
        "no_as_of": 1,
        "duplicate": 1,
    }.items() <= total.items()
    assert total["flag:phone:scientific"] == 1


def test_counts_divide_by_dealer_and_add_up(counted: World) -> None:
    with counted.acting_as(counted.headquarters) as actor:
        quality = read_quality(actor)
    by_owner = {quality.owners[part.owner_id].code: part.counts["records"] for part in quality.parts}
    assert by_owner == {"D1": 2, "D2": 2, counted.network.root.code: 1}
    assert round(quality.total["customers"], 2) == 4
    assert per_customer(quality.narrowed(owner="D1").total) == 2
    with counted.acting_as(counted.headquarters) as actor:
        for code, part in by_owner.items():
            assert records_with(actor, "", owner=code, day=AT.date()).count() == part


def test_a_dealer_sees_its_own_records_only(counted: World) -> None:
    with counted.acting_as(counted.manager) as actor:
        quality = read_quality(actor)
        keys = {each.key for each in records_with(actor, "", day=AT.date())}
        reviews = records_with(actor, "in_review", day=AT.date())
        assert not reviews.exists()
    assert quality.total["records"] == 2
    assert keys == {"1", "2"}
    shown = page(as_user(counted.manager), reverse("customers:quality_board"))
    assert "Data quality" in shown
    assert "problem=in_review" not in shown
    with counted.acting_as(counted.consultant) as actor, pytest.raises(NotAllowed):
        read_quality(actor)


def test_a_dealer_reads_the_name_of_headquarters_source(counted: World) -> None:
    with counted.system():
        Source.objects.update(name="总部车主库")
    source_names.forget()
    dealer = as_user(counted.manager)
    assert "总部车主库" in page(dealer, reverse("customers:quality_board"))
    shown = page(dealer, reverse("customers:quality_records"))
    assert "总部车主库" in shown
    assert questions(dealer, reverse("customers:quality_board")) <= 8


def test_a_share_is_no_change(counted: World) -> None:
    shown = page(as_user(counted.headquarters), reverse("customers:quality_board"))
    assert "40% of the records" in shown
    assert "vs the period before" not in shown


def test_rows_of_odd_length_are_told_in_words(counted: World) -> None:
    with counted.system() as actor:
        SourceRecord.objects.filter(key="1").update(flags=["row:too_short"])
        count_quality(actor=actor, at=AT)
    shown = page(as_user(counted.headquarters), reverse("customers:quality_board"))
    assert "Fewer cells than columns" in shown
    assert "row:" not in shown.replace("flag%3Arow", "")


def test_resolving_counts_again(world: World) -> None:
    receive(world, make_source(world), ROWS)
    with world.system() as actor:
        count_quality(actor=actor, at=AT)
    assert _waiting() == ["dms"]
    with world.system() as actor:
        resolve_waiting(actor=actor, at=AT)
    _count(["dms"])
    with world.acting_as(world.headquarters) as actor:
        assert read_quality(actor).total["waiting"] == 0
    assert _waiting() == []


def test_jobs_count_a_source_after_its_import_and_everything_at_night(world: World) -> None:
    receive(world, make_source(world), ROWS)
    with world.system():
        count_quality_of.func(source="dms")
        assert set(QualityDay.objects.values_list("source", flat=True)) == {"dms"}
        QualityDay.objects.all().delete()
        count_quality_of_everything.func(timestamp=0)
        assert QualityDay.objects.filter(source="dms").exists()
    assert {"customers.jobs.count_quality_of", "customers.jobs.count_quality_of_everything"} <= app.tasks.keys()


def test_counting_again_replaces_the_day_and_days_make_a_trend(counted: World) -> None:
    with counted.system() as actor:
        before = QualityDay.objects.count()
        count_quality(actor=actor, at=AT, source="dms")
        assert QualityDay.objects.count() == before
        count_quality(actor=actor, at=AT + timedelta(days=3))
    with counted.acting_as(counted.headquarters) as actor:
        trend = read_trend(actor, today=(AT + timedelta(days=3)).date())
    assert [round(counts["records"]) for counts in trend.values()] == [5, 5]
    with counted.acting_as(counted.manager) as actor, pytest.raises(NotAllowed):
        count_quality(actor=actor, at=AT)


def test_the_board_opens_lists_and_the_list_opens_customers(counted: World) -> None:
    headquarters = as_user(counted.headquarters)
    board = page(headquarters, reverse("customers:quality_board"))
    assert "problem=no_reach" in board
    assert "Sources, worst first" in board
    shown = page(headquarters, reverse("customers:quality_records"), problem="flag:phone:scientific")
    assert "Phone: written as 1.38E+10, digits are lost" in shown
    assert "李娜" in shown
    assert "王芳" not in shown
    masked = page(headquarters, reverse("customers:quality_records"))
    assert "13800138000" not in masked
    assert reverse("customers:customer_page", args=["C-"])[:-2] in masked


def test_pages_stay_within_eight_questions(counted: World) -> None:
    headquarters = as_user(counted.headquarters)
    for name in ("quality_board", "quality_records"):
        assert questions(headquarters, reverse(f"customers:{name}")) <= 8


def test_lists_and_board_are_taken_along_as_files(counted: World) -> None:
    headquarters = as_user(counted.headquarters)
    answer = headquarters.get(reverse("customers:quality_records"), {"problem": "no_reach", "export": "csv"})
    lines = content(answer).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    board = headquarters.get(reverse("customers:quality_board"), {"export": "csv"})
    assert len(content(board).splitlines()) == 4
    with counted.system():
        assert Event.objects.filter(kind="kernel.ListExported").count() == 2


def test_an_unknown_problem_lists_nothing(counted: World) -> None:
    headquarters = as_user(counted.headquarters)
    for problem in ("nonsense", "flag:x'; DROP"):
        answer = headquarters.get(reverse("customers:quality_records"), {"problem": problem})
        assert answer.status_code in (200, 404)
        assert "张伟" not in answer.content.decode()


def test_programs_read_the_same_counts(counted: World) -> None:
    hq, dealer = Caller(counted.headquarters, counted.network.root), Caller(counted.manager, counted.network.dealer)
    found = hq.get("data-quality")
    assert found["total"]["records"] == 5
    assert [(each["source"], each["owner"], each["branch"]) for each in found["parts"][:2]] == [
        ("dms", "D1", "D1"),
        ("dms", "D2", "D2"),
    ]
    assert dealer.get("data-quality")["total"]["records"] == 2
    listed = dealer.get("data-quality/records?problem=no_address")["items"]
    assert [each["key"] for each in listed] == ["2"]
    assert listed[0]["phones"] == ["138…8000"]
    assert hq.get("data-quality/records?problem=nonsense")["items"] == []
