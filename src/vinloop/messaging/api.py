"""Endpoints of messages: what was sent to customers, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.http import Http404
from django.urls import URLPattern

from vinloop.kernel.api import ApiController, Page, PageQuery, Path, Query, endpoint, page_of, path
from vinloop.kernel.identifiers import mask_email, mask_phone
from vinloop.kernel.paging import paginate
from vinloop.messaging.models import Message
from vinloop.messaging.queries import NEWEST, READ, list_messages


class MessageQuery(PageQuery, frozen=True, kw_only=True):
    """Which messages to list."""

    customer: Annotated[str, msgspec.Meta(description="A customer's ref")] = ""
    state: Literal["", "queued", "sent", "failed", "refused"] = ""


class MessagePath(msgspec.Struct, frozen=True):
    """Which message."""

    ref: str


class MessageOut(msgspec.Struct, frozen=True, kw_only=True):
    """A message and what became of it. ``to`` is masked; ``customer`` only as far as the caller may see them.

    ``consent_basis`` says why it may be sent: a consent, or a service the person asked for.
    """

    ref: str
    sender: str
    customer: str
    channel: str
    to: str
    template: str
    language: str
    subject: str
    consent_basis: str
    state: str
    error: str
    created_at: datetime
    sent_at: datetime | None


class MessagesController(ApiController):
    """Messages."""

    tags = ("Messages",)

    @endpoint(READ, operation_id="listMessages")
    def get(self, parsed_query: Query[MessageQuery]) -> Page[MessageOut]:
        """List messages in the caller's sight, newest first."""
        rows = list_messages(self.actor, customer=parsed_query.customer, state=parsed_query.state)
        return page_of(paginate(rows, NEWEST, cursor=parsed_query.cursor, limit=parsed_query.limit), _message)


class MessageController(ApiController):
    """One message."""

    tags = ("Messages",)

    @endpoint(READ, operation_id="getMessage")
    def get(self, parsed_path: Path[MessagePath]) -> MessageOut:
        """Read what became of a message."""
        found = list_messages(self.actor).filter(ref=parsed_path.ref).first()
        if found is None:
            raise Http404
        return _message(found)


def _message(row: Message) -> MessageOut:
    shown = mask_email(row.address) if "@" in row.address else mask_phone(row.address)
    return MessageOut(
        ref=row.ref,
        sender=row.owner.code,
        customer=row.customer.ref if row.customer else "",
        channel=row.channel,
        to=shown,
        template=row.template,
        language=row.language,
        subject=row.subject,
        consent_basis=row.consent_basis,
        state=row.state,
        # A mail server's refusal names whom it refused.
        error=row.error.replace(row.address, shown) if row.address else row.error,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )


urls: list[URLPattern] = [
    path("messages", MessagesController.as_view(), name="messages"),
    path("messages/<str:ref>", MessageController.as_view(), name="message"),
]
