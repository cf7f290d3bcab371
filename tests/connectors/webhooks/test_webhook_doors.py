"""Webhooks on screen and through the API."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.kernel.programs import Network, bearer, make_network, member, token_of

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.connectors.webhooks.actions import MANAGE
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor

pytestmark = pytest.mark.django_db
FORM = {"url": "https://x.example/hook", "kinds": "leads.*\norders.*", "description": "DMS", "is_active": "on"}


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def browser(network: Network) -> Client:
    made = Client(headers={"Accept-Language": "en"})
    made.force_login(member("admin", network.root, MANAGE))
    return made


def endpoints() -> list[WebhookEndpoint]:
    with acting(system_actor()):
        return list(WebhookEndpoint.objects.order_by("pk"))


def test_a_secret_is_shown_once(browser: Client) -> None:
    page = browser.post("/desk/admin/webhooks/new/", FORM).content.decode()
    (endpoint,) = endpoints()
    assert endpoint.secrets[0] in page
    assert endpoint.kinds == ["leads.*", "orders.*"]
    for address in ("", f"{endpoint.pk}/", f"{endpoint.pk}/edit/"):
        shown = browser.get(f"/desk/admin/webhooks/{address}")
        assert shown.status_code == 200
        assert "whsec_" not in shown.content.decode()


def test_a_wrong_form_makes_nothing(browser: Client) -> None:
    response = browser.post("/desk/admin/webhooks/new/", FORM | {"url": "http://x.example/"})
    assert response.status_code == 422
    assert "Only https addresses" in response.content.decode()
    assert browser.post("/desk/admin/webhooks/new/", FORM | {"kinds": "leads.Nothing"}).status_code == 422
    assert endpoints() == []


def test_buttons(browser: Client) -> None:
    browser.post("/desk/admin/webhooks/new/", FORM)
    address = f"/desk/admin/webhooks/{endpoints()[0].pk}/"
    assert browser.post(address + "ping/").status_code == 302
    page = browser.get(address).content.decode()
    assert "webhooks.ping" in page
    ref = re.findall(r'name="ref" value="(\d+)"', page)
    assert browser.post(address + "replay/", {"ref": ref}).status_code == 302
    browser.post(address + "rotate/")
    assert len(endpoints()[0].secrets) == 2
    browser.post(address + "retire/")
    assert len(endpoints()[0].secrets) == 1
    browser.post(address + "edit/", FORM | {"is_active": ""})
    assert not endpoints()[0].is_active
    browser.post(address + "remove/")
    assert endpoints() == []


def test_the_api_does_the_same(client: Client, network: Network) -> None:
    head = bearer(token_of(member("dms", network.root, MANAGE), network.root))
    body = {"url": "https://x.example/hook", "kinds": ["leads.*"]}
    made = client.post("/api/v1/webhooks", body, content_type="application/json", **head)
    assert made.status_code == 201, made.content
    webhook = made.json()["webhook"]
    address = f"/api/v1/webhooks/{webhook['id']}"
    assert made.json()["secret"].startswith("whsec_")
    assert client.get("/api/v1/webhooks", **head).json()["items"] == [webhook]
    assert client.get(address, **head).json() == webhook
    delivery = client.post(address + "/ping", **head).json()
    assert client.get(address + "/deliveries", **head).json()["items"] == [delivery]
    assert client.post(f"{address}/deliveries/{delivery['id']}/replay", **head).status_code == 201
    assert client.post(address + "/secrets", **head).json()["secret"] != made.json()["secret"]
    assert client.delete(address + "/secrets", **head).json()["secret_count"] == 1
    changed = client.put(address, body | {"is_active": False}, content_type="application/json", **head)
    assert changed.json()["is_active"] is False
    assert client.delete(address, **head).status_code == 200
    assert endpoints() == []


def test_nobody_sees_anothers_webhooks(client: Client, network: Network) -> None:
    head = bearer(token_of(member("dms", network.root, MANAGE), network.root))
    body = {"url": "https://x.example/hook", "kinds": ["*"]}
    webhook = client.post("/api/v1/webhooks", body, content_type="application/json", **head).json()["webhook"]
    address = f"/api/v1/webhooks/{webhook['id']}"
    client.post(address + "/ping", **head)
    dealer = bearer(token_of(member("d1", network.dealer, MANAGE), network.dealer))
    for path in ("", "/deliveries"):
        assert client.get(address + path, **dealer).status_code == 404
    for path in ("/ping", "/secrets"):
        assert client.post(address + path, **dealer).status_code == 404
    assert client.delete(address, **dealer).status_code == 404
    assert client.get("/api/v1/webhooks", **dealer).json()["items"] == []
    reader = bearer(token_of(member("reader", network.root, "leads.lead:read"), network.root))
    assert client.get("/api/v1/webhooks", **reader).status_code == 403
    with acting(system_actor()):
        assert (len(endpoints()), WebhookDelivery.objects.count()) == (1, 1)
