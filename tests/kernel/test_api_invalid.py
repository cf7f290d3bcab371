"""What is wrong with a value is told in words somebody can act on, in their language, with a code that stays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from django.test import Client
from django.utils import translation
from tests.kernel.people import make_network, make_user
from tests.kernel.programs import bearer, token_of

from vinloop.kernel.api.invalid import told
from vinloop.kernel.api.serializer import ApiSerializer, FieldsInvalid
from vinloop.kernel.models import Organisation

Meta = msgspec.Meta


class Part(msgspec.Struct):
    """A part."""

    name: str
    size: int = 1


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """Every kind of value."""

    text: Annotated[str, Meta(min_length=2, max_length=3)] = "xx"
    choice: Literal["", "b", "a"] = "a"
    number: Annotated[int, Meta(ge=1, le=5)] = 1
    share: float | None = None
    flag: bool = True
    day: date | None = None
    moment: Annotated[datetime, Meta(tz=True)] | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "CNY"
    parts: Annotated[list[Part], Meta(max_length=2)] = []
    week: Annotated[list[int], Meta(min_length=7, max_length=7)] | None = None
    facts: dict[str, float] = {}


class Asked(msgspec.Struct):
    """A request with a body, as the framework hands it over."""

    parsed_body: Wish


@pytest.mark.parametrize(
    ("given", "pointer", "code", "words"),
    [
        ({"text": 5}, "/text", "wrong_type", "Send a text in quotation marks."),
        ({"text": "x"}, "/text", "too_short", "At least 2 characters."),
        ({"text": "xxxx"}, "/text", "too_long", "At most 3 characters."),
        ({"choice": "c"}, "/choice", "no_choice", "Choose one of these: a, b."),
        ({"number": "many"}, "/number", "wrong_type", "Send a whole number."),
        ({"number": 0}, "/number", "too_small", "At least 1."),
        ({"number": 9}, "/number", "too_large", "At most 5."),
        ({"number": 2**70}, "/number", "too_large", "At most 5."),
        ({"share": []}, "/share", "wrong_type", "Send a number or null."),
        ({"flag": "perhaps"}, "/flag", "wrong_type", "Send true or false."),
        ({"day": "soon"}, "/day", "bad_format", "Send a date like 2026-03-31."),
        ({"moment": "2026-03-31T09:30:00"}, "/moment", "bad_format",
         "Send a time with its offset like 2026-03-31T09:30:00+08:00."),
        ({"currency": "yuan"}, "/currency", "bad_format",
         "Send a currency as three capital letters (ISO 4217), such as CNY."),
        ({"parts": [{"name": "x"}, {"size": 2}]}, "/parts/1/name", "required", "This value is required."),
        ({"parts": [{"name": "x", "size": "y"}]}, "/parts/0/size", "wrong_type", "Send a whole number."),
        ({"parts": [{"name": "x"}] * 3}, "/parts", "too_many", "At most 2 entries."),
        ({"week": [0]}, "/week", None, None),
        ({"facts": {"a": "b"}}, "/facts", "wrong_type", "Send a number."),
        ({"a/b~c": 1}, "/a~1b~0c", "unknown_field",
         "There is no such field. Check its spelling, or leave it out."),
    ],
)  # fmt: skip
def test_each_mistake_has_its_place_code_and_words(
    given: dict[str, Any], pointer: str, code: str | None, words: str | None
) -> None:
    with translation.override("en"), pytest.raises(FieldsInvalid) as raised:
        ApiSerializer.from_python({"parsed_body": given}, Asked, strict=False)
    (error,) = raised.value.errors
    assert error.pointer == pointer
    assert "`" not in error.detail
    if code:
        assert (error.code, error.detail) == (code, words)


def test_a_sentence_nobody_foresaw_is_not_passed_on() -> None:
    with translation.override("en"):
        assert told("Expected __something__ new") == ("bad_value", "This value is not acceptable.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This value is required."),
        ("zh-CN,zh;q=0.9,en;q=0.1", "这一项必填。"),
        ("zh;q=0.2, en-GB;q=0.8", "This value is required."),
        ("en;q=0, zh", "这一项必填。"),
        ("", "这一项必填。"),
    ],
)
def test_the_language_is_the_callers_the_codes_are_everybodys(language: str, words: str) -> None:
    network = make_network()
    token = bearer(token_of(make_user("admin", "administrator", network.root), network.root))["headers"]
    headers = token | {"Accept-Language": language}
    body = {"kind": "dealer", "parent": "EAST", "name": "x"}
    answer = Client().post("/api/v1/organisations", body, content_type="application/json", headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "urn:vinloop:problem:invalid")
    assert problem["errors"] == [{"pointer": "/code", "detail": words, "code": "required"}]
    assert not Organisation.objects.filter(name="x").exists()
    broken = Client().post("/api/v1/organisations", '{"a": ', content_type="application/json", headers=headers)
    assert (broken.status_code, broken.json()["type"]) == (400, "urn:vinloop:problem:bad-request")
    assert "malformed" not in broken.content.decode()
