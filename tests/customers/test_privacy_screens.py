"""Data protection on screen and in the API: the way of a request, the customer's page, and what nobody may open."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.customers.privacy_world import GONE, make_person, picture
from tests.leads.browser import as_user, content, page, questions
from tests.leads.world import World

from vinloop.customers.forms import FIELDS
from vinloop.customers.models import Consent, Customer, PrivacyRequest, SealedNumber
from vinloop.kernel.models import ApiToken, Event, User

VIN = "LSVAB2BR7MN123456"
ASKED = {"who": "self", "way": "email", "proof": "call_back", "note": ""}


def _request(world: World, ref: str, kind: str) -> str:
    client = as_user(world.headquarters)
    response = client.post(reverse("customers:customer_request", args=[ref]), {"kind": kind, **ASKED})
    assert response.status_code == 302
    with world.system():
        return PrivacyRequest.objects.get(kind=kind).ref


def test_a_request_for_access_goes_its_way(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    client, made = as_user(world.headquarters), _request(world, ref, "access")
    assert made in page(client, reverse("customers:privacy_list"))
    assert "Give the data out" in page(client, reverse("customers:privacy_request", args=[made]))
    assert client.get(reverse("customers:privacy_download", args=[made])).status_code == 302
    client.post(reverse("customers:privacy_answer", args=[made]))
    assert "Download" in page(client, reverse("customers:privacy_request", args=[made]))
    download = client.get(reverse("customers:privacy_download", args=[made]))
    assert (download["Content-Type"], download["Cache-Control"]) == ("application/zip", "no-store")
    paper = page(client, reverse("customers:privacy_print", args=[made]))
    assert GONE.phone in paper
    assert '<html lang="zh-hans"' in paper


def test_an_erased_customer_is_nowhere_on_screen(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    client, made = as_user(world.headquarters), _request(world, ref, "erasure")
    client.post(reverse("customers:privacy_answer", args=[made]))
    shown = page(client, reverse("customers:privacy_request", args=[made]))
    assert "What was removed and what was kept" in shown
    assert "For recalls" in shown
    erased = page(client, reverse("customers:customer_page", args=[ref]))
    assert "data were erased on" in erased
    for url in (reverse("customers:customer_list"), reverse("orders:order_list"), reverse("leads:lead_list")):
        assert GONE.name not in page(client, url)
    assert GONE.name not in erased + shown
    assert client.get(reverse("customers:customer_privacy", args=[ref])).status_code == 404
    assert client.get(reverse("customers:customer_edit", args=[ref, "name"])).status_code == 404


def test_a_request_is_corrected_or_refused(world: World) -> None:
    ref = world.lead(world.capture().ref).customer.ref
    client, correction = as_user(world.headquarters), _request(world, ref, "correction")
    url = reverse("customers:privacy_correct", args=[correction])
    assert client.get(url).status_code == 200
    with world.system():
        customer = Customer.objects.get(ref=ref)
    same = {name: getattr(customer, name) or "" for name in FIELDS}
    assert client.post(url, same).status_code == 422
    assert client.post(url, {**same, "name": "王建军"}).status_code == 302
    refused = _request(world, ref, "erasure")
    client.post(reverse("customers:privacy_refuse", args=[refused]), {"reason": "contract"})
    assert "A contract that runs" in page(client, reverse("customers:privacy_request", args=[refused]))
    with world.system():
        assert Customer.objects.get(ref=ref).name == "王建军"


def test_consent_and_numbers_on_the_customers_page(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    client = as_user(world.headquarters)
    url = reverse("customers:customer_privacy", args=[ref])
    assert GONE.number not in page(client, url)
    purpose = reverse("customers:customer_purpose", args=[ref, "marketing"])
    assert client.get(purpose).status_code == 200
    assert client.post(purpose, {"consent_sms": "yes", "proof": "form 7"}).status_code == 302
    assert "form 7" in page(client, url)
    with world.system():
        number = SealedNumber.objects.get().pk
        assert Consent.objects.filter(purpose="marketing", channel="sms", is_granted=True).count() == 1
    shown = reverse("customers:unmask", args=[ref, "identity", number])
    assert client.post(shown, {"reason": "other", "words": ""}).status_code == 422
    assert GONE.number in client.post(shown, {"reason": "contract"}).content.decode()
    assert questions(client, url) <= 8
    assert questions(client, reverse("customers:privacy_list")) <= 8


def test_the_list_leaves_by_the_guarded_way(world: World) -> None:
    world.capture(GONE.name, GONE.phone)
    client = as_user(world.headquarters)
    url = reverse("customers:customer_export") + f"?q={GONE.phone}"
    assert "1 customer, as the list shows it" in page(client, url)
    assert client.post(url, {"reason": "", "file_format": "csv"}).status_code == 422
    text = content(client.post(url, {"reason": "Fair in May", "file_format": "csv"})).decode("utf-8-sig")
    assert GONE.name in text
    assert reverse("customers:customer_export") in page(client, reverse("customers:customer_list"))


def test_tonight_is_shown_with_its_rules(world: World) -> None:
    shown = page(as_user(world.headquarters), reverse("customers:privacy_tonight"))
    assert "Documents in quarantine" in shown
    assert "What was said about lost and invalid leads" in shown


@pytest.mark.parametrize("who", ["manager", "consultant", "verifier"])
def test_who_may_not_is_refused_everywhere(world: World, who: str) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    made = _request(world, ref, "erasure")
    client = as_user(getattr(world, who))
    before = picture(["customers_customer", "customers_privacyrequest", "kernel_event"])
    for name in ("request", "answer", "correct", "refuse", "download", "print"):
        url = reverse(f"customers:privacy_{name}", args=[made])
        assert {client.get(url).status_code, client.post(url).status_code} <= {403, 405}
    for url in (reverse("customers:privacy_list"), reverse("customers:privacy_tonight")):
        assert client.get(url).status_code == 403
    assert client.post(reverse("customers:customer_export"), {"reason": "for me"}).status_code == 403
    assert picture(["customers_customer", "customers_privacyrequest", "kernel_event"]) == before


def _call(user: User, world: World, method: str, path: str, body: Any = None) -> Any:
    """The API, asked by the person's own log-in."""
    client = as_user(user)
    return client.generic(
        method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", content_type="application/json"
    )


def test_the_api_can_do_what_the_screens_can(world: World) -> None:
    ref = make_person(world, GONE, "7001", VIN)
    user = world.headquarters
    made = _call(user, world, "POST", "privacy-requests", {"customer": ref, "kind": "access", **ASKED}).json()
    assert (made["state"], made["due_on"] > timezone.localdate().isoformat()) == ("open", True)
    assert _call(user, world, "POST", f"privacy-requests/{made['ref']}/give-out").json()["state"] == "done"
    data = _call(user, world, "GET", f"privacy-requests/{made['ref']}/data")
    assert data["Content-Type"] == "application/zip"
    answers = {"sms": True}
    told = _call(user, world, "POST", f"customers/{ref}/purposes/marketing", {"answers": answers, "proof": "f"}).json()
    assert told["answers"][0]["purpose"] == "marketing"
    (number,) = _call(user, world, "GET", f"customers/{ref}/identity-numbers").json()["numbers"]
    path = f"customers/{ref}/identity-numbers/{number['id']}/unmask"
    assert _call(user, world, "POST", path, {"reason": "contract"}).json()["number"] == GONE.number
    assert _call(user, world, "GET", "customer-export?reason=Fair in May").status_code == 200
    assert {each["rule"] for each in _call(user, world, "GET", "retention").json()["rules"]} >= {"prospects"}
    erasure = _call(user, world, "POST", "privacy-requests", {"customer": ref, "kind": "erasure", **ASKED}).json()
    done = _call(user, world, "POST", f"privacy-requests/{erasure['ref']}/erase").json()
    assert {room["room"] for room in done["report"]["rooms"]} >= {"customers", "leads", "orders"}
    assert _call(user, world, "GET", f"privacy-requests/{made['ref']}/data").status_code == 409
    assert ApiToken.objects.count() == 0
    with world.system():
        assert Event.objects.filter(kind="customers.PersonalDataGivenOut").count() == 1
