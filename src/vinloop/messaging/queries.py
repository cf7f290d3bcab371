"""Reads of the messaging room."""

from __future__ import annotations

from django.db.models import QuerySet

from vinloop.customers.models import Consent
from vinloop.kernel.access import Actor
from vinloop.messaging.models import Message

READ = "messaging.message:read"
NEWEST = ("-created_at", "-id")


def has_consent(customer_id: int | None, *, purpose: str, channel: str) -> bool:
    """Whether the customer's newest answer for the purpose and channel is yes; nobody asked means no."""
    if customer_id is None:
        return False
    answers = Consent.objects.filter(customer_id=customer_id, purpose=purpose, channel=channel)
    newest = answers.order_by("-at", "-id").values_list("is_granted", flat=True).first()
    return bool(newest)


def messages_of_customer(customer_id: int) -> QuerySet[Message]:
    """Messages to a customer which the actor may see, newest first; none to colleagues about the customer."""
    return Message.objects.filter(customer_id=customer_id, user__isnull=True).order_by("-created_at", "-id")


def list_messages(actor: Actor, *, customer: str = "", state: str = "") -> QuerySet[Message]:
    """Messages to customers which the actor may see; ``customer`` is a ref. Order them by ``NEWEST``.

    What the system writes to its own users is not among them.
    """
    actor.require(READ)
    rows = Message.objects.select_related("customer", "owner").filter(user__isnull=True)
    if not actor.sees_all:
        rows = rows.filter(owner_id__in=actor.organisation_ids or ())
    exact = {"customer__ref": customer, "state": state}
    return rows.filter(**{name: value for name, value in exact.items() if value})
