"""Messages are written, sent, refused without consent, tried again and given up."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings
from tests.kernel.programs import Network, make_network
from tests.messaging.troubled import Troubled

from vinloop.customers.models import Consent, Customer
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor, visitor_actor
from vinloop.kernel.models import Event
from vinloop.messaging import jobs
from vinloop.messaging.actions import Attachment, queue_message
from vinloop.messaging.events import TemplateUnknown
from vinloop.messaging.models import Message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
FACTS = {"ref": "L-7K3QX9MD", "model": "Aurora S", "customer_name": "Ann <Example>", "tracking_url": "https://x/t/1"}


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def customer(network: Network) -> Customer:
    with acting(system_actor()):
        return Customer.objects.create(ref="C-1", name="Ann", created_at=AT, updated_at=AT)


def write(network: Network, **changes: Any) -> Message:
    letter: Any = {
        "address": "ann@example.com", "template": "lead_received", "language": "en", "context": FACTS,
        "consent_basis": "service", **changes,
    }  # fmt: skip
    with acting(visitor_actor("portal", frozenset())) as visitor:
        return queue_message(actor=visitor, owner_id=network.root.pk, at=AT, **letter)


def send(message_id: int, attempt: int = 0) -> None:
    """Run the job in the test's own transaction."""
    with acting(system_actor()):
        jobs.send_message.func.__wrapped__(message_id, attempt)


def state_of(message: Message) -> tuple[str, list[str]]:
    with acting(system_actor()):
        kinds = Event.objects.filter(subject_kind="messaging.message", subject_id=message.pk).values_list("kind")
        return Message.objects.get(pk=message.pk).state, [kind for (kind,) in kinds]


def consent(customer: Customer, *answers: bool) -> None:
    with acting(system_actor()):
        for answer in answers:
            Consent.objects.create(customer=customer, channel="email", is_granted=answer, proof="test", at=AT)


def test_a_visitor_gets_the_confirmation_as_plain_words(network: Network) -> None:
    message = write(network)
    send(message_id=message.pk)
    assert state_of(message) == ("sent", ["messaging.MessageSent"])
    sent = mail.outbox[0]
    assert sent.subject == "We received your request (L-7K3QX9MD)"
    assert "Dear Ann <Example>," in sent.body
    assert "https://x/t/1" in sent.body
    assert "\n\n\n" not in sent.body


def test_a_message_is_sent_once(network: Network) -> None:
    message = write(network)
    send(message_id=message.pk)
    send(message_id=message.pk)
    assert len(mail.outbox) == 1


def test_times_are_written_in_the_dealers_zone_and_the_invitation_goes_along(network: Network) -> None:
    facts = FACTS | {"starts_at": AT, "timezone": "Asia/Urumqi", "dealer_name": "申新"}
    ics = Attachment("test-drive.ics", "text/calendar; method=REQUEST; charset=UTF-8", b"BEGIN:VCALENDAR\r\n")
    message = write(network, template="test_drive_invitation", context=facts, attachments=[ics])
    send(message_id=message.pk)
    assert "09:00" in mail.outbox[0].subject
    assert 'method="REQUEST"' in mail.outbox[0].message().as_string()


@pytest.mark.parametrize(("answers", "state"), [((), "refused"), ((True, False), "refused"), ((False, True), "queued")])
def test_the_newest_consent_counts(network: Network, customer: Customer, answers: tuple[bool, ...], state: str) -> None:
    consent(customer, *answers)
    message = write(network, consent_basis="consent", customer_id=customer.pk)
    jobs_and_facts = state_of(message)
    assert jobs_and_facts[0] == state
    assert jobs_and_facts[1] == (["messaging.MessageRefused"] if state == "refused" else [])
    if state == "refused":
        send(message_id=message.pk)
        assert mail.outbox == []


@pytest.mark.parametrize(
    ("error", "attempt", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"ann@example.com": (550, b"ann@example.com unknown")}), 0, "failed"),
        (smtplib.SMTPRecipientsRefused({"ann@example.com": (450, b"later")}), 0, "queued"),
        (ConnectionRefusedError(), 0, "queued"),
        (ConnectionRefusedError(), 6, "failed"),
    ],
)
def test_trouble_is_tried_again_or_given_up(
    network: Network, settings: Settings, error: Exception, attempt: int, state: str
) -> None:
    settings.EMAIL_BACKEND = "tests.messaging.troubled.Troubled"
    Troubled.trouble = error
    message = write(network)
    send(message_id=message.pk, attempt=attempt)
    assert state_of(message)[0] == state
    with acting(system_actor()):
        assert "ann@" not in Message.objects.get(pk=message.pk).error


def test_an_unknown_template_writes_nothing(network: Network) -> None:
    with pytest.raises(TemplateUnknown):
        write(network, template="nothing")
    with acting(system_actor()):
        assert not Message.objects.exists()
