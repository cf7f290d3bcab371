"""Whatever is sent, the API answers as its document says, never with our fault, and leaves nothing half-written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.kernel.people import make_user
from tests.leads.world import World, make_world
from tests.site.isolation_forms import api_calls
from tests.site.isolation_world import OURS, forget_scope, make_side, token_for

from vinloop.customers.models import ContactPoint, Customer
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.models import ReceivedDocument
from vinloop.leads.models import Lead, Touch

pytestmark = pytest.mark.django_db
# Runs are the same every time; set VINLOOP_FUZZ=20 for a run twenty times as long.
TIMES = int(os.environ.get("VINLOOP_FUZZ", "1"))
QUIET = settings(
    deadline=timedelta(seconds=20),
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SAMPLES = sorted((Path(__file__).parents[1] / "data" / "adf").glob("*.xml"))


@pytest.fixture
def world() -> World:
    """The network with one dealer at work."""
    made = make_world()
    make_side(made, OURS, made.network.dealer)
    return made


@pytest.fixture
def token(world: World) -> str:
    """A token that may do everything, at headquarters."""
    return token_for(make_user("boss", "administrator", world.network.root, password=None), world.network.root)


@pytest.fixture
def application() -> Iterator[WSGIHandler]:
    """The product as a server calls it, except that it leaves the test's connection open between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def _undone() -> Iterator[None]:
    """Each attempt meets the same rows."""
    point = transaction.savepoint()
    forget_scope()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        forget_everything()


def _repeat(times: int, check: Callable[..., None], **strategies: Any) -> None:
    settings(QUIET, max_examples=times * TIMES)(given(**strategies)(check))()


def test_every_operation_answers_as_the_document_says(token: str, application: WSGIHandler) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    headers = {"Authorization": f"Bearer {token}"}

    def check(case: Any) -> None:
        with _undone():
            case.call_and_validate(headers=headers, checks=CHECKS)

    found = list(schema.get_all_operations())
    operations = [each.ok() for each in found if isinstance(each, Ok)]
    assert len(operations) == len(found)
    assert len(operations) == len(list(api_calls())) + sum(o.method == "get" for o in operations)
    wrong = {operation.label: _complaint(check, operation) for operation in operations}
    assert {label: complaint for label, complaint in wrong.items() if complaint} == {}


def _complaint(check: Callable[..., None], operation: Any) -> str:
    """What schemathesis found about an operation; empty when all is well."""
    try:
        _repeat(6, check, case=operation.as_strategy())
    except schemathesis.errors.FailureGroup as found:
        return str(found)
    return ""


NASTY = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, -1, 2**31, 2**63, 10**400, 1e308, "\x00", "\ud800", "=cmd|' /C calc'!A0", "' OR 1=1 --", "\u202e王", ""]
    ),
    st.text(max_size=40),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
    st.text(alphabet="王a1 \u200b", min_size=1, max_size=20).map(lambda piece: piece * 300),
)
LEAD: dict[str, Any] = {
    "external_id": "x-1",
    "source": "portal",
    "campaign": "spring",
    "customer": {
        "name": "李婷",
        "phones": ["13612345678"],
        "emails": ["li@example.com"],
        "city": "上海",
        "address": "路1",
    },
    "interest": {"kind": "buy", "brand": "Aurora", "model": "Aurora S", "year": 2026, "trim": "Max", "vin": ""},
    "timeframe": "7 days",
    "comments": "hello",
    "consent": {"phone": True, "proof": "form"},
}
PLACES = [(name,) for name in LEAD] + [
    (outer, inner) for outer, value in LEAD.items() if isinstance(value, dict) for inner in value
]


def _with(places: list[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    lead: dict[str, Any] = json.loads(json.dumps(LEAD))
    for place, value in places:
        inside = lead if len(place) == 1 else lead[place[0]]
        if isinstance(inside, dict):
            inside[place[-1]] = value
    return lead


def _stock(world: World) -> tuple[int, ...]:
    with world.system():
        return tuple(model.objects.count() for model in (Lead, Touch, Customer, ContactPoint))


def test_a_spoilt_lead_is_taken_whole_or_not_at_all(world: World, token: str) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})

    def check(places: list[tuple[tuple[str, ...], Any]]) -> None:
        with _undone():
            before = _stock(world)
            body = json.dumps(_with(places))
            response = client.post("/api/v1/leads", body, content_type="application/json")
            assert response.status_code < 500, (response.content, body)
            assert b"Traceback" not in response.content
            after = _stock(world)
            if response.status_code >= 400:
                assert response["Content-Type"] == "application/problem+json"
                assert after == before
            else:
                assert (after[0] - before[0], after[1] - before[1]) in {(1, 1), (0, 1)}

    _repeat(150, check, places=st.lists(st.tuples(st.sampled_from(PLACES), NASTY), min_size=1, max_size=3))


def test_bytes_that_are_no_lead_are_refused(world: World, token: str) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
    before = _stock(world)
    deep = b"[" * 100_000 + b"]" * 100_000
    many = b"{" + b'"source":"x",' * 10_000
    for body in (b"", b"\x00", b"\xff\xfe{", b"{", b"null", b"[]", b'"x"', b"1e999", deep, b'{"a":' * 5000, many):
        response = client.post("/api/v1/leads", body, content_type="application/json")
        assert 400 <= response.status_code < 500, body[:20]
        assert response["Content-Type"] == "application/problem+json"
    assert _stock(world) == before


@st.composite
def _spoilt(draw: Any) -> bytes:
    """A good file with something done to it."""
    data = draw(st.sampled_from([path.read_bytes()[:20_000] for path in SAMPLES]))
    for _time in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 30))
        data = data[:at] + draw(st.binary(max_size=12)) + data[at + length :]
    return bytes(data)


def test_a_spoilt_file_becomes_leads_or_waits_in_quarantine(world: World, token: str) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})

    def check(data: bytes) -> None:
        with _undone():
            before = _stock(world)
            response = client.post("/in/adf", data, content_type="text/xml")
            assert response.status_code < 500, response.content
            assert b"Traceback" not in response.content
            answer = response.json()
            with world.system():
                document = ReceivedDocument.objects.get(ref=answer.get("document") or answer.get("quarantine"))
                assert bytes(document.body) == data
            if response.status_code >= 400:
                assert document.state == ReceivedDocument.State.QUARANTINED
                assert answer["problems"] or _stock(world)[0] == before[0]

    _repeat(80, check, data=_spoilt())
