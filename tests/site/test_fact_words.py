"""Timelines speak the reader's language: what a fact's title shows is words, a figure, or known to be a name."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.utils import translation
from tests.kernel.people import Network, make_network

from vinloop.kernel.events import Fact, fact_kinds, is_spelt, render_fact
from vinloop.kernel.events.facts import spell
from vinloop.leads.menu import visit_field_words
from vinloop.leads.models import ReasonCode, ShowroomVisit

pytestmark = pytest.mark.django_db
# Texts that are the same in every language: host names, the beginning of a key, the name of a background job.
NAMES = {
    ("connectors.WebhookDisabled", "host"),
    ("connectors.WebhookRemoved", "host"),
    ("connectors.WebhookSaved", "host"),
    ("connectors.WebhookSecretsChanged", "host"),
    ("customers.CustomerMerged", "merged_ref"),
    ("customers.CustomerSplit", "new_ref"),
    ("customers.CustomerSplit", "ref"),
    ("customers.CustomersExported", "format"),  # csv, xlsx
    ("customers.PrivacyRequestOpened", "due"),  # a date, ISO 8601
    ("customers.RecordsImported", "source"),
    ("customers.SourceRegistered", "code"),
    ("kernel.JobDropped", "task"),
    ("kernel.JobReplayed", "task"),
    ("kernel.ListExported", "format"),  # csv, xlsx
    ("kernel.TokenCreated", "prefix"),
    ("kernel.TokenRevoked", "prefix"),
    ("kernel.DocumentProcessed", "detail"),  # references of what was made
}


@pytest.fixture
def network() -> Network:
    return make_network()


def facts() -> dict[str, type[Fact]]:
    """Every fact, also of rooms whose events only a view imports."""
    import_module("vinloop.site.urls")
    return {kind: cls for kind, cls in fact_kinds().items() if cls.__module__.startswith("vinloop.")}


def shown_fields(cls: type[Fact]) -> Iterator[str]:
    """The fields a timeline shows: those of the title, and the detail below it."""
    yield from re.findall(r"%\((\w+)\)", str(cls.title))
    if "detail" in cls.__struct_fields__:
        yield "detail"


def is_text(cls: type[Fact], field: str) -> bool:
    hint = typing.get_type_hints(cls)[field]
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return any(kind not in (int, float, bool, type(None)) for kind in kinds)


def test_no_code_stands_on_a_timeline() -> None:
    raw = {
        (kind, field)
        for kind, cls in facts().items()
        for field in shown_fields(cls)
        if is_text(cls, field) and not is_spelt(kind, field)
    }
    assert sorted(raw - NAMES) == [], "spell_field() what stands in a title, or name it here if it needs no words"
    assert sorted(NAMES - raw) == [], "no longer needed here"


def test_titles_and_fields_agree_in_both_languages() -> None:
    for cls in facts().values():
        for language in ("en", "zh-hans"):
            with translation.override(language):
                assert set(re.findall(r"%\((\w+)\)", str(cls.title))) <= set(cls.__struct_fields__)


@pytest.mark.parametrize(
    ("kind", "payload", "english", "chinese"),
    [
        ("leads.VisitChanged", {"fields": "party_size, note"}, "visit changed: People, Note", "人数, 备注"),
        ("leads.ReasonSaved", {"code": "price"}, "Too dear", "价格"),
        ("kernel.DocumentReceived", {"channel": "adf", "size": 9}, "Received (ADF by HTTP): 9 bytes", "HTTP 接收 ADF"),
        ("kernel.DocumentQuarantined", {"reason": "not_xml"}, "Not readable as XML", "无法按 XML 读取"),
        ("kernel.MembershipGranted", {"role": "region_manager", "organisation": "EAST"}, "EAST Ltd", "EAST 公司"),
        ("kernel.MembershipGranted", {"role": "region_manager", "organisation": "GONE"}, "Region manager", "大区经理"),
        ("kernel.OrganisationMoved", {"before": "EAST", "after": "WEST"}, "EAST Ltd", "WEST 公司"),
        ("kernel.SettingChanged", {"name": "leads.accept_minutes"}, "Accept within", "接收时限"),
        ("kernel.SettingChanged", {"name": "gone"}, "gone", "gone"),
        ("kernel.ListExported", {"name": "board-EAST", "format": "csv"}, "Board EAST (csv)", "看板 EAST"),
    ],
)  # fmt: skip
def test_codes_are_told_in_the_readers_words(
    network: Network, kind: str, payload: dict[str, object], english: str, chinese: str
) -> None:
    ReasonCode.objects.create(kind="lost", code="price", name="价格", name_en="Too dear")
    facts()
    for language, said in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert said in render_fact(kind, payload)


@pytest.mark.parametrize(
    ("kind", "detail", "chinese"),
    [
        ("kernel.UserChanged", "email, muted_notices", "邮箱, 发给此人的邮件"),
        ("kernel.OrganisationChanged", "name_en, timezone", "英文名称, 时区"),
        ("kernel.RoleChanged", "+ leads.lead:read, − leads.lead:work", "+ 查看线索, − 跟进线索"),
        ("kernel.CalendarChanged", "2026-05-01", "2026-05-01"),
        ("kernel.UserCreated", "", ""),
    ],
)
def test_details_are_told_in_the_readers_words(kind: str, detail: str, chinese: str) -> None:
    facts()
    with translation.override("zh-hans"):
        assert spell(kind, "detail", {"detail": detail} if detail else {}) == chinese


def test_a_changed_table_is_told_by_its_labels() -> None:
    facts()
    payload = {"name": "leads.level_days", "before": None, "after": {"C": 90, "H": 7}, "detail": "–"}
    with translation.override("zh-hans"):
        assert spell("kernel.SettingChanged", "detail", payload) == "沿用上级 → H 级 7, C 级 90"
        assert spell("kernel.SettingChanged", "detail", {"name": "gone", "after": 3}) == "沿用上级 → 3"


def test_every_field_of_a_visit_that_can_change_has_a_name() -> None:
    actions = import_module("vinloop.leads.actions.showroom")
    assert {field.attname for field in ShowroomVisit._meta.fields} >= set(actions.EDITABLE)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert [name for name in actions.EDITABLE if visit_field_words(name) == name] == []
