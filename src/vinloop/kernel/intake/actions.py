"""Keep a received document, say what became of it, and have it handled again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.access.actor import Actor
from vinloop.kernel.access.scope import elevated
from vinloop.kernel.events import Fact, record
from vinloop.kernel.identifiers.refs import new_ref
from vinloop.kernel.intake.channels import NotUnderstood, Partly, channel_named
from vinloop.kernel.intake.events import (
    DocumentDismissed,
    DocumentProcessed,
    DocumentQuarantined,
    DocumentReceived,
    DocumentReplayed,
    about_document,
)
from vinloop.kernel.intake.remarks import Detail, keep_detail
from vinloop.kernel.models import ReceivedDocument
from vinloop.kernel.refusals import Refused

LIMIT_BYTES: Final = 25 * 1024 * 1024
REPLAY: Final = "kernel.intake:replay"
_State = ReceivedDocument.State
_OPEN = (_State.RECEIVED, _State.QUARANTINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is known about a document before it is opened.

    ``context`` is kept with it for the channel: sender, campaign, mapping. It must be JSON, and is shown to whoever may
    read received documents.
    """

    channel: str
    content_type: str = ""
    filename: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def receive_document(*, actor: Actor, owner_id: int, body: bytes, envelope: Envelope, at: datetime) -> ReceivedDocument:
    """Keep what arrived, byte for byte, in the current transaction.

    More than 25 MiB are cut off and the document says so (``is_truncated``); ``digest`` (SHA-256) and ``size`` are
    those of the whole. The door has authorised the sender.
    """
    with elevated("a sender who may see nothing still hands in a document"):
        document = ReceivedDocument.objects.create(
            ref=new_ref("DOC"),
            owner_id=owner_id,
            channel=envelope.channel,
            content_type=envelope.content_type[:100],
            filename=_last_part(envelope.filename),
            body=body[:LIMIT_BYTES],
            digest=hashlib.sha256(body).hexdigest(),
            size=len(body),
            is_truncated=len(body) > LIMIT_BYTES,
            context=envelope.context,
            received_at=at,
        )
    _tell(DocumentReceived(channel=document.channel, size=document.size), actor, document, at)
    return document


def mark_processed(*, actor: Actor, document: ReceivedDocument, results: Sequence[str], at: datetime) -> None:
    """Say that a document was understood and what was made of it, by reference."""
    document.state, document.results = _State.PROCESSED, list(results)
    document.reason = ""
    keep_detail(document, "")
    _handled(document, at)
    fact = DocumentProcessed(channel=document.channel, results=list(results), detail=", ".join(results))
    _tell(fact, actor, document, at)


def quarantine(
    *,
    actor: Actor,
    document: ReceivedDocument,
    reason: str,
    detail: Detail,
    at: datetime,
    results: Sequence[str] = (),
) -> None:
    """Put a document aside for a person. ``reason`` is a stable code; ``detail`` says where and why, for people:
    remarks, which everybody reads in their own language, or a plain text.

    ``results`` are the references of what was made of the part that could be used.
    """
    document.state, document.reason = _State.QUARANTINED, reason[:60]
    keep_detail(document, detail)
    document.results = list(results)
    _handled(document, at)
    _tell(DocumentQuarantined(channel=document.channel, reason=document.reason), actor, document, at)


def replay(*, actor: Actor, ref: str, at: datetime) -> ReceivedDocument:
    """Have a document handled again by its channel; it ends processed or in quarantine again.

    Raises ``Refused`` for one that was processed already, and ``ReceivedDocument.DoesNotExist`` for one the actor does
    not see.
    """
    document = _claim(actor, ref)
    if channel_named(document.channel) is None:
        raise Refused("unknown_channel", _("The connector this came through is not installed any more."))
    _tell(DocumentReplayed(channel=document.channel), actor, document, at)
    handle(actor=actor, document=document, at=at)
    return document


def handle(*, actor: Actor, document: ReceivedDocument, at: datetime) -> None:
    """Have a document handled by its channel and write down how that went. The caller holds and authorised it.

    Raises ``LookupError`` when the channel is not installed any more.
    """
    channel = channel_named(document.channel)
    if channel is None:
        raise LookupError(f"no channel {document.channel!r}")
    try:
        with transaction.atomic():
            made = channel.handle(document, actor, at)
    except NotUnderstood as refusal:
        quarantine(actor=actor, document=document, reason=refusal.reason, detail=refusal.detail, at=at)
    else:
        settle(actor=actor, document=document, made=made, at=at)


def settle(*, actor: Actor, document: ReceivedDocument, made: Sequence[str] | Partly, at: datetime) -> None:
    """Write down what was made of a document: processed, or in quarantine for the part that could not be used."""
    if isinstance(made, Partly):
        quarantine(actor=actor, document=document, reason=made.reason, detail=made.detail, at=at, results=made.results)
    else:
        mark_processed(actor=actor, document=document, results=made, at=at)


def dismiss(*, actor: Actor, ref: str, at: datetime) -> ReceivedDocument:
    """Decide that nothing is to be made of a document. It stays readable, and can't be replayed any more."""
    document = _claim(actor, ref)
    document.state = _State.DISMISSED
    _handled(document, at)
    _tell(DocumentDismissed(channel=document.channel), actor, document, at)
    return document


def _claim(actor: Actor, ref: str) -> ReceivedDocument:
    """The document, locked: two people can't handle it at the same moment."""
    actor.require(REPLAY)
    document = ReceivedDocument.objects.select_for_update().get(ref=ref)
    actor.require(REPLAY, organisation_id=document.owner_id)
    if document.state not in _OPEN:
        raise Refused("already_handled", _("Somebody handled this document already."))
    return document


def _handled(document: ReceivedDocument, at: datetime) -> None:
    document.handled_at = at
    with elevated("the outcome is written for senders who may see nothing"):
        document.save(update_fields=["state", "reason", "detail", "remarks", "results", "handled_at"])


def _tell(fact: Fact, actor: Actor, document: ReceivedDocument, at: datetime) -> None:
    record(fact, actor=actor, subject=about_document(document), at=at)


def _last_part(filename: str) -> str:
    """The bare name: a sender's folders are no business of ours."""
    return filename.replace("\\", "/").rpartition("/")[2][:255]
