"""Writes of the messaging room: put a message in the queue."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from vinloop.kernel.access import Actor, elevated
from vinloop.kernel.identifiers import new_ref
from vinloop.kernel.models import User
from vinloop.messaging.delivery import announce
from vinloop.messaging.events import MessageRefused
from vinloop.messaging.jobs import send_message
from vinloop.messaging.models import Message
from vinloop.messaging.queries import has_consent
from vinloop.messaging.rendering import render_message

CONSENT = "consent"
SERVICE = "service"
PURPOSE = "contact"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, such as a calendar invitation."""

    filename: str
    content_type: str
    content: bytes

    def stored(self) -> dict[str, str]:
        """The attachment as the message's row keeps it."""
        content = base64.b64encode(self.content).decode("ascii")
        return {"filename": self.filename, "content_type": self.content_type, "content": content}


class Letter(TypedDict):
    """What is written to whom.

    ``consent_basis`` is ``service`` for what the person asked for, or ``consent`` for everything else, which is
    only sent when the customer's newest answer for the channel is yes. ``context`` fills the template.
    """

    address: str
    template: str
    language: str
    context: Mapping[str, Any]
    consent_basis: str
    customer_id: NotRequired[int | None]
    user_id: NotRequired[int | None]
    channel: NotRequired[str]
    attachments: NotRequired[Sequence[Attachment]]


def queue_message(*, actor: Actor, owner_id: int, at: datetime, **letter: Unpack[Letter]) -> Message:
    """Write a message and queue its delivery in the current transaction.

    Called by actions that have authorised their actor; ``owner_id`` is the organisation that writes. Without a
    consent that is needed, the message is kept as refused and nothing is sent. Raises ``TemplateUnknown``.
    """
    if letter["consent_basis"] not in (CONSENT, SERVICE):
        raise ValueError("a message is sent on consent or as a service")
    with elevated("write on behalf of an organisation, whatever the reader at the door may see"):
        message = _compose(owner_id, at, letter)
        message.save(force_insert=True)
        if message.state == Message.State.REFUSED:
            announce(message, MessageRefused, actor=actor, at=at)
        else:
            send_message.defer(message_id=message.pk)
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail to a colleague about their work, which needs no consent.

    ``owner_id`` is the organisation it is about; ``customer_id`` the person named in it, if any, so that it goes when
    they are erased.
    """

    owner_id: int
    user: User
    template: str
    context: Mapping[str, Any]
    customer_id: int | None = None


def queue_notices(notices: Iterable[Notice], *, at: datetime) -> int:
    """Write mails to colleagues and queue their delivery in the current transaction; returns how many.

    Three statements, however many there are. Whoever has no address or is disabled gets none. Raises
    ``TemplateUnknown``.
    """
    written = [_mail_to(each, at) for each in notices if each.user.is_active and each.user.email]
    if written:
        with elevated("write on behalf of an organisation, whatever the reader at the door may see"):
            Message.objects.bulk_create(written)
        send_message.batch_defer(*({"message_id": message.pk} for message in written))
    return len(written)


def _mail_to(notice: Notice, at: datetime) -> Message:
    language = notice.user.language
    subject, body = render_message(notice.template, language, {"reader": notice.user, **notice.context})
    return Message(
        ref=new_ref("M"),
        owner_id=notice.owner_id,
        customer_id=notice.customer_id,
        user_id=notice.user.pk,
        channel="email",
        address=notice.user.email,
        template=notice.template,
        language=language,
        subject=subject,
        body=body,
        consent_basis=SERVICE,
        created_at=at,
    )


def _compose(owner_id: int, at: datetime, letter: Letter) -> Message:
    subject, body = render_message(letter["template"], letter["language"], letter["context"])
    channel = letter.get("channel", "email")
    customer_id = letter.get("customer_id")
    may = letter["consent_basis"] == SERVICE or has_consent(customer_id, purpose=PURPOSE, channel=channel)
    return Message(
        ref=new_ref("M"),
        owner_id=owner_id,
        customer_id=customer_id,
        user_id=letter.get("user_id"),
        channel=channel,
        address=letter["address"],
        template=letter["template"],
        language=letter["language"],
        subject=subject,
        body=body,
        attachments=[each.stored() for each in letter.get("attachments", ())],
        consent_basis=letter["consent_basis"],
        state=Message.State.QUEUED if may else Message.State.REFUSED,
        created_at=at,
    )
