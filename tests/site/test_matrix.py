"""Every address has a gate, and the gate holds: for nobody, for every shipped role, and against forged forms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.kernel.people import Network, make_network, make_user

from vinloop.kernel.access.permissions import known_permission
from vinloop.kernel.accounts.roles import BUILT_IN, shipped_permissions
from vinloop.kernel.api.openapi import access_by_operation
from vinloop.kernel.models import Membership, Organisation, Role, User
from vinloop.site.access_matrix import Route, list_routes, opens, render_matrix
from vinloop.site.api_urls import ENDPOINTS

SNAPSHOT = Path(__file__).parents[2] / "docs" / "access-matrix.md"
ROUTES = list_routes()
SCREENS = [route for route in ROUTES if not route.is_api]
# Open to anybody, and why. A new address that is open to anybody must be put here on purpose.
OPEN = {
    "healthz": "load balancers ask without a token; it says up or down",
    "api:openapi": "the document says nothing an installation would hide",
    "api:docs": "a page made from it",
    "api:": "everything else below /api is not found",
    "set_language": "the language of the log-in page",
}
# The buyer's endpoints are opened by the token in their address.
OPEN_ROOMS = ("portal:", "account_", "mfa_authenticate", "api:my")
# Pages that look at the organisation as well as at the permission, and refuse all the same.
NARROWER = {("region_manager", "/desk/insight/campaigns/"), ("region_manager", "/api/v1/insight/campaigns")}
PRIVATE = [route for route in SCREENS if route.access and not route.access.is_public]


def address(route: Route, value: str = "1") -> str:
    """The route's address with something in each parameter that fits its converter."""
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: {"dealer_export": "csv"}.get(m[1] or "", value), route.path)


def takes(route: Route, method: str) -> bool:
    """Whether the address answers the method; every address is asked when it does not say."""
    return route.access is not None and (not route.access.methods or method in route.access.methods)


@pytest.fixture
def network(db: None) -> Network:
    """Five organisations and the shipped roles."""
    return make_network()


def _member(network: Network, permissions: list[str]) -> User:
    role = Role.objects.create(code="odd", name="odd", level="manufacturer", permissions=permissions)
    user = User.objects.create(username="odd", name="odd", password="!")
    Membership.objects.create(user=user, role=role, organisation=network.root)
    return user


def _place(network: Network, level: str) -> Organisation:
    places = {"manufacturer": network.root, "region": network.region, "dealer": network.dealer}
    return places.get(level, network.dealer)


def _logged_in(user: User, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_every_address_has_a_gate_with_a_known_permission() -> None:
    assert [route.path for route in ROUTES if route.access is None] == []
    for route in ROUTES:
        assert route.access is not None
        assert route.access.permission is None or known_permission(route.access.permission)


def test_what_is_open_to_anybody_is_meant_to_be() -> None:
    found = {route.name for route in ROUTES if route.access and route.access.is_public}
    assert {name for name in found if not name.startswith(OPEN_ROOMS)} == OPEN.keys()


def test_the_api_in_the_matrix_is_the_api_in_the_document() -> None:
    documented = {(m, p): access.permission for (m, p), access in access_by_operation(ENDPOINTS).items()}
    enumerated = {
        (route.methods[0], re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)): route.access.permission
        for route in ROUTES
        if route.is_api and route.access
    }
    assert enumerated == documented


def test_the_matrix_is_the_committed_one() -> None:
    """Refresh it with ``python -m django access_matrix --write docs/access-matrix.md`` and look at the difference."""
    assert render_matrix() == SNAPSHOT.read_text("utf-8")


def test_every_permission_a_gate_asks_for_is_held_by_somebody_besides_the_administrator() -> None:
    held = set().union(*(shipped_permissions(role.code) or set() for role in BUILT_IN if role.permissions))
    asked = {route.access.permission for route in ROUTES if route.access and route.access.permission}
    only_administrators = {p for p in asked - held if not p.startswith("kernel.")}
    assert only_administrators == set()


def _requests(routes: list[Route], method: str) -> Iterator[tuple[Route, str]]:
    for route in routes:
        if takes(route, method):
            yield route, address(route)


@pytest.mark.django_db
def test_nobody_is_sent_to_the_log_in_or_refused() -> None:
    client = Client(raise_request_exception=False)
    for method in ("GET", "POST"):
        for route, path in _requests(PRIVATE, method):
            response = client.generic(method, path)
            if route.path.startswith("/in/"):
                assert response.status_code in {401, 405}, path
            else:
                assert response.status_code == 302, path
                assert response["Location"].startswith("/accounts/login/?next="), path
            again = client.generic(method, path, headers={"HX-Request": "true"})
            assert again.status_code in {401, 405}, path
    for route in ROUTES:
        if route.is_api and not (route.access and route.access.is_public):
            response = client.generic(route.methods[0], address(route), "{}", content_type="application/json")
            assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json"), route.path


def test_a_member_without_permissions_is_refused_everywhere(network: Network) -> None:
    client = _logged_in(_member(network, []))
    for route in ROUTES:
        if route.access is None or route.access.permission is None or route.path.startswith("/in/"):
            continue
        for method in route.access.methods or route.methods:
            response = client.generic(method, address(route), headers={"Accept-Language": "en"})
            assert response.status_code == 403, (method, route.path)
            if route.is_api:
                assert json.loads(response.content)["permission"] == route.access.permission, route.path


@pytest.mark.parametrize("code", [role.code for role in BUILT_IN])
def test_a_role_opens_what_the_matrix_says_and_nothing_else(network: Network, code: str) -> None:
    role = Role.objects.get(code=code)
    client = _logged_in(make_user("somebody", code, _place(network, role.level)))
    permissions = set(role.permissions)
    wrong = []
    for route in ROUTES:
        if route.access is None or route.access.is_public or not _is_read(route):
            continue
        status = client.get(address(route)).status_code
        is_let_in = opens(permissions, route.access) and (code, route.path) not in NARROWER
        if (status == 403) is is_let_in or status >= 500:
            wrong.append((status, route.path))
    assert wrong == []


def _is_read(route: Route) -> bool:
    methods = route.methods or ("GET",)
    return "GET" in methods and not route.path.startswith("/in/")


def test_a_form_from_elsewhere_changes_nothing(network: Network) -> None:
    client = _logged_in(make_user("admin", "administrator", network.root), enforce_csrf_checks=True)
    for route in ROUTES:
        methods = set(route.methods) & {"POST", "PUT", "PATCH", "DELETE"} or ({"POST"} if not route.methods else set())
        for method in methods:
            response = client.generic(method, address(route))
            # Programs show a token, which no browser sends on its own.
            expected = {405, 404} if not route.methods and not route.is_api else set()
            if route.access and route.access.is_public and route.is_api:
                expected |= {404, 415, 422}  # nobody is logged in there: the token in the address opens nothing
            else:
                expected |= {401} if route.path.startswith("/in/") else {403}
            assert response.status_code in expected, (method, route.path, response.status_code)
