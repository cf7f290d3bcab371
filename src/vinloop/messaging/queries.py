"""Reads of the messaging room."""

from __future__ import annotations

from django.db.models import QuerySet

from vinloop.customers.models import Consent
from vinloop.messaging.models import Message


def has_consent(customer_id: int | None, *, purpose: str, channel: str) -> bool:
    """Whether the customer's newest answer for the purpose and channel is yes; nobody asked means no."""
    if customer_id is None:
        return False
    answers = Consent.objects.filter(customer_id=customer_id, purpose=purpose, channel=channel)
    newest = answers.order_by("-at", "-id").values_list("is_granted", flat=True).first()
    return bool(newest)


def messages_of_customer(customer_id: int) -> QuerySet[Message]:
    """Messages to a customer which the actor may see, newest first."""
    return Message.objects.filter(customer_id=customer_id).order_by("-created_at", "-id")
