"""The person's own pages."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.kernel.people import PASSWORD, Network, make_network, make_user

from vinloop.kernel.access.gate import ORGANISATION_KEY
from vinloop.kernel.accounts.agents import browser_words
from vinloop.kernel.models import ApiToken, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def manager(network: Network, client: Client) -> User:
    user = make_user("region", "region_manager", network.region)
    client.force_login(user)
    return user


def test_the_profile_is_changed_and_the_language_with_it(client: Client, manager: User) -> None:
    data = {"name": "新", "name_en": "New", "email": "n@example.com", "phone": "", "language": "zh-hans"}
    response = client.post(reverse("profile"), data)
    assert response.headers["Location"] == reverse("profile")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"
    manager.refresh_from_db()
    assert (manager.name, manager.email) == ("新", "n@example.com")


def test_a_wrong_profile_comes_back_with_what_was_typed(client: Client, manager: User) -> None:
    data = {"name": "新", "email": "nowhere", "language": "en"}
    response = client.post(reverse("profile"), data)
    assert response.status_code == 422
    assert b'value="nowhere"' in response.content
    manager.refresh_from_db()
    assert manager.email == "region@example.com"


def test_the_language_is_kept_for_next_time(client: Client, manager: User) -> None:
    page = reverse("profile")
    response = client.post(reverse("set_language"), {"language": "zh-hans", "next": page})
    assert response.headers["Location"] == page
    assert User.objects.get(pk=manager.pk).language == "zh-hans"
    client.post(reverse("set_language"), {"language": "tlh"})
    assert User.objects.get(pk=manager.pk).language == "zh-hans"


def test_visitors_choose_a_language_too() -> None:
    client = Client()
    assert client.get(reverse("set_language")).status_code == 405
    client.post(reverse("set_language"), {"language": "en"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_switching_stays_within_reach(client: Client, manager: User, network: Network) -> None:
    switch = reverse("switch_organisation")
    response = client.post(switch, {"organisation": network.dealer.pk, "next": reverse("profile")})
    assert response.headers["Location"] == reverse("profile")
    assert client.session[ORGANISATION_KEY] == network.dealer.pk
    for beyond in (network.stranger.pk, network.root.pk, "x", 10**9):
        assert client.post(switch, {"organisation": beyond}).status_code == 404
        assert client.session[ORGANISATION_KEY] == network.dealer.pk
    found = client.get(switch, {"q": "D2"}).context["organisations"]
    assert [each.code for each in found] == ["D2"]
    assert not client.get(switch, {"q": "D3"}).context["organisations"]


def test_after_switching_a_page_about_one_thing_is_left(client: Client, manager: User, network: Network) -> None:
    page = reverse("admin:organisation", args=[network.region.pk])
    response = client.post(reverse("switch_organisation"), {"organisation": network.dealer.pk, "next": page})
    assert response.headers["Location"] == settings.LOGIN_REDIRECT_URL


def test_own_tokens_are_shown_once_and_revoked(client: Client, manager: User, network: Network) -> None:
    data = {"label": "export", "organisation": network.region.pk, "expires_on": ""}
    page = client.post(reverse("own_token_new"), data)
    plain = page.context["token"]
    token = ApiToken.objects.get()
    security = client.get(reverse("security"))
    assert plain.encode() not in security.content
    assert token.prefix.encode() in security.content
    client.post(reverse("own_token_revoke", args=[token.pk]))
    assert ApiToken.objects.get().revoked_at is not None


def test_tokens_of_others_are_not_there(client: Client, manager: User, network: Network) -> None:
    other = make_user("other", "region_manager", network.region)
    token = ApiToken.objects.create(user=other, organisation=network.region, prefix="vl_x", digest="d")
    assert client.post(reverse("own_token_revoke", args=[token.pk])).status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_a_token_beyond_reach_is_refused(client: Client, manager: User, network: Network) -> None:
    response = client.post(reverse("own_token_new"), {"label": "x", "organisation": network.stranger.pk})
    assert response.status_code == 422
    assert not ApiToken.objects.exists()


def test_other_sessions_are_ended_one_by_one_or_all(client: Client, network: Network) -> None:
    make_user("seller", "dealer_consultant", network.dealer)
    clients = [Client() for _ in range(3)]
    for each in clients:
        each.post("/accounts/login/", {"login": "seller", "password": PASSWORD})
    here = clients[0]
    sessions = here.get(reverse("security")).context["sessions"]
    assert len(sessions) == 3
    other = next(each["row"] for each in sessions if each["row"].session_key == clients[1].session.session_key)
    here.post(reverse("end_session"), {"session": other.pk})
    assert [each.get(reverse("security")).status_code for each in clients] == [200, 302, 200]
    here.post(reverse("end_session"))
    assert [each.get(reverse("security")).status_code for each in clients] == [200, 302, 302]


def test_somebody_without_a_place_is_told_so_and_can_log_out(client: Client, network: Network) -> None:
    user = User.objects.create(username="nowhere", name="无")
    client.force_login(user)
    assert client.get(reverse("profile")).status_code == 403
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get(reverse("profile")).status_code == 302


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit Mobile MicroMessenger/8", "WeChat · iPhone"),
        ("curl/8.0", "curl/8.0"),
    ],
)
def test_browsers_are_told_in_two_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words
