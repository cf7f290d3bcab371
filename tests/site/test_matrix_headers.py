"""What every page says to the browser: load only ours, frame nothing, keep nothing that is private."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from django.conf import settings
from django.test import Client
from tests.html import tree_of
from tests.kernel.people import PASSWORD, make_network, make_user
from tests.site.test_matrix import ROUTES, address

from vinloop.kernel.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """An administrator with a password."""
    return make_user("boss", "administrator", make_network().root)


def _pages(client: Client) -> Iterator[tuple[str, bool, Any]]:
    """Every address without parameters as it answers, and whether it is open to anybody."""
    for route in ROUTES:
        is_page = "<" not in route.path and "GET" in (route.methods or ("GET",)) and "logout" not in route.path
        if route.access and is_page:
            yield route.path, route.access.is_public, client.get(address(route))


def _logged_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_every_page_is_guarded_in_the_browser(user: User) -> None:
    for path, is_public, response in _pages(_logged_in(user)):
        policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
        assert policy["script-src"] == "'self'" == policy["default-src"], path
        assert policy["frame-ancestors"] == "'none'", path
        assert response["X-Content-Type-Options"] == "nosniff", path
        assert response["X-Frame-Options"] == "DENY", path
        assert response["Referrer-Policy"] == "same-origin", path
        if not is_public or path.startswith("/accounts/"):
            assert "no-store" in response["Cache-Control"], path


def test_no_page_holds_code_that_its_own_policy_forbids(user: User) -> None:
    for path, _is_public, response in _pages(_logged_in(user)):
        is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
        if not is_page or not response.content.strip():
            continue
        tree = tree_of(response.content)
        scripts = tree.xpath("//script[not(@src) and not(@type='application/json')]")
        assert [lxml.html.tostring(each)[:80] for each in scripts] == [], path
        assert re.findall(rb"<[a-z][^>]*\son[a-z]+\s*=", response.content) == [], path
        assert not [href for href in tree.xpath("//@href | //@src | //@action") if href.startswith("javascript:")], path
        assert not [src for src in tree.xpath("//@src") if re.match(r"(https?:)?//", src)], path


def test_cookies_are_out_of_reach(user: User) -> None:
    client = Client()
    client.get(settings.LOGIN_URL)
    answer = client.post(settings.LOGIN_URL, {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert client.cookies[settings.CSRF_COOKIE_NAME]["samesite"] == "Lax"
    # Over https, which the public address decides, both are marked for it alone.
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE == settings.PUBLIC_URL.startswith("https:")


def test_guessing_passwords_ends_soon(user: User) -> None:
    client = Client()
    for number in range(6):
        client.post(settings.LOGIN_URL, {"login": user.username, "password": f"wrong-{number}"})
    # Even the right one is not listened to now.
    assert client.post(settings.LOGIN_URL, {"login": user.username, "password": PASSWORD}).status_code != 302
    assert "_auth_user_id" not in client.session


def test_guessing_tokens_ends_soon() -> None:
    client = Client()
    statuses = [
        client.get("/api/v1/me", headers={"Authorization": f"Bearer vl_{number:040d}"}).status_code
        for number in range(35)
    ]
    assert set(statuses) == {401, 429}
    assert statuses[-1] == 429
