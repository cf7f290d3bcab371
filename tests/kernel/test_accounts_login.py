"""Logging in as a browser does: throttled, with a second factor, out at once when disabled."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.kernel.people import AT, PASSWORD, Network, make_network, make_user

from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.accounts.actions import disable_user
from vinloop.kernel.models import Event, User

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
SECURITY = "/accounts/security/"


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def seller(network: Network) -> User:
    return make_user("seller", "dealer_consultant", network.dealer)


def log_in(client: Client, login: str = "seller", password: str = PASSWORD, **more: str) -> str:
    """Post the form; answers where it leads, empty when it is shown again."""
    response = client.post(LOGIN, {"login": login, "password": password, **more})
    return response.headers.get("Location", "")


def is_logged_in(client: Client) -> bool:
    return bool(client.get(SECURITY).status_code == 200)


def kinds() -> list[str]:
    with acting(system_actor()):
        return list(Event.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize("login", ["seller", "SELLER", "seller@example.com", "Seller@Example.com"])
def test_name_or_address_opens_the_door(client: Client, seller: User, login: str) -> None:
    assert log_in(client, login) == settings.LOGIN_REDIRECT_URL
    assert is_logged_in(client)
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert kinds()[-1] == "kernel.UserLoggedIn"


def test_a_wrong_password_leaves_a_trace_and_nothing_else(client: Client, seller: User) -> None:
    assert log_in(client, password="wrong") == ""
    assert not is_logged_in(client)
    assert kinds()[-1] == "kernel.LoginFailed"


def test_guessing_is_stopped_even_with_other_hosts_and_the_right_password(client: Client, seller: User) -> None:
    cache.clear()
    for attempt in range(5):
        client.post(LOGIN, {"login": "seller", "password": "wrong"}, headers={"Host": f"h{attempt}.example"})
    response = client.post(LOGIN, {"login": "seller", "password": PASSWORD})
    assert response.status_code == 200
    assert not is_logged_in(client)
    assert log_in(Client(), "seller") == ""


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(client: Client, seller: User, target: str) -> None:
    assert log_in(client, next=target) == settings.LOGIN_REDIRECT_URL
    response = client.post(reverse("set_language"), {"language": "en", "next": target})
    assert response.headers["Location"] == "/"


def test_after_log_in_the_page_one_wanted(client: Client, seller: User) -> None:
    response = client.get(SECURITY)
    assert response.headers["Location"] == f"{LOGIN}?next={SECURITY}"
    assert log_in(client, next=SECURITY) == SECURITY


def test_the_log_in_page_says_why_one_is_there(client: Client, seller: User) -> None:
    english = {"Accept-Language": "en"}
    assert "Log in to see this page" in client.get(SECURITY, follow=True, headers=english).content.decode()
    assert "vl-notice" not in client.get("/desk/", follow=True, headers=english).content.decode()
    log_in(client)
    Session.objects.all().delete()
    moved = client.get(SECURITY)
    assert moved.headers["Location"] == f"{LOGIN}?ended=1&next={SECURITY}"
    page = Client().get(moved.headers["Location"], headers=english).content.decode()
    assert "Your session has ended" in page
    assert log_in(client, next=SECURITY) == SECURITY


def test_a_disabled_person_is_out_at_once(client: Client, seller: User) -> None:
    log_in(client)
    assert is_logged_in(client)
    with acting(system_actor()) as system:
        disable_user(actor=system, user=seller, at=AT)
    assert not is_logged_in(client)
    assert log_in(Client()) == reverse("account_inactive")


def test_there_is_no_self_sign_up(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404


def test_a_forgotten_password_is_set_by_mail(client: Client, seller: User) -> None:
    cache.clear()
    log_in(client)
    other = Client()
    other.post(reverse("account_reset_password"), {"email": "seller@example.com"}, headers={"Host": "evil.example"})
    assert len(mail.outbox) == 1
    letter = str(mail.outbox[0].body)
    assert "evil.example" not in letter
    link = re.search(rf"{settings.PUBLIC_URL}(/\S+)", letter)
    assert link is not None
    form = other.get(link[1], follow=True)
    page = form.redirect_chain[-1][0]
    other.post(page, {"password1": "brand-new-secret-5", "password2": "brand-new-secret-5"})
    assert not is_logged_in(client)
    assert log_in(Client(), password="brand-new-secret-5") == settings.LOGIN_REDIRECT_URL
    assert "kernel.PasswordSet" in kinds()
    again = Client().get(link[1], follow=True)
    assert b'name="password1"' not in again.content


def test_unknown_addresses_look_like_known_ones(client: Client, seller: User) -> None:
    cache.clear()
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert response.headers["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


def code_for(secret: str, offset: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + offset))


def set_up_second_factor(client: Client) -> str:
    asked = client.get(reverse("mfa_activate_totp"))
    assert reverse("account_reauthenticate") in asked.headers["Location"]
    page = client.post(asked.headers["Location"], {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.headers["Location"] == reverse("mfa_view_recovery_codes")
    return str(secret)


def test_the_second_factor_is_asked_and_recovery_codes_replace_it(client: Client, seller: User) -> None:
    cache.clear()
    log_in(client)
    secret = set_up_second_factor(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10

    fresh = Client()
    assert log_in(fresh) == reverse("mfa_authenticate")
    assert not is_logged_in(fresh)
    refused = fresh.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert refused.status_code == 200
    assert not is_logged_in(fresh)
    cache.clear()
    fresh.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)})
    assert is_logged_in(fresh)

    third = Client()
    log_in(third)
    third.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert is_logged_in(third)
    fourth = Client()
    log_in(fourth)
    fourth.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert not is_logged_in(fourth)


def test_switching_the_second_factor_off_asks_who_it_is(client: Client, seller: User) -> None:
    cache.clear()
    log_in(client)
    set_up_second_factor(client)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    response = client.post(reverse("mfa_deactivate_totp"))
    assert "reauthenticate" in response.headers["Location"]
    assert Authenticator.objects.filter(user=seller, type="totp").exists()


def test_codes_cannot_be_guessed(client: Client, seller: User) -> None:
    cache.clear()
    log_in(client)
    secret = set_up_second_factor(client)
    cache.clear()
    fresh = Client()
    log_in(fresh)
    for _ in range(5):
        fresh.post(reverse("mfa_authenticate"), {"code": "000000"})
    fresh.post(reverse("mfa_authenticate"), {"code": code_for(secret, 1)})
    assert not is_logged_in(fresh)
