"""Facts go out signed, to who may see them, once, with patience; 410 ends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.connectors.webhooks.receiver import Receiver, receiver
from tests.kernel.programs import Network, make_network

from vinloop.connectors.models import WebhookDelivery, WebhookEndpoint
from vinloop.connectors.webhooks import actions, jobs, reader
from vinloop.connectors.webhooks.delivery import ALLOW_PRIVATE
from vinloop.kernel.access import Actor, NotAllowed, acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.events import Subject, record
from vinloop.kernel.models import Event, Organisation, SettingValue
from vinloop.kernel.refusals import Refused
from vinloop.kernel.settings import forget_settings
from vinloop.kernel.signing import verify
from vinloop.leads.events import LeadAssigned, LeadCaptured

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)


@pytest.fixture
def network() -> Iterator[Network]:
    made = make_network()
    SettingValue.objects.create(name=ALLOW_PRIVATE, organisation=made.root, value=True)
    forget_settings()
    yield made
    forget_settings()


@pytest.fixture
def outside() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def manager(organisation: Organisation) -> Actor:
    seen = None if organisation.kind == "manufacturer" else frozenset({organisation.pk})
    return Actor(None, organisation.pk, organisation.kind, seen, frozenset({actions.MANAGE}), "screen")


def add(organisation: Organisation, outside: Receiver, *kinds: str) -> tuple[WebhookEndpoint, str]:
    terms = actions.EndpointTerms(outside.url, kinds or ("*",))
    with acting(manager(organisation)) as actor:
        return actions.create_endpoint(actor=actor, terms=terms, at=AT)


def announce(organisation: Organisation, ref: str = "L-1") -> None:
    with acting(system_actor()) as system:
        subject = Subject("leads.lead", 1, organisation.pk, ref, 77)
        record(LeadCaptured(ref=ref, source="web"), actor=system, subject=subject, at=AT)
        record(LeadAssigned(ref=ref, consultant_id=9), actor=system, subject=subject, at=AT)


def read_events() -> None:
    with acting(system_actor()):
        reader.queue_deliveries(list(Event.objects.filter(kind__startswith="leads.").order_by("pk")))


def deliver(times: int = 1) -> None:
    with acting(system_actor()):
        for endpoint_id in WebhookEndpoint.objects.values_list("pk", flat=True):
            for _ in range(times):
                jobs.deliver_waiting.func.__wrapped__(endpoint_id)


def deliveries() -> list[WebhookDelivery]:
    with acting(system_actor()):
        return list(WebhookDelivery.objects.order_by("pk").select_related("endpoint"))


def make_due() -> None:
    with acting(system_actor()):
        WebhookDelivery.objects.filter(state="waiting").update(next_attempt_at=AT)


def test_a_fact_goes_out_signed(network: Network, outside: Receiver) -> None:
    _endpoint, secret = add(network.root, outside, "leads.LeadCaptured")
    announce(network.dealer)
    read_events()
    deliver(2)
    ((path, headers, body),) = outside.got
    assert path == "/hook?key=1"
    assert verify([secret], headers, body, timezone.now()) == deliveries()[0].message_id
    told = json.loads(body)
    assert (told["type"], told["data"]["ref"], told["data"]["organisation"]) == ("leads.LeadCaptured", "L-1", "D1")
    assert "77" not in body.decode()
    assert deliveries()[0].state == "delivered"


def test_a_batch_read_again_is_delivered_once(network: Network, outside: Receiver) -> None:
    add(network.root, outside, "leads.*")
    announce(network.dealer)
    read_events()
    read_events()
    deliver(5)
    assert [json.loads(body)["type"] for _, _, body in outside.got] == ["leads.LeadCaptured", "leads.LeadAssigned"]
    assert "consultant_id" not in json.loads(outside.got[1][2])["data"]


def test_a_dealer_is_told_its_own_only(network: Network, outside: Receiver) -> None:
    add(network.dealer, outside)
    add(network.region, outside)
    for place in (network.root, network.sister, network.stranger):
        announce(place)
    read_events()
    assert {row.endpoint.owner_id for row in deliveries()} == {network.region.pk}
    assert {row.payload["data"]["organisation"] for row in deliveries()} == {"D2"}


def test_trouble_is_repeated_with_growing_pauses_and_given_up(network: Network, outside: Receiver) -> None:
    outside.answers = [500]
    add(network.root, outside, "leads.LeadCaptured")
    announce(network.dealer)
    read_events()
    for attempt in range(10):
        make_due()
        before = timezone.now()
        deliver()
        (row,) = deliveries()
        assert (row.attempts, row.last_status) == (attempt + 1, 500)
        if row.next_attempt_at is not None:
            assert row.next_attempt_at - before >= timedelta(seconds=5 if attempt == 0 else 300)
    assert row.state == "failed"
    assert len({headers["webhook-id"] for _, headers, _ in outside.got}) == 1


def test_who_fails_is_left_alone_for_a_while(network: Network, outside: Receiver) -> None:
    outside.answers = [500]
    add(network.root, outside)
    announce(network.dealer)
    read_events()
    deliver(4)
    assert len(outside.got) == 1
    announce(network.dealer, "L-2")
    read_events()
    deliver(4)
    assert len(outside.got) == 1
    outside.answers = [200]
    make_due()
    deliver(6)
    assert {row.state for row in deliveries()} == {"delivered"}


def test_gone_switches_the_endpoint_off(network: Network, outside: Receiver) -> None:
    outside.answers = [410]
    add(network.root, outside)
    announce(network.dealer)
    read_events()
    deliver(3)
    assert len(outside.got) == 1
    assert {row.state for row in deliveries()} == {"failed"}
    endpoint = deliveries()[0].endpoint
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, "410")
    with pytest.raises(Refused), acting(manager(network.root)) as actor:
        actions.ping_endpoint(actor=actor, endpoint_id=endpoint.pk, at=AT)


def test_redirects_are_not_followed(network: Network, outside: Receiver) -> None:
    outside.answers = [302]
    add(network.root, outside, "leads.LeadCaptured")
    announce(network.dealer)
    read_events()
    deliver()
    assert (len(outside.got), deliveries()[0].last_status, deliveries()[0].state) == (1, 302, "waiting")


def test_our_own_network_is_out_of_reach_unless_allowed(network: Network, outside: Receiver) -> None:
    add(network.root, outside, "leads.LeadCaptured")
    SettingValue.objects.all().delete()
    forget_settings()
    with acting(system_actor()):
        WebhookEndpoint.objects.update(url=outside.url.replace("http:", "https:"))
    announce(network.dealer)
    read_events()
    deliver()
    assert outside.got == []
    assert deliveries()[0].last_error == "private"


def test_a_secret_is_rotated_without_a_gap(network: Network, outside: Receiver) -> None:
    endpoint, old = add(network.root, outside)
    with acting(manager(network.root)) as actor:
        new = actions.rotate_secret(actor=actor, endpoint_id=endpoint.pk, at=AT)
        actions.ping_endpoint(actor=actor, endpoint_id=endpoint.pk, at=AT)
    deliver()
    _path, headers, body = outside.got[0]
    for secret in (old, new):
        verify([secret], headers, body, timezone.now())
    with acting(manager(network.root)) as actor:
        actions.retire_secrets(actor=actor, endpoint_id=endpoint.pk, at=AT)
        delivery = deliveries()[0]
        actions.replay_delivery(actor=actor, delivery_id=delivery.pk, at=AT)
    deliver()
    again = outside.got[1][1]
    assert again["webhook-id"] == headers["webhook-id"]
    assert len(again["webhook-signature"].split()) == 1


@pytest.mark.parametrize(
    ("url", "kinds", "code"),
    [
        ("nonsense", ("*",), "not_a_url"),
        ("https://x.example/", (), "no_kinds"),
        ("https://x.example/", ("a.b",), "unknown_kind"),
    ],
)
def test_what_makes_no_endpoint(network: Network, url: str, kinds: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as refused, acting(manager(network.root)) as actor:
        actions.create_endpoint(actor=actor, terms=actions.EndpointTerms(url, kinds), at=AT)
    assert refused.value.code == code
    with acting(system_actor()):
        assert not WebhookEndpoint.objects.exists()


def test_nobody_touches_anothers_endpoint(network: Network, outside: Receiver) -> None:
    endpoint, _secret = add(network.dealer, outside)
    with pytest.raises(WebhookEndpoint.DoesNotExist), acting(manager(network.sister)) as actor:
        actions.remove_endpoint(actor=actor, endpoint_id=endpoint.pk, at=AT)
    nobody = Actor(None, network.dealer.pk, "dealer", frozenset({network.dealer.pk}), frozenset(), "screen")
    with pytest.raises(NotAllowed), acting(nobody):
        actions.rotate_secret(actor=nobody, endpoint_id=endpoint.pk, at=AT)
    with acting(system_actor()):
        assert WebhookEndpoint.objects.get().secrets == endpoint.secrets
