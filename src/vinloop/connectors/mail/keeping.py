"""A mail is kept, with the job that reads it, in one transaction; only then may anybody say it arrived."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from vinloop.connectors.handling import handle_document
from vinloop.connectors.mail.readers import CHANNEL
from vinloop.kernel.access import acting
from vinloop.kernel.access.facts import system_actor
from vinloop.kernel.intake.actions import Envelope, receive_document
from vinloop.kernel.models import ReceivedDocument


def keep_mail(raw: bytes, *, at: datetime, **context: Any) -> str:
    """Keep a message as it came and queue its handling; the reference of the document.

    The same bytes again are the same message: its sender, or we, were interrupted before the receipt.
    """
    with acting(system_actor(CHANNEL)) as system:
        digest = hashlib.sha256(raw).hexdigest()
        known = ReceivedDocument.objects.filter(channel=CHANNEL, digest=digest).values_list("ref", flat=True).first()
        if known:
            return known
        document = receive_document(
            actor=system,
            owner_id=system.organisation_id,
            body=raw,
            envelope=Envelope(channel=CHANNEL, content_type="message/rfc822", filename="mail.eml", context=context),
            at=at,
        )
        handle_document.defer(document_id=document.pk)
        return document.ref
