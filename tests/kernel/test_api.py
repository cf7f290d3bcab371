"""The API kit: who gets in, what an error looks like, and what a transaction keeps."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from tests.kernel.api_probe import PERMISSION, ProbesController
from tests.kernel.programs import AT, Network, bearer, make_network, member, token_of

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.access.gate import access_of
from vinloop.kernel.access.permissions import known_permission
from vinloop.kernel.api import ApiController
from vinloop.kernel.caches import forget_everything
from vinloop.kernel.models import ApiToken, ReceivedDocument, User
from vinloop.site import api_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.api_probe")]
PROBES = "/api/v1/probes"


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def dealer_token(network: Network) -> str:
    return token_of(member("d1", network.dealer, PERMISSION, "kernel.organisation:read"), network.dealer)


def post(client: Client, body: Any, **extra: Any) -> Any:
    return client.post(PROBES, body, content_type="application/json", **extra)


def stored() -> set[str]:
    with acting(system_actor()):
        return set(ReceivedDocument.objects.values_list("ref", flat=True))


def problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = response.json()
    assert content["type"] == f"urn:vinloop:problem:{slug}"
    assert content["status"] == status
    assert content["title"]
    return content


def test_a_token_lets_a_program_in(client: Client, dealer_token: str, network: Network) -> None:
    response = post(client, {"ref": "A", "size": 1}, **bearer(dealer_token))
    assert (response.status_code, response.json()) == (201, {"ref": "A"})
    assert stored() == {"A"}
    me = client.get("/api/v1/me", **bearer(dealer_token)).json()
    assert (me["organisation_id"], me["organisation_kind"]) == (network.dealer.pk, "dealer")


@pytest.mark.parametrize("header", ["", "Bearer vl_wrong", "Bearer ", "Basic dTpw", "Bearer vl_\x00"])
def test_nobody_stays_out(client: Client, network: Network, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    response = post(client, {"ref": "A", "size": 1}, headers=headers)
    problem(response, 401, "unauthenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert stored() == set()


def test_revoked_token_and_disabled_owner_stay_out(client: Client, dealer_token: str) -> None:
    User.objects.update(is_active=False)
    problem(post(client, {"ref": "A", "size": 1}, **bearer(dealer_token)), 401, "unauthenticated")
    User.objects.update(is_active=True)
    ApiToken.objects.update(revoked_at=AT)
    problem(post(client, {"ref": "A", "size": 1}, **bearer(dealer_token)), 401, "unauthenticated")
    assert stored() == set()


def test_a_token_in_use_is_looked_up_again_after_a_moment(client: Client, dealer_token: str) -> None:
    assert client.get("/api/v1/me", **bearer(dealer_token)).status_code == 200
    ApiToken.objects.update(revoked_at=AT)
    forget_everything()  # what five seconds do
    problem(client.get("/api/v1/me", **bearer(dealer_token)), 401, "unauthenticated")


def test_missing_permission_is_named(client: Client, network: Network) -> None:
    token = token_of(member("reader", network.dealer, "kernel.organisation:read"), network.dealer)
    content = problem(post(client, {"ref": "A", "size": 1}, **bearer(token)), 403, "forbidden")
    assert content["permission"] == PERMISSION
    assert "Replay or dismiss quarantined documents" in content["detail"]
    assert stored() == set()


def test_scopes_narrow_a_token(client: Client, network: Network) -> None:
    user = member("d1", network.dealer, PERMISSION, "kernel.organisation:read")
    token = token_of(user, network.dealer, scopes=frozenset({"kernel.organisation:read"}))
    problem(post(client, {"ref": "A", "size": 1}, **bearer(token)), 403, "forbidden")
    assert client.get("/api/v1/organisations", **bearer(token)).status_code == 200


def test_browser_session_needs_the_csrf_token(network: Network) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member("d1", network.dealer, PERMISSION))
    assert browser.get("/api/v1/me").status_code == 200
    problem(post(browser, {"ref": "A", "size": 1}), 403, "csrf-failed")
    assert stored() == set()
    browser.cookies["csrftoken"] = "a" * 32
    response = post(browser, {"ref": "A", "size": 1}, headers={"X-CSRFToken": "a" * 32})
    assert response.status_code == 201


def test_knocking_without_a_token_is_slowed_down(client: Client, dealer_token: str) -> None:
    answers = {client.get("/api/v1/me", headers={"Authorization": "Bearer vl_x"}).status_code for _ in range(30)}
    assert answers == {401}
    response = client.get("/api/v1/me", headers={"Authorization": "Bearer vl_x"})
    problem(response, 429, "too-many-requests")
    assert response["Retry-After"] == "60"
    assert client.get("/api/v1/me", **bearer(dealer_token)).status_code == 200


def test_every_wrong_field_is_pointed_at(client: Client, dealer_token: str) -> None:
    body = {"size": "many", "phones": [{"number": "1"}, {"number": 2}], "main": {"kind": "fax"}}
    content = problem(post(client, body, **bearer(dealer_token)), 422, "invalid")
    pointers = [error["pointer"] for error in content["errors"]]
    assert pointers == ["/ref", "/size", "/phones/1/number", "/main/number"]
    assert stored() == set()


def test_wrong_query_is_pointed_at(client: Client, dealer_token: str) -> None:
    content = problem(client.get("/api/v1/organisations?limit=201", **bearer(dealer_token)), 422, "invalid")
    assert [error["pointer"] for error in content["errors"]] == ["?limit"]
    problem(client.get("/api/v1/organisations?cursor=x", **bearer(dealer_token)), 422, "cursor-invalid")


@pytest.mark.parametrize("body", ["{", "", "[1]", '"text"', "\ud800"])
def test_bodies_that_are_none(client: Client, dealer_token: str, body: str) -> None:
    raw = body.encode("utf-8", "surrogatepass")
    response = client.post(PROBES, raw, content_type="application/json", **bearer(dealer_token))
    assert response.status_code in {400, 415, 422}
    assert response["Content-Type"] == "application/problem+json"
    assert stored() == set()


def test_wrong_types_methods_and_addresses(client: Client, dealer_token: str) -> None:
    extra = bearer(dealer_token)
    problem(client.post(PROBES, "<a/>", content_type="text/xml", **extra), 415, "unsupported-media-type")
    problem(client.get("/api/v1/me", **bearer(dealer_token, Accept="text/csv")), 406, "not-acceptable")
    response = client.delete(PROBES, **extra)
    problem(response, 405, "method-not-allowed")
    assert response["Allow"] == "POST"
    problem(client.get("/api/v1/nothing", **extra), 404, "not-found")
    problem(client.get("/in/nothing"), 404, "not-found")


def test_bodies_too_large(client: Client, dealer_token: str, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    problem(post(client, {"ref": "A" * 200, "size": 1}, **bearer(dealer_token)), 413, "content-too-large")


def test_a_rooms_error_is_its_problem_and_nothing_stays(client: Client, dealer_token: str) -> None:
    response = post(client, {"ref": "A", "size": 1, "then": "refuse"}, **bearer(dealer_token))
    content = problem(response, 409, "already-closed")
    assert (content["detail"], content["ref"], content["instance"]) == ("It was closed before.", "P1", PROBES)
    assert stored() == set()


def test_a_kept_problem_keeps_what_was_written(client: Client, dealer_token: str) -> None:
    response = post(client, {"ref": "A", "size": 1, "then": "keep"}, **bearer(dealer_token))
    problem(response, 422, "quarantined")
    assert stored() == {"A"}


def test_an_unforeseen_error_tells_its_id_and_nothing_else(
    client: Client, dealer_token: str, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        response = post(client, {"ref": "A", "size": 1, "then": "fail"}, **bearer(dealer_token))
        other = client.get("/api/v1/failing")
    for answer in (response, other):
        content = problem(answer, 500, "internal-error")
        assert content["id"] in caplog.text
        assert b"secret" not in answer.content
    assert stored() == set()


def test_few_queries(client: Client, dealer_token: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/api/v1/me", **bearer(dealer_token))
    with django_assert_max_num_queries(3 + 2):  # token, place, scope; two for the test's savepoint
        client.get("/api/v1/me", **bearer(dealer_token))


def test_a_dealer_lists_only_itself_and_headquarters_everybody(
    client: Client, dealer_token: str, network: Network
) -> None:
    mine = client.get("/api/v1/organisations", **bearer(dealer_token)).json()
    assert [item["code"] for item in mine["items"]] == ["D1"]
    boss = token_of(member("boss", network.root, "kernel.organisation:read"), network.root)
    first = client.get("/api/v1/organisations?limit=4", **bearer(boss)).json()
    second = client.get(f"/api/v1/organisations?limit=4&cursor={first['next']}", **bearer(boss)).json()
    assert [len(first["items"]), len(second["items"])] == [4, 2]
    back = client.get(f"/api/v1/organisations?limit=4&cursor={second['previous']}", **bearer(boss)).json()
    assert back == first
    kinds = client.get("/api/v1/organisations?kind=region", **bearer(boss)).json()
    assert {item["kind"] for item in kinds["items"]} == {"region"}


def test_every_endpoint_declares_what_it_asks_for() -> None:
    for pattern in api_urls.urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        if view is None:
            access = access_of(pattern.callback)
            assert access is not None, pattern
            assert access.is_public, pattern
            continue
        assert issubclass(view, ApiController)
        assert view.access.keys() == view.api_endpoints.keys()
        for each in view.access.values():
            assert each.permission is None or known_permission(each.permission)
    assert ProbesController.access["POST"].permission == PERMISSION


def test_a_method_without_a_declaration_is_refused() -> None:
    with pytest.raises(TypeError, match="without @endpoint"):

        class Open(ApiController):
            def get(self) -> int:
                return 1
