"""``POST /in/adf``: the samples, repetitions, partly bad files, hostile ones, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.connectors.doors import (
    EXPECTED,
    SAMPLES,
    Doors,
    documents,
    expected,
    leads,
    make_doors,
    summary,
    touch_count,
)
from tests.kernel.programs import bearer, member, token_of

from vinloop.connectors.handling import handle_document, pick_up_left_documents
from vinloop.connectors.senders import sender_context
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import load_actor, system_actor
from vinloop.kernel.intake.actions import Envelope, receive_document, replay
from vinloop.kernel.models import Membership, ReceivedDocument, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("vinloop.connectors.urls")]
XML = [name for name in EXPECTED if name.endswith(".xml")]
GOOD = "<vehicle><make>Aurora</make><model>S</model></vehicle>"
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.fixture
def doors() -> Doors:
    return make_doors()


def prospect(name: str, contact: str, car: str = GOOD, more: str = "") -> str:
    return f"<prospect>{more}{car}<customer><contact><name>{name}</name>{contact}</contact></customer></prospect>"


def file_of(*prospects: str, head: str = "") -> bytes:
    return f"{head}<adf>{''.join(prospects)}</adf>".encode()


def post(client: Client, data: bytes, token: str, content_type: str = "application/xml") -> Any:
    return client.post("/in/adf", data, content_type=content_type, **bearer(token))


@pytest.mark.parametrize("name", XML)
def test_a_sample_gives_the_expected_leads(client: Client, doors: Doors, name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    response = post(client, data, doors.token)
    assert response.status_code == 201, response.content
    found = summary()
    assert {key: found[key] for key in expected(name)} == expected(name)
    answer = response.json()
    (document,) = documents()
    assert bytes(document.body) == data
    assert (document.ref, document.state) == (answer["document"], "processed")
    assert [each["ref"] for each in answer["leads"]] == [lead.ref for lead in leads()] == document.results
    assert {lead.source.code for lead in leads()} == {"portalx"}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_the_content_type_does_not_matter(client: Client, doors: Doors, content_type: str) -> None:
    data = (SAMPLES / "01_minimal.xml").read_bytes()
    assert post(client, data, doors.token, content_type).status_code == 201


def test_the_same_bytes_again_are_the_same_leads(client: Client, doors: Doors) -> None:
    data = (SAMPLES / "05_two_prospects.xml").read_bytes()
    first, again = post(client, data, doors.token), post(client, data, doors.token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["leads"] == again.json()["leads"]
    assert (len(leads()), touch_count(), len(documents())) == (2, 2, 2)


def test_a_resend_finds_what_it_repeats(client: Client, doors: Doors) -> None:
    data = (SAMPLES / "01_minimal.xml").read_bytes()
    first = post(client, data, doors.token).json()
    again = post(client, data.replace(b"<prospect>", b'<prospect status="resend">'), doors.token)
    assert again.status_code == 200
    assert again.json()["leads"] == first["leads"]


def test_the_senders_own_id_is_the_key(client: Client, doors: Doors) -> None:
    one = prospect("Ann", "<phone>13800138000</phone>", more="<id>A-1</id>")
    other = prospect("Ann", "<phone>13800138000</phone><email>ann@example.com</email>", more="<id>A-1</id>")
    first = post(client, file_of(one), doors.token).json()
    assert post(client, file_of(other), doors.token).json()["leads"] == first["leads"]
    assert touch_count() == 1


def test_the_same_customer_and_brand_is_one_lead(client: Client, doors: Doors) -> None:
    first = post(client, file_of(prospect("Ann", "<phone>13800138000</phone>")), doors.token).json()
    later = post(client, file_of(prospect("Ann", "<phone>138 0013 8000</phone>")), doors.token)
    assert later.status_code == 201
    assert later.json()["leads"][0]["merged_into"] == first["leads"][0]["ref"]
    assert (len(leads()), touch_count()) == (1, 2)


def test_the_good_prospects_of_a_partly_bad_file_become_leads(client: Client, doors: Doors) -> None:
    data = file_of(
        prospect("Ann", "<phone>13800138000</phone>"),
        "<prospect><vehicle><make>Aurora</make></vehicle></prospect>",
        prospect("Bob", "<phone>call me</phone>"),
    )
    response = post(client, data, doors.token)
    assert response.status_code == 201
    answer = response.json()
    assert len(answer["leads"]) == len(leads()) == 1
    assert [(each["position"], each["reason"]) for each in answer["problems"]] == [
        (2, "no_customer"),
        (3, "unusable_prospect"),
    ]
    (document,) = documents()
    assert (document.state, document.reason) == ("quarantined", "unusable_prospect")
    assert document.results == [answer["leads"][0]["ref"]]
    assert "call me" not in document.detail


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 400, "not_xml"),
        (b"hello", 400, "not_xml"),
        (file_of(prospect("Ann", "<phone>13800138000</phone>"))[:-20], 400, "truncated"),
        (file_of(prospect("&b;", "<phone>13800138000</phone>"), head=BOMB), 400, "entity_declaration"),
        (file_of(prospect("&x;", "<phone>13800138000</phone>"), head=XXE), 400, "entity_declaration"),
        (b"<adf>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</adf>", 400, "too_deep"),
        (b"\x81\xff\xfe\x00\x81", 400, "undecodable"),
        (b"<adf></adf>", 422, "no_prospect"),
        (file_of("<prospect/>"), 422, "no_customer"),
        (file_of(prospect("Ann", "<phone>n/a</phone>")), 422, "unusable_prospect"),
        (b"<adf>" + b" " * (2 * 1024 * 1024), 413, "too_large"),
    ],
)
def test_what_is_not_understood_waits_in_quarantine(
    client: Client, doors: Doors, data: bytes, status: int, reason: str
) -> None:
    response = post(client, data, doors.token)
    answer = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, answer["reason"]) == (status, reason), answer
    assert answer["type"] == "urn:vinloop:problem:adf-not-understood"
    (document,) = documents()
    assert (document.ref, document.state, document.reason) == (answer["quarantine"], "quarantined", reason)
    assert bytes(document.body) == data
    assert leads() == []


def test_mojibake_is_never_stored(client: Client, doors: Doors) -> None:
    garbled = "王小明".encode().decode("latin-1")
    response = post(client, file_of(prospect(garbled, "<phone>13800138000</phone>")), doors.token)
    assert response.status_code == 422
    assert response.json()["problems"][0]["fields"] == {"customer.name": "wrong_encoding"}
    assert leads() == []


def test_nobody_without_a_token_or_the_permission_gets_in(client: Client, doors: Doors) -> None:
    data = (SAMPLES / "01_minimal.xml").read_bytes()
    reader = token_of(member("reader", doors.network.root, "leads.lead:read"), doors.network.root)
    assert client.post("/in/adf", data, content_type="text/xml").status_code == 401
    assert client.post(f"/in/adf?token={doors.token}", data, content_type="text/xml").status_code == 401
    assert post(client, data, "vl_wrong").status_code == 401
    assert post(client, data, reader).status_code == 403
    assert client.get("/in/adf", **bearer(doors.token)).status_code == 405
    assert documents() == []
    assert leads() == []


def test_a_dealers_file_stays_with_the_dealer(client: Client, doors: Doors) -> None:
    post(client, (SAMPLES / "01_minimal.xml").read_bytes(), doors.dealer_token)
    (lead,) = leads()
    assert (lead.owner_id, lead.status, lead.door) == (doors.network.dealer.pk, "accepted", "adf")
    assert documents()[0].owner_id == doors.network.dealer.pk


def left_behind(doors: Doors, data: bytes) -> ReceivedDocument:
    """A document whose process was killed right after it was kept."""
    actor = load_actor(User.objects.get(username="dms"), organisation_id=doors.network.dealer.pk, door="adf")
    assert actor is not None
    with acting(actor):
        return receive_document(
            actor=actor,
            owner_id=actor.organisation_id,
            body=data,
            envelope=Envelope(channel="adf", context=sender_context(actor)),
            at=timezone.now() - timedelta(minutes=5),
        )


def handle(document: ReceivedDocument) -> str:
    with acting(system_actor()):
        handle_document.func.__wrapped__(document.pk)
        return ReceivedDocument.objects.get(pk=document.pk).state


def test_what_a_killed_process_left_is_handled_once_and_as_its_sender(client: Client, doors: Doors) -> None:
    data = (SAMPLES / "01_minimal.xml").read_bytes()
    document = left_behind(doors, data)
    with acting(system_actor()):
        pick_up_left_documents.func.__wrapped__(0)
    assert handle(document) == handle(document) == "processed"
    (lead,) = leads()
    assert lead.owner_id == doors.network.dealer.pk
    assert post(client, data, doors.dealer_token).json()["leads"][0]["ref"] == lead.ref
    assert touch_count() == 1


def test_a_broken_file_that_was_left_goes_to_quarantine(doors: Doors) -> None:
    assert handle(left_behind(doors, b"<adf>")) == "quarantined"


def test_a_sender_who_left_decides_nothing_any_more(doors: Doors) -> None:
    document = left_behind(doors, (SAMPLES / "01_minimal.xml").read_bytes())
    Membership.objects.all().delete()
    assert handle(document) == "quarantined"
    assert documents()[0].reason == "sender_gone"
    assert leads() == []


def test_a_replay_makes_the_leads_that_can_be_made_now(client: Client, doors: Doors) -> None:
    data = file_of(prospect("Ann", "<phone>13800138000</phone>"), "<prospect/>")
    ref = post(client, data, doors.dealer_token).json()["document"]
    with acting(system_actor()) as system:
        again = replay(actor=system, ref=ref, at=timezone.now())
    assert (again.state, len(leads()), touch_count()) == ("quarantined", 1, 1)
    assert leads()[0].owner_id == doors.network.dealer.pk
