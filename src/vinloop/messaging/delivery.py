"""What becomes of a message after it was queued. Called by the delivery job."""

from __future__ import annotations

from datetime import datetime

from vinloop.kernel.access import Actor
from vinloop.kernel.events import Subject, record
from vinloop.messaging.events import MessageFailed, MessageRefused, MessageSent
from vinloop.messaging.models import Message

MAX_ERROR = 300
Outcome = MessageSent | MessageFailed | MessageRefused


def report_sent(*, actor: Actor, message: Message, at: datetime) -> None:
    """The transport took the message."""
    message.state, message.sent_at, message.error = Message.State.SENT, at, ""
    message.save(update_fields=["state", "sent_at", "error"])
    announce(message, MessageSent, actor=actor, at=at)


def report_trouble(*, message: Message, error: str) -> None:
    """The transport could not take the message this time; it stays in the queue."""
    message.error = error[:MAX_ERROR]
    message.save(update_fields=["error"])


def report_failed(*, actor: Actor, message: Message, error: str, at: datetime) -> None:
    """The message is given up."""
    message.state, message.error = Message.State.FAILED, error[:MAX_ERROR]
    message.save(update_fields=["state", "error"])
    announce(message, MessageFailed, actor=actor, at=at)


def announce(message: Message, fact: type[Outcome], *, actor: Actor, at: datetime) -> None:
    """Record what became of a message, on it and, if it was theirs, on the customer's timeline."""
    customer_id = None if message.user_id else message.customer_id
    told = fact(ref=message.ref, channel=message.channel, template=message.template)
    subject = Subject("messaging.message", message.pk, message.owner_id, message.ref, customer_id)
    record(told, actor=actor, subject=subject, at=at)
