"""Why a document waits: kept as codes and figures, told in the reader's language on the screen and in the API."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.kernel.people import make_network, make_user
from tests.kernel.programs import bearer, token_of

from vinloop.connectors.adf import refusal as adf
from vinloop.connectors.adf.capture import ProspectProblem, Taken, not_understood
from vinloop.connectors.adf.refusal import AdfRefused
from vinloop.connectors.tabular import refusal as table
from vinloop.connectors.webhooks.words import error_words
from vinloop.connectors.words import explain
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.actions import Envelope, quarantine, receive_document
from vinloop.kernel.intake.remarks import Detail, Remark, detail_of, reason_words, spell_detail, spell_remark
from vinloop.kernel.models import ReceivedDocument

SOURCES = Path(adf.__file__).parents[1]
AT = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
CROSSED = AdfRefused("not_xml.crossed", tag="phone")


def raised(folder: str, name: str) -> set[str]:
    """The codes a connector's code refuses with."""
    text = "".join(path.read_text("utf-8") for path in (SOURCES / folder).rglob("*.py"))
    return set(re.findall(rf'{name}\(\s*"([a-z_.]+)"', text))


@pytest.mark.parametrize(
    ("folder", "name", "words"), [("adf", "AdfRefused", adf.WORDS), ("tabular", "TableRefused", table.WORDS)]
)
def test_every_refusal_has_words_and_a_named_reason(folder: str, name: str, words: dict[str, str]) -> None:
    prefix = next(iter(words)).partition(".")[0]
    codes = raised(folder, name)
    assert {f"{prefix}.{code}" for code in codes} == set(words)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            reasons = {code.partition(".")[0] for code in codes}
            assert [reason for reason in reasons if reason_words(reason) == reason] == []


def test_remarks_of_other_doors_have_words() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    codes = set(re.findall(r'Remark\("([a-z_.]+)"', text)) - {"adf.prospect"}
    assert codes
    args = {"refused": 1, "total": 2}
    assert [code for code in codes if spell_remark(Remark(code, args)) == code] == []


def test_a_remark_is_told_in_the_readers_language() -> None:
    problem = ProspectProblem(2, "unusable_prospect", {"customer.phones": "not_a_phone_or_email"})
    remarks = [CROSSED.remark, *Taken(problems=[problem, ProspectProblem(3, "no_customer")]).explanation]
    with translation.override("en"):
        assert spell_detail(remarks) == (
            "Tags do not match: phone. Prospect 2: Phone: neither phone number nor e-mail address can be read. "
            "Prospect 3: No customer to reach."
        )
    with translation.override("zh-hans"):
        told = spell_detail(remarks)
    assert "第 2 位客户" in told
    assert not re.search("[A-Za-z]{3,}", told.replace("phone", ""))


def test_what_nobody_declared_is_shown_as_it_is() -> None:
    assert spell_remark(Remark("strange.thing", {"x": 1})) == "strange.thing"
    assert spell_remark(Remark("adf.truncated")) == "adf.truncated"
    with translation.override("en"):
        assert explain({"strange.path": "strange"}) == "strange.path: strange"


@pytest.mark.django_db
def test_screen_and_api_speak_the_readers_language(client: Client) -> None:
    network = make_network()
    administrator = make_user("boss", "administrator", network.root)
    why = not_understood(CROSSED)
    new, old = (
        _waiting(network.root.pk, why.reason, why.detail),
        _waiting(network.root.pk, "not_xml", "line 1: oh dear"),
    )
    with acting(system_actor()):
        stored = ReceivedDocument.objects.get(ref=new.ref)
    assert stored.detail == "Tags do not match: phone."
    assert stored.remarks == [{"code": "adf.not_xml.crossed", "args": {"tag": "phone"}}]
    client.force_login(administrator)
    for language, said, reason in (
        ("zh-hans", "标签不匹配：phone。", "无法按 XML 读取"),
        ("en", stored.detail, "Not readable"),
    ):
        client.cookies["django_language"] = language
        page = client.get(reverse("admin:document", args=[new.ref])).content.decode()
        listed = client.get(reverse("admin:documents"), {"q": reason}).content.decode()
        assert said in page
        assert reason in page
        assert said in listed
        assert "line 1: oh dear" in client.get(reverse("admin:document", args=[old.ref])).content.decode()
    client.logout()
    client.cookies.clear()
    token = token_of(administrator, network.root)
    for language, said in (("en", "Tags do not match: phone."), ("zh-hans", "标签不匹配：phone。")):
        got = client.get(f"/api/v1/documents/{new.ref}", **bearer(token, **{"Accept-Language": language})).json()
        assert (got["reason"], got["detail"]) == ("not_xml", said)


def _waiting(owner_id: int, reason: str, detail: Detail) -> ReceivedDocument:
    with acting(system_actor()) as system:
        envelope = Envelope(channel="adf")
        made = receive_document(actor=system, owner_id=owner_id, body=b"<adf>", envelope=envelope, at=AT)
        quarantine(actor=system, document=made, reason=reason, detail=detail, at=AT)
        assert detail_of(made)
    return made


def test_a_failed_delivery_says_why_in_words() -> None:
    with translation.override("zh-hans"):
        assert [error_words(code) for code in ("", "timeout", "OSError")] == ["", "超时无应答", "无法连接（OSError）"]
