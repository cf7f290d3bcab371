"""A repeated request has one effect and one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.kernel.programs import AT, bearer, make_network, member, token_of

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.api.idempotency import forget_old_keys
from vinloop.kernel.models import IdempotencyKey, ReceivedDocument

PERMISSION = "kernel.intake:replay"
pytestmark = pytest.mark.urls("tests.kernel.api_probe")


def send(client: Client, token: str, key: str, **body: Any) -> Any:
    extra = bearer(token, **{"Idempotency-Key": key})
    return client.post("/api/v1/probes", {"size": 1, **body}, content_type="application/json", **extra)


def stored() -> list[str]:
    with acting(system_actor()):
        return sorted(ReceivedDocument.objects.values_list("ref", flat=True))


@pytest.fixture
def token(db: None) -> str:
    network = make_network()
    return token_of(member("d1", network.dealer, PERMISSION), network.dealer)


def test_same_key_same_answer(client: Client, token: str) -> None:
    first, second = send(client, token, "k", ref="A"), send(client, token, "k", ref="A")
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, b'{"ref":"A"}')
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert stored() == ["A"]


def test_same_key_other_body_is_refused(client: Client, token: str) -> None:
    send(client, token, "k", ref="A")
    response = send(client, token, "k", ref="B")
    assert response.status_code == 422
    assert response.json()["type"] == "urn:vinloop:problem:idempotency-key-reused"
    assert stored() == ["A"]


def test_a_key_belongs_to_its_user(client: Client, token: str) -> None:
    from vinloop.kernel.models import Organisation

    dealer = Organisation.objects.get(code="D2")
    other = token_of(member("d2", dealer, PERMISSION), dealer)
    assert send(client, token, "k", ref="A").status_code == 201
    assert send(client, other, "k", ref="B").json() == {"ref": "B"}
    assert stored() == ["A", "B"]


def test_a_failed_request_frees_its_key(client: Client, token: str) -> None:
    assert send(client, token, "k", ref="A", then="refuse").status_code == 409
    assert send(client, token, "k", ref="A").status_code == 201
    assert stored() == ["A"]


def test_a_kept_problem_is_repeated_as_it_was(client: Client, token: str) -> None:
    first, second = (send(client, token, "k", ref="A", then="keep") for _ in range(2))
    assert second.status_code == 422
    assert second["Content-Type"] == "application/problem+json"
    assert second.json() == first.json()
    assert stored() == ["A"]


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_keys_that_are_none(client: Client, token: str, key: str) -> None:
    assert send(client, token, key, ref="A").status_code == 422
    assert stored() == []


def test_old_keys_are_forgotten(client: Client, token: str) -> None:
    send(client, token, "k", ref="A")
    made = IdempotencyKey.objects.get().created_at
    assert forget_old_keys(made + timedelta(hours=47)) == 0
    assert forget_old_keys(made + timedelta(hours=49)) == 1
    assert made > AT


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_executes() -> None:
    network = make_network()
    token = token_of(member("d1", network.dealer, PERMISSION), network.dealer)
    barrier = Barrier(4)

    def one(_number: int) -> tuple[int, bytes]:
        try:
            barrier.wait(timeout=30)
            response = send(Client(), token, "k", ref="A")
            return response.status_code, response.content
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(one, range(4)))
    assert answers == {(201, b'{"ref":"A"}')}
    assert stored() == ["A"]


@pytest.mark.parametrize(("language", "words"), [("en", "Use at most 200"), ("zh", "最多")])
def test_a_key_that_is_too_long_is_refused_in_the_callers_language(
    client: Client, token: str, language: str, words: str
) -> None:
    extra = bearer(token, **{"Idempotency-Key": "k" * 201, "Accept-Language": language})
    response = client.post("/api/v1/probes", {"size": 1, "ref": "A"}, content_type="application/json", **extra)
    assert response.status_code == 422
    assert words in response.json()["errors"][0]["detail"]
    assert stored() == []
